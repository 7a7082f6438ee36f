"""The server is killed in mid-stream and started again: the page recovers by itself, with what was stored."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MakeDevice, OpenPlayground
from tests.browser.playground import told
from tests.browser.watching import Watch
from tests.conftest import MakeServer
from tests.server import Server
from tests.upstream import Upstream

# What a browser writes to its console while nobody answers.
NO_SERVER = "WebSocket connection to|ERR_CONNECTION|ERR_EMPTY_RESPONSE|htmx:(afterRequest|sendError)"

pytestmark = pytest.mark.reliability


@pytest.fixture
def server(make_server: MakeServer, upstream: Upstream) -> Server:
    """A server of the test's own, to be killed."""
    running = make_server(upstream.url)
    running.first_model(running.browser())
    return running


def test_the_page_comes_to_interrupted_by_itself_with_the_stored_text(
    open_playground: OpenPlayground, server: Server, upstream: Upstream, watch: Watch
) -> None:
    watch.expect(NO_SERVER)
    playground = open_playground()
    answer = playground.run("Doomed [[n=2000 delay_ms=20]]")
    answer.shows("·50»")
    seen = answer.exact
    answer.shows("·110»")
    server.kill()
    expect(answer.part("status")).to_contain_text("connection lost")
    expect(answer.text).to_contain_text("·110»")
    server.start()
    answer.ends("interrupted")
    assert answer.exact.startswith(seen)
    stored = json.loads(server.stored_run(answer.run)["message"])
    assert answer.exact == "".join(block["text"] for block in stored["content"])
    assert told(upstream, 2000).startswith(answer.exact)
    expect(answer.part("problem")).to_contain_text("Workbench ended while this answer was coming")
    expect(answer.part("problem")).to_contain_text("What came before is kept")
    again = playground.run(press=answer.article.get_by_role("button", name="Try again").click)
    playground.page.keyboard.press("Escape")
    again.ends("stopped")


def test_what_was_typed_before_the_crash_is_there_after_it(
    new_device: MakeDevice, open_playground: OpenPlayground, server: Server, watch: Watch
) -> None:
    watch.expect(NO_SERVER)
    playground = open_playground()
    with playground.page.expect_response("**/draft/"):
        playground.message.fill("Typed before")
    server.kill()
    playground.message.fill("Typed while it was down")
    expect(playground.page.locator("#draft-unsaved")).to_be_visible()
    server.start()
    expect(playground.page.locator("#draft-unsaved")).to_be_hidden(timeout=20_000)
    expect(open_playground(new_device()).message).to_have_value("Typed while it was down")
