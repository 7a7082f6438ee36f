"""From a connection to a client that may use it. Keys are opened here, just before they are needed.

ConnectionUnavailable
├── ConnectionLocked       its key cannot be opened
├── ConnectionGone         it was deleted
└── LocalModelStarting     the local model does not listen (yet)
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from django.conf import settings
from django.utils.translation import gettext as _

from workbench.claude import AddressRules as ClientRules
from workbench.claude import Client, Timeouts, with_options
from workbench.connections.addresses import operator_rules
from workbench.connections.models import Connection, Kind
from workbench.local_model.supervisor import address
from workbench.sealing.secrets import SealingError

# Clients kept open per process; the one unused for longest goes first.
MAX_CLIENTS = 64


class ConnectionUnavailable(Exception):  # noqa: N818 - says what is, as its words do for people
    """The connection cannot be used now. Its text is for people."""


class ConnectionLocked(ConnectionUnavailable):
    """Its key cannot be opened."""


class ConnectionGone(ConnectionUnavailable):
    """It was deleted since."""


class LocalModelStarting(ConnectionUnavailable):
    """The local model does not listen (yet)."""


@dataclass(frozen=True, slots=True)
class ConnectionAccess:
    """All that a client needs, as plain values. The key stands in no representation."""

    connection_id: str
    base_url: str
    key: str = field(repr=False)
    betas: tuple[str, ...]
    idle_timeout: int
    deadline: int
    max_retries: int
    proxy: str = field(repr=False)

    @property
    def identity(self) -> str:
        """What makes two accesses the same: everything, the key by its fingerprint."""
        fingerprint = hashlib.sha256(self.key.encode()).hexdigest()
        return f"{self!r} {fingerprint} {self.proxy}"


def open_connection(connection: Connection | None) -> ConnectionAccess:
    """Read what a client needs from a connection's row.

    Raises:
        ConnectionUnavailable: deleted, locked, or the local model is not up.
    """
    if connection is None:
        raise ConnectionGone(_("This connection was deleted. Choose another model."))
    try:
        key = connection.open_key() or ""
    except SealingError as error:
        words = _("The key of “%(name)s” is locked: the server’s secret keys changed. An owner can enter the key again.")
        raise ConnectionLocked(words % {"name": connection.name}) from error
    base_url = connection.base_url
    if connection.kind == Kind.LOCAL:
        base_url = address(settings.ENVIRONMENT.data_dir) or ""
        if not base_url:
            raise LocalModelStarting(_("The local model is not running yet. Try again in a few seconds."))
    return ConnectionAccess(
        connection_id=str(connection.id),
        base_url=base_url,
        key=key,
        betas=tuple(connection.betas),
        idle_timeout=connection.idle_timeout,
        deadline=connection.deadline,
        max_retries=connection.max_retries,
        proxy=connection.proxy,
    )


_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, OrderedDict[str, Client]] = WeakKeyDictionary()


def client_for(access: ConnectionAccess, api_version: str) -> Client:
    """A client for this access, sharing its pool with all others for the same access in this event loop.

    Nothing of one connection ever serves another: address, key and proxy are part of what is looked up.
    """
    loop = asyncio.get_running_loop()
    pool = _clients.setdefault(loop, OrderedDict())
    client = pool.get(access.identity)
    if client is None:
        client = pool[access.identity] = _make(access)
        while len(pool) > MAX_CLIENTS:
            _identity, oldest = pool.popitem(last=False)
            # Answers under way keep its connections open until they end.
            loop.call_later(access.deadline, lambda: loop.create_task(oldest.aclose()))
    pool.move_to_end(access.identity)
    return client if client.api_version == api_version else with_options(client, api_version=api_version)


def _make(access: ConnectionAccess) -> Client:
    return Client(
        base_url=access.base_url,
        api_key=access.key,
        betas=access.betas,
        timeout=Timeouts(idle=access.idle_timeout, total=access.deadline),
        max_retries=access.max_retries,
        proxy=access.proxy or None,
        rules=ClientRules(check=operator_rules().check),
    )


async def close_clients() -> None:
    """Close every client of this event loop."""
    for client in _clients.pop(asyncio.get_running_loop(), {}).values():
        await client.aclose()
