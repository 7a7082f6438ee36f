"""Who starts a run: the process that stored it, if its page follows from there or has no socket at all."""

from __future__ import annotations

import json
import re
from uuid import uuid4

from tests.conftest import MakeServer
from tests.upstream import Upstream

# Nobody's runs wait this long for the sweeper (workbench.runs.claims.UNCLAIMED_AFTER): less was not the sweeper (ms).
SWEPT_AFTER = 2000


def test_a_form_without_scripts_is_started_by_its_own_post(make_server: MakeServer, upstream: Upstream) -> None:
    server = make_server(upstream.url)
    browser = server.browser()
    data = {"submission": str(uuid4()), "role": ["user"], "text": ["Hello"], "lane-0-max_tokens": "64"}
    page = server.post(browser, "/w/main/runs/", {**data, "lane-0-model": server.first_model(browser)})
    run = re.findall(r"/runs/([0-9a-f-]{36})/", str(page.url))[0]
    assert server.wait_for(run) == "succeeded"
    assert server.stored_run(run)["queued_ms"] < SWEPT_AFTER


async def test_a_page_with_an_open_socket_has_its_run_started_before_it_asks(
    make_server: MakeServer, upstream: Upstream
) -> None:
    server = make_server(upstream.url)
    browser = server.browser()
    async with server.socket(browser) as socket:
        await socket.send(json.dumps({"ping": 1}))
        await socket.recv()
        run = server.run(browser, "Hello")
        assert server.wait_for(run) == "succeeded"
    assert server.stored_run(run)["queued_ms"] < SWEPT_AFTER


def test_a_page_whose_socket_is_elsewhere_has_its_run_started_there_or_swept(
    make_server: MakeServer, upstream: Upstream
) -> None:
    server = make_server(upstream.url)
    run = server.run(server.browser(), "Hello")
    assert server.wait_for(run) == "succeeded"
    assert server.stored_run(run)["queued_ms"] >= SWEPT_AFTER
