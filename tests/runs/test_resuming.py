"""Readers come back, come late and come from elsewhere: the exact text, in order, without a gap, nothing twice."""

from __future__ import annotations

import asyncio
import random

import httpx
import pytest

from tests.runs.following import Reading, Tab
from tests.server import Server
from tests.upstream import Upstream, answer_text

pytestmark = pytest.mark.reliability

PIECES = 250
SLOWLY = f"[[n={PIECES} delay_ms=10]]"


async def cut(tab: Tab) -> None:
    """Lose the network: no closing words."""
    tab.socket.transport.abort()
    await tab.socket.wait_closed()


def answer_of(upstream: Upstream, words: str, pieces: int = PIECES) -> str:
    call = next(call for call in upstream.calls() if words.encode() in call.body)
    return answer_text(call.json, pieces)


async def read_from(server: Server, client: httpx.Client, known: Reading) -> Reading:
    """Another socket, which goes on from what is known, to the end."""
    async with Tab(server, client) as tab:
        return await tab.end(await tab.follow(known.run, known.position, known.text))


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_socket_that_is_cut_many_times(
    server: Server, owner_browser: httpx.Client, tab: Tab, upstream: Upstream, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - where to cut
    reading = await tab.run(f"Cut {seed} often {SLOWLY}")
    cuts = 0
    while not reading.has_ended:
        await tab.until(reading, reading.position + chance.randrange(1, 30))
        await cut(tab)
        cuts += 1
        await asyncio.sleep(chance.random() / 20)
        tab = await Tab(server, owner_browser).__aenter__()
        reading = await tab.follow(reading.run, reading.position, reading.text)
        await tab.frame()
    assert cuts > 10
    expected = answer_of(upstream, f"Cut {seed} often")
    assert expected.startswith(reading.text)
    # Cut at the very end, the last pieces come with the stored answer.
    assert reading.position > PIECES - 60
    assert expected.strip() in reading.html
    assert server.status_of(reading.run) == "succeeded"


async def test_from_any_position_of_a_living_run(
    server: Server, owner_browser: httpx.Client, tab: Tab, upstream: Upstream
) -> None:
    """Twenty readers at once, each from another point on, beside the one who began."""
    reading = await tab.until(await tab.run(f"Many readers {SLOWLY}"), 100)
    expected = answer_of(upstream, "Many readers")
    pieces = [f"{piece} " for piece in expected.split(" ")[:-1]]
    known = [Reading(reading.run, "".join(pieces[:position]), position) for position in range(0, 100, 5)]
    readers = await asyncio.gather(*(read_from(server, owner_browser, one) for one in known))
    assert {reader.text for reader in readers} == {expected}
    assert (await tab.end(reading)).text == expected


async def test_another_device_sees_everything_from_the_start_and_then_live(
    server: Server, tab: Tab, upstream: Upstream
) -> None:
    reading = await tab.until(await tab.run(f"Two devices {SLOWLY}"), 50)
    other = await asyncio.to_thread(server.browser)
    late = await read_from(server, other, Reading(reading.run))
    other.close()
    assert late.text == answer_of(upstream, "Two devices")
    assert late.html == (await tab.end(reading)).html


async def test_all_tabs_closed_the_run_goes_on_and_is_whole(
    server: Server, owner_browser: httpx.Client, tab: Tab, upstream: Upstream
) -> None:
    reading = await tab.until(await tab.run("Left alone [[n=100 delay_ms=10]]"), 10)
    await cut(tab)
    await asyncio.to_thread(server.wait_for, reading.run, "succeeded")
    async with Tab(server, owner_browser) as late:
        again = await late.end(await late.follow(reading.run, reading.position, reading.text))
    expected = answer_of(upstream, "Left alone", 100)
    assert expected.startswith(again.text)
    assert expected.strip() in again.html


async def test_one_socket_follows_many_runs_and_mixes_nothing(tab: Tab, upstream: Upstream) -> None:
    readings = [await tab.run(f"Side by side {number}. [[n=60 delay_ms=10]]") for number in range(8)]
    for reading in readings:
        await tab.end(reading)
    expected = [answer_of(upstream, f"Side by side {number}.", 60) for number in range(8)]
    assert [reading.text for reading in readings] == expected
    assert len(set(expected)) == 8


async def test_following_again_on_the_same_socket_starts_again_there(tab: Tab, upstream: Upstream) -> None:
    """A hidden tab that is shown again asks anew: it gets what it asks for, and only that."""
    reading = await tab.until(await tab.run(f"Hidden and shown {SLOWLY}"), 30)
    for _ in range(20):
        reading = await tab.follow(reading.run, reading.position, reading.text)
        await tab.until(reading, reading.position + 5)
    assert (await tab.end(reading)).text == answer_of(upstream, "Hidden and shown")


async def test_a_position_beyond_the_end_is_no_way_to_get_lost(
    server: Server, owner_browser: httpx.Client, tab: Tab
) -> None:
    """What a page may hold after a crash: more than is stored."""
    reading = await tab.until(await tab.run("Too far [[n=60 delay_ms=10]]"), 5)
    async with Tab(server, owner_browser) as other:
        ahead = await other.end(await other.follow(reading.run, 10**9))
    assert ahead.html == (await tab.end(reading)).html != ""


async def test_leaving_politely_in_the_middle_is_no_fault(
    server: Server, owner_browser: httpx.Client, tab: Tab
) -> None:
    reading = await tab.until(await tab.run("Leaving [[n=3000 delay_ms=1]]"), 3)
    for _ in range(25):
        async with Tab(server, owner_browser) as other:
            await other.until(await other.follow(reading.run), 3)
    await tab.stop(reading.run)
    await tab.end(reading)
    assert "crashed" not in server.log
    assert "Traceback" not in server.log
