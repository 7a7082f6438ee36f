"""Following a run that this process does not execute: from its checkpoints, by position."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from workbench.runs.models import Run, RunCheckpoint, Status


@dataclass(frozen=True, slots=True)
class StoredProgress:
    """Frames that bring a reader up to date, and whether the run has ended."""

    frames: list[dict[str, Any]]
    has_ended: bool


def stored_progress(workspace_id: int, run_id: UUID, position: int) -> StoredProgress | None:
    """What is stored of a run beyond a position; None if the workspace has no such run.

    A position inside a checkpoint row cannot be cut there: the row is sent whole, and `from` tells the reader
    to replace what it has from that position on.
    """
    status = Run.objects.filter(id=run_id, workspace_id=workspace_id).values_list("status", flat=True).first()
    if status is None:
        return None
    if not Status(status).is_live:
        return StoredProgress([], has_ended=True)
    rows = RunCheckpoint.objects.filter(run_id=run_id, end__gt=position).order_by("start")
    frames = [
        {"run": run_id, "block": row.block, "kind": row.kind, "from": row.start, "to": row.end, "text": row.text}
        for row in rows
    ]
    return StoredProgress(frames, has_ended=False)
