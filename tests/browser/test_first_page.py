"""What the first look at the playground costs, in requests and bytes: counted, so it is the same on any machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import MakeDevice
from tests.server import Server

REQUESTS = 12
BYTES = 120 * 1024
SCRIPT_BYTES = 70 * 1024


@dataclass
class Cost:
    """What a page fetched: address → what it is and how many bytes came over the wire, headers included."""

    kinds: dict[str, str] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)
    size: dict[str, int] = field(default_factory=dict)

    def watch(self, page: Page) -> None:
        """Count from now on."""
        devtools = page.context.new_cdp_session(page)
        devtools.on("Network.requestWillBeSent", self._sent)
        devtools.on("Network.loadingFinished", self._finished)
        devtools.send("Network.enable")

    def _sent(self, event: dict[str, Any]) -> None:
        if not event["request"]["url"].startswith("data:"):
            self.kinds[event["requestId"]] = event.get("type", "")
            self.urls[event["requestId"]] = event["request"]["url"]

    def _finished(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self.kinds:
            self.size[event["requestId"]] = event["encodedDataLength"]

    def of(self, kind: str = "") -> int:
        """Bytes of one kind ("Script", "Stylesheet", …), or of all."""
        return sum(size for request, size in self.size.items() if kind in ("", self.kinds[request]))

    def __str__(self) -> str:
        return "\n".join(f"{self.size.get(r, 0):7} {kind:10} {self.urls[r]}" for r, kind in self.kinds.items())


def first_look(device: BrowserContext, path: str) -> Cost:
    """Opens a page with an empty cache and waits until it has all that it wants."""
    page = device.new_page()
    cost = Cost()
    cost.watch(page)
    page.goto(path)
    page.wait_for_load_state("networkidle")
    return cost


def test_the_playground_stays_within_its_budget(new_device: MakeDevice, server: Server) -> None:
    cost = first_look(new_device(), "/w/main/")
    assert len(cost.kinds) <= REQUESTS, str(cost)
    assert cost.of() <= BYTES, str(cost)
    assert 0 < cost.of("Script") <= SCRIPT_BYTES, str(cost)


def test_a_second_look_fetches_no_script_again(new_device: MakeDevice, server: Server) -> None:
    device = new_device()
    first_look(device, "/w/main/")
    again = first_look(device, "/w/main/")
    assert again.of("Script") == 0, str(again)
    assert again.of("Stylesheet") == 0, str(again)
