"""Keeping catalogs fresh without being asked: a new connection's models appear by themselves, old lists are renewed.

Asks for lists of models only, which cost nothing; whether answers come is what a person's test tells.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from asgiref.sync import sync_to_async
from django.db.models import Q

from workbench.claude import ClaudeError, errors
from workbench.connections.capabilities import choose_api_version
from workbench.connections.catalog import refresh_catalog
from workbench.connections.checks import health_after
from workbench.connections.clients import ConnectionUnavailable, client_for, open_connection
from workbench.connections.models import Connection, Health
from workbench.connections.report import StepName, step_of

log = structlog.get_logger(__name__)

FRESH_FOR = timedelta(hours=12)
# After a failure the next try waits, twice as long each time.
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)

# Row, address and sealed key: a connection that was corrected is a new one here, and asked at once.
type _Place = tuple[UUID, str, str]


class Upkeep:
    """Asks each connection whose list is missing or old; remembers whom not to ask again too soon."""

    def __init__(self) -> None:
        self._failures: dict[_Place, int] = {}
        self._not_before: dict[_Place, datetime] = {}

    async def refresh_due(self, now: datetime) -> None:
        """Refresh the catalogs that are due, side by side."""
        due = [found for found in await sync_to_async(_due)(now) if self._not_before.get(_place(found), now) <= now]
        await asyncio.gather(*(self._refresh(connection, now) for connection in due))

    async def _refresh(self, connection: Connection, now: datetime) -> None:
        try:
            access = await sync_to_async(open_connection)(connection)
            found = await refresh_catalog(connection, client_for(access, choose_api_version(connection, "", {})))
        except (ClaudeError, ConnectionUnavailable) as error:
            self._put_off(connection, now)
            log.info("catalog.not_refreshed", connection=str(connection.pk), reason=type(error).__name__)
            if isinstance(error, ClaudeError):
                await sync_to_async(_note_failure)(connection, error, now)
        else:
            await sync_to_async(_forget_absence)(connection)
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
    same = Connection.objects.filter(
        pk=connection.pk, base_url=connection.base_url, sealed_key=connection.sealed_key, proxy=connection.proxy
    )
    same.update(health=health_after(error), report=[step_of(name, error).to_json()], health_checked_at=now)


def _forget_absence(connection: Connection) -> None:
    """It answers: what was noted while it was away holds no more. Whether runs work is not known by that."""
    away = Connection.objects.filter(pk=connection.pk, health__in=[Health.STARTING, Health.UNREACHABLE])
    away.update(health=Health.UNKNOWN, report=[])


upkeep = Upkeep()
