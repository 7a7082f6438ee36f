"""Bad luck with files while runs use them: a run ends in words, or goes on as if nothing had been."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.files import making
from tests.runs.following import Reading, Tab
from tests.server import Server
from tests.upstream import Script, Upstream
from tests.upstream_files import FileShelf

pytestmark = pytest.mark.reliability

LARGE = making.pdf("one", "two") + b"%" * 1_200_000  # more than the provider's Files API is there for


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with Upstream.in_thread() as running:
        yield running


@pytest.fixture(scope="module")
def server(prepared_data: Path, tmp_path_factory: pytest.TempPathFactory, upstream: Upstream) -> Iterator[Server]:
    """A server whose only connection is the provider's own, as far as it knows."""
    data_dir = tmp_path_factory.mktemp("faults") / "data"
    shutil.copytree(prepared_data, data_dir)
    with Server(data_dir, upstream.url) as running:
        with closing(running.browser()) as client:
            running.first_model(client)
        running.rows("UPDATE connections_connection SET kind = 'anthropic'")
        yield running


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[httpx.Client]:
    """The owner's browser."""
    with closing(server.browser()) as browser:
        yield browser


@pytest.fixture
async def tab(server: Server, client: httpx.Client) -> AsyncIterator[Tab]:
    async with Tab(server, client) as opened:
        yield opened


@pytest.fixture(autouse=True)
def fresh(upstream: Upstream) -> None:
    upstream.requests.clear()
    upstream.forget_scripts()
    upstream.files = FileShelf()


def upload(server: Server, client: httpx.Client, name: str, content: bytes) -> httpx.Response:
    """Upload a file as the page's script does."""
    headers = {"x-csrftoken": client.cookies["workbench_csrf"], "accept": "application/json"}
    return client.post("/w/main/files/upload/", files={"file": (name, content)}, data={"end": "1"}, headers=headers)


def stored(tab: Tab, name: str, content: bytes) -> str:
    """The id of an uploaded file."""
    answer = upload(tab.server, tab.client, name, content)
    assert answer.status_code in (200, 201), answer.text
    return str(answer.json()["id"])


async def run_with(tab: Tab, *files: str, text: str = "Read") -> Reading:
    """Press Run with files in the message."""
    names = {f"k-{file}-name": "a file" for file in files}
    return await tab.run(text, **{"turn": ["k"], "k-file": list(files), **names})


def page_of(tab: Tab, run: Reading) -> str:
    """What a person reads of a run."""
    return " ".join(tab.client.get(f"/w/main/runs/{run.run}/").text.split())


def lose(server: Server, file: str) -> None:
    """The file's bytes are gone, as after a disk was lost."""
    [folder] = [path for path in (server.data_dir / "files").rglob(file) if path.is_dir()]
    shutil.rmtree(folder)


async def test_a_file_that_is_deleted_while_a_run_waits_is_sent(tab: Tab, upstream: Upstream) -> None:
    file = stored(tab, "a.png", making.image())
    run = await run_with(tab, file, text="Read [[status=529 fail_times=1 retry_after=1]]")
    await tab.phase(run, "waiting")
    tab.server.post(tab.client, f"/w/main/files/{file}/delete/", {})
    await tab.end(run)
    assert tab.server.status_of(run.run) == "succeeded"
    first, second = [call.body for call in upstream.calls()]
    assert first == second


async def test_bytes_that_are_lost_while_a_run_waits_end_it_in_words(tab: Tab, upstream: Upstream) -> None:
    file = stored(tab, "b.png", making.image(size=(41, 31)))
    run = await run_with(tab, file, text="Read [[status=529 fail_times=9 retry_after=1]]")
    await tab.phase(run, "waiting")
    lose(tab.server, file)
    await tab.end(run)
    assert tab.server.stored_run(run.run)["error_type"] == "file_gone"
    assert len(upstream.calls()) == 1
    page = page_of(tab, run)
    assert "A file of the prompt could not be sent" in page
    assert "upload it again, then run" in page
    assert "Traceback" not in tab.server.log


async def test_a_file_whose_content_shrank_is_not_waited_for(tab: Tab, upstream: Upstream) -> None:
    """What was said to be its length never comes: the server would wait for it, and we for the server."""
    file = stored(tab, "c.png", making.image(size=(42, 31)))
    run = await run_with(tab, file, text="Read [[status=529 fail_times=9 retry_after=1]]")
    await tab.phase(run, "waiting")
    [original] = (tab.server.data_dir / "files").rglob(f"{file}/original")
    original.write_bytes(original.read_bytes()[:20])
    await tab.end(run)
    assert tab.server.stored_run(run.run)["error_type"] == "file_gone"


@pytest.mark.parametrize(
    "gone",
    [
        Script(status=404, message="File not found: file_0001"),
        Script(status=404, message="The file has expired", code="file_expired"),
        Script(status=400, message="messages.0.content.0.source.file_id: file_0001 does not exist"),
    ],
    ids=["not found", "expired", "bad request"],
)
async def test_what_the_provider_forgot_is_uploaded_again_once(tab: Tab, upstream: Upstream, gone: Script) -> None:
    content = LARGE + gone.message.encode()
    file = stored(tab, "large.pdf", content)
    upstream.then(gone)
    run = await run_with(tab, file)
    await tab.end(run)
    assert tab.server.status_of(run.run) == "succeeded"
    assert upstream.files is not None
    assert upstream.files.contents == {"file_0001": content, "file_0002": content}
    sources = [call.json["messages"][0]["content"][0]["source"] for call in upstream.calls()]
    assert [source["file_id"] for source in sources] == ["file_0001", "file_0002"]
    # The run's page shows what was sent in the end.
    body = str(tab.server.stored_run(run.run)["request_body"])
    assert json.loads(body) == upstream.calls()[-1].json


async def test_a_provider_that_forgets_each_time_is_asked_twice_and_no_more(tab: Tab, upstream: Upstream) -> None:
    file = stored(tab, "large.pdf", LARGE)
    gone = Script(status=404, message="File not found: file_0001")
    upstream.then(gone, gone, gone)
    run = await run_with(tab, file)
    await tab.end(run)
    assert tab.server.status_of(run.run) == "failed"
    assert len(upstream.calls()) == 2
    assert "File not found" in page_of(tab, run)
