"""From a connection to a client that may use it. Keys are opened here, just before they are needed.

Nothing of one connection ever serves another.

ConnectionUnavailable
├── ConnectionLocked         its key cannot be opened
├── ConnectionGone           it was deleted
├── ConnectionMisconfigured  its address, or its proxy's, cannot be used
├── LocalModelOff            the settings do not want the local model, or it cannot run here
└── LocalModelStarting       the local model does not listen (yet)
"""

from __future__ import annotations

import asyncio
import hashlib
import ipaddress
from collections import OrderedDict
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from django.conf import settings
from django.utils.translation import gettext as _

from workbench.claude import AddressRules as ClientRules
from workbench.claude import Client, Timeouts, with_options
from workbench.claude.errors import AddressRefusedError, InvalidAddressError
from workbench.connections.addresses import operator_rules
from workbench.connections.models import Connection, Health, Kind
from workbench.local_model.supervisor import address
from workbench.local_model.weights import why_unavailable
from workbench.sealing.secrets import SealingError

# Clients kept open per event loop; the one unused for longest goes first.
MAX_CLIENTS = 64


class ConnectionUnavailable(Exception):  # noqa: N818 - says what is, as its words do for people
    """The connection cannot be used now. Its text is for people."""


class ConnectionLocked(ConnectionUnavailable):
    """Its key cannot be opened."""


class ConnectionGone(ConnectionUnavailable):
    """It was deleted since."""


class ConnectionMisconfigured(ConnectionUnavailable):
    """Its address, or its proxy's, is none that can be used."""


class LocalModelOff(ConnectionUnavailable):
    """The settings do not want the local model, or it cannot run on this machine."""


class LocalModelStarting(ConnectionUnavailable):
    """The local model does not listen (yet)."""


@dataclass(frozen=True, slots=True)
class ConnectionAccess:
    """All that a client needs, as plain values. The key stands in no representation. Times in seconds."""

    connection_id: str
    base_url: str
    key: str = field(repr=False)
    betas: tuple[str, ...]
    idle_timeout: int
    deadline: int
    max_retries: int
    proxy: str = field(repr=False)
    is_local: bool = False  # our own model server: always on this machine, whatever the operator's rules say

    @property
    def identity(self) -> str:
        """What makes two accesses the same: everything, key and proxy by their fingerprints."""
        secrets = (hashlib.sha256(text.encode()).hexdigest() for text in (self.key, self.proxy))
        return " ".join((repr(self), *secrets))


def open_connection(connection: Connection | None) -> ConnectionAccess:
    """Read what a client needs from a connection's row. Synchronous: opens the key and may look up host names.

    Raises:
        ConnectionUnavailable: deleted, locked, or the local model is not up.
    """
    if connection is None:
        raise ConnectionGone(_("This connection was deleted. Choose another model."))
    # Looked up here for the first time, not where it would hold up every stream of the process.
    operator_rules()
    try:
        key = connection.open_key() or ""
    except SealingError as error:
        words = _(
            "The key of “%(name)s” is locked: the secret keys of the server changed. An owner can enter the key again."
        )
        raise ConnectionLocked(words % {"name": connection.name}) from error
    return ConnectionAccess(
        connection_id=str(connection.id),
        base_url=_local_address(connection) if connection.kind == Kind.LOCAL else connection.base_url,
        key=key,
        betas=tuple(connection.betas),
        idle_timeout=connection.idle_timeout,
        deadline=connection.deadline,
        max_retries=connection.max_retries,
        proxy=connection.proxy,
        is_local=connection.kind == Kind.LOCAL,
    )


def _local_address(connection: Connection) -> str:
    """Where the local model listens at this moment; the port changes whenever it is started again."""
    environment = settings.ENVIRONMENT
    if found := address(environment.data_dir):
        return found
    if connection.health == Health.OFF:
        reason = why_unavailable(environment.local_model)
        raise LocalModelOff(reason or _("The local model is switched off. Choose another model."))
    raise LocalModelStarting(_("The local model is not running yet. Try again in a few seconds."))


