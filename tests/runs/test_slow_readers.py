"""A reader that stops reading, or never says what it has read: bounded memory, and nobody else notices."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.environment import DATABASE_URL
from tests.runs.following import Tab
from tests.server import ClientConnection, Server
from tests.upstream import Script, Upstream, answer_text

pytestmark = pytest.mark.reliability

MIB = 1024 * 1024
LARGE = Script(text="0123456789 abcdef " * 400_000, n=1000)  # about 7 MB in pieces of 7 KB
READERS = 12
# What storing the large answer may cost meanwhile: PostgreSQL's statement holds it written out, several times over.
STORING = (40 if DATABASE_URL else 20) * MIB
WINDOW = 16  # workbench.runs.following


@contextlib.asynccontextmanager
async def deaf_sockets(server: Server, client: httpx.Client, number: int) -> AsyncIterator[list[ClientConnection]]:
    """Sockets whose owner does not read: what comes fills the buffers, then stays with the server."""
    async with contextlib.AsyncExitStack() as stack:
        sockets = [
            await stack.enter_async_context(server.socket(client, max_queue=1, close_timeout=0.1))
            for _ in range(number)
        ]
        yield sockets
        for socket in sockets:
            socket.transport.abort()


def memory_of(server: Server) -> int:
    """Resident memory of the server, in bytes."""
    return int(Path(f"/proc/{server.pid}/statm").read_text().split()[1]) * 4096


async def whole_large_answer(tab: Tab, upstream: Upstream) -> str:
    """Runs the large answer with a reader who keeps up. Returns the run."""
    upstream.then(LARGE)
    reading = await tab.end(await tab.run("A large answer"))
    assert reading.text == LARGE.text[: len(reading.text)]
    assert len(reading.text) > len(LARGE.text) // 2
    return reading.run


async def test_readers_that_stop_cost_a_window_each_and_delay_nobody(
    server: Server, owner_browser: httpx.Client, tab: Tab, upstream: Upstream
) -> None:
    for _ in range(2):  # what one large answer costs the server itself
        await whole_large_answer(tab, upstream)
    before = memory_of(server)
    async with deaf_sockets(server, owner_browser, READERS) as sockets:
        upstream.then(Script(text=LARGE.text, n=LARGE.n, first_ms=500))
        reading = await tab.run("A large answer, with many who look away")
        for socket in sockets:
            await socket.send(json.dumps({"follow": {reading.run: 0}}))
        beside = await tab.run("Beside it [[n=100 delay_ms=5]]")
        await tab.end(beside)
        await tab.end(reading)
        assert memory_of(server) - before < READERS * 2 * MIB + STORING
    assert beside.text == answer_text(upstream.calls()[-1].json, 100)
    assert LARGE.text.startswith(reading.text)


async def test_asking_again_and_again_for_what_is_never_read(
    server: Server, owner_browser: httpx.Client, tab: Tab, upstream: Upstream
) -> None:
    run = await whole_large_answer(tab, upstream)
    async with Tab(server, owner_browser) as other:
        whole = await other.end(await other.follow(run))
    before = memory_of(server)
    async with deaf_sockets(server, owner_browser, 1) as (socket,):
        for _ in range(60):
            await socket.send(json.dumps({"follow": {run: 0}}))
            await asyncio.sleep(0.01)
        beside = await tab.end(await tab.run("Beside it [[n=100 delay_ms=5]]"))
        assert memory_of(server) - before < 16 * len(whole.html) + 20 * MIB
    assert beside.text == answer_text(upstream.calls()[-1].json, 100)


async def test_an_ended_answer_waits_for_the_reader_too(
    server: Server, owner_browser: httpx.Client, tab: Tab, upstream: Upstream
) -> None:
    run = await whole_large_answer(tab, upstream)
    async with server.socket(owner_browser) as socket:
        await socket.send(json.dumps({"follow": {run: 0}}))
        assert await frames_of(socket) == WINDOW
        await socket.send(json.dumps({"ack": WINDOW // 2}))
        assert await frames_of(socket) == WINDOW // 2


async def frames_of(socket: ClientConnection) -> int:
    """How many frames come until nothing more comes."""
    frames = 0
    with contextlib.suppress(TimeoutError):
        while await asyncio.wait_for(socket.recv(), 1):
            frames += 1
    return frames


async def test_a_reader_that_wakes_up_gets_the_rest_in_fewer_frames(tab: Tab, upstream: Upstream) -> None:
    reading = await tab.until(await tab.run("Asleep [[n=600 delay_ms=3]]"), 20)
    await asyncio.to_thread(tab.server.wait_for, reading.run, "succeeded")
    slept_through = tab.frames
    await tab.end(reading)
    expected = answer_text(upstream.calls()[-1].json, 600)
    assert reading.text == expected
    assert tab.frames - slept_through < 60


@pytest.mark.parametrize("acknowledged", [-1, 10**9, 0])
async def test_untrue_acknowledgements_open_no_window(
    server: Server, owner_browser: httpx.Client, tab: Tab, acknowledged: int
) -> None:
    reading = await tab.run("Untrue [[n=300 delay_ms=3]]")
    async with server.socket(owner_browser) as socket:
        await socket.send(json.dumps({"follow": {reading.run: 0}}))
        await socket.send(json.dumps({"ack": acknowledged}))
        await tab.end(reading)
        assert await frames_of(socket) <= WINDOW + 2
