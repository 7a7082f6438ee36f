"""Prompts, their immutable versions, the labels on them, and each person's unsaved work."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workbench.ids import new_id
from workbench.teams.models import Workspace

MAX_NAME = 300
MAX_NOTE = 1000
MAX_TAG = 60
SHOWN_OF_DRAFT = 160  # characters in a list


class Prompt(models.Model):
    """A named, described, tagged thing with versions. `folder` is a path of names between slashes, empty at the top.

    `latest_number` is the number of the newest version. A prompt that was archived is out of the way; one that was
    deleted can be brought back for a while, and is then gone (see actions.purge_deleted).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="prompts", db_index=False)
    name = models.CharField(_("name"), max_length=MAX_NAME)
    description = models.TextField(_("description"), blank=True)
    folder = models.CharField(_("folder"), max_length=MAX_NAME, blank=True)
    latest_number = models.PositiveIntegerField(default=0)
    origin = models.UUIDField(null=True, editable=False)  # the id that it had in the file that it came from
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    updated_at = models.DateTimeField(default=timezone.now)
    last_run_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-updated_at"]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "-updated_at", "-id"], name="prompt_newest"),
            models.Index(fields=["workspace", "origin"], name="prompt_origin"),
            models.Index(fields=["workspace", "folder", "-updated_at", "-id"], name="prompt_in_folder"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_archived(self) -> bool:
        """Whether it is out of the way."""
        return self.archived_at is not None


class PromptWords(models.Model):
    """All the words by which a prompt is found, in one text: see search.py, which alone writes and reads it."""

    prompt = models.OneToOneField(Prompt, on_delete=models.CASCADE, related_name="words")
    text = models.TextField()

    def __str__(self) -> str:
        return f"words of {self.prompt_id}"


class PromptTag(models.Model):
    """A word that a prompt is found by."""

    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="tags", db_index=False)
    name = models.CharField(max_length=MAX_TAG)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["prompt", "name"], name="tag_once_per_prompt")]
        indexes: ClassVar = [models.Index(fields=["name", "prompt"], name="prompts_with_tag")]

    def __str__(self) -> str:
        return self.name


class Favourite(models.Model):
    """A prompt that a person wants at hand."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="favourites")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "prompt"], name="favourite_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.prompt}"


class PromptVersion(models.Model):
    """One immutable, numbered state of a prompt; content.PromptContent tells the shapes of its fields."""

    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    system = models.TextField(blank=True)
    messages = models.JSONField(default=list)
    variables = models.JSONField(default=list)
    parameters = models.JSONField(default=dict)
    tools = models.JSONField(default=list)
    output_schema = models.JSONField(null=True)
    cache = models.JSONField(default=dict)
    note = models.CharField(_("note"), max_length=MAX_NOTE, blank=True)
    restored_from = models.PositiveIntegerField(null=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["prompt", "number"], name="version_number_once")]

    def __str__(self) -> str:
        return f"{self.prompt} v{self.number}"

    def save(self, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        """Store a new version.

        Raises:
            TypeError: it is stored already, and versions never change.
        """
        if not self._state.adding:
            raise TypeError("a prompt's version never changes")
        super().save(**kwargs)


class Label(models.Model):
    """A name that points at one version of a prompt, and can be moved: `production`, `staging`, or an own one."""

    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="labels", db_index=False)
    name = models.CharField(_("label"), max_length=MAX_TAG)
    number = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["prompt", "name"], name="label_once_per_prompt")]

    def __str__(self) -> str:
        return f"{self.name} → v{self.number}"


class LabelMove(models.Model):
    """Who moved a label when, from which version to which: None where there was or is none. Append-only."""

    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="label_moves")
    name = models.CharField(max_length=MAX_TAG)
    from_number = models.PositiveIntegerField(null=True)
    to_number = models.PositiveIntegerField(null=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.name}: {self.from_number} → {self.to_number}"


class ValueSet(models.Model):
    """Named values for a prompt's variables, shared by all who use the prompt: `{name of variable: value}`."""

    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="value_sets", db_index=False)
    name = models.CharField(_("name"), max_length=MAX_NAME)
    values = models.JSONField(default=dict)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["prompt", "name"], name="value_set_once_per_prompt")]

    def __str__(self) -> str:
        return self.name


class ParameterSet(models.Model):
    """Saved model settings, named and shared like prompts, usable with any prompt.

    `settings` holds them by their API names, as content.parameters_of gives them; with `model` and `connection` only if
    the set is for one model.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="parameter_sets", db_index=False)
    name = models.CharField(_("name"), max_length=MAX_NAME)
    description = models.CharField(_("description"), max_length=MAX_NOTE, blank=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    updated_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True)
    settings = models.JSONField(default=dict)  # last: from here on the name is no longer Django's settings

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "name"],
                condition=models.Q(deleted_at__isnull=True),
                name="parameter_set_once_per_workspace",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Tool(models.Model):
    """A tool kept for reuse: its definition as the API takes it, and results to answer its calls with.

    Prompts hold copies: changing it changes none of them. `name` is its own, or its type if it has none; `mocks` are
    `[{"name": str, "text": str, "is_error": bool}]`, each name once.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="tools", db_index=False)
    name = models.CharField(_("name"), max_length=MAX_NAME)
    definition = models.JSONField(default=dict)
    mocks = models.JSONField(default=list)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    updated_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "name"],
                condition=models.Q(deleted_at__isnull=True),
                name="tool_once_per_workspace",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Draft(models.Model):
    """What a person typed in the playground and has not saved: one per prompt, one that belongs to none, and those
    that were put aside for somebody else's version.

    `content` is `{"system": str, "turns": [{"role", "text"}], "lanes": [{"model", "max_tokens", …}], "variables":
    [stored variables], "values": {name: value}, "cache": {part: "5m" or "1h"}}`, values as typed. `base_number` is the
    version on which it was begun. One that was thrown away can be brought back until something new is typed. `page`
    sent it as its `sequence`-th post: what that page sent before and arrives later is older.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="drafts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, null=True, related_name="drafts")
    content = models.JSONField(default=dict)
    base_number = models.PositiveIntegerField(null=True)
    updated_at = models.DateTimeField(default=timezone.now)
    put_aside_at = models.DateTimeField(null=True)
    thrown_away_at = models.DateTimeField(null=True)
    page = models.CharField(max_length=36, blank=True)
    sequence = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "user", "prompt"],
                condition=models.Q(put_aside_at__isnull=True),
                name="draft_once_per_prompt",
            ),
            models.UniqueConstraint(
                fields=["workspace", "user"],
                condition=models.Q(prompt__isnull=True, put_aside_at__isnull=True),
                name="draft_once_without_prompt",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.prompt or '–'}"

    @property
    def beginning(self) -> str:
        """The first words of what was typed."""
        turns = [turn.get("text", "") for turn in self.content.get("turns") or []]
        return " ".join(" ".join([self.content.get("system", ""), *turns]).split())[:SHOWN_OF_DRAFT]
