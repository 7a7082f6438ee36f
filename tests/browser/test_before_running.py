"""Before running, in a browser: tokens, room and refusals of each lane, and marks for the cache where they stand."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.api.catalog import model_list
from tests.browser.conftest import OpenPlayground
from tests.browser.keys import Keys
from tests.browser.looking import Look
from tests.browser.playground import Playground
from tests.upstream import Upstream

TOOLS = '[{"name": "weather", "input_schema": {"type": "object"}}]'
WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    other = {"id": "llama", "type": "model", "display_name": "Llama", "max_tokens": 4096, "max_input_tokens": 8192}
    found = model_list()
    with Upstream.in_thread(models={**found, "data": [*found["data"], other]}) as running:
        yield running


def choose(playground: Playground, model: str) -> None:
    """Picks a model, and waits until its settings are there."""
    with playground.page.expect_response("**/lanes/0/**"):
        playground.page.get_by_role("combobox", name="Model", exact=True).select_option(label=model)


def mark_of(page: Page, name: str) -> Locator:
    """The mark of a part of the prompt, by its field's name."""
    return page.locator(f'select[name="{name}"]')


def add_message(playground: Playground, text: str) -> Locator:
    """One more message at the end; gives its element."""
    turns = playground.page.locator("#turns > li")
    before = turns.count()
    playground.page.get_by_role("button", name="Message", exact=True).click()
    expect(turns).to_have_count(before + 1)
    added = turns.nth(before)
    added.get_by_role("textbox").fill(text)
    return added


def test_tokens_and_room_are_told_while_one_types(open_playground: OpenPlayground) -> None:
    playground = open_playground()
    page = playground.page
    choose(playground, "Claude Haiku 4.5")
    playground.message.fill("Count these words, please")
    window = page.locator("#lane-0-window")
    expect(window).to_contain_text("of 200,000 tokens")
    expect(window.get_by_role("meter", name="Context window")).to_be_visible()
    expect(page.locator("#estimate")).to_contain_text("tokens in")
    expect(page.locator("#estimate")).to_contain_text("–")
    choose(playground, "Claude Opus 4.7")
    expect(window).to_contain_text("of 1,000,000 tokens")


def test_what_would_be_refused_is_told_before_it_is_sent(open_playground: OpenPlayground, upstream: Upstream) -> None:
    playground = open_playground()
    page = playground.page
    choose(playground, "Claude Haiku 4.5")
    playground.message.fill("Hello")
    playground.max_tokens.fill("70000")
    told = page.get_by_role("status").filter(has_text="This would be refused")
    expect(told).to_contain_text("Max tokens: At most 64,000 tokens with this model.")
    playground.max_tokens.fill("64000")
    expect(told).to_have_count(0)
    expect(page.locator("#lane-0-window")).to_contain_text("of 200,000 tokens")
    assert not upstream.calls()


def test_marks_are_set_sent_and_kept(open_playground: OpenPlayground, upstream: Upstream) -> None:
    playground = open_playground()
    page = playground.page
    choose(playground, "Claude Opus 4.7")
    playground.system.fill("You are brief.")
    playground.message.fill("Hello")
    page.locator("#tools-part > summary").click()
    page.locator("#tools-json > summary").click()
    with page.expect_response("**/tools/typed/"):
        page.locator('textarea[name="tools"]').fill(TOOLS)
    mark_of(page, "tools-cache").select_option("1h")
    mark_of(page, "system-cache").select_option("5m")
    with page.expect_response("**/draft/"):
        mark_of(page, "turn-0-cache").select_option("5m")
    told = page.locator("#cache-told")
    expect(told).to_contain_text("3 of 4 cache marks are set. Claude Opus 4.7 keeps nothing below 2,048 tokens")
    page.reload()
    expect(mark_of(page, "system-cache")).to_have_value("5m")
    playground.run().ends()
    body = json.loads(upstream.calls()[-1].body)
    hour, five = {"type": "ephemeral", "ttl": "1h"}, {"type": "ephemeral"}
    assert body["tools"][0]["cache_control"] == hour
    assert body["system"] == [{"type": "text", "text": "You are brief.", "cache_control": five}]
    assert body["messages"][0]["content"] == [{"type": "text", "text": "Hello", "cache_control": five}]
    playground.articles.get_by_role("button", name="Continue").click()
    expect(page.locator("#turns > li")).to_have_count(3)
    expect(mark_of(page, "turn-0-cache")).to_have_value("5m")
    expect(mark_of(page, "tools-cache")).to_have_value("1h")


