"""While an answer streams, a page is told the same kinds of blocks; what is stored is what came, byte for byte."""

from __future__ import annotations

import json

import orjson
import pytest

from tests.runs.following import Reading, Tab
from tests.upstream import Script, Upstream
from tests.upstream_scenes import SCENES

pytestmark = pytest.mark.reliability


async def frames_of(tab: Tab, reading: Reading) -> list[dict[str, object]]:
    """Every frame with text until the run has ended."""
    frames = []
    while not reading.has_ended:
        frame = await tab.frame()
        if "text" in frame:
            frames.append(frame)
    return frames


def blocks_in(frames: list[dict[str, object]]) -> list[tuple[str, str, str]]:
    """Each block's kind, label and text."""
    blocks: dict[object, tuple[str, str, str]] = {}
    for frame in frames:
        before = blocks.get(frame["block"], ("", "", ""))[2]
        blocks[frame["block"]] = (str(frame["kind"]), str(frame.get("label", "")), before + str(frame["text"]))
    return list(blocks.values())


@pytest.mark.parametrize("name", SCENES)
async def test_what_is_stored_is_what_came(tab: Tab, upstream: Upstream, name: str) -> None:
    upstream.then(Script(scene=name))
    reading = await tab.end(await tab.run("Go on"))
    stored = json.loads(tab.server.stored_run(reading.run)["message"])
    assert orjson.dumps(stored["content"]) == orjson.dumps(list(SCENES[name].content))
    assert stored["stop_reason"] == SCENES[name].stop_reason
    assert reading.html


async def test_a_call_is_known_by_its_name_while_its_input_comes(tab: Tab, upstream: Upstream) -> None:
    upstream.then(Script(scene="tool_use", delay_ms=2))
    blocks = blocks_in(await frames_of(tab, await tab.run("Go on")))
    assert blocks == [
        ("text", "", "I look at the weather."),
        ("tool_use", "get_weather", '{"city": "Zürich", "days": 3}'),
    ]


async def test_results_that_come_whole_are_there_at_once(tab: Tab, upstream: Upstream) -> None:
    upstream.then(Script(scene="web_search", delay_ms=2))
    blocks = blocks_in(await frames_of(tab, await tab.run("Go on")))
    assert [(kind, label) for kind, label, _text in blocks] == [
        ("text", ""),
        ("server_tool_use", "web_search"),
        ("web_search_tool_result", ""),
        ("text", "cited"),
        ("text", "cited"),
        ("text", "cited"),
    ]
    found = blocks[2][2]
    assert found.startswith("Mount Everest – an encyclopedia https://en.example.org/wiki/Mount_Everest\n")
    assert "encrypted" not in found


async def test_errors_and_hidden_thinking_are_there_too(tab: Tab, upstream: Upstream) -> None:
    upstream.then(Script(scene="server_tool_errors", delay_ms=2), Script(scene="redacted_thinking", delay_ms=5))
    failed = blocks_in(await frames_of(tab, await tab.run("Go on")))
    assert ("web_search_tool_result", "", "max_uses_exceeded") in failed
    hidden = blocks_in(await frames_of(tab, await tab.run("Go on")))
    assert hidden[0] == ("redacted_thinking", "", "")


async def test_reloading_in_mid_stream_tells_the_same(tab: Tab, upstream: Upstream) -> None:
    upstream.then(Script(scene="parallel_tools", stall_after=12))
    reading = await tab.until(await tab.run("Go on"), 6)
    async with Tab(tab.server, tab.client) as other:
        again = await other.follow(reading.run)
        frames = []
        while again.position < reading.position:
            frame = await other.frame()
            frames += [frame] if "text" in frame else []
        assert blocks_in(frames)[1][:2] == ("tool_use", "get_weather")
        await other.stop(reading.run)
        await other.end(again)
    stored = json.loads(tab.server.stored_run(reading.run)["message"])
    assert stored["content"][1]["name"] == "get_weather"
