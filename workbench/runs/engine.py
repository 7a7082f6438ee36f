"""The engine: executes runs, each as a task of its own, owned by the engine and by no socket or request.

It claims a queued run, streams its answer into a `LiveRun` that readers pull from, and stores how it ended. One
engine per process; it never talks to a browser.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from collections.abc import Sequence
from uuid import UUID

import structlog
from django.db import OperationalError
from django.utils import timezone

from workbench.claude import ClaudeError, Client, Pieces
from workbench.claude.exchange import Moment
from workbench.claude.retry import Attempt
from workbench.connections.checks import mark_key_refused, mark_working
from workbench.connections.clients import (
    ConnectionAccess,
    ConnectionUnavailable,
    LocalModelStarting,
    client_for,
    open_connection,
)
from workbench.connections.models import Connection, Health
from workbench.files.blocks import CannotSendError
from workbench.files.provider import ProviderFileGoneError, forget_provider_files, is_gone
from workbench.files.storing import FileGoneError
from workbench.runs import claims
from workbench.runs.claimer import Claimed, Claimer
from workbench.runs.finish import finish
from workbench.runs.live import LiveRun, Phase, Progress
from workbench.runs.models import Run, Status
from workbench.runs.outcome import Failure, Outcome, failure_of, has_begun, outcome_of, status_after, text_alone
from workbench.runs.sending import prepare
from workbench.runs.taking import take
from workbench.threads import in_thread

log = structlog.get_logger(__name__)

# The model of this machine listens after a second or two; a slow disk gets more (s).
LOCAL_MODEL_STARTS_WITHIN_S = 20.0
LOOK_AGAIN_S = 0.2
# Characters of the provider's words beside a countdown; the run page has all of them.
MAX_REASON = 300
# Pauses before storing a result is tried again (s).
STORE_AGAIN_AFTER_S = (0.5, 1.0, 2.0)


class Engine:
    """What runs in this process. All methods belong to the event loop's thread."""

    def __init__(self) -> None:
        self.holder = f"{socket.gethostname()[:16]}:{os.getpid()}:{secrets.token_hex(4)}"
        self.live: dict[UUID, LiveRun] = {}
        self.is_draining = False
        self._claimer = Claimer(self.holder)
        self._tasks: dict[UUID, asyncio.Task[None]] = {}
        self._upstreams: dict[UUID, asyncio.Task[Outcome]] = {}
        self._to_stop: set[UUID] = set()

    def start(self, run_id: UUID, workspace_id: int) -> LiveRun | None:
        """Execute a queued run of a workspace unless this process does already.

        Returns:
            Its live output; None while the process is stopping, and for a run that lives in another workspace. If it
            is not queued, or there is none, the live output is soon done without a piece: what is stored then tells.
        """
        if (live := self.live.get(run_id)) is not None:
            return live if live.workspace_id == workspace_id else None
        if self.is_draining:
            return None
        live = self.live[run_id] = LiveRun(run_id, workspace_id)
        task = asyncio.create_task(self._live_through(live), name=f"run {run_id}")
        self._tasks[run_id] = task
        task.add_done_callback(lambda _task: self._forget(run_id))
        return live

    async def stop(self, run_id: UUID) -> bool:
        """Stop a run wherever it is executed; the answer so far is kept.

        Returns:
            Whether it had not ended yet.
        """
        if run_id in self.live:
            self._to_stop.add(run_id)
            if upstream := self._upstreams.get(run_id):
                upstream.cancel()
                return True
        # Not (yet) ours, and perhaps never: whoever holds it, or will, reads it in the database.
        return await in_thread(claims.request_stop)(run_id, timezone.now())

    async def drain(self, grace_s: float) -> None:
        """Take no new runs, give the living ones a few seconds, then store what they have as interrupted."""
        self.is_draining = True
        tasks = set(self._tasks.values())
        if tasks:
            await asyncio.wait(tasks, timeout=grace_s)
        for upstream in list(self._upstreams.values()):
            upstream.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=grace_s)

    async def checkpoint(self) -> None:
        """Store what is new of every living run, renew the leases, and obey what other processes asked."""
        living = [live for live in self.live.values() if live.id in self._upstreams]
        if not living:
            return
        news = {live.id: live.all_since(live.stored) for live in living}
        held = await in_thread(claims.checkpoint)(self.holder, news, timezone.now())
        for live in living:
            live.stored = max([live.stored, *(stretch.end for stretch in news[live.id])])
        for run_id in held.to_stop:
            await self.stop(run_id)
        for run_id in held.lost:
            if (upstream := self._upstreams.get(run_id)) and not upstream.done():
                log.warning("run.lease_lost", run=str(run_id))
                upstream.cancel()

    def _forget(self, run_id: UUID) -> None:
        task = self._tasks.pop(run_id)
        self._to_stop.discard(run_id)
        live = self.live.pop(run_id)
        live.finish()
        if not task.cancelled() and (error := task.exception()):
            log.error("run.crashed", run=str(run_id), exc_info=error)

    async def _live_through(self, live: LiveRun) -> None:
        claimed = await self._claimer.claim(live.id, live.workspace_id)
        if claimed is None:
            return
        run = claimed.run
        live.tell(Progress(Phase.CONNECTING))
        live.changed()
        upstream = asyncio.create_task(self._execute(claimed, live), name=f"upstream of run {run.id}")
        self._upstreams[run.id] = upstream
        try:
            if run.id in self._to_stop:
                upstream.cancel()
            await asyncio.wait([upstream])
            # Until it is stored the lease is renewed, as while it streamed.
            await self._store(run, self._outcome(run.id, upstream))
        finally:
            del self._upstreams[run.id]

    async def _execute(self, claimed: Claimed, live: LiveRun) -> Outcome:
        """Stream the answer. Being cancelled is how a run is stopped: it ends well, with what there is."""
        run = claimed.run
        try:
            access = await _opened(claimed)
            client = client_for(access, run.api_version, run.betas)
            body, file_ids = await prepare(run, client, self.holder)
            try:
                return await self._stream(run, client, body, live, file_ids)
            except ProviderFileGoneError:
                await in_thread(forget_provider_files)(run.connection, file_ids)
                body, _ids = await prepare(run, client, self.holder)
                return await self._stream(run, client, body, live)
        except ConnectionUnavailable as error:
            return Outcome(Status.FAILED, Failure("connection_unavailable", str(error)))
        except (FileGoneError, CannotSendError) as error:
            return Outcome(Status.FAILED, Failure("file_gone", str(error)))
        except ClaudeError as error:
            return Outcome(Status.FAILED, failure_of(error))

    async def _stream(
        self, run: Run, client: Client, body: bytes | Pieces, live: LiveRun, file_ids: Sequence[str] = ()
    ) -> Outcome:
        """One request and its answer.

        Raises:
            ProviderFileGoneError: the server has forgotten one of these files; nothing was answered.
        """
        stream = client.messages.stream(body, on_attempt=lambda a: self._note_attempt(live, a))
        first_ms: float | None = None
        try:
            async with stream:
                async for events in stream.reads():
                    take(live, events)
                    if first_ms is None and live.pieces and stream.exchange.sent_at:
                        first_ms = Moment.now().ms_since(stream.exchange.sent_at)
                        live.tell(Progress(Phase.STREAMING, first_token_ms=first_ms))
                    live.changed()
        except asyncio.CancelledError:
            return outcome_of(stream, *self._why_cancelled(run.id), first_ms)
        except ClaudeError as error:
            if not has_begun(stream) and is_gone(error, file_ids):
                raise ProviderFileGoneError from error
            return outcome_of(stream, status_after(has_begun(stream)), failure_of(error), first_ms)
        return outcome_of(stream, Status.SUCCEEDED, None, first_ms)

    def _outcome(self, run_id: UUID, upstream: asyncio.Task[Outcome]) -> Outcome:
        if upstream.cancelled():
            return Outcome(*self._why_cancelled(run_id))
        if error := upstream.exception():
            log.error("run.crashed", run=str(run_id), exc_info=error)
            return Outcome(Status.FAILED, Failure("internal_error", ""))
        return upstream.result()

    def _why_cancelled(self, run_id: UUID) -> tuple[Status, Failure | None]:
        if run_id in self._to_stop:
            return Status.STOPPED, None
        return Status.INTERRUPTED, Failure("server_stopping", "")

    def _note_attempt(self, live: LiveRun, attempt: Attempt) -> None:
        if attempt.wait_s is None:
            return
        reason = (attempt.message or attempt.error_type or "")[:MAX_REASON]
        live.tell(Progress(Phase.WAITING, attempt=attempt.number + 1, retry_in_ms=attempt.wait_s * 1000, reason=reason))
        live.changed()

    async def _store(self, run: Run, outcome: Outcome) -> None:
        try:
            is_stored = await _finished(run, outcome, self.holder)
        except Exception:
            # Something in the answer that no rule of ours foresaw. Its text is worth more than the rest.
            log.exception("run.not_storable", run=str(run.id))
            is_stored = await _finished(run, text_alone(outcome), self.holder)
        if not is_stored:
            log.warning("run.result_refused", run=str(run.id), reason="lease lost")
            return
        if run.connection:
            await _note_health(run.connection, outcome)
        failure = outcome.failure.type if outcome.failure else None
        log.info("run.finished", run=str(run.id), status=str(outcome.status), ms=outcome.duration_ms, error=failure)


