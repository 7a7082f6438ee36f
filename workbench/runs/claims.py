"""Who holds a run: claiming, renewing and losing leases. Synchronous; each function is one short transaction.

A run is executed and finished only by the holder of its lease. Every update names the holder, so that one who
lost the lease (slept too long, was cut off) changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from workbench.claude.accumulate import TOOLS
from workbench.runs.live import Stretch
from workbench.runs.models import Run, RunCheckpoint, Status
from workbench.runs.storable import storable_text

# Renewed about twice a second; long enough for a writer to wait its turn on a busy SQLite, short enough that a
# killed server's runs are settled before anyone wonders.
LEASE = timedelta(seconds=8)
MAX_KIND = 40  # characters of a block's type that a checkpoint keeps
MAX_LABEL = 128  # and of a tool's name: more than the API takes
# A run that nobody claimed by then is started by the sweeper, so that it needs no browser.
UNCLAIMED_AFTER = timedelta(seconds=2)


@transaction.atomic
def claim(wanted: Mapping[UUID, int], holder: str, now: datetime) -> list[Run]:
    """Take those of these runs that are queued still (nobody else has them, and they were not stopped).

    Args:
        wanted: the workspace that each run must belong to, by the run's id.
    """
    queued = Run.objects.filter(id__in=wanted, status=Status.QUEUED).select_for_update()
    ours = [run_id for run_id, workspace in queued.values_list("id", "workspace_id") if wanted[run_id] == workspace]
    Run.objects.filter(id__in=ours).update(status=Status.RUNNING, lease_owner=holder, lease_until=now + LEASE)
    return list(Run.objects.filter(id__in=ours).select_related("connection"))


@dataclass(frozen=True, slots=True)
class Held:
    """What a checkpoint found: runs this holder has lost to another, and runs that somebody asked to stop."""

    lost: set[UUID]
    to_stop: set[UUID]


def checkpoint(holder: str, news: Mapping[UUID, list[Stretch]], now: datetime) -> Held:
    """Store what is new of every living run of this holder and renew its leases.

    Args:
        news: for every run that lives in this process, what its checkpoints do not hold yet.
    """
    # Only what lives: a run whose end could not be stored must be settled by others, not be held for ever.
    held = Run.objects.filter(id__in=news, status=Status.RUNNING, lease_owner=holder)
    with transaction.atomic():
        held.update(lease_until=now + LEASE)
        stops = dict(held.values_list("id", "stop_requested_at"))
        RunCheckpoint.objects.bulk_create(
            RunCheckpoint(
                run_id=run_id,
                start=stretch.start,
                end=stretch.end,
                block=stretch.block,
                kind=storable_text(stretch.kind)[:MAX_KIND],
                label=storable_text(stretch.label)[:MAX_LABEL],
                text=storable_text(stretch.text),
            )
            for run_id, stretches in news.items()
            if run_id in stops
            for stretch in stretches
        )
    return Held(
        lost=set(news) - set(stops), to_stop={run_id for run_id, stop in stops.items() if stop and run_id in news}
    )


def request_stop(run_id: UUID, now: datetime) -> bool:
    """Stop a run that this process does not execute: at once if queued, else its holder is told.

    Returns:
        Whether the run had not ended yet.
    """
    queued = Run.objects.filter(id=run_id, status=Status.QUEUED)
    if queued.update(status=Status.STOPPED, finished_at=now, duration_ms=0):
        return True
    return bool(Run.objects.filter(id=run_id, status=Status.RUNNING).update(stop_requested_at=now))


def unclaimed_runs(now: datetime, limit: int = 100) -> list[tuple[UUID, int]]:
    """Queued runs that nobody claimed in time, and their workspaces, oldest first."""
    queued = Run.objects.filter(status=Status.QUEUED, created_at__lt=now - UNCLAIMED_AFTER)
    return list(queued.order_by("created_at").values_list("id", "workspace_id")[:limit])


def interrupt_expired(now: datetime, living: Collection[UUID]) -> list[UUID]:
    """Settle the runs whose lease has run out: `interrupted`, with the text of their checkpoints.

    Args:
        living: runs of this process, which renews their leases itself.

    Returns:
        The runs that were settled.
    """
    expired = Q(status=Status.RUNNING, lease_until__lt=now)
    settled = []
    for run in Run.objects.filter(expired).exclude(id__in=living).only("id", "lease_owner", "sent_at", "created_at"):
        with transaction.atomic():
            content = stored_content(run.id)
            changed = Run.objects.filter(expired, id=run.id, lease_owner=run.lease_owner).update(
                status=Status.INTERRUPTED,
                message={"type": "message", "role": "assistant", "content": content, "stop_reason": None},
                error_type="server_lost",
                finished_at=now,
                lease_owner="",
                lease_until=None,
                duration_ms=(now - (run.sent_at or run.created_at)).total_seconds() * 1000,
            )
            if changed:
                RunCheckpoint.objects.filter(run_id=run.id).delete()
                settled.append(run.id)
    return settled


def stored_content(run_id: UUID) -> list[dict[str, str]]:
    """The content blocks that a run's checkpoints hold, texts of one block joined in order of position."""
    blocks: dict[int, dict[str, str]] = {}
    for row in RunCheckpoint.objects.filter(run_id=run_id).order_by("start"):
        key = "thinking" if row.kind == "thinking" else "partial_json" if row.kind in TOOLS else "text"
        name = {"name": row.label} if row.kind in TOOLS and row.label else {}
        block = blocks.setdefault(row.block, {"type": row.kind, **name, key: ""})
        block[key] = block.get(key, "") + row.text
    return [blocks[index] for index in sorted(blocks)]
