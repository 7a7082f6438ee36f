"""A form that cannot be run says why beside each field, goes to the first, and loses nothing that was typed."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPlayground
from tests.browser.playground import Playground
from tests.browser.watching import Watch


@pytest.fixture(autouse=True)
def refused(watch: Watch) -> None:
    """The server answers 422, which the browser writes to its console."""
    watch.expect("status of 422", "^status 422: POST .*/runs/$")


def press_run(playground: Playground) -> None:
    """Runs what cannot be run."""
    with playground.page.expect_response(lambda answer: answer.status == 422):
        playground.page.keyboard.press("Control+Enter")


def test_an_empty_message_is_named_and_has_the_focus(open_playground: OpenPlayground) -> None:
    playground = open_playground()
    playground.system.fill("Kept system prompt")
    playground.message.fill("")
    playground.system.focus()
    press_run(playground)
    expect(playground.page.locator("#error-text-0")).to_have_text(
        "This message is empty. Write something, or remove it."
    )
    expect(playground.message).to_be_focused()
    expect(playground.message).to_have_attribute("aria-invalid", "true")
    expect(playground.system).to_have_value("Kept system prompt")


def test_every_wrong_field_has_its_own_words(open_playground: OpenPlayground) -> None:
    playground = open_playground()
    playground.message.fill("Kept message")
    playground.max_tokens.fill("999999999")
    playground.page.get_by_role("spinbutton", name="Temperature").fill("7")
    press_run(playground)
    for field in ("max_tokens", "temperature"):
        expect(playground.page.locator(f"#error-lane-0-{field}")).not_to_be_empty()
    expect(playground.max_tokens).to_be_focused()
    expect(playground.max_tokens).to_have_value("999999999")
    expect(playground.message).to_have_value("Kept message")


def test_an_error_inside_a_menu_opens_the_menu(open_playground: OpenPlayground) -> None:
    playground = open_playground()
    playground.message.fill("Kept message")
    playground.page.get_by_text("Parameters").click()
    top_p = playground.page.get_by_role("spinbutton", name="Top p")
    top_p.fill("5")
    playground.message.click()
    expect(top_p).to_be_hidden()
    press_run(playground)
    expect(playground.page.locator("#error-lane-0-top_p")).to_be_visible()
    expect(top_p).to_be_focused()


def test_a_message_goes_when_its_field_is_changed_and_the_rest_stays(open_playground: OpenPlayground) -> None:
    playground = open_playground()
    playground.message.fill("")
    playground.max_tokens.fill("-1")
    press_run(playground)
    expect(playground.message).to_be_focused()
    playground.page.keyboard.type("H")
    expect(playground.page.locator("#error-text-0")).to_be_empty()
    expect(playground.message).not_to_have_attribute("aria-invalid", "true")
    expect(playground.page.locator("#error-lane-0-max_tokens")).not_to_be_empty()


def test_errors_are_gone_after_a_good_run(open_playground: OpenPlayground) -> None:
    playground = open_playground()
    press_run(playground)
    expect(playground.message).to_be_focused()
    playground.run("Now with words").ends()
    expect(playground.page.locator(".field-error:not(:empty)")).to_have_count(0)
    expect(playground.page.locator("[aria-invalid=true]")).to_have_count(0)


def test_a_message_that_is_too_large_is_refused_and_kept(open_playground: OpenPlayground, watch: Watch) -> None:
    watch.expect("413")
    playground = open_playground()
    # Set as a paste would: typing 17 MB through the protocol takes longer than the test.
    playground.message.evaluate("(area) => { area.value = 'x'.repeat(17 * 1024 * 1024); }")
    # A browser needs a while to lay out 17 MB and to send them, more so beside others.
    with playground.page.expect_response("**/runs/", timeout=60_000) as got:
        playground.page.keyboard.press("Control+Enter")
    assert got.value.status == 413
    expect(playground.page.locator("#notices")).to_contain_text("too large")
    assert playground.message.evaluate("(area) => area.value.length") == 17 * 1024 * 1024
