"""Keeping catalogs fresh without being asked: a new connection's models appear by themselves, old lists are renewed.

Asks for lists of models only, which cost nothing; whether answers come is what a person's test tells.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import structlog
from django.db.models import Q

from workbench.claude import ClaudeError, errors
from workbench.connections.capabilities import choose_api_version
from workbench.connections.catalog import refresh_catalog, same_place
from workbench.connections.checks import health_after
from workbench.connections.clients import ConnectionUnavailable, make_client, open_connection
from workbench.connections.models import Connection, Health
from workbench.connections.report import StepName, step_of
from workbench.threads import in_thread

log = structlog.get_logger(__name__)

FRESH_FOR = timedelta(hours=12)
# After a failure the next try waits, twice as long each time.
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
# For one list; nobody waits for it (s).
PATIENCE_S = 60

# Row, address and sealed key: a connection that was corrected is a new one here, and asked at once.
type _Place = tuple[UUID, str, str]


class Upkeep:
    """Asks each connection whose list is missing or old; remembers whom not to ask again too soon."""

    def __init__(self) -> None:
        self._failures: dict[_Place, int] = {}
        self._not_before: dict[_Place, datetime] = {}
        self._asking: dict[_Place, asyncio.Task[None]] = {}

    async def refresh_due(self, now: datetime) -> None:
        """Refresh the catalogs that are due, side by side, and wait for them."""
        await self.start_due(now)
        await asyncio.gather(*self._asking.values())

    async def start_due(self, now: datetime) -> None:
        """Begin to refresh the catalogs that are due: a server that is slow to answer holds up nobody else's."""
        for connection in await in_thread(_due)(now):
            place = _place(connection)
            if place not in self._asking and self._not_before.get(place, now) <= now:
                task = asyncio.create_task(self._refresh(connection, now), name=f"catalog of {connection.pk}")
                self._asking[place] = task
                task.add_done_callback(partial(self._asked, place))

    def _asked(self, place: _Place, task: asyncio.Task[None]) -> None:
        del self._asking[place]
        if not task.cancelled() and (error := task.exception()):
            log.error("catalog.crashed", connection=str(place[0]), exc_info=error)

    async def _refresh(self, connection: Connection, now: datetime) -> None:
        try:
            access = await in_thread(open_connection)(connection)
            brisk = replace(access, idle_timeout=PATIENCE_S, deadline=PATIENCE_S, max_retries=0)
            async with make_client(brisk, choose_api_version(connection, "", {})) as client:
                found = await refresh_catalog(connection, client)
        except (ClaudeError, ConnectionUnavailable) as error:
            self._put_off(connection, now)
            log.info("catalog.not_refreshed", connection=str(connection.pk), reason=type(error).__name__)
            if isinstance(error, ClaudeError):
                await in_thread(_note_failure)(connection, error, now)
        else:
            await in_thread(_forget_absence)(connection)
            self._failures.pop(_place(connection), None)
            # A server without a list is not asked again before the next start.
            self._not_before[_place(connection)] = now + (FRESH_FOR if found is not None else timedelta(days=3650))

    def _put_off(self, connection: Connection, now: datetime) -> None:
        place = _place(connection)
        failures = self._failures[place] = self._failures.get(place, 0) + 1
        self._not_before[place] = now + min(FIRST_PAUSE * 2 ** min(failures - 1, 20), LONGEST_PAUSE)


def _place(connection: Connection) -> _Place:
    return connection.pk, connection.base_url, str(connection.sealed_key)


def _due(now: datetime) -> list[Connection]:
    """Connections whose models were never told, or long ago."""
    old = Q(models_refreshed_at=None) | Q(models_refreshed_at__lt=now - FRESH_FOR)
    return list(Connection.objects.filter(old).exclude(health__in=[Health.OFF, Health.KEY_REFUSED]))


def _note_failure(connection: Connection, error: ClaudeError, now: datetime) -> None:
    """Tell people why there are no models. A list known from before stays in use, and what runs found stays noted."""
    is_refused = isinstance(error, errors.AuthenticationError)
    if connection.models_refreshed_at is not None and not is_refused:
        return
    name = StepName.KEY if is_refused else StepName.MODELS if error.http_status else StepName.REACHABLE
    same_place(connection).update(
        health=health_after(error), report=[step_of(name, error).to_json()], health_checked_at=now
    )


def _forget_absence(connection: Connection) -> None:
    """It answers: what was noted while it was away holds no more. Whether runs work is not known by that."""
    away = Connection.objects.filter(pk=connection.pk, health__in=[Health.STARTING, Health.UNREACHABLE])
    away.update(health=Health.UNKNOWN, report=[])


upkeep = Upkeep()
