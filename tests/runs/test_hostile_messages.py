"""Whatever is sent to the websocket: it is closed with a reason, the log shows no fault, and nobody else notices."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from tests.runs.following import Reading, Tab
from tests.server import ClientConnection, Server
from tests.upstream import Upstream, answer_text

pytestmark = [pytest.mark.reliability, pytest.mark.security]

NOT_A_COMMAND, TOO_LARGE, TOO_MANY = 4400, 4413, 4429  # workbench.runs.consumers
DROPPED = 1006  # by daphne, without a word: what is no websocket message, or larger than any may be
MIB = 1024 * 1024
RUN = "5f3c1de0-0000-4000-8000-000000000001"  # the same in every process: it is in names of tests


@pytest.fixture
async def stranger(server: Server, owner_browser: httpx.Client) -> AsyncIterator[ClientConnection]:
    """A socket for what no page would send."""
    async with server.socket(owner_browser, max_queue=None) as socket:
        await socket.send('{"ping": 1}')
        await socket.recv()
        yield socket


@pytest.fixture(autouse=True)
async def bystander(server: Server, owner_browser: httpx.Client, upstream: Upstream) -> AsyncIterator[None]:
    """Somebody whose answer streams meanwhile, exactly and to its end; and no fault in the log."""
    async with Tab(server, owner_browser) as tab:
        reading: Reading = await tab.until(await tab.run("Bystander [[n=60 delay_ms=4]]"), 3)
        call = upstream.calls()[-1]
        yield
        await tab.end(reading)
        assert reading.text == answer_text(call.json, 60)
    assert "Traceback" not in server.log
    assert "crashed" not in server.log


async def close_code(socket: ClientConnection) -> int | None:
    """Reads until the server has closed. Gives the code, which is the reason (daphne sends no words)."""
    try:
        async with asyncio.timeout(10):
            while True:
                await socket.recv()
    except ConnectionClosed:
        return socket.close_code


@pytest.mark.parametrize(
    "message",
    [
        "",
        "nonsense",
        '{"follow": {',
        "\x00",
        "[]",
        "null",
        "7",
        '"follow"',
        "{}",
        '{"unknown": 1}',
        '{"follow": []}',
        '{"follow": {"7": 0}}',
        '{"follow": {"../../etc": 0}}',
        json.dumps({"follow": {RUN: -1}}),
        json.dumps({"follow": {RUN: 1.5}}),
        json.dumps({"follow": {RUN: True}}),
        json.dumps({"follow": {RUN: None}}),
        json.dumps({"follow": {RUN: 2**70}}),
        json.dumps({"follow": {RUN: "1; DROP TABLE runs_run"}}),
        json.dumps({"follow": {str(UUID(int=number)): 0 for number in range(65)}}),
        '{"stop": 7}',
        '{"stop": "all"}',
        '{"stop": ["a", "b"]}',
        '{"ack": "many"}',
        '{"ack": null}',
        '{"ping": "x"}',
        '{"ping": NaN}',
        "[" * 30_000,
        '{"follow":' * 6_000,
        "[" * 900 + "]" * 900,
    ],
    ids=lambda message: message[:24] or "empty",
)
async def test_what_is_no_command_closes_the_socket(stranger: ClientConnection, message: str) -> None:
    await stranger.send(message)
    assert await close_code(stranger) == NOT_A_COMMAND


async def test_binary_messages(stranger: ClientConnection) -> None:
    await stranger.send(b'{"ping": 1}')
    assert await close_code(stranger) == NOT_A_COMMAND


async def test_text_that_is_not_utf8(stranger: ClientConnection) -> None:
    await stranger.send(b"\xff\xfe{", text=True)
    assert await close_code(stranger) == DROPPED


async def test_a_command_of_half_a_mebibyte(stranger: ClientConnection) -> None:
    await stranger.send(json.dumps({"follow": {"x" * (MIB // 2): 0}}))
    assert await close_code(stranger) == TOO_LARGE


async def test_more_than_a_mebibyte(stranger: ClientConnection) -> None:
    await stranger.send("x" * (MIB + 1))
    assert await close_code(stranger) == DROPPED


async def test_a_message_that_never_ends(server: Server, stranger: ClientConnection) -> None:
    async def for_ever() -> AsyncIterator[str]:
        while True:
            yield "x" * 65536

    before = memory_of(server)
    with pytest.raises(ConnectionClosed):
        await stranger.send(for_ever())
    assert stranger.close_code == DROPPED
    assert memory_of(server) - before < 20 * MIB


@pytest.mark.parametrize("command", ['{"ping": 1}', '{"ack": 1}', json.dumps({"stop": RUN})])
async def test_twenty_thousand_commands_at_once(server: Server, stranger: ClientConnection, command: str) -> None:
    before = memory_of(server)
    try:
        for _ in range(20_000):
            await stranger.send(command)
    except ConnectionClosed:
        # Closed before all were sent: well. What was still on its way may have reset the connection by then.
        assert await close_code(stranger) in {TOO_MANY, DROPPED}
    else:
        assert await close_code(stranger) == TOO_MANY
    assert memory_of(server) - before < 20 * MIB


async def test_asking_for_thousands_of_runs(server: Server, stranger: ClientConnection) -> None:
    before = memory_of(server)
    try:
        for _ in range(150):
            await stranger.send(json.dumps({"follow": {str(uuid4()): 0 for _ in range(64)}}))
    except ConnectionClosed:
        # Closed before all were sent: well. What was still on its way may have reset the connection by then.
        assert await close_code(stranger) in {TOO_MANY, DROPPED}
    else:
        assert await close_code(stranger) == TOO_MANY
    assert memory_of(server) - before < 20 * MIB


async def test_a_handful_of_unknown_runs_is_answered_one_by_one(stranger: ClientConnection) -> None:
    asked = {str(uuid4()) for _ in range(8)}
    await stranger.send(json.dumps({"follow": dict.fromkeys(asked, 0)}))
    answers = [json.loads(await asyncio.wait_for(stranger.recv(), 10)) for _ in range(8)]
    assert {answer["run"]: answer["error"] for answer in answers} == dict.fromkeys(asked, 404)


def memory_of(server: Server) -> int:
    """Resident memory of the server, in bytes."""
    return int(Path(f"/proc/{server.pid}/statm").read_text().split()[1]) * 4096
