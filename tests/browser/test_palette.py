"""The command palette finds prompts, runs, pages and actions, by the keyboard alone."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import OpenPlayground


def test_a_few_letters_and_enter_open_a_prompt(open_playground: OpenPlayground) -> None:
    page = open_playground().page
    page.keyboard.press("Control+k")
    field = page.get_by_role("dialog").get_by_role("searchbox")
    expect(field).to_be_focused()
    page.keyboard.type("sort cust")
    expect(page.get_by_role("dialog").get_by_role("link")).to_have_text([re.compile("Sort customer mail")])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sort customer mail")


def test_arrows_choose_and_typing_goes_on_searching(open_playground: OpenPlayground) -> None:
    page = open_playground().page
    page.keyboard.press("Control+k")
    dialog = page.get_by_role("dialog")
    field = dialog.get_by_role("searchbox")
    expect(field).to_be_focused()
    page.keyboard.type("conn")
    expect(dialog.get_by_role("link", name="Connections")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(dialog.get_by_role("link").first).to_be_focused()
    with page.expect_response("**/palette/?q=conne"):
        page.keyboard.type("e")
    expect(field).to_have_value("conne")
    expect(dialog.get_by_role("link").first).to_have_text(re.compile("Connections"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Add connection")


def test_runs_are_found_and_escape_closes(open_playground: OpenPlayground) -> None:
    playground = open_playground()
    playground.run("Zebra question [[n=3]]").ends()
    page = playground.page
    playground.message.focus()
    page.keyboard.press("Control+k")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("zebra")
    expect(dialog.get_by_role("link", name="Zebra question")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(playground.message).to_be_focused()
