"""Testing a connection: what works, step by step, stored in codes. The words for them: report.py."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from asgiref.sync import sync_to_async
from django.utils import timezone

from workbench.claude import ClaudeError, Client, errors
from workbench.connections.capabilities import choose_api_version
from workbench.connections.catalog import NO_SUCH_ENDPOINT, refresh_catalog, same_place
from workbench.connections.clients import (
    ConnectionAccess,
    ConnectionLocked,
    ConnectionMisconfigured,
    ConnectionUnavailable,
    LocalModelOff,
    LocalModelStarting,
    make_client,
    open_connection,
)
from workbench.connections.models import CatalogModel, Connection, Health, Lifecycle
from workbench.connections.report import Result, Step, StepName, step_of

# A person waits: no retries, and no step takes longer than this (s).
PATIENCE_S = 30
# Of what was found before, these tell nothing about a connection's limits: they pass.
PASSING = (errors.RateLimitError, errors.OverloadedError, errors.ConnectionFailedError, errors.TimeLimitError)
UNAVAILABLE: dict[type[ConnectionUnavailable], Health] = {
    ConnectionLocked: Health.LOCKED,
    LocalModelStarting: Health.STARTING,
    LocalModelOff: Health.OFF,
    ConnectionMisconfigured: Health.UNREACHABLE,
}


@dataclass(slots=True)
class Report:
    """What a test finds as it goes on. `health` and `features` are stored with the connection."""

    steps: list[Step] = field(default_factory=list)
    health: Health = Health.UNKNOWN
    features: dict[str, bool] = field(default_factory=dict)

    def add(self, name: StepName, result: Result, **known: str) -> None:
        """Note how a step ended; `known`: what words about it need."""
        self.steps.append(Step(name, result, **known))

    def failed(self, name: StepName, error: ClaudeError) -> None:
        """Note a step that failed, and what that says about the connection."""
        self.steps.append(step_of(name, error))
        self.health = health_after(error)


def health_after(error: ClaudeError) -> Health:
    """What an error says about the connection it came from."""
    if isinstance(error, errors.AuthenticationError):
        return Health.KEY_REFUSED
    return Health.FAILING if error.http_status else Health.UNREACHABLE


async def check_connection(connection: Connection, model_id: str = "") -> Report:
    """Try everything that the playground needs, and store what was found.

    Streams one token of a real answer from the model that is named, or from the first one that is offered.
    """
    report = Report()
    try:
        access = await sync_to_async(open_connection)(connection)
        brisk = replace(access, idle_timeout=PATIENCE_S, deadline=PATIENCE_S, max_retries=0)
        await _Trial(connection, brisk, report).run(model_id)
    except ConnectionUnavailable as error:
        report.health = UNAVAILABLE[type(error)]
        report.add(StepName.READY, Result.FAILED, error=type(error).__name__)
    await sync_to_async(_store)(connection, report)
    return report


@dataclass(frozen=True, slots=True)
class _Trial:
    """One test under way. Each step makes a connection of its own: one that happens to be open proves less."""

    connection: Connection
    access: ConnectionAccess
    report: Report

    def client(self) -> Client:
        return make_client(self.access, choose_api_version(self.connection, "", {}))

    async def run(self, model_id: str) -> None:
        if not await self.try_models():
            return
        model = await sync_to_async(_model_to_try)(self.connection, model_id)
        if model is None:
            self.report.add(StepName.STREAMING, Result.SKIPPED)
            return
        question = {"model": model.model_id, "messages": [{"role": "user", "content": "Hi"}]}
        if await self.try_stream(question, str(model)):
            await self.try_count(question)

    async def try_models(self) -> bool:
        """The list of models tells whether the server is there. Returns whether it is worth going on."""
        report = self.report
        try:
            async with self.client() as client:
                found = await refresh_catalog(self.connection, client)
        except ClaudeError as error:
            if error.http_status is None:
                report.failed(StepName.REACHABLE, error)
                return False
            report.add(StepName.REACHABLE, Result.OK)
            is_refused = isinstance(error, errors.AuthenticationError)
            report.failed(StepName.KEY if is_refused else StepName.MODELS, error)
            return not is_refused
        report.add(StepName.REACHABLE, Result.OK)
        report.features["models"] = found is not None
        if found is None:
            report.add(StepName.MODELS, Result.NOT_OFFERED)
        else:
            report.add(StepName.MODELS, Result.OK, detail=str(found))
        return True

    async def try_stream(self, question: dict[str, Any], label: str) -> bool:
        """One token of a real answer: what runs need. Returns whether it came."""
        try:
            async with self.client() as client:
                await client.messages.stream({**question, "max_tokens": 1}).final_message()
        except ClaudeError as error:
            is_refused = isinstance(error, errors.AuthenticationError)
            self.report.failed(StepName.KEY if is_refused else StepName.STREAMING, error)
            return False
        self.report.health = Health.OK
        if self.access.key:
            self.report.add(StepName.KEY, Result.OK)
        self.report.add(StepName.STREAMING, Result.OK, detail=label)
        return True

    async def try_count(self, question: dict[str, Any]) -> None:
        """Counting is a comfort: without it the connection works all the same."""
        report = self.report
        try:
            async with self.client() as client:
                await client.messages.count_tokens(question)
        except ClaudeError as error:
            if error.http_status in NO_SUCH_ENDPOINT:
                report.add(StepName.COUNT, Result.NOT_OFFERED)
            else:
                report.steps.append(step_of(StepName.COUNT, error))
            if not isinstance(error, PASSING):
                report.features["count_tokens"] = False
        else:
            report.features["count_tokens"] = True
            report.add(StepName.COUNT, Result.OK)


def _model_to_try(connection: Connection, model_id: str) -> CatalogModel | None:
    """The one that is named, else the first that is offered and not about to end."""
    offered = CatalogModel.objects.filter(connection=connection, is_listed=True)
    named = offered.filter(model_id=model_id).first() if model_id else None
    return named or offered.filter(lifecycle=Lifecycle.ACTIVE).first() or offered.first()


def _store(connection: Connection, report: Report) -> None:
    """Keep what was found, unless somebody changed the connection meanwhile: then it is about another one."""
    same_place(connection).update(
        health=report.health,
        report=[step.to_json() for step in report.steps],
        features={**connection.features, **report.features},
        health_checked_at=timezone.now(),
    )


def mark_working(connection: Connection) -> None:
    """A run was answered in full: whatever was wrong with the connection before is over."""
    step = Step(StepName.RUN, Result.OK)
    same_place(connection).exclude(health=Health.OK).update(
        health=Health.OK, report=[step.to_json()], health_checked_at=timezone.now()
    )


def mark_key_refused(connection: Connection) -> None:
    """A run found that the key is not accepted (401)."""
    step = Step(StepName.RUN, Result.FAILED, error=errors.AuthenticationError.__name__)
    same_place(connection).update(health=Health.KEY_REFUSED, report=[step.to_json()], health_checked_at=timezone.now())
