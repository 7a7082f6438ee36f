"""What changes people and workspaces: the first owner, sign-in links, members and their roles, new workspaces.

A workspace always keeps an owner: whoever changes members holds the workspace's lock while looking.
"""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.text import slugify

from workbench.teams.audit import Action, note
from workbench.teams.models import Member, Role, SignInLink, User, Workspace, hash_token

FIRST_OWNER_EMAIL = "owner@localhost"
FIRST_WORKSPACE = ("main", "Main")


class LastOwnerError(Exception):
    """The workspace would be without an owner. Nothing was changed."""


@transaction.atomic
def ensure_first_owner(email: str = "", password: str = "") -> tuple[Member, bool]:
    """Make sure that there is a workspace with an owner; create or update the named one if an e-mail is given.

    Args:
        email: the owner's address; empty keeps whoever is owner, or makes a local owner without a password.
        password: set (again) for the named owner if given.

    Returns:
        The owner's membership, and whether the workspace was made now.
    """
    first = Member.objects.select_related("user", "workspace").filter(role=Role.OWNER).order_by("pk").first()
    if first and not email:
        return first, False
    workspace = first.workspace if first else None
    is_new = workspace is None
    if workspace is None:
        slug, name = FIRST_WORKSPACE
        workspace = Workspace.objects.create(slug=slug, name=name)
    user = _ensure_user(email or FIRST_OWNER_EMAIL, password)
    member, _made = Member.objects.update_or_create(workspace=workspace, user=user, defaults={"role": Role.OWNER})
    return member, is_new


def _ensure_user(email: str, password: str) -> User:
    email = email.lower()
    user = User.objects.filter(email=email).first() or User.objects.create_user(email)
    # Setting a password signs out every session, so it is set only when it differs.
    if password and not user.check_password(password):
        user.set_password(password)
        user.save(update_fields=["password"])
    EmailAddress.objects.update_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
    return user


def use_sign_in_link(token: str, now: datetime) -> User | None:
    """The user whom this link signs in, or None if it is unknown, used or expired. A link works once.

    The row is deleted by the one who uses it: of two at the same moment, one finds nothing.
    """
    links = SignInLink.objects.filter(token_hash=hash_token(token), expires_at__gt=now)
    link = links.select_related("user").first()
    if link is None or not link.user.is_active:
        return None
    deleted, _rows = SignInLink.objects.filter(pk=link.pk).delete()
    return link.user if deleted else None


@transaction.atomic
def set_role(by: Member, member: Member, role: Role) -> None:
    """Give a member another role.

    Raises:
        LastOwnerError: the last owner would become something else.
        Member.DoesNotExist: they were removed meanwhile.
        PermissionDenied: who does it is an owner no more.
    """
    former = _locked(member)
    _check_owner_still(by)
    if former == role:
        return
    if former == Role.OWNER:
        _keep_an_owner(member)
    member.role = role
    member.save(update_fields=["role"])
    _note_member(by, Action.ROLE_CHANGED, member, before=former, after=role)


@transaction.atomic
def remove_member(by: Member, member: Member) -> None:
    """End a membership: of another, or (leaving) one's own. What the person made stays; open sockets end by themselves.

    Raises:
        LastOwnerError: they are the last owner.
        Member.DoesNotExist: they were removed meanwhile.
        PermissionDenied: who removes another is an owner no more.
    """
    role = _locked(member)
    if by.pk != member.pk:
        _check_owner_still(by)
    if role == Role.OWNER:
        _keep_an_owner(member)
    _note_member(by, Action.MEMBER_LEFT if by.pk == member.pk else Action.MEMBER_REMOVED, member, role=role)
    Member.objects.filter(pk=member.pk).delete()


@transaction.atomic
def transfer_ownership(owner: Member, to: Member) -> None:
    """Make another member the owner in one's place; who gives stays as an editor.

    Raises:
        LastOwnerError: it was meant for oneself, or who gives is an owner no more.
        Member.DoesNotExist: one of the two was removed meanwhile.
    """
    if _locked(owner) != Role.OWNER or owner.pk == to.pk:
        raise LastOwnerError
    before = _locked(to)
    to.role, owner.role = Role.OWNER, Role.EDITOR
    to.save(update_fields=["role"])
    owner.save(update_fields=["role"])
    _note_member(owner, Action.OWNERSHIP_TRANSFERRED, to, before=before)


def _locked(member: Member) -> Role:
    """The member's role as it is stored now, with nobody else changing members of the workspace until the end of the
    transaction: SQLite has one writer, elsewhere the workspace's row is held."""
    Workspace.objects.select_for_update().get(pk=member.workspace_id)
    return Role(Member.objects.values_list("role", flat=True).get(pk=member.pk))


def _check_owner_still(by: Member) -> None:
    """Refuse what was allowed when the request came in, and is not any more: another owner was quicker."""
    if not Member.objects.filter(pk=by.pk, role=Role.OWNER).exists():
        raise PermissionDenied


def _keep_an_owner(leaving: Member) -> None:
    others = Member.objects.filter(workspace_id=leaving.workspace_id, role=Role.OWNER, user__is_active=True)
    if not others.exclude(pk=leaving.pk).exists():
        raise LastOwnerError


def _note_member(by: Member, action: Action, member: Member, **details: str) -> None:
    note(by.workspace, by.user, action, "member", member.user_id, member.user.display_name, **details)


@transaction.atomic
def create_workspace(user: User, name: str) -> Member:
    """Make a workspace that the user owns, with what a new one begins with. Its address follows from the name."""
    workspace = _workspace_at_free_address(name)
    member = Member.objects.create(workspace=workspace, user=user, role=Role.OWNER)
    note(workspace, user, Action.WORKSPACE_MADE, "workspace", workspace.pk, name)
    # Of rooms above this one, which therefore are named in the settings and not imported.
    for furnish in settings.WORKSPACE_BEGINS_WITH:
        import_string(furnish)(member)
    return member


def _workspace_at_free_address(name: str) -> Workspace:
    longest = Workspace._meta.get_field("slug").max_length or 50  # noqa: SLF001 - Django's documented model API
    # Names in other scripts leave nothing to make an address of.
    wanted, number = slugify(name) or "workspace", 1
    while True:
        ending = f"-{number}" if number > 1 else ""
        slug = wanted[: longest - len(ending)].strip("-_") + ending
        workspace, is_new = Workspace.objects.get_or_create(slug=slug, defaults={"name": name})
        if is_new:
            return workspace
        number += 1


@transaction.atomic
def rename_workspace(by: Member, name: str) -> None:
    """Give the workspace another name; its address stays, so that links do."""
    workspace = by.workspace
    before = Workspace.objects.values_list("name", flat=True).get(pk=workspace.pk)
    if before == name:
        return
    workspace.name = name
    workspace.save(update_fields=["name"])
    note(workspace, by.user, Action.WORKSPACE_RENAMED, "workspace", workspace.pk, name, before=before)
