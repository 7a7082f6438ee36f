"""The one choke point for "may this person…": nothing of a workspace is fetched without passing here.

What is not yours does not exist (404, the same as for a random name); what your role does not include is
refused with words (403).
"""

from __future__ import annotations

from typing import cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from workbench.teams.models import Invitation, Member, Right, User


def get_member(user: AbstractBaseUser | AnonymousUser, workspace: str, right: Right = Right.READ) -> Member:
    """The user's membership of the workspace with this slug, if it includes the right.

    Raises:
        Http404: there is no such workspace, or the user is not in it.
        PermissionDenied: the user's role does not include the right.
    """
    if not user.is_authenticated:
        raise Http404
    try:
        member = Member.objects.select_related("workspace", "user").get(user_id=user.pk, workspace__slug=workspace)
    except Member.DoesNotExist:
        raise Http404 from None
    if not member.has(right):
        raise PermissionDenied(
            _("Your role in this workspace is “%(role)s”, which may not do this. Ask an owner of the workspace.")
            % {"role": member.get_role_display()}
        )
    return member


def signed_in(request: HttpRequest) -> User:
    """The user of a view behind the sign-in."""
    return cast("User", request.user)


def get_other_member(member: Member, member_id: int) -> Member:
    """A membership of the same workspace.

    Raises:
        Http404: there is none with this id there.
    """
    found = Member.objects.select_related("workspace", "user").filter(workspace=member.workspace, pk=member_id).first()
    if found is None:
        raise Http404
    return found


def get_invitation(member: Member, invitation_id: int) -> Invitation:
    """An invitation of the member's workspace.

    Raises:
        Http404: there is none with this id there.
    """
    found = Invitation.objects.select_related("workspace").filter(workspace=member.workspace, pk=invitation_id).first()
    if found is None:
        raise Http404
    return found
