"""Everything can be reached and used with the keys alone, in the order of the page, and the focus is always seen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPlayground
from tests.browser.keys import FOCUS
from tests.upstream import Script, Upstream

# Everything that the Tab key should reach, numbered in the order of the page.
NUMBER_STOPS = """() => {
  const stops = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")].filter(
    (e) => e.checkVisibility({ visibilityProperty: true }) && !e.disabled && e.tabIndex >= 0 && e.type !== "hidden");
  stops.forEach((e, index) => { e.dataset.stop = index; });
  return stops.length;
}"""


def walk(page: Page) -> int:
    """Presses Tab once round the page: it must reach every stop, in order. Returns how many there are."""
    count = int(page.evaluate(NUMBER_STOPS))
    reached: list[int] = []
    for _ in range(count + 2):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus is None:
            continue  # the browser's own controls are between the last and the first
        if focus["stop"] in reached:
            break
        assert focus["isSeen"], f"no visible focus on {focus['name']}"
        reached.append(focus["stop"])
    first = reached.index(0)
    assert reached[first:] + reached[:first] == list(range(count))
    return count


@pytest.mark.parametrize("width", [1440, 390])
def test_tab_reaches_everything_in_order_and_shows_where_it_is(
    open_playground: OpenPlayground, upstream: Upstream, width: int
) -> None:
    text = "Code:\n\n```python\nx = 1\n```\n\n[link](https://example.org/)\n"
    upstream.then(Script(text=text, n=3, headers=(("request-id", "req_1"),)))
    playground = open_playground(viewport={"width": width, "height": 844})
    answer = playground.run("Anything")
    answer.ends()
    expect(answer.text.get_by_role("button", name="Copy")).to_be_visible()
    assert walk(playground.page) > 15


@pytest.mark.parametrize(
    "path", ["/w/main/prompts/", "/w/main/runs/", "/w/main/settings/connections/", "/accounts/2fa/"]
)
def test_tab_reaches_everything_on_other_pages(open_playground: OpenPlayground, path: str) -> None:
    playground = open_playground(path=path)
    assert walk(playground.page) > 5


def test_the_first_tab_offers_to_skip_to_the_content(open_playground: OpenPlayground) -> None:
    page = open_playground().page
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_question_mark_lists_the_shortcuts_and_escape_closes_the_list(open_playground: OpenPlayground) -> None:
    page = open_playground().page
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("Ctrl")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_a_question_mark_in_a_text_is_a_question_mark(open_playground: OpenPlayground) -> None:
    playground = open_playground()
    playground.message.press_sequentially("Why?")
    expect(playground.message).to_have_value("Why?")
    expect(playground.page.get_by_role("dialog")).to_be_hidden()


def test_escape_closes_a_menu_gives_back_the_focus_and_stops_nothing(open_playground: OpenPlayground) -> None:
    playground = open_playground()
    answer = playground.run("Long [[n=1000 delay_ms=20]]")
    answer.shows("·3»")
    account = playground.page.get_by_label("Account")
    account.focus()
    with playground.page.expect_response("**/js/menu*.js"):
        playground.page.keyboard.press("Enter")
    sign_out = playground.page.get_by_role("button", name="Sign out")
    expect(sign_out).to_be_visible()
    playground.page.keyboard.press("Tab")
    playground.page.keyboard.press("Escape")
    expect(sign_out).to_be_hidden()
    expect(account).to_be_focused()
    expect(answer.article).to_have_attribute("data-status", "running")
    playground.page.keyboard.press("Escape")
    answer.ends("stopped")


def test_the_theme_goes_round_and_is_kept(open_playground: OpenPlayground) -> None:
    page = open_playground().page
    button = page.get_by_role("button", name=re.compile("^Theme: "))
    for theme in ("light", "dark", "system"):
        button.focus()
        with page.expect_response("**/accounts/theme/"):
            page.keyboard.press("Enter")
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
        page.reload()
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
