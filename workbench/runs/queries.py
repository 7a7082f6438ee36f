"""Reads of the history: a page of it, filtered, in a fixed number of queries however many runs there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from workbench.prompts.models import Prompt, PromptVersion
from workbench.runs.models import Run, Status
from workbench.runs.presenting import cost_of_run, count, seconds
from workbench.teams.models import Member, Workspace

PAGE = 50
# What a list does not show and must not read: the texts, which are large.
TEXTS = (
    "request_body",
    "request_gaps",
    "template",
    "message",
    "request_headers",
    "response_headers",
    "unknown_events",
    "error_message",
    "price",
)
# Of what a run belongs to only the name and the number are shown.
OF_OTHERS = (
    "prompt__description",
    "prompt_version__system",
    "prompt_version__messages",
    "prompt_version__variables",
    "prompt_version__parameters",
    "prompt_version__tools",
    "prompt_version__output_schema",
    "prompt_version__cache",
)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the history is narrowed to; empty means all."""

    text: str = ""
    status: str = ""
    prompt: Prompt | None = None
    version: PromptVersion | None = None


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Runs, newest first, and the cursor of the next page (empty on the last)."""

    runs: Sequence[Run]
    next_cursor: str


def history(workspace: Workspace, filters: Filters, cursor: UUID | None) -> HistoryPage:
    """One page of a workspace's runs, from the newest before the cursor on. One query."""
    found = _filtered(Run.objects.filter(workspace=workspace), filters)
    if cursor:
        found = found.filter(id__lt=cursor)
    rows = list(
        found.select_related("user", "prompt", "prompt_version").defer(*TEXTS, *OF_OTHERS).order_by("-id")[: PAGE + 1]
    )
    next_cursor = str(rows[PAGE - 1].id) if len(rows) > PAGE else ""
    return HistoryPage(rows[:PAGE], next_cursor)


def light_run(member: Member, run_id: str) -> Run | None:
    """A run of the workspace without its texts, if there is such a run. One query."""
    try:
        key = UUID(run_id)
    except ValueError:
        return None
    return Run.objects.filter(workspace_id=member.workspace_id, id=key).defer(*TEXTS).first()


def _filtered(runs: QuerySet[Run], filters: Filters) -> QuerySet[Run]:
    if filters.version:
        runs = runs.filter(prompt_version=filters.version)
    elif filters.prompt:
        runs = runs.filter(prompt=filters.prompt)
    if filters.status in Status.values:
        runs = runs.filter(status=filters.status)
    if filters.text:
        runs = runs.filter(Q(preview__icontains=filters.text) | Q(model__icontains=filters.text))
    return runs


@dataclass(frozen=True, slots=True)
class Row:
    """A run in a list, formatted."""

    run: Run
    duration: str
    tokens: str
    cost: str


def row_of(run: Run) -> Row:
    """The list's words for a run."""
    tokens = f"{count(run.input_tokens)} → {count(run.output_tokens) or '?'}" if run.input_tokens is not None else ""
    return Row(run, seconds(run.duration_ms), tokens, cost_of_run(run))
