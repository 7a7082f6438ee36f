"""Answers that break off, go wrong or never come: what was received is kept, and the run says how it ended."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.runs.following import Reading, Tab
from tests.server import Server
from tests.upstream import Script, Upstream, answer_text

pytestmark = pytest.mark.reliability

MIB = 1024 * 1024


def text_of(server: Server, run: str) -> str:
    message = json.loads(server.stored_run(run)["message"] or '{"content": []}')
    return "".join(block.get("text", "") for block in message["content"])


async def failed(tab: Tab, text: str) -> tuple[Reading, Any]:
    reading = await tab.end(await tab.run(text))
    return reading, tab.server.stored_run(reading.run)


async def test_a_connection_that_closes_after_ten_deltas(tab: Tab, upstream: Upstream) -> None:
    asked = len(upstream.calls())
    reading, stored = await failed(tab, "Go on [[n=40 cut_after=10 first_ms=300]]")
    assert (stored["status"], reading.position) == ("interrupted", 10)
    assert reading.text == text_of(tab.server, reading.run) != ""
    assert answer_text(upstream.calls()[-1].json, 40).startswith(reading.text)
    assert len(upstream.calls()) == asked + 1, "an answer that had begun is not asked for again"
    assert "Try again" in reading.html


async def test_a_stream_without_its_end_never_succeeds(tab: Tab) -> None:
    reading, stored = await failed(tab, "Go on [[n=12 end_after=12 first_ms=300]]")
    assert (stored["status"], stored["error_type"], reading.position) == ("interrupted", "StreamInterrupted", 12)
    assert text_of(tab.server, reading.run) == reading.text


async def test_an_error_event_after_the_answer_has_begun(tab: Tab, upstream: Upstream) -> None:
    upstream.then(Script(n=30, first_ms=300, error_after=10, type="overloaded_error", message="too busy <now>"))
    reading, stored = await failed(tab, "Go on")
    assert (stored["status"], stored["error_type"]) == ("interrupted", "overloaded_error")
    assert stored["error_message"] == "too busy <now>"
    assert text_of(tab.server, reading.run) == reading.text != ""
    assert "too busy &lt;now&gt;" in reading.html


@pytest.mark.parametrize(
    ("directive", "setting", "kind"),
    [
        ("never_answer=1", {"idle_timeout": 1}, "IdleTimeout"),
        ("n=30 stall_after=5", {"idle_timeout": 1}, "IdleTimeout"),
        ("trickle_ms=200", {"deadline": 2}, "Deadline"),
        ("n=4000 delay_ms=20", {"deadline": 2}, "Deadline"),
    ],
)
async def test_a_silent_or_endless_server_is_left_after_the_connections_limits(
    tab: Tab, upstream: Upstream, directive: str, setting: dict[str, int], kind: str
) -> None:
    names = ", ".join(f"{name} = {value}" for name, value in setting.items())
    tab.server.rows(f"UPDATE connections_connection SET {names}, max_retries = 0")  # noqa: S608 - names of ours
    try:
        reading, stored = await failed(tab, f"Go on [[{directive}]]")
        assert stored["error_type"] == kind
        assert stored["status"] in {"failed", "interrupted"}
        assert text_of(tab.server, reading.run) == reading.text
        whole = await tab.end(await tab.run("And now [[n=3 first_ms=300]]"))
        assert whole.text == answer_text(upstream.calls()[-1].json, 3)
    finally:
        tab.server.rows("UPDATE connections_connection SET idle_timeout = 120, deadline = 3600, max_retries = 2")


async def test_what_is_not_known_is_kept_raw_and_shown(tab: Tab, upstream: Upstream) -> None:
    start = {"type": "message_start", "message": {"id": "m", "type": "message", "role": "assistant", "content": []}}
    odd = {"type": "hologram", "shape": {"sides": 7}}
    upstream.then(
        Script(
            events=(
                start,
                {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
                {"type": "weather_report", "sky": "clear"},
                {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Known."}},
                {"type": "content_block_delta", "index": 0, "delta": {"type": "smell_delta", "smell": "of rain"}},
                {"type": "content_block_stop", "index": 0},
                {"type": "content_block_start", "index": 1, "content_block": odd},
                {"type": "content_block_stop", "index": 1},
                {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 3}},
                {"type": "message_stop"},
            )
        )
    )
    reading, stored = await failed(tab, "Surprise me")
    assert stored["status"] == "succeeded"
    assert "Known." in reading.html
    assert json.loads(stored["message"])["content"][1] == odd
    assert "hologram" in reading.html
    kept = stored["unknown_events"]
    assert "weather_report" in kept
    assert "smell_delta" in kept
    response = tab.client.get(f"/w/main/runs/{reading.run}/?tab=response").text
    assert "weather_report" in response
    assert "smell_delta" in response


@pytest.mark.parametrize("text", ["a\x00b", "half \ud83d of a pair", "both \x00 and \udc00"])
async def test_characters_that_no_database_takes_are_stored_and_shown_replaced(
    tab: Tab, upstream: Upstream, text: str
) -> None:
    delta = b'{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":' + json.dumps(text).encode()
    upstream.then(
        Script(
            events=(
                {"type": "message_start", "message": {"id": "m", "role": "assistant", "content": []}},
                {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
                b"event: content_block_delta\ndata: " + delta + b"}}\n\n",
                {"type": "content_block_stop", "index": 0},
                {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 3}},
                {"type": "message_stop"},
            )
        )
    )
    reading, stored = await failed(tab, "Odd characters")
    assert stored["status"] == "succeeded"
    assert "\N{REPLACEMENT CHARACTER}" in text_of(tab.server, reading.run)
    assert tab.client.get(f"/w/main/runs/{reading.run}/").status_code == 200


@pytest.mark.parametrize("depth", [50, 300, 900, 1015])
@pytest.mark.parametrize("where", ["block", "event"])
async def test_what_is_nested_deeply_is_stored_and_shown(tab: Tab, upstream: Upstream, depth: int, where: str) -> None:
    deep = ('{"type":"odd","in":' + "[" * depth + "7" + "]" * depth + "}").encode()
    block = b'event: x\ndata: {"type":"content_block_start","index":1,"content_block":' + deep + b"}\n\n"
    upstream.then(
        Script(
            events=(
                {"type": "message_start", "message": {"id": "m", "role": "assistant", "content": []}},
                {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
                {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Begun"}},
                {"type": "content_block_stop", "index": 0},
                block if where == "block" else b"event: x\ndata: " + deep + b"\n\n",
                {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 3}},
                {"type": "message_stop"},
            )
        )
    )
    reading, stored = await failed(tab, "Nest")
    assert stored["status"] in {"succeeded", "interrupted"}
    assert stored["error_type"] in {"", "MalformedAnswer"}
    assert text_of(tab.server, reading.run) == "Begun"
    for name in ("answer", "response"):
        assert tab.client.get(f"/w/main/runs/{reading.run}/?tab={name}").status_code == 200
    assert "crashed" not in tab.server.log


async def test_half_a_character_in_the_words_of_a_refusal(tab: Tab, upstream: Upstream) -> None:
    upstream.then(Script(status=429, retry_after="30", message="half \ud83d of a pair"))
    reading = await tab.run("Odd words")
    assert "half" in (await tab.phase(reading, "waiting"))["reason"]
    await tab.stop(reading.run)
    await tab.end(reading)


async def test_json_that_is_none_ends_the_run_with_what_came(tab: Tab, upstream: Upstream) -> None:
    upstream.then(
        Script(
            events=(
                {"type": "message_start", "message": {"id": "m", "role": "assistant", "content": []}},
                {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
                {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Begun"}},
                b"event: content_block_delta\ndata: {broken\n\n",
            )
        )
    )
    reading, stored = await failed(tab, "Break")
    assert (stored["status"], stored["error_type"]) == ("interrupted", "MalformedAnswer")
    assert text_of(tab.server, reading.run) == "Begun"


async def test_one_endless_event_ends_at_a_mebibyte_and_costs_no_memory(tab: Tab) -> None:
    await tab.end(await tab.run("Warm up [[n=3]]"))
    before = memory_of(tab.server)
    reading, stored = await failed(tab, f"Flood [[huge_bytes={64 * MIB}]]")
    assert stored["status"] in {"failed", "interrupted"}
    assert stored["error_type"] == "EventTooLarge"
    assert reading.html
    assert memory_of(tab.server) - before < 20 * MIB


@pytest.mark.parametrize("framing", ["crlf", "cr", "bytes", "comments", "no_names", "gzip"])
async def test_other_framings_give_the_same_text(tab: Tab, upstream: Upstream, framing: str) -> None:
    reading = await tab.end(await tab.run(f"Frame it [[n=25 first_ms=300 framing={framing}]]"))
    assert reading.text == answer_text(upstream.calls()[-1].json, 25)
    assert text_of(tab.server, reading.run) == reading.text


async def test_many_faults_leave_the_pool_healthy(tab: Tab, upstream: Upstream) -> None:
    faults = ("hang_up=1", "n=9 cut_after=3", "status=400", "n=5 end_after=2")
    readings = [await tab.run(f"Fault {number} [[{faults[number % 4]}]]") for number in range(40)]
    for reading in readings:
        await tab.end(reading)
    whole = await tab.end(await tab.run("And now [[n=5 first_ms=300]]"))
    assert whole.text == answer_text(upstream.calls()[-1].json, 5)
    await asyncio.to_thread(tab.server.wait_for, whole.run, "succeeded")


def memory_of(server: Server) -> int:
    """Resident memory of the server, in bytes."""
    told = Path(f"/proc/{server.pid}/statm").read_text()
    return int(told.split()[1]) * 4096
