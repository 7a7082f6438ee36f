"""axe finds nothing on any page, in both themes, wide and narrow; and nothing scrolls sideways on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.conftest import MakeDevice
from tests.browser.looking import Look
from tests.browser.pages import visit_account, visit_playground, visit_prompts, visit_rooms, visit_signed_out
from tests.browser.watching import Watch
from tests.upstream import Upstream

WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
def device(request: pytest.FixtureRequest, new_device: MakeDevice, watch: Watch) -> BrowserContext:
    """A wide screen, and a phone. Colours do not move while they are measured."""
    watch.expect("404", "422")
    return new_device(viewport=request.param, has_touch=request.param is PHONE, reduced_motion="reduce")


def test_signed_out(new_device: MakeDevice) -> None:
    for viewport in (WIDE, PHONE):
        look = Look(new_device(signed_in=False, viewport=viewport, reduced_motion="reduce").new_page())
        visit_signed_out(look.page, look)
        assert look.found == []


def test_the_playground_and_its_rooms(device: BrowserContext, upstream: Upstream) -> None:
    look = Look(device.new_page())
    run = visit_playground(look.page, upstream, look)
    visit_rooms(look.page, run, look)
    assert look.found == []


def test_prompts(device: BrowserContext) -> None:
    look = Look(device.new_page())
    visit_prompts(look.page, look)
    assert look.found == []


def test_the_account(device: BrowserContext) -> None:
    look = Look(device.new_page())
    visit_account(look.page, look)
    assert look.found == []
