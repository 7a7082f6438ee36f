"""Somebody types on and on, and browser and server are killed at the same moment: what was typed is there afterwards,
except at most what was typed in the last two seconds.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Request

from tests.browser.conftest import ARGUMENTS, MakeDevice, find_chromium, owner_cookies
from tests.browser.playground import Playground
from tests.conftest import MakeServer
from tests.server import OWNER, Server

PROMISED_S = 2.0
# A save that takes longer is the fault of a machine with too much to do, and so is what was not saved meanwhile.
USUAL_SAVE_S = 0.3

pytestmark = pytest.mark.reliability


@pytest.fixture
def server(make_server: MakeServer) -> Server:
    """A server of the test's own, to be killed."""
    return make_server()


@pytest.fixture
def doomed_browser(chromium: Browser) -> Iterator[Browser]:
    """A browser with processes of its own, to be killed."""
    browser = chromium.browser_type.launch(executable_path=find_chromium(), args=ARGUMENTS)
    yield browser
    browser.close()


def processes_of(browser: Browser) -> list[int]:
    """The numbers of a browser's processes, its first one first."""
    found = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    return [process["id"] for process in sorted(found, key=lambda process: process["type"] != "browser")]


class Saves:
    """How long the page's saves take, those that have not ended included."""

    def __init__(self, page: Page) -> None:
        self.began: dict[Request, float] = {}
        self.took = [0.0]
        page.on("request", self._begins)
        page.on("requestfinished", self._ends)

    def _begins(self, request: Request) -> None:
        if request.url.endswith("/draft/"):
            self.began[request] = time.monotonic()

    def _ends(self, request: Request) -> None:
        if request in self.began:
            self.took.append(time.monotonic() - self.began.pop(request))

    def too_long_s(self, now: float) -> float:
        """By how much the slowest took longer than usual, in seconds."""
        slowest = max(*self.took, *(now - began for began in self.began.values()), 0.0)
        return max(slowest - USUAL_SAVE_S, 0.0)


def type_words(page: Page, for_s: float) -> list[tuple[str, float]]:
    """Types numbered words without a pause. Gives each with the moment at which its last letter was there."""
    typed: list[tuple[str, float]] = []
    ends_at = time.monotonic() + for_s
    while time.monotonic() < ends_at:
        word = f"word{len(typed) + 1} "
        page.keyboard.type(word, delay=15)
        typed.append((word, time.monotonic()))
    return typed


def message_seen_by(page: Page, address: str) -> str:
    """Signs the owner in on a new device, and gives the message that is there."""
    page.goto("/accounts/login/")
    page.get_by_role("textbox", name="Email").fill(OWNER[0])
    page.get_by_role("textbox", name="Password").fill(OWNER[1])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/w/main/")
    page.goto(address)
    return Playground(page).message.input_value()


@pytest.mark.parametrize("for_s", [2.5, 4.4])
def test_at_most_the_last_two_seconds_are_lost(
    doomed_browser: Browser,
    new_device: MakeDevice,
    server: Server,
    home: str,
    sessions: dict[str, list[tuple[str, str]]],
    for_s: float,
) -> None:
    device = doomed_browser.new_context(base_url=server.url)
    for name, value in owner_cookies(server, sessions):
        device.add_cookies([{"name": name, "value": value, "url": server.url}])
    page = device.new_page()
    saves = Saves(page)
    page.goto(home)
    page.wait_for_load_state("networkidle")  # the module that saves is there
    processes = processes_of(doomed_browser)
    Playground(page).message.focus()
    typed = type_words(page, for_s)
    killed_at = time.monotonic()
    for process in processes:
        os.kill(process, signal.SIGKILL)
    server.kill()

    server.start()
    kept = message_seen_by(new_device(signed_in=False).new_page(), home)
    promised_until = killed_at - PROMISED_S - saves.too_long_s(killed_at)
    assert "".join(word for word, _at in typed).startswith(kept)
    assert kept.startswith("".join(word for word, at in typed if at < promised_until))
