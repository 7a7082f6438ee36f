"""Stop means stop, in every phase: the request is closed within a second, the state is reached once, text is kept."""

from __future__ import annotations

import asyncio
import json
import time

import pytest

from tests.conftest import MakeServer
from tests.runs.following import Reading, Tab
from tests.upstream import Upstream, answer_text, never_accepting, until

pytestmark = pytest.mark.reliability


async def stopped(tab: Tab, reading: Reading) -> None:
    await tab.stop(reading.run)
    await tab.end(reading)
    assert tab.server.status_of(reading.run) == "stopped"


async def test_while_it_streams(tab: Tab, upstream: Upstream) -> None:
    reading = await tab.until(await tab.run("Go on [[n=2000 delay_ms=10]]"), 20)
    call = upstream.calls()[-1]
    pressed = time.monotonic()
    await stopped(tab, reading)
    await until(lambda: call.client_closed_at)
    assert call.client_closed_at
    assert call.client_closed_at - pressed < 1
    text = json.loads(tab.server.stored_run(reading.run)["message"])["content"][0]["text"]
    assert answer_text(call.json, 2000).startswith(text)
    assert text.startswith(reading.text)


async def test_while_nothing_has_come(tab: Tab, upstream: Upstream) -> None:
    asked = len(upstream.calls())
    reading = await tab.run("Silence [[never_answer=1]]")
    await until(lambda: len(upstream.calls()) > asked)
    call = upstream.calls()[-1]
    await stopped(tab, reading)
    await until(lambda: call.client_closed_at)
    assert "Stopped before an answer came" in reading.html


async def test_while_it_waits_to_try_again(tab: Tab, upstream: Upstream) -> None:
    reading = await tab.run("Later [[status=529 retry_after=30]]")
    await tab.phase(reading, "waiting")
    asked = len(upstream.calls())
    await stopped(tab, reading)
    assert len(upstream.calls()) == asked


async def test_while_it_connects(tab: Tab) -> None:
    with never_accepting() as url:
        tab.server.rows("UPDATE connections_connection SET base_url = ?", url)
        try:
            reading = await tab.run("Nobody there")
            await tab.phase(reading, "connecting")
            await stopped(tab, reading)
        finally:
            tab.server.rows(
                "UPDATE connections_connection SET base_url = ?", tab.server.environment["ANTHROPIC_BASE_URL"]
            )


async def test_while_it_is_queued(make_server: MakeServer, upstream: Upstream) -> None:
    """Posted without a socket it waits for the sweeper; Stop comes first."""
    server = make_server(upstream.url)
    browser = server.browser()
    asked = len(upstream.calls())
    run = server.run(browser, "Never sent", model=server.first_model(browser))
    server.post(browser, f"/w/main/runs/{run}/stop/", {})
    assert server.wait_for(run) == "stopped"
    await asyncio.sleep(3)
    assert len(upstream.calls()) == asked
    assert server.status_of(run) == "stopped"


async def test_after_the_last_delta_it_changes_nothing_that_is_stored(tab: Tab) -> None:
    reading = await tab.end(await tab.run("Short [[n=3]]"))
    before = dict(tab.server.stored_run(reading.run))
    await tab.stop(reading.run)
    await tab.ready()
    assert dict(tab.server.stored_run(reading.run)) == before


async def test_at_the_very_end_nothing_of_the_answer_is_lost(tab: Tab, upstream: Upstream) -> None:
    """Stop comes when the last delta has arrived and message_stop has not, or just has."""
    for number in range(10):
        reading = await tab.run(f"Close race {number} [[n=6 delay_ms=5]]")
        await tab.until(reading, 6)
        await tab.stop(reading.run)
        await tab.end(reading)
        stored = tab.server.stored_run(reading.run)
        assert stored["status"] in {"stopped", "succeeded"}
        call = next(call for call in upstream.calls() if f"Close race {number} ".encode() in call.body)
        assert json.loads(stored["message"])["content"][0]["text"] == answer_text(call.json, 6)


async def test_two_stops_are_one(tab: Tab) -> None:
    reading = await tab.until(await tab.run("Go on [[n=2000 delay_ms=10]]"), 5)
    await tab.stop(reading.run)
    answers = await asyncio.gather(
        *(asyncio.to_thread(tab.server.post, tab.client, f"/w/main/runs/{reading.run}/stop/", {}) for _ in range(3))
    )
    assert [answer.status_code for answer in answers] == [200] * 3
    await tab.end(reading)
    assert tab.server.status_of(reading.run) == "stopped"
    assert tab.server.log.count(f"run={reading.run}") == 1


async def test_two_hundred_starts_and_stops_leave_the_pool_healthy(tab: Tab, upstream: Upstream) -> None:
    for batch in range(20):
        readings = [await tab.run(f"Cycle {batch}-{number} [[n=500 delay_ms=10]]") for number in range(10)]
        for reading in readings:
            await tab.stop(reading.run)
        for reading in readings:
            await tab.end(reading)
    await until(lambda: upstream.open_streams == 0)
    whole = await tab.end(await tab.run("And now [[n=5 first_ms=200]]"))
    assert whole.text == answer_text(upstream.calls()[-1].json, 5)
