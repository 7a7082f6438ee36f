"""The messages of a prompt: added, removed, taken back, moved, switched; and kept as they stand."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPlayground
from tests.browser.playground import Playground
from tests.upstream import Upstream


@pytest.fixture
def playground(open_playground: OpenPlayground) -> Playground:
    """A page with one empty message."""
    return open_playground()


def act(playground: Playground, index: int, name: str) -> None:
    """Presses a button of one message."""
    turn = playground.page.locator("#turns .turn").nth(index)
    turn.hover()
    turn.get_by_role("button", name=name).click()


def shows(playground: Playground, *messages: tuple[str, str]) -> None:
    """Waits until these are the messages, each with its label and its text."""
    playground.page.wait_for_function(
        "wanted => JSON.stringify([...document.querySelectorAll('#turns textarea')]"
        ".map((area) => [area.labels[0].textContent, area.value])) === wanted",
        arg=json.dumps(messages, separators=(",", ":")),
    )


def add(playground: Playground, text: str) -> None:
    """Adds a message and types into it, where the focus is."""
    areas = playground.page.locator("#turns textarea")
    count = areas.count()
    playground.page.get_by_role("button", name="Message", exact=True).click()
    expect(areas).to_have_count(count + 1)
    expect(areas.last).to_be_focused()
    playground.page.keyboard.type(text)


def test_messages_alternate_and_are_sent_in_order(playground: Playground, upstream: Upstream) -> None:
    playground.message.fill("Question")
    add(playground, "Answer")
    add(playground, "And then?")
    shows(playground, ("User message", "Question"), ("Assistant message", "Answer"), ("User message 2", "And then?"))
    playground.run().ends()
    assert json.loads(upstream.calls()[-1].body)["messages"] == [
        {"role": "user", "content": "Question"},
        {"role": "assistant", "content": "Answer"},
        {"role": "user", "content": "And then?"},
    ]


def test_a_removed_message_comes_back_with_undo(playground: Playground) -> None:
    playground.message.fill("One")
    add(playground, "Two")
    add(playground, "Three")
    act(playground, 1, "Remove")
    shows(playground, ("User message", "One"), ("User message 2", "Three"))
    playground.page.get_by_role("button", name="Undo").click()
    shows(playground, ("User message", "One"), ("Assistant message", "Two"), ("User message 2", "Three"))
    expect(playground.page.locator("#turns textarea").nth(1)).to_be_focused()


def test_a_message_moves_up_and_down(playground: Playground) -> None:
    playground.message.fill("One")
    add(playground, "Two")
    add(playground, "Three")
    act(playground, 2, "Move up")
    shows(playground, ("User message", "One"), ("User message 2", "Three"), ("Assistant message", "Two"))
    act(playground, 0, "Move down")
    shows(playground, ("User message", "Three"), ("User message 2", "One"), ("Assistant message", "Two"))


def test_a_message_changes_its_role(playground: Playground) -> None:
    playground.message.fill("One")
    add(playground, "Two")
    act(playground, 1, "Switch between user and assistant")
    shows(playground, ("User message", "One"), ("User message 2", "Two"))


def test_the_whole_conversation_is_kept_and_comes_back(playground: Playground) -> None:
    playground.message.fill("One")
    add(playground, "Two")
    with playground.page.expect_response("**/draft/"):
        act(playground, 1, "Move up")
    shows(playground, ("Assistant message", "Two"), ("User message", "One"))
    playground.page.reload()
    shows(playground, ("Assistant message", "Two"), ("User message", "One"))


def test_adding_works_with_the_keyboard_alone(playground: Playground) -> None:
    playground.message.fill("One")
    playground.message.focus()
    playground.page.keyboard.press("Tab")
    expect(playground.page.get_by_role("button", name="Message", exact=True)).to_be_focused()
    playground.page.keyboard.press("Enter")
    expect(playground.page.locator("#turns textarea")).to_have_count(2)
    expect(playground.page.locator("#turns textarea").last).to_be_focused()
    playground.page.keyboard.type("Two")
    shows(playground, ("User message", "One"), ("Assistant message", "Two"))
    playground.page.keyboard.press("Shift+Tab")
    playground.page.keyboard.press("Shift+Tab")
    expect(playground.page.locator("#turns .turn").nth(1).get_by_role("button", name="Move up")).to_be_focused()
    playground.page.keyboard.press("Enter")
    shows(playground, ("Assistant message", "Two"), ("User message", "One"))
