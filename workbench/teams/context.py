"""What every page needs beside its own content: the person's theme, and the workspaces to switch between."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from workbench.teams.models import Member, Theme


def appearance(request: HttpRequest) -> dict[str, object]:
    """`theme` for the `data-theme` attribute: the person's choice, else that of the device. `memberships`: the
    person's workspaces by name, read only by pages that show them (one query). `has_oidc`: whether another service may
    sign them in, too."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"theme": Theme.SYSTEM, **_other_sign_in()}
    mine = Member.objects.filter(user_id=user.pk).select_related("workspace").order_by("workspace__name", "pk")
    has_oidc = settings.ENVIRONMENT.has_oidc
    return {"theme": user.theme, "memberships": SimpleLazyObject(lambda: list(mine)), "has_oidc": has_oidc}


def _other_sign_in() -> dict[str, str]:
    """`oidc_url` and `oidc_name`: the way in through another service, if the operator named one."""
    if not settings.ENVIRONMENT.has_oidc:
        return {}
    url = reverse("openid_connect_login", args=[settings.OIDC_PROVIDER])
    return {"oidc_url": url, "oidc_name": settings.ENVIRONMENT.oidc_name}
