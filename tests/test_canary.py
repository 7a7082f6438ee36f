"""A key is nowhere but in the header to its own host: not in a page, a frame, a log or the database in clear."""

from __future__ import annotations

import json
from uuid import UUID

import pytest

from tests.conftest import MakeServer
from tests.databases import contents_of
from tests.runs.following import Tab
from tests.server import KEY, free_port
from tests.upstream import Script, Upstream

pytestmark = [pytest.mark.security, pytest.mark.reliability]

# Without its last four characters, which are shown to tell keys apart.
CANARY = KEY[:-4]
ASKED = (
    "Well [[n=5]]",
    "Refused [[status=401]]",
    "Broken [[status=500 message=secret_is_mine]]",
    "Cut [[n=9 cut_after=3]]",
    "Hung up [[hang_up=1]]",
)
PAGES = ("", "prompts/", "runs/", "settings/connections/", "settings/connections/add/")
TABS = ("answer", "request", "response", "headers", "timing", "attempts")


async def test_the_key_is_nowhere_to_be_seen(make_server: MakeServer, upstream: Upstream) -> None:
    server = make_server(upstream.url, WORKBENCH_LOG_FORMAT="json")
    seen: list[str] = []
    async with Tab(server, server.browser()) as tab:
        server.first_model(tab.client)
        # A server that tells what it was sent, as badly made ones do.
        upstream.then(Script(status=400, message=f"x-api-key: {KEY} is not what I want"))
        server.rows("UPDATE connections_connection SET max_retries = 0")
        readings = [await tab.end(await tab.run(text)) for text in ("Echo", *ASKED)]
        server.rows("UPDATE connections_connection SET base_url = ?", f"http://127.0.0.1:{free_port()}")
        readings.append(await tab.end(await tab.run("Nobody there")))
        seen += [reading.html + reading.text + json.dumps(reading.phases) for reading in readings]
        runs = [f"runs/{reading.run}/?tab={name}" for reading in readings for name in TABS]
        connection = UUID(server.rows("SELECT id FROM connections_connection")[0]["id"])
        settings = [f"settings/connections/{connection}/", f"settings/connections/{connection}/models/"]
        for path in (*PAGES, *runs, *settings):
            answer = tab.client.get(f"/w/main/{path}")
            assert answer.status_code == 200, path
            seen += [answer.text, str(answer.headers)]
        server.post(tab.client, f"/w/main/settings/connections/{connection}/test/", {})
        seen.append(tab.client.get(f"/w/main/settings/connections/{connection}/").text)
    assert any(KEY in str(call.headers) for call in upstream.calls()), "the key was used"
    server.stop()
    seen += [server.log]
    told = [text for text in seen if CANARY in text]
    assert told == [], told[0][:2000]
    files = [path for path in server.data_dir.rglob("*") if path.is_file()]
    assert not any(CANARY in text for text in contents_of(server.data_dir, server.database_url))
    assert [path.name for path in files if CANARY.encode() in path.read_bytes()] == []
