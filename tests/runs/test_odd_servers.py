"""What a server sends that nobody foresaw ends its own run at most: others go on, and every page still opens."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from uuid import uuid4

import pytest

from tests.runs.following import Tab
from tests.upstream import Script, Upstream, delta

pytestmark = [pytest.mark.reliability, pytest.mark.security]

START: dict[str, Any] = {
    "type": "message_start",
    "message": {"id": "m", "type": "message", "role": "assistant", "content": [], "usage": {"input_tokens": 3}},
}
BLOCK = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
STOP = {"type": "message_stop"}


def end(**usage: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 2, **usage}}


def raw(text: str) -> bytes:
    """An event whose JSON no serialiser of ours would write."""
    return f"event: message_delta\ndata: {text}\n\n".encode()


def partial(index: int, text: str) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": index, "delta": {"type": "input_json_delta", "partial_json": text}}


ODD: dict[str, tuple[Any, ...]] = {
    "tool input before any block": (START, partial(0, "{}"), BLOCK, delta("hello"), end(), STOP),
    "an index of 64 bits": (START, BLOCK, delta("hello"), delta("lost", 2**63), end(), STOP),
    "a block at a 64-bit index": (START, BLOCK, delta("hello"), {**BLOCK, "index": 2**70}, end(), STOP),
    "a negative index": (START, BLOCK, delta("hello"), delta("lost", -5), end(), STOP),
    "a kind of 5,000 characters": (
        START, BLOCK, delta("hello"), {**BLOCK, "index": 1, "content_block": {"type": "x\x00" * 2500}}, end(), STOP,
    ),
    "tokens of 64 bits": (START, BLOCK, delta("hello"), end(output_tokens=2**63), STOP),
    "a cost beyond all": (START, BLOCK, delta("hello"), end(output_tokens=10**12), STOP),
    "an infinite number": (
        START, BLOCK, delta("hello"),
        raw('{"type":"message_delta","delta":{"stop_reason":"end_turn","container":{"x":1e999}},"usage":{}}'), STOP,
    ),
    "an integer of 100 bits": (
        START, BLOCK, delta("hello"),
        raw('{"type":"message_delta","delta":{"container":{"n":1234567890123456789012345678901,"y":"\\ud800"}}}'), STOP,
    ),
    "an integer of 5,000 digits": (
        START, BLOCK, delta("hello"),
        raw('{"type":"message_delta","delta":{"container":{"n":' + "9" * 4000 + ',"y":"\\ud800"}}}'), STOP,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
async def test_an_odd_answer_is_stored_and_shown(tab: Tab, upstream: Upstream, name: str) -> None:
    upstream.then(Script(events=ODD[name]))
    reading = await tab.end(await tab.run(f"Odd {uuid4()}"))
    assert "hello" in reading.html
    assert tab.server.stored_run(reading.run)["status"] in {"succeeded", "interrupted"}
    for path in (
        "/w/main/",
        "/w/main/runs/",
        f"/w/main/runs/{reading.run}/",
        f"/w/main/runs/{reading.run}/?tab=response",
    ):
        assert tab.client.get(path).status_code == 200


async def test_others_are_stored_while_odd_answers_come(tab: Tab, upstream: Upstream) -> None:
    innocent = await tab.run("Innocent [[n=400 delay_ms=20 first_ms=50]]")
    await tab.until(innocent, 5)
    for events in ODD.values():
        upstream.then(Script(events=(*events[:-2], b": on and on\n\n"), stall_after=0, linger=True))
        await tab.run(f"Odd {uuid4()}")
    before = checkpointed(tab, innocent.run)
    await tab.until(innocent, innocent.position + 100)
    deadline = asyncio.get_running_loop().time() + 10
    while checkpointed(tab, innocent.run) <= before:
        assert asyncio.get_running_loop().time() < deadline, "nothing more of the innocent run was stored"
        await asyncio.sleep(0.1)
    await tab.stop(innocent.run)
    await tab.end(innocent)
    assert tab.server.stored_run(innocent.run)["status"] == "stopped"


def checkpointed(tab: Tab, run: str) -> int:
    rows = tab.server.rows('SELECT max("end") AS most FROM runs_runcheckpoint WHERE run_id = ?', run.replace("-", ""))
    return int(rows[0]["most"] or 0)


async def test_what_is_shown_is_what_is_stored(tab: Tab, upstream: Upstream) -> None:
    tool = {"type": "content_block_start", "index": 1, "content_block": {"type": "tool_use", "id": "t", "name": "t"}}
    text = delta("never stored", 1)
    events = (
        START,
        BLOCK,
        delta("hi"),
        tool,
        partial(1, '{"a":'),
        delta(" there"),
        text,
        partial(1, "1}"),
        end(),
        STOP,
    )
    upstream.then(Script(events=events, first_ms=300))
    reading = await tab.end(await tab.run(f"Mixed {uuid4()}"))
    content = json.loads(tab.server.stored_run(reading.run)["message"])["content"]
    assert content[0]["text"] == "hi there"
    assert content[1]["input"] == {"a": 1}
    assert "never stored" not in reading.text


async def test_pings_after_the_end_keep_no_run_alive(tab: Tab, upstream: Upstream) -> None:
    pings = tuple(b"event: ping\ndata: {}\n\n" for _number in range(200))
    upstream.then(Script(events=(START, BLOCK, delta("whole"), end(), STOP, *pings), delay_ms=50, linger=True))
    reading = await tab.end(await tab.run(f"Pings {uuid4()}"))
    assert tab.server.stored_run(reading.run)["status"] == "succeeded"


async def test_the_same_key_with_another_prompt_is_another_run(tab: Tab) -> None:
    key = str(uuid4())
    first = await tab.end(await tab.run("First [[n=3]]", submission=key))
    again = await tab.end(await tab.run("First [[n=3]]", submission=key))
    other = await tab.end(await tab.run("Quite different [[n=3]]", submission=key))
    assert again.run == first.run
    assert other.run != first.run
    assert "Quite different" in tab.server.stored_run(other.run)["request_body"]
