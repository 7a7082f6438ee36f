"""Serving the application under daphne, with an orderly end: living runs get a few seconds, then are stored as cut."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import structlog
from daphne import http_protocol
from daphne.endpoints import build_endpoint_description_strings
from twisted.internet import defer, reactor

from workbench.asgi import application
from workbench.bodies import LimitedRequest, LimitedServer
from workbench.claude import Client
from workbench.connections.clients import close_clients
from workbench.memory import give_back_early
from workbench.runs.background import background
from workbench.runs.engine import engine

log = structlog.get_logger(__name__)

# How long living runs may go on after SIGTERM before they are stored as interrupted (s).
GRACE_S = 4.0
# Larger messages are refused by daphne itself; commands are small, see the consumer.
MAX_SOCKET_MESSAGE = 1024 * 1024


def serve(host: str, port: int) -> None:
    """Listen until SIGTERM or SIGINT."""
    # daphne takes its own class by this name and has no setting for another.
    http_protocol.WebRequest = LimitedRequest
    loop = cast("Any", reactor)  # its methods are those of the installed reactor's class, which types do not see
    server = LimitedServer(
        application,
        endpoints=build_endpoint_description_strings(host=host, port=port),
        websocket_timeout=-1,
        websocket_max_message_size=MAX_SOCKET_MESSAGE,
        websocket_max_frame_size=MAX_SOCKET_MESSAGE,
        verbosity=0,
        server_name="workbench",
        ready_callable=lambda: loop.callLater(0, _begin),
    )
    loop.addSystemEventTrigger("before", "shutdown", lambda: defer.Deferred.fromFuture(asyncio.ensure_future(_end())))
    server.run()


def _begin() -> None:
    background.ensure_started()
    asyncio.ensure_future(_warm())  # noqa: RUF006 - it ends by itself; nothing waits for it


async def _warm() -> None:
    """Load what the first run would load otherwise: the client's modules, TLS, the first connector."""
    async with Client("http://127.0.0.1") as client:
        await client.warm()
    give_back_early()


async def _end() -> None:
    log.info("server.stopping", living_runs=len(engine.live))
    await engine.drain(GRACE_S)
    await background.stop()
    await close_clients()