@dataclass(slots=True)
class _Pool:
    """The open clients of one event loop, by connection, the one used last at the end."""

    clients: OrderedDict[str, tuple[str, Client]] = field(default_factory=OrderedDict)
    closing: set[asyncio.Task[None]] = field(default_factory=set)
    at_end: AsyncGenerator[None] | None = None

    def close_later(self, client: Client) -> None:
        """Close a client once the last answer that may be under way on it must have ended."""
        task = asyncio.create_task(_close_after(client, client.timeout.total), name="close client")
        self.closing.add(task)
        task.add_done_callback(self.closing.discard)

    async def close(self) -> None:
        """Close everything now."""
        for task in list(self.closing):
            task.cancel()
        await asyncio.gather(*self.closing, return_exceptions=True)
        for _identity, client in self.clients.values():
            await client.aclose()
        self.clients.clear()


_pools: WeakKeyDictionary[asyncio.AbstractEventLoop, _Pool] = WeakKeyDictionary()


def client_for(access: ConnectionAccess, api_version: str, betas: Sequence[str] = ()) -> Client:
    """A client for this access, sharing its open connections with all others for the same access in this event loop.

    `betas`: headers of one run, beside those of the connection.

    When anything of the access changed (key, address, limits), a new one takes the old one's place.

    Raises:
        ConnectionMisconfigured: no client can be made of it.
    """
    pool = _pool()
    identity, client = pool.clients.get(access.connection_id, ("", None))
    if client is None or identity != access.identity:
        if client:
            pool.close_later(client)
        client = make_client(access, api_version)
        pool.clients[access.connection_id] = (access.identity, client)
    pool.clients.move_to_end(access.connection_id)
    while len(pool.clients) > MAX_CLIENTS:
        _connection, (_identity, unused) = pool.clients.popitem(last=False)
        pool.close_later(unused)
    if client.api_version == api_version and not betas:
        return client
    return with_options(client, api_version=api_version, betas=tuple(dict.fromkeys([*access.betas, *betas])))


def make_client(access: ConnectionAccess, api_version: str) -> Client:
    """A client of its own, for the caller to close. Every address it connects to is checked by the operator's rules.

    Raises:
        ConnectionMisconfigured: the address, or the proxy's, cannot be used.
    """
    try:
        return Client(
            base_url=access.base_url,
            api_key=access.key,
            api_version=api_version,
            betas=access.betas,
            timeout=Timeouts(idle=access.idle_timeout, total=access.deadline),
            max_retries=access.max_retries,
            proxy=access.proxy or None,
            rules=ClientRules(check=_only_this_machine if access.is_local else operator_rules().check),
        )
    except InvalidAddressError as error:
        words = _("The address of this connection, or of its proxy, cannot be used. An owner can correct it.")
        raise ConnectionMisconfigured(words) from error


def _only_this_machine(address: str, _port: int) -> None:
    if not ipaddress.ip_address(address).is_loopback:
        raise AddressRefusedError(_("The local model is on this machine."))


async def close_clients() -> None:
    """Close every client of this event loop."""
    if pool := _pools.pop(asyncio.get_running_loop(), None):
        await pool.close()


def _pool() -> _Pool:
    """This event loop's pool. Closed with the loop: a loop that ends in order closes its asynchronous generators."""
    loop = asyncio.get_running_loop()
    pool = _pools.get(loop)
    if pool is None:
        pool = _pools[loop] = _Pool()
        pool.at_end = _closing_at_end(pool)
        with suppress(StopIteration):
            anext(pool.at_end).send(None)  # runs it up to its yield, which makes it known to the loop
    return pool


async def _closing_at_end(pool: _Pool) -> AsyncGenerator[None]:
    try:
        yield
    finally:
        await pool.close()


async def _close_after(client: Client, seconds: float) -> None:
    try:
        await asyncio.sleep(seconds)
    finally:
        await client.aclose()
