"""Prompts, their immutable versions, and each person's unsaved work."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workbench.ids import new_id
from workbench.teams.models import Workspace


class Prompt(models.Model):
    """A named, described thing with versions."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="prompts")
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("description"), blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-updated_at"]
        indexes: ClassVar = [models.Index(fields=["workspace", "-updated_at"])]

    def __str__(self) -> str:
        return self.name


class PromptVersion(models.Model):
    """One immutable, numbered state of a prompt.

    `messages` is a list of `{"role": "user" | "assistant", "text": str}`; `parameters` holds model settings by
    their API names.
    """

    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    system = models.TextField(blank=True)
    messages = models.JSONField(default=list)
    parameters = models.JSONField(default=dict)
    note = models.CharField(max_length=300, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["prompt", "number"], name="version_number_once")]

    def __str__(self) -> str:
        return f"{self.prompt} v{self.number}"


class Draft(models.Model):
    """What a person typed in the playground and has not saved: one per prompt, and one that belongs to none.

    `content` is `{"system": str, "turns": [{"role", "text"}], "lanes": [{"model", "max_tokens", …}]}`, values as typed.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="drafts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, null=True, related_name="drafts")
    content = models.JSONField(default=dict)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "user", "prompt"], name="draft_once_per_prompt"),
            models.UniqueConstraint(
                fields=["workspace", "user"], condition=models.Q(prompt__isnull=True), name="draft_once_without_prompt"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.prompt or '–'}"
