"""Who is here: users, workspaces, members with their role, invitations, sign-in links, and who did what when."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, ClassVar, NoReturn

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

SIGN_IN_LINK_LIFETIME = timedelta(minutes=15)
INVITATION_LIFETIME = timedelta(days=7)


def hash_token(token: str) -> str:
    """SHA-256 of a token in hex: it has 256 random bits, so no salt or slow hash is needed."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


class UserManager(BaseUserManager["User"]):
    """Makes users; e-mail addresses are compared without regard to case."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> User:
        """Store a user; without a password they can sign in by link only."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """The user with this e-mail address, in any case."""
        return self.get(email__iexact=username)


class Theme(models.TextChoices):
    """How pages look: as the device says, or fixed."""

    SYSTEM = "system", _("As on this device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class User(AbstractBaseUser):
    """A person who signs in by e-mail address."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=100, blank=True)
    theme = models.CharField(_("theme"), max_length=6, choices=Theme.choices, default=Theme.SYSTEM)
    # As in LANGUAGES; empty follows the browser. No choices here: a new language is no change of the table.
    language = models.CharField(_("language"), max_length=10, blank=True)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    is_staff = False
    is_superuser = False
    objects = UserManager()

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """The name shown to others: the given one, else the e-mail address up to its @."""
        return self.name or self.email.partition("@")[0]

    @property
    def initials(self) -> str:
        """One or two letters for the round badge."""
        words = self.display_name.replace(".", " ").replace("_", " ").split()
        return "".join(word[0] for word in words[:2]).upper() or "?"


class Workspace(models.Model):
    """What a team shares: everything else hangs below one."""

    slug = models.SlugField(max_length=50, unique=True)
    name = models.CharField(_("name"), max_length=100)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class Right(models.IntegerChoices):
    """What a person asks to do in a workspace; a higher right includes the lower ones."""

    READ = 1, _("read")
    WRITE = 2, _("write and run")
    MANAGE = 3, _("manage")


class Role(models.TextChoices):
    """What a member is in a workspace."""

    OWNER = "owner", _("Owner")
    EDITOR = "editor", _("Editor")
    VIEWER = "viewer", _("Viewer")

    def has(self, right: Right) -> bool:
        """Whether this role includes the right."""
        return right <= {Role.OWNER: Right.MANAGE, Role.EDITOR: Right.WRITE, Role.VIEWER: Right.READ}[self]


class Member(models.Model):
    """A user in a workspace, with a role."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=6, choices=Role.choices)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "user"], name="one_member_per_user")]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"

    def has(self, right: Right) -> bool:
        """Whether this member's role includes the right."""
        return Role(self.role).has(right)

    @property
    def may_write(self) -> bool:
        """For templates: may write and run."""
        return self.has(Right.WRITE)

    @property
    def may_manage(self) -> bool:
        """For templates: may change connections, members and the workspace itself."""
        return self.has(Right.MANAGE)


class SignInLink(models.Model):
    """A link that signs one user in, once, within a quarter of an hour. Only its hash is stored."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_in_links")
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user} until {self.expires_at:%Y-%m-%d %H:%M}"

    @classmethod
    def make(cls, user: User, now: datetime) -> str:
        """Store a new link for the user and return its token, which is not stored."""
        token = secrets.token_urlsafe(32)
        cls.objects.create(user=user, token_hash=hash_token(token), expires_at=now + SIGN_IN_LINK_LIFETIME)
        return token


class Invitation(models.Model):
    """A way into a workspace, once, with a role, within a week. Only the hash of its link is stored."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="invitations")
    # For whom: nobody else may use it. Empty: for whoever has the link.
    email = models.EmailField(_("e-mail"), blank=True)
    # Whether the link went to that address only: then having it proves whose address it is.
    was_mailed = models.BooleanField(default=False)
    role = models.CharField(_("role"), max_length=6, choices=Role.choices, default=Role.EDITOR)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.email or 'by link'} · {self.get_role_display()}"

    @classmethod
    def make(
        cls, workspace: Workspace, invited_by: User, role: str, email: str, now: datetime
    ) -> tuple[Invitation, str]:
        """Store a new invitation; returned with the token of its link, which is not stored."""
        token = secrets.token_urlsafe(32)
        invitation = cls.objects.create(
            workspace=workspace,
            invited_by=invited_by,
            role=role,
            email=email.lower(),
            token_hash=hash_token(token),
            created_at=now,
            expires_at=now + INVITATION_LIFETIME,
        )
        return invitation, token

    @classmethod
    def open_at(cls, now: datetime) -> models.QuerySet[Invitation]:
        """Invitations that can be used at this moment."""
        return cls.objects.filter(accepted_at=None, revoked_at=None, expires_at__gt=now)

    def is_for(self, user: User) -> bool:
        """Whether this person may use it."""
        return not self.email or self.email == user.email


class AppendOnly(models.QuerySet["AuditEntry"]):
    """Rows that are added and read, never changed or deleted."""

    def update(self, **_fields: object) -> NoReturn:
        """Raises TypeError."""
        raise TypeError("Audit entries are never changed.")

    def delete(self) -> NoReturn:
        """Raises TypeError."""
        raise TypeError("Audit entries are never deleted.")


class AuditEntry(models.Model):
    """Who did what in a workspace, and when. Append-only; names are kept as they were then. Written by audit.note()."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="audit_entries", db_index=False)
    # No constraint in the database: deleting a person must not change what they did.
    user = models.ForeignKey(User, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+")
    user_name = models.CharField(max_length=254)
    action = models.CharField(max_length=40)
    target_kind = models.CharField(max_length=20)
    target_id = models.CharField(max_length=40)
    target_name = models.CharField(max_length=300)
    details = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)

    objects = AppendOnly.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index("workspace", models.F("id").desc(), name="audit_newest_first")]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M} {self.user_name} {self.action} {self.target_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        """Store a new entry.

        Raises:
            TypeError: it is stored already.
        """
        if not self._state.adding:
            raise TypeError("Audit entries are never changed.")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *_args: object, **_kwargs: object) -> NoReturn:
        """Raises TypeError."""
        raise TypeError("Audit entries are never deleted.")
