"""Where requests go: a connection, the models it offers, and what we know of their prices and limits."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar
from urllib.parse import urlsplit

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workbench.ids import new_id
from workbench.sealing import secrets
from workbench.teams.models import Workspace

VENDOR = "anthropic.com"


def host_of(base_url: str) -> str:
    """Host and port that an address names, for people."""
    return urlsplit(base_url).netloc.rpartition("@")[2]


class Kind(models.TextChoices):
    """Whose server a connection reaches; decides how tolerant we are and what we call it."""

    ANTHROPIC = "anthropic", _("Claude API")
    COMPATIBLE = "compatible", _("Other server")
    LOCAL = "local", _("On this machine")

    @classmethod
    def of_address(cls, base_url: str) -> Kind:
        """The vendor's own service, or another server, by the host name of a base URL."""
        host = (urlsplit(base_url).hostname or "").rstrip(".")
        return cls.ANTHROPIC if host == VENDOR or host.endswith(f".{VENDOR}") else cls.COMPATIBLE


class Health(models.TextChoices):
    """What the last contact with a connection showed."""

    UNKNOWN = "unknown", _("Not tested")
    OK = "ok", _("Works")
    FAILING = "failing", _("Answers with errors")
    KEY_REFUSED = "key_refused", _("Key refused")
    UNREACHABLE = "unreachable", _("Not reachable")
    LOCKED = "locked", _("Key cannot be opened")
    STARTING = "starting", _("Starting")
    OFF = "off", _("Switched off")


class ApiVersion(models.TextChoices):
    """Versions of the Messages API; automatic takes the newest that the chosen parameters allow."""

    AUTOMATIC = "", _("Automatic")
    V2026_10_21 = "2026-10-21", "2026-10-21"
    V2023_06_01 = "2023-06-01", "2023-06-01"


class Connection(models.Model):
    """A place that answers. Its key is sealed, belongs to its base URL, and is never shown again."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="connections")
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.COMPATIBLE)
    base_url = models.CharField(_("base URL"), max_length=500, blank=True)
    sealed_key = models.TextField(blank=True)
    key_hint = models.CharField(max_length=10, blank=True)
    api_version = models.CharField(
        _("API version"), max_length=10, choices=ApiVersion.choices, default=ApiVersion.AUTOMATIC, blank=True
    )
    betas = models.JSONField(_("beta headers"), default=list, blank=True)
    idle_timeout = models.PositiveIntegerField(
        _("idle limit (s)"), default=120, validators=[MinValueValidator(1), MaxValueValidator(3600)]
    )
    deadline = models.PositiveIntegerField(
        _("total deadline (s)"), default=3600, validators=[MinValueValidator(1), MaxValueValidator(86_400)]
    )
    max_retries = models.PositiveSmallIntegerField(_("retries"), default=2, validators=[MaxValueValidator(10)])
    proxy = models.CharField(_("proxy"), max_length=500, blank=True)
    # Made from ANTHROPIC_API_KEY, and follows it at every start.
    from_environment = models.BooleanField(default=False)
    health = models.CharField(max_length=12, choices=Health.choices, default=Health.UNKNOWN)
    # The steps of the last test, in codes: their words are found when shown, in the language of the reader.
    report = models.JSONField(default=list, blank=True)
    health_checked_at = models.DateTimeField(null=True, blank=True)
    features = models.JSONField(default=dict, blank=True)
    models_refreshed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["created_at"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "name"], name="connection_name_unique")]

    def __str__(self) -> str:
        return self.name

    @property
    def host(self) -> str:
        """Host and port that requests go to, for people."""
        return host_of(self.base_url) or str(_("this machine"))

    @property
    def is_stored(self) -> bool:
        """Whether it has a row yet; one that is being added has none."""
        return not self._state.adding

    def set_key(self, key: str) -> None:
        """Seal a new key (empty: none) for this connection's base URL. Not saved yet."""
        self.sealed_key = secrets.seal(key, workspace=self._place, field="connection.key") if key else ""
        self.key_hint = secrets.mask(key) if key else ""

    def reseal_key(self) -> None:
        """Seal the key with the newest secret key. Not saved yet.

        Raises:
            workbench.sealing.SealingError: no key of ours opens it.
        """
        self.sealed_key = secrets.reseal(self.sealed_key, workspace=self._place, field="connection.key")

    def open_key(self) -> str | None:
        """The key in clear, for the request's header only.

        Raises:
            workbench.sealing.SealingError: no key of ours opens it, or it was moved here from elsewhere.
        """
        if not self.sealed_key:
            return None
        return secrets.open_sealed(self.sealed_key, workspace=self._place, field="connection.key")

    def move_to(self, base_url: str) -> None:
        """Point the connection elsewhere. A key belongs to the URL it was saved for, so another URL wipes it."""
        if base_url.rstrip("/") != self.base_url.rstrip("/"):
            self.set_key("")
            self.forget_health()
        self.base_url = base_url.rstrip("/")

    def forget_health(self) -> None:
        """What was found before says nothing about the connection as it is now. Not saved yet."""
        self.health, self.report, self.features = Health.UNKNOWN, [], {}
        self.health_checked_at = self.models_refreshed_at = None

    @property
    def _place(self) -> str:
        """What the envelope is bound to: this workspace and this row."""
        return f"{self.workspace_id}/{self.pk}"


class Lifecycle(models.TextChoices):
    """Where a model stands in its life, as the models endpoint says."""

    ACTIVE = "active", _("active")
    DEPRECATED = "deprecated", _("deprecated")
    RETIRED = "retired", _("retired")


class CatalogModel(models.Model):
    """A model that a connection offers, with what its server told and what people here corrected."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="models")
    model_id = models.CharField(max_length=300)
    display_name = models.CharField(max_length=200, blank=True)
    lifecycle = models.CharField(max_length=10, choices=Lifecycle.choices, default=Lifecycle.ACTIVE)
    retires_at = models.DateTimeField(null=True, blank=True)
    max_input_tokens = models.PositiveIntegerField(null=True, blank=True)
    max_tokens = models.PositiveIntegerField(null=True, blank=True)
    capabilities = models.JSONField(null=True, blank=True)
    # Set by people here, USD per million tokens; empty: the built-in table, if it knows the model.
    input_price = models.DecimalField(
        _("input price"),
        max_digits=10,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    output_price = models.DecimalField(
        _("output price"),
        max_digits=10,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    # Not in the server's list (any more), or added by hand because the server has none.
    is_listed = models.BooleanField(default=True)
    is_own = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "model_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["connection", "model_id"], name="model_once_per_connection")
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name shown to people."""
        return self.display_name or self.model_id
