"""What changes people and workspaces: the first start's owner, and signing in by a one-time link."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from workbench.teams.models import Member, Role, SignInLink, User, Workspace

FIRST_OWNER_EMAIL = "owner@localhost"
FIRST_WORKSPACE = ("main", "Main")


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
    links = SignInLink.objects.filter(token_hash=SignInLink.hash_of(token), expires_at__gt=now)
    link = links.select_related("user").first()
    if link is None or not link.user.is_active:
        return None
    deleted, _rows = SignInLink.objects.filter(pk=link.pk).delete()
    return link.user if deleted else None
