"""Saved settings in a browser: saved as a set, applied in one click, changed, and left out by another model."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import OpenPlayground
from tests.browser.watching import Watch


def test_settings_are_saved_applied_and_marked_when_changed(open_playground: OpenPlayground, watch: Watch) -> None:
    watch.expect("htmx:")  # reloading breaks off what the page was asking just then
    playground = open_playground()
    page = playground.page
    temperature = page.get_by_role("spinbutton", name="Temperature")
    temperature.fill("0.3")
    page.get_by_text("Parameters", exact=True).click()
    page.get_by_text("Save these settings").click()
    page.get_by_label("As a new set, named").fill("Calm")
    page.keyboard.press("Enter")
    tag = page.locator("#lane-0-set-tag")
    expect(tag).to_have_text("Calm")
    expect(playground.articles).to_have_count(0)
    temperature.fill("0.9")
    expect(tag).to_have_text("Calm · changed")
    with page.expect_response("**/draft/"):
        playground.max_tokens.fill("77")
    page.reload()
    expect(tag).to_have_text("Calm · changed")
    page.get_by_text("Parameters", exact=True).click()
    choice = page.get_by_role("combobox", name="Saved set")
    choice.select_option("None")
    expect(tag).to_have_text("")
    page.get_by_text("Parameters", exact=True).click()
    choice.select_option("Calm")
    expect(temperature).to_have_value("0.3")
    expect(tag).to_have_text("Calm")
