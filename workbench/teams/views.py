"""Where a person lands, how they sign in by link, and how their pages look."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import LANGUAGE_QUERY_PARAMETER
from django.views.i18n import set_language as set_language_cookie

from workbench.http import Request
from workbench.teams.access import signed_in
from workbench.teams.accounts import sign_in
from workbench.teams.actions import use_sign_in_link
from workbench.teams.models import Theme, User


@require_safe
def home(request: Request) -> HttpResponse:
    """To the person's first workspace, or to words that they are in none."""
    member = signed_in(request).memberships.select_related("workspace").order_by("pk").first()
    if member is None:
        return render(request, "teams/no_workspace.html")
    return redirect("playground", workspace=member.workspace.slug)


@login_not_required
@never_cache
@require_safe
def sign_in_link(request: Request, token: str) -> HttpResponse:
    """Sign in by the link that the first start prints: embedded form only, once, within a quarter of an hour."""
    user = use_sign_in_link(token, timezone.now()) if settings.ENVIRONMENT.is_loopback else None
    if user is None:
        messages.error(
            request, _("This sign-in link was used before or has expired. Start Workbench again for a new one.")
        )
        return redirect("account_login")
    sign_in(request, user)
    return redirect("home")


@require_POST
def set_theme(request: Request) -> HttpResponse:
    """Store the person's theme; the page has changed its own look already."""
    theme = request.POST.get("theme", "")
    if theme in Theme.values:
        user = signed_in(request)
        user.theme = theme
        user.save(update_fields=["theme"])
    if request.htmx:
        return HttpResponse(status=204)
    return redirect("home")


@login_not_required
@require_POST
def set_language(request: Request) -> HttpResponse:
    """Show pages in another language: kept in this browser, and for a signed-in person on every device."""
    language = request.POST.get(LANGUAGE_QUERY_PARAMETER, "")
    if isinstance(request.user, User) and language in dict(settings.LANGUAGES):
        request.user.language = language
        request.user.save(update_fields=["language"])
    return set_language_cookie(request)
