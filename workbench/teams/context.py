"""What every page needs to look right: the person's theme."""

from __future__ import annotations

from django.http import HttpRequest

from workbench.teams.models import Theme


def appearance(request: HttpRequest) -> dict[str, str]:
    """The theme for the `data-theme` attribute: the person's choice, else that of the device."""
    user = getattr(request, "user", None)
    return {"theme": user.theme if user is not None and user.is_authenticated else Theme.SYSTEM}