def test_a_fifth_mark_and_one_out_of_order_cannot_be_chosen(open_playground: OpenPlayground) -> None:
    playground = open_playground()
    page = playground.page
    choose(playground, "Claude Opus 4.7")
    playground.system.fill("Brief.")
    playground.message.fill("Hello")
    last = [add_message(playground, f"Message {number}").locator("[data-cache-mark] select") for number in range(4)]
    mark_of(page, "system-cache").select_option("5m")
    last[0].focus()
    expect(last[0].locator('option[value="1h"]')).to_be_disabled()
    expect(last[0].locator("option").last).to_have_text("Marks for 1 hour stand before those for 5 minutes")
    for mark in [mark_of(page, "turn-0-cache"), *last[:2]]:
        mark.select_option("5m")
    expect(last[3].locator('option[value="5m"]')).to_be_disabled()
    expect(last[3].locator("option").last).to_contain_text("Four cache marks are set already")
    last[1].select_option("")
    expect(last[3].locator('option[value="5m"]')).to_be_enabled()
    # A mark goes with its message.
    page.locator("#turns > li").nth(1).get_by_role("button", name="Move down").click()
    expect(page.locator("#turns > li").nth(2).locator("[data-cache-mark] select")).to_have_value("5m")


def test_a_model_that_keeps_nothing_is_offered_no_marks(open_playground: OpenPlayground) -> None:
    playground = open_playground()
    mark, told = mark_of(playground.page, "system-cache"), playground.page.locator("#cache-told")
    choose(playground, "Llama")
    expect(mark).to_be_hidden()
    choose(playground, "Claude Opus 4.7")
    playground.system.fill("You are brief.")
    playground.message.fill("Hello")
    mark.select_option("5m")
    choose(playground, "Llama")
    expect(told).to_contain_text("Llama keeps nothing: it gets no marks.")
    expect(mark).to_be_visible()  # what was set can be taken away
    expect(mark_of(playground.page, "turn-0-cache")).to_be_hidden()


def test_by_keys_alone(open_playground: OpenPlayground) -> None:
    playground = open_playground()
    page, keys = playground.page, Keys(playground.page)
    choose(playground, "Claude Opus 4.7")
    playground.message.fill("Hello")
    keys.reach(mark_of(page, "turn-0-cache"), back=True)
    page.keyboard.press("5")
    expect(mark_of(page, "turn-0-cache")).to_have_value("5m")
    expect(page.locator("#cache-told")).to_contain_text("1 of 4 cache marks")


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_nothing_keeps_anybody_out(open_playground: OpenPlayground, viewport: ViewportSize) -> None:
    playground = open_playground(viewport=viewport, has_touch=viewport is PHONE, reduced_motion="reduce")
    page = playground.page
    choose(playground, "Claude Haiku 4.5")
    playground.system.fill("You are brief.")
    playground.message.fill("word " * 4_000)
    add_message(playground, "Hello")
    mark_of(page, "system-cache").select_option("1h")
    add_message(playground, "And again").locator("[data-cache-mark] select").select_option("5m")
    playground.max_tokens.fill("64000")
    page.locator("#tools-part > summary").click()
    expect(page.locator("#lane-0-window")).to_contain_text("tokens")
    expect(page.locator("#cache-told")).to_contain_text("2 of 4 cache marks")
    look = Look(page)
    look("counted")
    choose(playground, "Llama")
    playground.max_tokens.fill("4096")
    expect(page.locator("#lane-0-window")).to_contain_text("more than the context window: a long answer will be cut")
    look("warned")
    playground.max_tokens.fill("999999999")
    expect(page.locator("#lane-0-refusals")).to_contain_text("Max tokens")
    look("refused")
    assert look.found == []
