"""The network goes and comes back, many times: the run goes on, the page says so, and the text is exact at the end."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import MakeDevice, OpenPlayground
from tests.browser.playground import told
from tests.browser.proxy import Proxy
from tests.browser.watching import Watch
from tests.server import Server
from tests.upstream import Upstream

# What a browser writes to its console when a socket or a request finds no network.
NO_NETWORK = (
    "WebSocket connection to|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|ERR_EMPTY_RESPONSE|htmx:(afterRequest|sendError)"
)

# What a browser does to a tab that nobody sees: it says so, and draws nothing. (Headless tabs are never hidden.)
HIDE = """
window.drawn = window.requestAnimationFrame;
window.requestAnimationFrame = (draw) => (window.later ??= []).push(draw);
Object.defineProperty(document, "hidden", { value: true, configurable: true });
document.dispatchEvent(new Event("visibilitychange"));
"""
SHOW = """
window.requestAnimationFrame = window.drawn;
(window.later ?? []).forEach((draw) => requestAnimationFrame(draw));
delete document.hidden;
document.dispatchEvent(new Event("visibilitychange"));
"""


@pytest.fixture(scope="module")
def network() -> Iterator[Proxy]:
    """What lies between the browser and the server."""
    with Proxy.in_thread() as proxy:
        yield proxy


@pytest.fixture(scope="module")
def server(
    prepared_data: Path, tmp_path_factory: pytest.TempPathFactory, upstream: Upstream, network: Proxy
) -> Iterator[Server]:
    """A server that is known by the proxy's address."""
    data_dir = tmp_path_factory.mktemp("proxied") / "data"
    shutil.copytree(prepared_data, data_dir)
    running = Server(data_dir, upstream.url, WORKBENCH_PUBLIC_URL=network.url)
    network.target_port = running.port
    with running:
        running.first_model(running.browser())
        yield running


@pytest.fixture
def origin(network: Proxy) -> str:
    return network.url


def go_offline(device: BrowserContext, *, seconds: float) -> None:
    """The browser itself says that there is no network, for so long."""
    device.set_offline(True)
    time.sleep(seconds)
    device.set_offline(False)


def test_a_network_that_breaks_again_and_again_loses_nothing(
    new_device: MakeDevice, open_playground: OpenPlayground, upstream: Upstream, network: Proxy, watch: Watch
) -> None:
    watch.expect(NO_NETWORK)
    answer = open_playground(new_device()).run("Much [[n=600 delay_ms=20]]")
    answer.shows("·10»")
    for seconds in (5, 0.3, 0.1):
        network.cut()
        expect(answer.part("status")).to_contain_text("connection lost")
        time.sleep(seconds)
        network.mend()
        expect(answer.part("status")).not_to_contain_text("connection lost")
        assert told(upstream, 600).startswith(answer.exact)
    answer.ends()
    assert answer.exact == told(upstream, 600)


def test_an_answer_that_ended_while_the_network_was_away_is_whole(
    new_device: MakeDevice, open_playground: OpenPlayground, upstream: Upstream, network: Proxy, watch: Watch,
    server: Server,
) -> None:  # fmt: skip
    watch.expect(NO_NETWORK)
    answer = open_playground(new_device()).run("Ends alone [[n=40 delay_ms=20]]")
    answer.shows("·3»")
    network.cut()
    expect(answer.part("status")).to_contain_text("the run goes on")
    server.wait_for(answer.run, "succeeded")
    network.mend()
    answer.ends()
    assert answer.exact == told(upstream, 40)


def test_a_device_that_goes_offline_and_online_loses_nothing(
    new_device: MakeDevice, open_playground: OpenPlayground, upstream: Upstream, watch: Watch
) -> None:
    watch.expect(NO_NETWORK)
    device = new_device()
    answer = open_playground(device).run("On the train [[n=150 delay_ms=20]]")
    for mark in ("·5»", "·40»"):
        answer.shows(mark)
        go_offline(device, seconds=0.4)
    answer.ends()
    assert answer.exact == told(upstream, 150)


def test_a_tab_that_was_hidden_and_lost_its_socket_has_everything_when_it_is_shown(
    new_device: MakeDevice, open_playground: OpenPlayground, upstream: Upstream, network: Proxy, watch: Watch,
    server: Server,
) -> None:  # fmt: skip
    watch.expect(NO_NETWORK)
    answer = open_playground(new_device()).run("Unseen [[n=100 delay_ms=20]]")
    answer.shows("·5»")
    answer.page.evaluate(HIDE)
    network.cut()
    network.mend()
    server.wait_for(answer.run, "succeeded")
    # Perhaps just then put in the place of what had streamed in: its words, whatever stands between them.
    shown = answer.exact.split()
    assert shown == told(upstream, 100).split()[: len(shown)]
    answer.page.evaluate(SHOW)
    answer.ends()
    assert answer.exact == told(upstream, 100)


def test_what_is_typed_without_a_network_is_kept_and_saved_when_it_is_back(
    new_device: MakeDevice, open_playground: OpenPlayground, network: Proxy, watch: Watch
) -> None:
    watch.expect(NO_NETWORK)
    playground = open_playground(new_device())
    playground.page.wait_for_load_state("networkidle")
    network.cut()
    playground.message.fill("Typed in a tunnel")
    unsaved = playground.page.locator("#draft-unsaved")
    expect(unsaved).to_be_visible()
    network.mend()
    expect(unsaved).to_be_hidden()
    expect(playground.message).to_have_value("Typed in a tunnel")
    expect(open_playground(new_device()).message).to_have_value("Typed in a tunnel")


def test_a_module_that_does_not_come_at_first_is_fetched_again(
    new_device: MakeDevice, open_playground: OpenPlayground, watch: Watch
) -> None:
    watch.expect(NO_NETWORK, "ERR_FAILED")
    device = new_device()
    device.route("**/js/draft*.js", lambda route: route.abort(), times=1)
    playground = open_playground(device)
    playground.message.fill("Typed before the module came")
    with playground.page.expect_response("**/draft/"):
        pass
    playground.page.reload()
    expect(playground.message).to_have_value("Typed before the module came")
