"""What a process does beside executing runs: checkpoints, leases, orphaned runs, fresh catalogs, deletions.

Started once per process: by the server when it begins to listen, or by whatever request comes first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from django.utils import timezone

from workbench.connections.upkeep import upkeep
from workbench.files.actions import purge_files
from workbench.prompts.actions import purge_deleted
from workbench.prompts.tool_actions import purge_tools
from workbench.runs import claims
from workbench.runs.engine import Engine, engine
from workbench.threads import in_thread

log = structlog.get_logger(__name__)

CHECKPOINT_EVERY_S = 0.5
SWEEP_EVERY_S = 1.0
CATALOGS_EVERY_S = 5.0
PURGE_EVERY_S = 3600.0


class Background:
    """The loops of one process."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.loop: asyncio.AbstractEventLoop | None = None  # the one that the engine lives in, once it does
        self._tasks: list[asyncio.Task[None]] = []

    def ensure_started(self) -> None:
        """Start the loops unless they run. Called in the event loop's thread; cheap when there is nothing to do."""
        if not self._tasks:
            self.loop = asyncio.get_running_loop()
            self._tasks = [
                asyncio.create_task(_every(CHECKPOINT_EVERY_S, self.engine.checkpoint), name="checkpoints"),
                asyncio.create_task(_every(SWEEP_EVERY_S, self.sweep), name="sweeper"),
                asyncio.create_task(_every(CATALOGS_EVERY_S, self.refresh_catalogs), name="catalogs"),
                asyncio.create_task(_every(PURGE_EVERY_S, self.purge), name="purge"),
            ]

    async def stop(self) -> None:
        """End the loops."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks, self.loop = [], None

    async def refresh_catalogs(self) -> None:
        """Ask the connections for their models whose lists are missing or old."""
        await upkeep.start_due(timezone.now())

    async def purge(self) -> None:
        """Remove for good what was deleted long enough ago."""
        if removed := await in_thread(purge_deleted)(timezone.now()):
            log.info("prompts.purged", number=removed)
        if removed := await in_thread(purge_files)(timezone.now()):
            log.info("files.purged", number=removed)
        if removed := await in_thread(purge_tools)(timezone.now()):
            log.info("tools.purged", number=removed)

    async def sweep(self) -> None:
        """Settle runs whose holder is gone, and start those that nobody claimed."""
        now = timezone.now()
        for run_id in await in_thread(claims.interrupt_expired)(now, set(self.engine.live)):
            log.warning("run.interrupted", run=str(run_id), reason="lease ran out")
        if self.engine.is_draining:
            return
        for run_id, workspace_id in await in_thread(claims.unclaimed_runs)(now):
            self.engine.start(run_id, workspace_id)


async def _every(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    """Do the work again and again, whatever happens: every run of the process depends on it."""
    while True:
        try:
            await work()
        except Exception:
            log.exception("background.failed", work=getattr(work, "__name__", ""))
        await asyncio.sleep(seconds)


background = Background(engine)
