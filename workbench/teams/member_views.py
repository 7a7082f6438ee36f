"""Settings: members. Everyone may look and leave; owners change roles and remove."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workbench.http import Request
from workbench.teams import actions
from workbench.teams.access import get_member, get_other_member
from workbench.teams.actions import LastOwnerError
from workbench.teams.forms import InviteForm
from workbench.teams.invitations import can_send_mail
from workbench.teams.models import Member, Right, Role
from workbench.teams.queries import members_of, open_invitations_of


@require_safe
def members(request: Request, workspace: str) -> HttpResponse:
    """Who is here, with which role since when; for owners also who is invited."""
    member = get_member(request.user, workspace)
    return render(request, "teams/members.html", members_context(member, InviteForm(member.workspace)))


def members_context(member: Member, form: InviteForm) -> dict[str, object]:
    """What teams/members.html shows."""
    return {
        "member": member,
        "nav": "members",
        "others": members_of(member.workspace),
        "roles": Role,
        "form": form,
        "can_send": can_send_mail(),
        "invitations": open_invitations_of(member.workspace, timezone.now()) if member.may_manage else [],
    }


@require_POST
def set_role(request: Request, workspace: str, member_id: int) -> HttpResponse:
    """Change a member's role to the posted one."""
    owner = get_member(request.user, workspace, Right.MANAGE)
    other = get_other_member(owner, member_id)
    role = request.POST.get("role", "")
    if role not in Role.values:
        return _back(workspace)
    try:
        actions.set_role(owner, other, Role(role))
    except LastOwnerError:
        _tell_last_owner(request)
    except Member.DoesNotExist:
        raise Http404 from None
    else:
        words = _("%(person)s is now: %(role)s.")
        messages.success(request, words % {"person": other.user, "role": Role(role).label})
    return _back(workspace)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: Request, workspace: str, member_id: int) -> HttpResponse:
    """Ask, then remove a member."""
    owner = get_member(request.user, workspace, Right.MANAGE)
    other = get_other_member(owner, member_id)
    if other.pk == owner.pk:
        return redirect("member_leave", workspace=workspace)
    if request.method != "POST":
        return render(request, "teams/remove.html", _asking(owner, other))
    try:
        actions.remove_member(owner, other)
    except LastOwnerError:
        _tell_last_owner(request)
    except Member.DoesNotExist:
        raise Http404 from None
    else:
        messages.success(request, _("%(person)s was removed.") % {"person": other.user})
    return _back(workspace)


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: Request, workspace: str) -> HttpResponse:
    """Ask, then leave the workspace."""
    member = get_member(request.user, workspace)
    if request.method != "POST":
        return render(request, "teams/leave.html", _asking(member, member))
    try:
        actions.remove_member(member, member)
    except LastOwnerError:
        _tell_last_owner(request)
        return _back(workspace)
    except Member.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("You left “%(workspace)s”.") % {"workspace": member.workspace.name})
    return redirect("home")


@require_http_methods(["GET", "HEAD", "POST"])
def transfer(request: Request, workspace: str, member_id: int) -> HttpResponse:
    """Ask, then make a member the owner in one's place."""
    owner = get_member(request.user, workspace, Right.MANAGE)
    other = get_other_member(owner, member_id)
    if other.pk == owner.pk:
        return _back(workspace)
    if request.method != "POST":
        return render(request, "teams/transfer.html", _asking(owner, other))
    try:
        actions.transfer_ownership(owner, other)
    except LastOwnerError:
        _tell_last_owner(request)
    except Member.DoesNotExist:
        raise Http404 from None
    else:
        messages.success(request, _("%(person)s owns the workspace now; you are an editor.") % {"person": other.user})
    return _back(workspace)


def _asking(member: Member, other: Member) -> dict[str, object]:
    is_only_owner = other.role == Role.OWNER and members_of(member.workspace).filter(role=Role.OWNER).count() == 1
    return {"member": member, "nav": "members", "other": other, "is_only_owner": is_only_owner}


def _tell_last_owner(request: Request) -> None:
    messages.error(request, _("A workspace needs an owner. Make somebody else an owner first."))


def _back(workspace: str) -> HttpResponse:
    return redirect("members", workspace=workspace)
