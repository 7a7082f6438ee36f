"""Workbench on an empty PostgreSQL database: the first start, a crash, and processes that begin together."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.databases import needs_postgresql
from tests.runs.following import Tab
from tests.server import OWNER, Server
from tests.upstream import Upstream, answer_text

pytestmark = [pytest.mark.reliability, needs_postgresql]

KEYS = "the-same-key-for-all"


@pytest.fixture
def server(tmp_path: Path, upstream: Upstream) -> Iterator[Server]:
    """Nothing of it exists yet; ended with the test if it was started."""
    made = Server(tmp_path / "data", upstream.url, WORKBENCH_SECRET_KEYS=KEYS)
    yield made
    if made.process:
        made.stop()


async def test_it_starts_on_an_empty_database_and_a_crash_loses_nothing(server: Server, upstream: Upstream) -> None:
    server.start()
    async with Tab(server, server.browser()) as tab:
        server.first_model(tab.client)
        saved = server.post(tab.client, "/w/main/save/new/", {"name": "Kept", "role": "user", "text": "Owls"})
        assert "prompt" in saved.url.params
        ended = await tab.end(await tab.run("To the end [[n=20]]"))
        cut = await tab.run("Go on [[n=3000 delay_ms=10]]")
        await tab.until(cut, 150)
        server.kill()
    assert not (server.data_dir / "workbench.sqlite3").exists()
    server.start()
    assert server.status_of(ended.run) == "succeeded"
    assert server.wait_for(cut.run) == "interrupted"
    [kept] = json.loads(server.stored_run(cut.run)["message"])["content"]
    whole = answer_text(next(call for call in upstream.calls() if b"Go on" in call.body).json, 3000)
    assert kept["text"]
    assert whole.startswith(kept["text"])
    page = server.browser()
    assert "Kept" in page.get("/w/main/prompts/?q=owl").text
    assert server.rows("SELECT count(*) FROM teams_workspace")[0][0] == 1


async def test_two_that_begin_at_once_share_one_database(server: Server, upstream: Upstream, tmp_path: Path) -> None:
    second = Server(
        tmp_path / "elsewhere", upstream.url, WORKBENCH_SECRET_KEYS=KEYS, WORKBENCH_DATABASE_URL=server.database_url
    )
    with ExitStack() as stack, ThreadPoolExecutor() as pool:
        stack.callback(second.stop)
        list(pool.map(Server.start, (server, second)))
        assert [tuple(row) for row in server.rows("SELECT email FROM teams_user")] == [(OWNER[0],)]
        samples = server.rows("SELECT name FROM prompts_prompt")
        assert len({row["name"] for row in samples}) == len(samples) > 0
        page = server.browser()
        there = httpx.Client(base_url=second.url, headers={"referer": second.url}, cookies=page.cookies)
        assert (await asyncio.to_thread(there.get, "/w/main/")).status_code == 200, "signed in at both"
        async with Tab(server, page) as tab, Tab(second, there) as other:
            server.first_model(page)
            run = await tab.run("Watched from both [[n=40 delay_ms=20]]")
            seen = await other.end(await other.follow(run.run))
            assert (await tab.end(run)).text
        assert 'data-status="succeeded"' in seen.html
