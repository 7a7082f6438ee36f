"""Inviting, withdrawing, and the page behind an invitation's link."""

from __future__ import annotations

import structlog
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from workbench.http import Request, wants_fragment
from workbench.teams import invitations
from workbench.teams.access import get_invitation, get_member
from workbench.teams.accounts import sign_in
from workbench.teams.forms import InviteForm, NewAccountForm
from workbench.teams.invitations import (
    INVITED_BY_LINK,
    InvitationGoneError,
    accept_invitation,
    find_invitation,
    join_with_new_account,
)
from workbench.teams.member_views import members_context
from workbench.teams.models import Invitation, Member, Right, Role, User

log = structlog.get_logger(__name__)


@require_POST
def invite(request: Request, workspace: str) -> HttpResponse:
    """Make an invitation; send it (`send`), or show its link, which is stored nowhere and therefore shown once."""
    owner = get_member(request.user, workspace, Right.MANAGE)
    form = InviteForm(owner.workspace, request.POST)
    shown: dict[str, object] = {}
    if form.is_valid():
        role, email = Role(form.cleaned_data["role"]), form.cleaned_data["email"]
        invitation, link = invitations.invite(owner, role, email, timezone.now())
        wants_mail = "send" in request.POST and invitations.can_send_mail()
        if wants_mail and _is_sent(invitation, link, owner):
            shown = {"sent": email}
        else:
            shown = {"link": link, "invitation": invitation, "was_not_sent": wants_mail}
        form = InviteForm(owner.workspace)
    template = "teams/members.html#inviting" if wants_fragment(request) else "teams/members.html"
    context = {**members_context(owner, form), **shown}
    return render(request, template, context, status=200 if shown else 422)


def _is_sent(invitation: Invitation, link: str, owner: Member) -> bool:
    try:
        invitations.mail_invitation(invitation, link, owner.user.display_name)
    except OSError as error:
        log.warning("invitation.not_sent", reason=type(error).__name__)
        return False
    return True


@require_POST
def revoke(request: Request, workspace: str, invitation_id: int) -> HttpResponse:
    """Withdraw an invitation: its link stops working."""
    owner = get_member(request.user, workspace, Right.MANAGE)
    if invitations.revoke_invitation(owner, get_invitation(owner, invitation_id), timezone.now()):
        messages.success(request, _("The invitation was withdrawn. Its link does not work any more."))
    else:
        messages.info(request, _("This invitation was used or had ended before."))
    return redirect("members", workspace=workspace)


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: Request, invitation: str) -> HttpResponse:
    """Join by an invitation's link: with one button when signed in, else with an account made here."""
    now = timezone.now()
    try:
        found = find_invitation(invitation, now)
        if isinstance(request.user, User):
            return _join(request, found, request.user)
        return _join_anew(request, found)
    except InvitationGoneError:
        # Whatever the reason, the answer is the same: it tells nothing about links that were guessed.
        return render(request, "teams/invitation_gone.html", status=404)


def _join(request: Request, invitation: Invitation, user: User) -> HttpResponse:
    is_member = Member.objects.filter(workspace=invitation.workspace, user=user).exists()
    if is_member:
        messages.info(request, _("You are a member of this workspace already."))
        return redirect("playground", workspace=invitation.workspace.slug)
    if request.method == "POST":
        member = accept_invitation(invitation, user, timezone.now())
        return _welcome(request, member)
    return render(request, "teams/invitation.html", {"invitation": invitation, "is_mine": invitation.is_for(user)})


def _join_anew(request: Request, invitation: Invitation) -> HttpResponse:
    """The form for an account, or, if the invited address has one, the way to the sign-in."""
    # For whoever goes on to sign in through another service, and comes back without the link.
    request.session[INVITED_BY_LINK] = invitation.pk
    form = NewAccountForm(invitation, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            member = join_with_new_account(invitation, **form.cleaned_data, now=timezone.now())
        except IntegrityError:
            form.add_error("email", _("There is an account with this address. Sign in to join with it."))
        else:
            sign_in(request, member.user)
            return _welcome(request, member)
    context = {
        "invitation": invitation,
        "form": form,
        "has_account": bool(invitation.email) and User.objects.filter(email=invitation.email).exists(),
    }
    return render(request, "teams/invitation.html", context, status=422 if form.errors else 200)


def _welcome(request: Request, member: Member) -> HttpResponse:
    messages.success(request, _("Welcome to “%(workspace)s”.") % {"workspace": member.workspace.name})
    return redirect("playground", workspace=member.workspace.slug)
