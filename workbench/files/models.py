"""Uploaded files, where each is used, and at which providers each is. The bytes lie in storage (storing.py)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workbench.connections.models import Connection
from workbench.ids import new_id
from workbench.teams.models import Workspace

MAX_NAME = 255


class FileKind(models.TextChoices):
    """What a file is, found in its content."""

    IMAGE = "image", _("Image")
    PDF = "pdf", "PDF"
    DOCX = "docx", "DOCX"
    CSV = "csv", _("Table")
    JSON = "json", "JSON"
    TEXT = "text", _("Text")
    CODE = "code", _("Code")


class FileState(models.TextChoices):
    """Being stored; can be sent; is stored, but could not be read (`details["problem"]` says why)."""

    STORING = "storing", _("being stored")
    READY = "ready", _("ready")
    UNREADABLE = "unreadable", _("could not be read")


class StoredFile(models.Model):
    """A document, image or table of a workspace; the same bytes are one row.

    `sha256` is of the bytes that were uploaded, `size` that of the bytes that are kept: images leave their metadata
    behind. `name` is shown only, and is never a path. `details` has what the reader found, by kind: pages, read,
    is_scan; width, height (px), frames; rows, columns, delimiter; encoding; characters; text_bytes; cut; problem.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="files", db_index=False)
    name = models.CharField(_("name"), max_length=MAX_NAME)
    kind = models.CharField(max_length=5, choices=FileKind.choices)
    media_type = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=FileState.choices, default=FileState.STORING)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    details = models.JSONField(default=dict)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "sha256"], name="file_once_per_workspace")
        ]
        indexes: ClassVar = [models.Index(fields=["workspace", "-created_at", "-id"], name="file_newest")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_ready(self) -> bool:
        """Whether it can be sent."""
        return self.state == FileState.READY

    @property
    def is_image(self) -> bool:
        """Whether it is a picture that can be shown."""
        return self.kind == FileKind.IMAGE and self.is_ready

    @property
    def has_text(self) -> bool:
        """Whether text was read from it."""
        return self.is_ready and self.kind != FileKind.IMAGE

    def number(self, name: str) -> int:
        """A figure among the details; 0 if there is none."""
        value = self.details.get(name, 0)
        return value if isinstance(value, int) else 0


class UseKind(models.TextChoices):
    """What a file is used in."""

    VERSION = "version", _("prompt version")
    RUN = "run", _("run")


class FileUse(models.Model):
    """A place where a file is used. `key` names it: a run's id, `<prompt id>/<number>` of a version."""

    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="uses", db_index=False)
    kind = models.CharField(max_length=7, choices=UseKind.choices)
    key = models.CharField(max_length=80)
    label = models.CharField(max_length=300)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["file", "kind", "key"], name="file_use_once")]
        indexes: ClassVar = [models.Index(fields=["kind", "key"], name="file_uses_of")]

    def __str__(self) -> str:
        return f"{self.file} in {self.kind} {self.key}"


class ProviderFile(models.Model):
    """A file as a connection's server keeps it, under an id of its own (the provider's Files API)."""

    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="provider_files", db_index=False)
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    provider_id = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["file", "connection"], name="provider_file_once")]

    def __str__(self) -> str:
        return f"{self.file} as {self.provider_id}"
