"""Large prompts against a real server: taken up to the stated limit, above it refused in words, and soon forgotten."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import pytest

from tests.conftest import MakeServer
from tests.files.test_over_the_wire import forget_peak, memory_of
from tests.server import Server
from tests.upstream import Upstream

pytestmark = pytest.mark.reliability

MB = 1024 * 1024


def keep(server: Server, client: httpx.Client, text: str) -> httpx.Response:
    """Post the playground's form to be kept as a draft."""
    form = urlencode({"system": "", "role": "user", "text": text})
    headers = {"x-csrftoken": client.cookies["workbench_csrf"], "content-type": "application/x-www-form-urlencoded"}
    return client.post(f"{server.url}/w/main/draft/", content=form.encode(), headers=headers)


def test_a_prompt_of_ten_megabytes_is_kept_and_opened(make_server: MakeServer) -> None:
    server = make_server()
    with closing(server.browser()) as client:
        text = "All work and no play. " * (10 * MB // 22) + "the very end"
        assert keep(server, client, text).status_code == 200
        assert text in client.get("/w/main/").text
        # More than is taken: refused, and what was kept before is there.
        assert keep(server, client, "x" * 17 * MB).status_code == 413
        assert "the very end" in client.get("/w/main/").text


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read where Linux tells it")
def test_large_prompts_do_not_pile_up_in_memory(make_server: MakeServer) -> None:
    server = make_server()
    with closing(server.browser()) as client:
        text = "x" * 10 * MB
        keep(server, client, text)
        before = memory_of(server, "VmRSS")
        forget_peak(server)
        for letter in "abcdefghijklmno":
            assert keep(server, client, letter + text).status_code == 200
        # One of them takes some 60 MB while it is read; where each waits for the collector, they take 300 MB.
        assert memory_of(server, "VmHWM") < before + 120 * MB


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read where Linux tells it")
def test_large_prompts_that_were_sent_do_not_stay_in_memory(make_server: MakeServer) -> None:
    with Upstream.in_thread() as upstream:
        server = make_server(upstream.url)
        with closing(server.browser()) as client:
            text = "x" * 10 * MB
            model = server.first_model(client)

            def send() -> None:
                lane = {"lane-0-model": model, "lane-0-max_tokens": "50"}
                fields = {"submission": str(uuid4()), "system": "", "role": "user", "text": text, **lane}
                headers = {"x-csrftoken": client.cookies["workbench_csrf"]}
                answer = client.post("/w/main/runs/", data=fields, headers=headers, follow_redirects=False)
                assert server.wait_for(answer.headers["location"].split("/")[-2]) == "succeeded"

            send()
            before = memory_of(server, "VmRSS")
            forget_peak(server)
            for _run in range(9):
                send()
            assert all(len(call.body) > 10 * MB for call in upstream.calls())
            assert memory_of(server, "VmHWM") < before + 120 * MB
