"""Invitations: made, sent, looked up, accepted, withdrawn. A link works once, for a week, for one role."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from workbench.teams.audit import Action, note
from workbench.teams.models import Invitation, Member, Role, User, hash_token

# Where a session keeps the id of the invitation whose link was opened in it.
INVITED_BY_LINK = "invitation"


class InvitationGoneError(Exception):
    """The link is of no invitation that can be used now: unknown, used, expired, revoked, or somebody else's."""


def can_send_mail() -> bool:
    """Whether the operator named a mail server."""
    return bool(settings.ENVIRONMENT.mail_url)


@transaction.atomic
def invite(owner: Member, role: Role, email: str, now: datetime) -> tuple[Invitation, str]:
    """Make an invitation, for an address or (if empty) for whoever gets the link.

    Returns:
        The invitation, and its link, which cannot be read again.
    """
    invitation, token = Invitation.make(owner.workspace, owner.user, role, email, now)
    note(owner.workspace, owner.user, Action.MEMBER_INVITED, "invitation", invitation.pk, email, role=role)
    return invitation, settings.ENVIRONMENT.public_url + reverse("invitation", args=[token])


def mail_invitation(invitation: Invitation, link: str, invited_by: str) -> None:
    """Send the link to the address that the invitation is for.

    Raises:
        OSError: the mail server cannot be reached, or (smtplib's errors are OSErrors) does not take the message.
    """
    context = {"invitation": invitation, "link": link, "invited_by": invited_by}
    subject = _("%(person)s invites you to “%(workspace)s”") % {
        "person": invited_by,
        "workspace": invitation.workspace.name,
    }
    # A name may hold a line break; a subject may not.
    send_mail(
        " ".join(subject.split()),
        render_to_string("teams/email/invitation.txt", context),
        settings.DEFAULT_FROM_EMAIL,
        [invitation.email],
    )
    invitation.was_mailed = True
    invitation.save(update_fields=["was_mailed"])


def find_invitation(token: str, now: datetime) -> Invitation:
    """The invitation of this link.

    Raises:
        InvitationGoneError: it cannot be used now.
    """
    found = (
        Invitation.open_at(now).select_related("workspace", "invited_by").filter(token_hash=hash_token(token)).first()
    )
    if found is None:
        raise InvitationGoneError
    return found


def invitations_for(email: str, opened: int | None, now: datetime) -> list[Invitation]:
    """Invitations for this address that can be used now, and the one whose link was opened, if it is for anybody."""
    mine = Q(email=email) | Q(pk=opened, email="")
    return list(Invitation.open_at(now).filter(mine).select_related("workspace"))


@transaction.atomic
def accept_invitation(invitation: Invitation, user: User, now: datetime) -> Member:
    """Make the user a member with the invitation's role. Who is one already stays as they are.

    Raises:
        InvitationGoneError: somebody was quicker, it was revoked or has expired meanwhile, or is for somebody else.
    """
    if not invitation.is_for(user):
        raise InvitationGoneError
    if not Invitation.open_at(now).filter(pk=invitation.pk).update(accepted_at=now, accepted_by=user):
        raise InvitationGoneError
    workspace = invitation.workspace
    member, is_new = Member.objects.get_or_create(workspace=workspace, user=user, defaults={"role": invitation.role})
    if is_new:
        note(workspace, user, Action.MEMBER_JOINED, "workspace", workspace.pk, workspace.name, role=member.role)
    return member


@transaction.atomic
def join_with_new_account(invitation: Invitation, name: str, email: str, password: str, now: datetime) -> Member:
    """Make an account and accept with it: both or neither.

    Raises:
        InvitationGoneError: as in accept_invitation.
        IntegrityError: there is an account with this address.
    """
    user = User.objects.create_user(email, password, name=name)
    # Whoever was handed the link by a person may have typed any address.
    is_proven = invitation.was_mailed and invitation.email == user.email
    EmailAddress.objects.create(user=user, email=user.email, verified=is_proven, primary=True)
    return accept_invitation(invitation, user, now)


@transaction.atomic
def revoke_invitation(owner: Member, invitation: Invitation, now: datetime) -> bool:
    """End an invitation that was not used yet. Returns whether there was something to end."""
    if not Invitation.open_at(now).filter(pk=invitation.pk).update(revoked_at=now):
        return False
    note(owner.workspace, owner.user, Action.INVITATION_REVOKED, "invitation", invitation.pk, invitation.email)
    return True
