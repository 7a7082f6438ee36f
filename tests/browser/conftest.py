"""A real browser before a real server: what the tests of this room share.

Each test gets devices (browser contexts) of its own, signed in as the owner, all of them watched: whatever a page
logs, breaks or asks of others fails the test, unless the test says that it expects it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser.playground import Playground
from tests.browser.watching import Watch
from tests.server import Server
from tests.upstream import Upstream

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LIMIT_MS = 10_000

OpenPlayground = Callable[..., Playground]
MakeDevice = Callable[..., BrowserContext]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("browser")


def find_chromium() -> str:
    """Where the browser is. Skips the test without one, or fails it where a browser is required."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    if os.environ.get("WORKBENCH_REQUIRE_BROWSER") == "1":
        pytest.fail("Chromium is not installed, and WORKBENCH_REQUIRE_BROWSER=1 asks for it")
    pytest.skip("Chromium is not installed")


# Only as long as this folder's tests: while Playwright's loop runs in this thread, no other test could run its own.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser, started once."""
    path = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    """The scripted server, one for a file of tests."""
    with Upstream.in_thread() as running:
        yield running


@pytest.fixture(scope="module")
def server(prepared_data: Path, tmp_path_factory: pytest.TempPathFactory, upstream: Upstream) -> Iterator[Server]:
    """Workbench on data of its own, one for a file of tests, with the scripted server's models."""
    data_dir = tmp_path_factory.mktemp("browser") / "data"
    shutil.copytree(prepared_data, data_dir)
    with Server(data_dir, upstream.url) as running:
        with closing(running.browser()) as client:
            running.first_model(client)
        yield running


@pytest.fixture(scope="module")
def sessions() -> dict[str, list[tuple[str, str]]]:
    """The owner's cookies at each server: signing in is slow on purpose, and tested elsewhere."""
    return {}


@pytest.fixture
def origin(server: Server) -> str:
    """Where the browser finds the server."""
    return server.url


@pytest.fixture
def watch(origin: str) -> Iterator[Watch]:
    """What the devices of the test do beside what they show; anything unexpected fails the test at its end."""
    watching = Watch(origin)
    yield watching
    assert watching.problems == []


@pytest.fixture
def new_device(
    chromium: Browser, server: Server, origin: str, watch: Watch, sessions: dict[str, list[tuple[str, str]]]
) -> Iterator[MakeDevice]:
    """Browser contexts, each a device of its own: `new_device(signed_in=False, viewport=…)`."""
    made: list[BrowserContext] = []

    def make(*, signed_in: bool = True, **options: Any) -> BrowserContext:  # noqa: ANN401 - options of Playwright
        options = {"base_url": origin, "viewport": {"width": 1440, "height": 900}, **options}
        context = chromium.new_context(**options)
        context.set_default_timeout(LIMIT_MS)
        made.append(context)
        watch.look_at(context)
        if signed_in:
            for name, value in owner_cookies(server, sessions):
                context.add_cookies([{"name": name, "value": value, "url": origin}])
        return context

    yield make
    watch.is_over = True
    for context in made:
        context.close()


@pytest.fixture
def home(server: Server, sessions: dict[str, list[tuple[str, str]]]) -> str:
    """The playground with an empty prompt of the test's own: what another test typed last may still be on its way."""
    cookies = dict(owner_cookies(server, sessions))
    with httpx.Client(base_url=server.url, cookies=cookies, headers={"referer": server.url}) as client:
        answer = server.post(client, "/w/main/save/new/", {"name": "Mine"})
    return answer.headers["location"]


@pytest.fixture
def open_playground(new_device: MakeDevice, home: str) -> OpenPlayground:
    """The test's playground in a new device (or in the one given): `open_playground(viewport=…)`."""

    def open_on(device: BrowserContext | None = None, path: str = "", **options: Any) -> Playground:  # noqa: ANN401
        page = (device or new_device(**options)).new_page()
        page.goto(path or home)
        return Playground(page)

    return open_on


def owner_cookies(server: Server, sessions: dict[str, list[tuple[str, str]]]) -> list[tuple[str, str]]:
    """Names and values of the cookies of a signed-in owner."""
    if server.url not in sessions:
        with closing(server.browser()) as client:
            sessions[server.url] = [(cookie.name, cookie.value or "") for cookie in client.cookies.jar]
    return sessions[server.url]
