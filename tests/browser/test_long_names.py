"""Names as long as they may be: nothing runs out of its place, and what stands beside them can still be read."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPlayground

LONG = "发" + "x" * 59
# Whatever is cut off or stands over the edge of its box.
OUTSIDE = """box => [...box.querySelectorAll(".tag, .row-title, .row-note, a")].filter(part => {
    const [inner, outer] = [part, box].map(one => one.getBoundingClientRect());
    return inner.right > outer.right + 1 || inner.left < outer.left - 1;
}).map(part => part.textContent)"""


def file_under_long_names(page: Page) -> None:
    """Gives the prompt that is open tags, a folder and labels of 60 characters."""
    page.goto(page.url.split("?")[0] + f"prompts/{page.url.split('prompt=')[1]}/edit/")
    page.get_by_label("Folder").fill(f"{LONG}/{LONG}")
    page.get_by_label("Tags").fill(f"{LONG}, {LONG[:-1]}, mail")
    page.get_by_role("button", name="Save").click()
    for name in (LONG, f"y{LONG[:-1]}"):
        page.get_by_label("Label", exact=True).fill(name)
        page.get_by_role("button", name="Set label").click()
        expect(page.get_by_text(f"{name} → v1")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 390])
def test_they_stay_in_their_places(open_playground: OpenPlayground, width: int) -> None:
    page = open_playground(viewport={"width": width, "height": 844}).page
    file_under_long_names(page)
    assert page.locator(".versions .row").first.evaluate(OUTSIDE) == []
    assert page.locator(".label-list").evaluate(OUTSIDE) == []
    page.goto(f"/w/main/prompts/?tag={LONG}")
    row = page.locator(".row").first
    assert row.evaluate(OUTSIDE) == []
    title = row.get_by_role("link", name="Mine", exact=True).bounding_box()
    assert title is not None
    assert title["height"] < 40
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_notice_with_a_long_name_can_be_closed(open_playground: OpenPlayground) -> None:
    page = open_playground(path="/w/main/?new").page
    page.get_by_role("textbox", name="System prompt").fill("Long")
    page.keyboard.press("Control+s")
    page.get_by_role("dialog").get_by_label("Name").fill("W" * 300)
    page.keyboard.press("Enter")
    notice = page.locator("#notices .notice")
    expect(notice).to_contain_text("was saved, as version 1.")
    assert notice.evaluate("box => box.getBoundingClientRect().right") <= 1440
    notice.get_by_role("button").click()
    expect(notice).to_be_hidden()
