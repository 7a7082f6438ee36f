"""A person's own account: profile, and signing out another browser. Password and second factor are allauth's pages."""

from __future__ import annotations

from allauth.usersessions.adapter import get_adapter as get_sessions_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from workbench.http import Request
from workbench.teams.access import signed_in
from workbench.teams.forms import ProfileForm


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: Request) -> HttpResponse:
    """Name, language and theme."""
    user = signed_in(request)
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=user)
    if not form.is_valid():
        return render(request, "account/profile.html", {"form": form}, status=422 if form.errors else 200)
    form.save()
    if user.language:
        translation.activate(user.language)
    messages.success(request, _("Saved."))
    answer = redirect("profile")
    if not user.language:
        # The cookie is another choice of this browser's; with none, its own preference counts.
        answer.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
    return answer


@require_POST
def end_session(request: Request, session_id: int) -> HttpResponse:
    """Sign out one of the person's own browsers. One that ended already, or is somebody else's, is no error."""
    mine = UserSession.objects.filter(user=signed_in(request), pk=session_id)
    ended = list(mine.exclude(session_key=request.session.session_key))
    get_sessions_adapter().end_sessions(ended)
    if ended:
        messages.success(request, _("That browser was signed out."))
    return redirect("usersessions_list")