async def _finished(run: Run, outcome: Outcome, holder: str) -> bool:
    """Store how a run ended. A database that is away for a moment is waited for: an answer is not thrown away."""
    for pause_s in STORE_AGAIN_AFTER_S:
        try:
            return await in_thread(finish)(run, outcome, holder, timezone.now())
        except OperationalError:
            log.warning("run.not_stored", run=str(run.id), retry_in_s=pause_s, exc_info=True)
            await asyncio.sleep(pause_s)
    return await in_thread(finish)(run, outcome, holder, timezone.now())


async def _note_health(connection: Connection, outcome: Outcome) -> None:
    """What a run says about its connection: a key that is refused, or that all is well again."""
    if outcome.failure and outcome.failure.status == 401:
        await in_thread(mark_key_refused)(connection)
    elif outcome.status == Status.SUCCEEDED and connection.health != Health.OK:
        await in_thread(mark_working)(connection)


async def _opened(claimed: Claimed) -> ConnectionAccess:
    """The run's connection; a local model that was just started is waited for.

    Raises:
        ConnectionUnavailable: it cannot be used.
    """
    if isinstance(claimed.access, ConnectionAccess):
        return claimed.access
    if not isinstance(claimed.access, LocalModelStarting):
        raise claimed.access
    deadline = asyncio.get_running_loop().time() + LOCAL_MODEL_STARTS_WITHIN_S
    while True:
        try:
            return await in_thread(open_connection)(claimed.run.connection)
        except LocalModelStarting:
            if asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(LOOK_AGAIN_S)


engine = Engine()
