"""What every page needs beside its own content: the person's theme, and the workspaces to switch between."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from workbench.teams.models import Member, Theme


def appearance(request: HttpRequest) -> dict[str, object]:
    """`theme` for the `data-theme` attribute: the person's choice, else that of the device. `memberships`: the
    person's workspaces by name, read only by pages that show them (one query)."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"theme": Theme.SYSTEM}
    mine = Member.objects.filter(user_id=user.pk).select_related("workspace").order_by("workspace__name", "pk")
    return {"theme": user.theme, "memberships": SimpleLazyObject(lambda: list(mine))}
