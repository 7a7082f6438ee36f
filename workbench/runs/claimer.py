"""Claiming runs and opening their connections, all that are waiting in one go: two hundred starts are a few writes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from workbench.connections.clients import ConnectionAccess, open_connection
from workbench.runs import claims
from workbench.runs.models import Run
from workbench.threads import in_thread


@dataclass(frozen=True, slots=True)
class Claimed:
    """A run that is ours now, and its connection, opened or with the reason why not (or the fault that came up)."""

    run: Run
    access: ConnectionAccess | Exception


class Claimer:
    """Takes queued runs for one holder. Belongs to the event loop's thread."""

    def __init__(self, holder: str) -> None:
        self.holder = holder
        self._waiting: dict[UUID, tuple[int, asyncio.Future[Claimed | None]]] = {}
        self._task: asyncio.Task[None] | None = None

    async def claim(self, run_id: UUID, workspace_id: int) -> Claimed | None:
        """Take a run of a workspace; None if it is not queued any more (claimed or stopped), or not there."""
        future: asyncio.Future[Claimed | None] = asyncio.get_running_loop().create_future()
        self._waiting[run_id] = workspace_id, future
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._claim_all(), name="claims")
        return await future

    async def _claim_all(self) -> None:
        while self._waiting:
            waiting, self._waiting = self._waiting, {}
            try:
                wanted = {run_id: workspace_id for run_id, (workspace_id, _future) in waiting.items()}
                claimed = await in_thread(_claim)(wanted, self.holder)
            except Exception as error:  # noqa: BLE001 - each of those who wait gets it, and says so
                claimed = dict.fromkeys(waiting, error)
            for run_id, (_workspace, future) in waiting.items():
                _settle(future, claimed.get(run_id))


def _settle(future: asyncio.Future[Claimed | None], found: Claimed | Exception | None) -> None:
    if future.done():
        return
    if isinstance(found, Exception):
        future.set_exception(found)
    else:
        future.set_result(found)


def _claim(wanted: Mapping[UUID, int], holder: str) -> dict[UUID, Claimed | Exception]:
    opened: dict[UUID | None, ConnectionAccess | Exception] = {}
    claimed: dict[UUID, Claimed | Exception] = {}
    for run in claims.claim(wanted, holder, timezone.now()):
        if run.connection_id not in opened:
            try:
                opened[run.connection_id] = open_connection(run.connection)
            except Exception as error:  # noqa: BLE001 - the run is ours already: it ends with it, and the others go on
                opened[run.connection_id] = error
        claimed[run.id] = Claimed(run, opened[run.connection_id])
    return claimed
