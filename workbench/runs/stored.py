"""Following a run that this process does not execute: from its checkpoints, by position."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import translation

from workbench.runs.following import text_frame
from workbench.runs.live import Stretch
from workbench.runs.models import Run, RunCheckpoint
from workbench.runs.presenting import answer_html


@dataclass(frozen=True, slots=True)
class StoredProgress:
    """Frames that bring a reader up to date; once the run has ended, only its answer as HTML."""

    frames: list[dict[str, Any]]
    html: str = ""


def stored_progress(workspace_id: int, run_id: UUID, position: int, language: str) -> StoredProgress | None:
    """What is stored of a run beyond a position; None if the workspace has no such run.

    A position inside a checkpoint row cannot be cut there: the row is sent whole, and `from` tells the reader
    to replace what it has from that position on.
    """
    found = Run.objects.filter(id=run_id, workspace_id=workspace_id).select_related("workspace").first()
    if found is None:
        return None
    if not found.is_live:
        with translation.override(language):
            return StoredProgress([], answer_html(found))
    rows = RunCheckpoint.objects.filter(run_id=run_id, end__gt=position).order_by("start")
    stretches = [Stretch(row.start, row.end, row.block, row.kind, row.text, row.label) for row in rows]
    return StoredProgress([text_frame(run_id, stretch) for stretch in stretches])
