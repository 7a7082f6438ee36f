"""Who is here: users, workspaces, members with their role, and one-time sign-in links."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

SIGN_IN_LINK_LIFETIME = timedelta(minutes=15)


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

    @staticmethod
    def hash_of(token: str) -> str:
        """SHA-256 of the token in hex: the token has 256 random bits, so no salt or slow hash is needed."""
        return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()

    @classmethod
    def make(cls, user: User, now: datetime) -> str:
        """Store a new link for the user and return its token, which is not stored."""
        token = secrets.token_urlsafe(32)
        cls.objects.create(user=user, token_hash=cls.hash_of(token), expires_at=now + SIGN_IN_LINK_LIFETIME)
        return token
