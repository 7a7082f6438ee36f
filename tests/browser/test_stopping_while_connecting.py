"""Stop while the provider's machine does not even take the call."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPlayground
from tests.conftest import MakeServer
from tests.server import Server
from tests.upstream import never_accepting

ADD_MODEL = """
from workbench.connections.models import CatalogModel, Connection
CatalogModel.objects.create(connection=Connection.objects.get(), model_id="silent-model")
"""


@pytest.fixture
def server(make_server: MakeServer) -> Iterator[Server]:
    """A server whose only connection leads to a port that takes no calls."""
    with never_accepting() as url:
        running = make_server(url)
        running.python(ADD_MODEL)
        yield running


def test_stop_ends_it_at_once(open_playground: OpenPlayground) -> None:
    playground = open_playground()
    for press_key in (False, True):
        answer = playground.run("Anybody there?")
        expect(answer.article).to_have_attribute("data-status", re.compile("queued|running"))
        if press_key:
            playground.page.keyboard.press("Escape")
        else:
            playground.stop_button.click()
        answer.ends("stopped", timeout=3_000)
        expect(answer.part("problem")).to_contain_text("Stopped before an answer came")
