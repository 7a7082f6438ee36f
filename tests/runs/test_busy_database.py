"""Fifty sockets and several writers on one SQLite: everything is stored, nobody is told that the database is locked."""

from __future__ import annotations

import asyncio
import json
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.runs.following import Tab
from tests.server import Server
from tests.upstream import Upstream, answer_text

pytestmark = pytest.mark.reliability

SOCKETS = 50
WRITERS = 4
BUSY_S = 10.0
PIECES = 40


async def run_again_and_again(tab: Tab, number: int, until: float) -> list[str]:
    """One page that runs and follows, one answer after the other. Gives its runs."""
    runs: list[str] = []
    while time.monotonic() < until:
        words = f"Page {number}, run {len(runs)} [[n={PIECES} delay_ms=20]]"
        runs.append((await tab.end(await tab.run(words))).run)
    return runs


async def type_again_and_again(server: Server, client: httpx.Client, number: int, until: float) -> list[int]:
    """One page whose draft is kept, and which looks around. Gives the statuses it was answered with."""
    statuses: list[int] = []
    while time.monotonic() < until:
        text = f"Draft {number}.{len(statuses)} " * 200
        data = {"role": ["user"], "text": [text], "system": "", "lane-0-max_tokens": "64"}
        saved = await asyncio.to_thread(server.post, client, "/w/main/draft/", data)
        page = await asyncio.to_thread(client.get, "/w/main/runs/?q=Page")
        statuses += [saved.status_code, page.status_code]
    return statuses


async def write_beside(server: Server, until: float) -> int:
    """Another process that writes to the same file, in transactions of its own. Gives how many."""
    written = 0
    while time.monotonic() < until:
        statement = "UPDATE connections_connection SET updated_at = CURRENT_TIMESTAMP"
        await asyncio.to_thread(server.rows, statement)
        written += 1
        await asyncio.sleep(0.005)
    return written


async def test_nothing_is_locked_and_nothing_is_lost(
    server: Server, owner_browser: httpx.Client, upstream: Upstream
) -> None:
    # Nobody who writes waits for a thread of ours.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(SOCKETS + WRITERS + 1))
    browsers = [await asyncio.to_thread(server.browser) for _ in range(WRITERS)]
    tabs = [await Tab(server, owner_browser).__aenter__() for _ in range(SOCKETS)]
    until = time.monotonic() + BUSY_S
    pages = asyncio.gather(*(run_again_and_again(tab, number, until) for number, tab in enumerate(tabs)))
    typing = asyncio.gather(
        *(type_again_and_again(server, browser, number, until) for number, browser in enumerate(browsers))
    )
    written = await write_beside(server, until)
    runs = [run for page in await pages for run in page]
    statuses = [status for page in await typing for status in page]
    for tab in tabs:
        await tab.__aexit__(None, None, None)
    for browser in browsers:
        browser.close()

    assert len(runs) >= SOCKETS
    assert min(len(statuses), written) > 20
    assert set(statuses) == {200}
    assert "database is locked" not in server.log
    assert "Traceback" not in server.log
    sent = {call.body.decode(): answer_text(call.json, PIECES) for call in upstream.calls()}
    for tab in tabs:
        for run, reading in tab.readings.items():
            stored = server.stored_run(run)
            assert stored["status"] == "succeeded"
            text = json.loads(stored["message"])["content"][0]["text"]
            assert text == sent[stored["request_body"]]
            assert text.startswith(reading.text)
    assert not server.rows("SELECT * FROM runs_runcheckpoint")
