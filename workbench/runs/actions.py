"""Starting runs: one exact request body per lane, stored as queued in one short transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from workbench.files.actions import note_uses
from workbench.files.models import UseKind
from workbench.prompts.actions import note_run
from workbench.prompts.content import PromptContent
from workbench.prompts.models import PromptVersion
from workbench.prompts.parameter_sets import get_set
from workbench.runs.attaching import large_files, takes_of
from workbench.runs.drafting import draft_of
from workbench.runs.lane_form import LaneRequest
from workbench.runs.models import Run, Source
from workbench.runs.request import PromptText, build_body
from workbench.runs.schema_ways import sending_for
from workbench.runs.sending import serialise
from workbench.runs.storable import storable, storable_text
from workbench.teams.models import Member


@dataclass(frozen=True, slots=True)
class Submission:
    """What one press of Run asks for. `key` makes a second post of the same form harmless."""

    key: UUID
    prompt: PromptText
    lanes: Sequence[LaneRequest]
    version: PromptVersion | None = None
    is_edited: bool = False
    template: dict[str, Any] | None = None


def start_runs(member: Member, submission: Submission) -> list[Run]:
    """Store one queued run per lane, in the order of the lanes. The same key gives the same runs again.

    Raises:
        FileGoneError: the storage has lost a file of the prompt.
    """
    runs = [_queued(member, submission, lane) for lane in submission.lanes]
    try:
        with transaction.atomic():
            if submission.version:
                note_run(submission.version.prompt_id, timezone.now())
            stored = Run.objects.bulk_create(runs)
            for run in stored:
                note_uses(submission.prompt.files.found.values(), UseKind.RUN, str(run.id), run.preview)
            return stored
    except IntegrityError:
        # Posted before: a double click, a retry of the network, or the back button.
        earlier = list(runs_of(member, submission.key))
        if not earlier:
            raise
        if [run.request_body for run in earlier] == [run.request_body for run in runs]:
            return earlier
        # The answer to the first post never reached the page, and what it asks has changed since.
        return start_runs(member, replace(submission, key=uuid4()))


def runs_of(member: Member, key: UUID) -> QuerySet[Run]:
    """The member's runs that were started together under this key, in the order of the lanes."""
    found = Run.objects.filter(workspace_id=member.workspace_id, user_id=member.user_id, submission=key)
    return found.select_related("workspace").order_by("lane")


def adopt_runs(member: Member, version: PromptVersion) -> None:
    """Let the member's last runs of a prompt without a name belong to the one that it was saved as, if they ran it."""
    mine = Run.objects.filter(workspace_id=member.workspace_id, user_id=member.user_id, source=Source.PLAYGROUND)
    key = mine.filter(prompt__isnull=True).order_by("-id").values_list("submission", flat=True).first()
    if key is None:
        return
    content = PromptContent.of_version(version)
    runs = [run for run in mine.filter(submission=key) if PromptContent.of_draft(draft_of(run)).same_as(content)]
    mine.filter(pk__in=[run.pk for run in runs]).update(prompt=version.prompt_id, prompt_version=version)


def _queued(member: Member, submission: Submission, lane: LaneRequest) -> Run:
    keeps = lane.rules.capabilities.caching
    prompt = submission.prompt if keeps else submission.prompt.without_marks()
    takes = takes_of(lane.connection, lane.rules.capabilities)
    sending = sending_for(prompt.output_schema, lane.rules.capabilities, lane.parameters, prompt.tools)
    body = serialise(
        build_body(prompt, lane.model.model_id, lane.parameters, takes, sending),
        large_files(prompt.turns, prompt.files, takes, lane.connection),
    )
    return Run(
        workspace=member.workspace,
        user_id=member.user_id,
        submission=submission.key,
        lane=lane.index,
        prompt_id=submission.version.prompt_id if submission.version else None,
        prompt_version=submission.version,
        parameter_set=get_set(member.workspace, lane.set_id) if lane.set_id else None,
        is_edited=submission.is_edited,
        template=storable(submission.template),
        connection=lane.connection,
        connection_name=lane.connection.name,
        model=lane.model.model_id,
        model_label=lane.model.label[:200],
        api_version=lane.api_version,
        betas=list(lane.betas),
        preview=storable_text(submission.prompt.preview),
        request_body=body.text,
        request_gaps=list(body.gaps),
    )
