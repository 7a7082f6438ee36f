"""Killed, stopped and paused servers: what was stored stays, every run comes to an end once, nothing needs a hand."""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.conftest import MakeServer
from tests.runs.following import Tab
from tests.server import Server
from tests.upstream import Upstream, answer_text, until

pytestmark = pytest.mark.reliability

LEASE_S = 8  # workbench.runs.claims.LEASE


def text_of(server: Server, run: str) -> str:
    message = json.loads(server.stored_run(run)["message"])
    return "".join(block.get("text", "") for block in message["content"])


def checkpoints(server: Server, run: str) -> int:
    rows = server.rows("SELECT count(*) FROM runs_runcheckpoint WHERE run_id = ?", run.replace("-", ""))
    return int(rows[0][0])


def wait_for_checkpoint(server: Server, run: str) -> None:
    deadline = time.monotonic() + 10
    while not checkpoints(server, run):
        assert time.monotonic() < deadline
        time.sleep(0.02)


async def test_kill_in_mid_stream_keeps_the_text_up_to_the_last_checkpoint(
    make_server: MakeServer, upstream: Upstream
) -> None:
    server = make_server(upstream.url)
    async with Tab(server, server.browser()) as tab:
        server.first_model(tab.client)
        reading = await tab.run("Go on [[n=3000 delay_ms=10]]")
        await tab.until(reading, 10)
        wait_for_checkpoint(server, reading.run)
        seen_a_second_ago = reading.text
        until_s = time.monotonic() + 1.2
        while time.monotonic() < until_s:
            await tab.frame()
        server.kill()
    server.start()
    assert server.wait_for(reading.run, limit_s=LEASE_S + 10) == "interrupted"
    kept = text_of(server, reading.run)
    whole = answer_text(next(c for c in upstream.calls() if b"Go on" in c.body).json, 3000)
    assert whole.startswith(kept)
    assert kept.startswith(seen_a_second_ago), "what was shown a second before the crash is stored"
    assert checkpoints(server, reading.run) == 0
    assert server.stored_run(reading.run)["error_type"] == "server_lost"
    page = server.browser().get(f"/w/main/runs/{reading.run}/").text
    assert "Workbench ended while this answer was coming" in page


async def test_sigterm_stores_what_there_is_and_refuses_new_work(make_server: MakeServer, upstream: Upstream) -> None:
    server = make_server(upstream.url)
    async with Tab(server, server.browser()) as tab:
        server.first_model(tab.client)
        reading = await tab.run("Long [[n=4000 delay_ms=10]]")
        short = await tab.run("Short [[n=40 delay_ms=20]]")
        await tab.until(reading, 20)
        server.signal(signal.SIGTERM)
        await until(lambda: not server.is_ready())
        assert server.process is not None
        assert server.process.wait(15) == 0
    assert server.status_of(short.run) == "succeeded", "a few seconds are enough for this one"
    assert server.status_of(reading.run) == "interrupted"
    assert server.stored_run(reading.run)["error_type"] == "server_stopping"
    assert text_of(server, reading.run).startswith(reading.text)
    server.start()
    assert server.status_of(reading.run) == "interrupted"


def test_a_queued_run_that_nobody_asks_for_is_swept(make_server: MakeServer, upstream: Upstream) -> None:
    server = make_server(upstream.url)
    browser = server.browser()
    run = server.run(browser, "Alone [[n=4]]")
    assert server.wait_for(run) == "succeeded"
    assert checkpoints(server, run) == 0


def test_a_run_queued_before_a_crash_is_executed_after_it(make_server: MakeServer, upstream: Upstream) -> None:
    server = make_server(upstream.url)
    browser = server.browser()
    run = server.run(browser, "Later [[n=4]]", model=server.first_model(browser))
    server.kill()
    assert server.status_of(run) == "queued"
    server.start()
    assert server.wait_for(run) == "succeeded"


@pytest.fixture
def two_servers(prepared_data: Path, tmp_path: Path, upstream: Upstream) -> Iterator[tuple[Server, Server]]:
    """Two processes on the same data."""
    data_dir = tmp_path / "shared"
    shutil.copytree(prepared_data, data_dir)
    with Server(data_dir, upstream.url) as first, Server(data_dir, upstream.url) as second:
        yield first, second


