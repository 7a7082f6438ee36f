"""A run's record: what was asked, by whom, what came back, when, at what cost, and who holds it while it lives."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workbench.connections.models import Connection
from workbench.ids import new_id
from workbench.prompts.models import ParameterSet, Prompt, PromptVersion
from workbench.teams.models import Workspace


class Status(models.TextChoices):
    """Where a run stands. It moves forward only: queued, running, then one of the four ends."""

    QUEUED = "queued", _("queued")
    RUNNING = "running", _("running")
    SUCCEEDED = "succeeded", _("succeeded")
    FAILED = "failed", _("failed")
    STOPPED = "stopped", _("stopped")
    INTERRUPTED = "interrupted", _("interrupted")

    @property
    def is_live(self) -> bool:
        """Whether more is to come."""
        return self in LIVE


LIVE = (Status.QUEUED, Status.RUNNING)


class Source(models.TextChoices):
    """From where a run was started."""

    PLAYGROUND = "playground", _("playground")


class Run(models.Model):
    """One request to one model and everything about it.

    `request_body` is the exact text of the JSON that is sent, without the bytes of files (`request_gaps`). `message` is
    the answer as the Messages API returns it (`content` blocks, `stop_reason`, `usage`), whole or as far as it came.
    Times in ms count from `created_at` for `queued_ms`, from the moment the request left for `first_token_ms` and
    `duration_ms`. Cost in USD.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # No index of its own: those below begin with it, and SQLite would take the poorer one to fetch a single run.
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="runs", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    source = models.CharField(max_length=12, choices=Source.choices, default=Source.PLAYGROUND)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.QUEUED)
    submission = models.UUIDField()
    lane = models.PositiveSmallIntegerField(default=0)
    prompt = models.ForeignKey(Prompt, on_delete=models.SET_NULL, null=True, related_name="runs", db_index=False)
    prompt_version = models.ForeignKey(
        PromptVersion, on_delete=models.SET_NULL, null=True, related_name="runs", db_index=False
    )
    parameter_set = models.ForeignKey(
        ParameterSet, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    is_edited = models.BooleanField(default=False)  # what was sent differs from that version
    connection = models.ForeignKey(Connection, on_delete=models.SET_NULL, null=True, related_name="+")
    connection_name = models.CharField(max_length=80)
    model = models.CharField(max_length=300)
    model_label = models.CharField(max_length=200)
    api_version = models.CharField(max_length=10)
    betas = models.JSONField(default=list)  # headers beside those of the connection
    preview = models.CharField(max_length=200, blank=True)

    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    queued_ms = models.FloatField(null=True)
    first_token_ms = models.FloatField(null=True)
    duration_ms = models.FloatField(null=True)

    stop_reason = models.CharField(max_length=60, blank=True)
    input_tokens = models.PositiveBigIntegerField(null=True)
    output_tokens = models.PositiveBigIntegerField(null=True)
    cost = models.DecimalField(max_digits=14, decimal_places=8, null=True)
    price = models.JSONField(null=True)
    request_id = models.CharField(max_length=200, blank=True)
    organization_id = models.CharField(max_length=200, blank=True)
    error_type = models.CharField(max_length=80, blank=True)
    error_code = models.CharField(max_length=120, blank=True)
    error_status = models.PositiveSmallIntegerField(null=True)
    error_message = models.TextField(blank=True)

    lease_owner = models.CharField(max_length=40, blank=True)
    lease_until = models.DateTimeField(null=True)
    stop_requested_at = models.DateTimeField(null=True)

    request_url = models.CharField(max_length=600, blank=True)
    request_headers = models.JSONField(default=list)
    response_status = models.PositiveSmallIntegerField(null=True)
    response_headers = models.JSONField(default=list)
    request_body = models.TextField()
    request_gaps = models.JSONField(default=list)  # where bytes of files belong in it: see sending.Gap
    template = models.JSONField(null=True)  # before variables were filled in: see forms.RunForm.template_kept
    message = models.JSONField(null=True)
    unknown_events = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "user", "submission", "lane"], name="one_run_per_lane_and_submission"
            )
        ]
        indexes: ClassVar = [
            # What lists search for stands in the index itself: a search reads no answers.
            models.Index(fields=["workspace", "-id", "preview", "model"], name="run_history"),
            models.Index(fields=["workspace", "status", "-id", "preview", "model"], name="run_history_by_status"),
            models.Index(fields=["workspace", "user", "-id", "source", "prompt"], name="run_history_of_user"),
            models.Index(fields=["prompt", "-id"], name="run_history_of_prompt"),
            models.Index(fields=["prompt_version", "-id"], name="run_history_of_version"),
            # Asked several times a second. Not only of living runs: SQLite uses no partial index for a bound value.
            models.Index(fields=["status", "created_at"], name="run_live"),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.status} {self.id}"

    @property
    def is_live(self) -> bool:
        """Whether more of the answer may come."""
        return Status(self.status).is_live


class RunAttempt(models.Model):
    """One try of a run to get an answer, as it ended. `wait_ms` is the pause before the next one."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    duration_ms = models.FloatField()
    status = models.PositiveSmallIntegerField(null=True)
    error_type = models.CharField(max_length=80, blank=True)
    error_message = models.TextField(blank=True)
    request_id = models.CharField(max_length=200, blank=True)
    wait_ms = models.FloatField(null=True)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "number"], name="attempt_number_once")]

    def __str__(self) -> str:
        return f"{self.run_id} #{self.number}"


class RunCheckpoint(models.Model):
    """A stretch of a living run's answer, stored about twice a second and removed when the run has ended.

    `start` and `end` are positions (pieces of the answer counted from its begin, over all blocks).
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="checkpoints")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    block = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    label = models.CharField(max_length=128, blank=True)  # see live.Stretch
    text = models.TextField()

    class Meta:
        ordering: ClassVar = ["start"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "start"], name="checkpoint_start_once")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.start}–{self.end}"