def same_person(client: httpx.Client, server: Server) -> httpx.Client:
    """The person of one server at another one on the same data."""
    return httpx.Client(base_url=server.url, cookies=client.cookies, headers={"referer": server.url}, timeout=30)


async def test_a_holder_that_slept_past_its_lease_writes_nothing(
    two_servers: tuple[Server, Server], upstream: Upstream
) -> None:
    sleeper, other = two_servers
    async with Tab(sleeper, sleeper.browser()) as tab:
        sleeper.first_model(tab.client)
        reading = await tab.run("Sleep [[n=900 delay_ms=10]]")
        await tab.until(reading, 10)
        wait_for_checkpoint(sleeper, reading.run)
        sleeper.signal(signal.SIGSTOP)
        try:
            assert other.wait_for(reading.run, limit_s=LEASE_S + 10) == "interrupted"
        finally:
            settled = dict(other.stored_run(reading.run))
            sleeper.signal(signal.SIGCONT)
        await tab.end(reading)
    await asyncio.sleep(2)
    assert dict(other.stored_run(reading.run)) == settled, "the late result is refused"
    assert checkpoints(other, reading.run) == 0
    assert "lease" in sleeper.log


async def test_a_killed_neighbour_does_not_touch_this_ones_runs(
    two_servers: tuple[Server, Server], upstream: Upstream
) -> None:
    lost, alive = two_servers
    client = lost.browser()
    lost.first_model(client)
    async with Tab(lost, client) as there, Tab(alive, same_person(client, alive)) as here:
        theirs = await there.until(await there.run("Theirs [[n=3000 delay_ms=10]]"), 5)
        ours = await here.until(await here.run("Ours [[n=1200 delay_ms=10]]"), 5)
        wait_for_checkpoint(lost, theirs.run)
        lost.kill()
        await here.end(ours)
    assert alive.wait_for(theirs.run, limit_s=LEASE_S + 10) == "interrupted"
    assert alive.status_of(ours.run) == "succeeded"
    assert ours.text == answer_text(next(c for c in upstream.calls() if b"Ours" in c.body).json, 1200)
    lost.start()
    assert alive.status_of(ours.run) == "succeeded"


async def test_a_run_of_another_process_is_followed_from_its_checkpoints(
    two_servers: tuple[Server, Server], upstream: Upstream
) -> None:
    executing, other = two_servers
    client = executing.browser()
    executing.first_model(client)
    async with Tab(executing, client) as here, Tab(other, same_person(client, other)) as there:
        reading = await here.run("Everywhere [[n=300 delay_ms=10]]")
        await here.until(reading, 20)
        elsewhere = await there.follow(reading.run)
        await there.until(elsewhere, 1)
        assert reading.text or elsewhere.text
        await there.end(elsewhere)
        await here.end(reading)
    whole = answer_text(next(c for c in upstream.calls() if b"Everywhere" in c.body).json, 300)
    assert reading.text == whole
    assert whole.startswith(elsewhere.text) and elsewhere.text  # noqa: PT018 - one fact
    assert other.status_of(reading.run) == "succeeded"


async def test_stop_reaches_a_run_of_another_process(two_servers: tuple[Server, Server], upstream: Upstream) -> None:
    executing, other = two_servers
    client = executing.browser()
    executing.first_model(client)
    async with Tab(executing, client) as here:
        reading = await here.until(await here.run("Far away [[n=3000 delay_ms=10]]"), 5)
        call = next(c for c in upstream.calls() if b"Far away" in c.body)
        pressed = time.monotonic()
        answer = other.post(same_person(client, other), f"/w/main/runs/{reading.run}/stop/", {})
        assert answer.status_code in {200, 302}
        await until(lambda: call.client_closed_at)
        assert call.client_closed_at
        assert call.client_closed_at - pressed < 1
        await here.end(reading)
    assert other.status_of(reading.run) == "stopped"
