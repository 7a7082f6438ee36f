"""Going on from answers in a browser: parallel calls answered by hand, again and again, and nothing is changed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPlayground
from tests.browser.playground import Playground
from tests.browser.watching import Watch
from tests.upstream import Script, Upstream
from tests.upstream_scenes import SCENES


def go_on(playground: Playground) -> None:
    """Presses Continue under the answer, and waits for the page that it leads to."""
    turns = playground.page.locator("#turns > li")
    before = turns.count()
    playground.articles.get_by_role("button", name="Continue").click()
    expect(turns).to_have_count(before + 2)


def test_a_loop_of_parallel_calls_is_answered_by_hand(open_playground: OpenPlayground, upstream: Upstream) -> None:
    upstream.then(Script(scene="parallel_tools"), Script(scene="parallel_tools"), Script(scene="text"))
    playground = open_playground(path="/w/main/?new")
    page = playground.page
    answer = playground.run("What is the weather?")
    for loop in range(2):
        answer.ends()
        go_on(playground)
        last = page.locator("#turns > li").last
        results = last.get_by_role("textbox", name="Result of")
        expect(results).to_have_count(3)
        results.nth(0).fill(f"Rain {loop}")
        results.nth(1).fill('{"degrees": 4}')
        last.get_by_role("checkbox", name="The tool failed").last.check()
        answer = playground.run(press=lambda: page.keyboard.press("Control+Enter"))
    answer.ends()
    answer.shows("This is plain Markdown")
    sent = json.loads(upstream.calls()[-1].body)["messages"]
    said = [message["content"] for message in sent if message["role"] == "assistant"]
    calls = [[block for block in content if block["type"] == "tool_use"] for content in said]
    assert [content == list(SCENES["parallel_tools"].content) for content in said] == [True, True]
    given = [message["content"] for message in sent[2::2]]
    for loop, (asked, results) in enumerate(zip(calls, given, strict=True)):
        assert [result["tool_use_id"] for result in results] == [call["id"] for call in asked]
        assert [result["content"] for result in results] == [f"Rain {loop}", '{"degrees": 4}', ""]
        assert [result.get("is_error", False) for result in results] == [False, False, True]


def test_a_call_without_a_result_is_told_beside_its_message(
    open_playground: OpenPlayground, upstream: Upstream, watch: Watch
) -> None:
    upstream.then(Script(scene="tool_use"))
    playground = open_playground(path="/w/main/?new")
    page = playground.page
    playground.run("What is the weather?").ends()
    go_on(playground)
    page.locator("#turns > li").last.get_by_role("button", name="Remove").click()
    expect(page.locator("#turns > li")).to_have_count(2)
    watch.expect("422")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#error-text-1")).to_contain_text("has no result yet")
    page.locator("#turns > li").last.get_by_role("button", name="Keep only the text").click()
    expect(page.locator("[data-beside]")).to_have_count(0)


def test_what_a_model_thought_goes_back_with_its_signature(open_playground: OpenPlayground, upstream: Upstream) -> None:
    upstream.then(Script(scene="thinking"), Script(scene="text"))
    playground = open_playground(path="/w/main/?new")
    playground.run("Think").ends()
    go_on(playground)
    expect(playground.page.locator("#text-2")).to_be_focused()
    playground.page.keyboard.type("And now?")
    playground.run(press=lambda: playground.page.keyboard.press("Control+Enter")).ends()
    sent = json.loads(upstream.calls()[-1].body)["messages"]
    assert sent[1]["content"] == list(SCENES["thinking"].content)
    assert sent[2]["content"] == "And now?"


@pytest.mark.parametrize(
    ("scene", "name", "tokens", "last"),
    [("pause_turn", "Go on", 50, "assistant"), ("max_tokens", "Go on, with more tokens", 100, "user")],
)
def test_one_press_lets_an_interrupted_answer_go_on(
    open_playground: OpenPlayground, upstream: Upstream, scene: str, name: str, tokens: int, last: str
) -> None:
    upstream.then(Script(scene=scene), Script(scene="text"))
    playground = open_playground(path="/w/main/?new")
    playground.max_tokens.fill("50")
    first = playground.run("Tell me")
    first.ends()
    playground.articles.get_by_role("button", name=name, exact=True).click()
    expect(playground.articles).not_to_have_attribute("data-run", first.run)
    expect(playground.articles).to_have_attribute("data-status", "succeeded")
    expect(playground.articles.locator('[data-part="answer"]')).to_contain_text("This is plain Markdown")
    sent = json.loads(upstream.calls()[-1].body)
    assert sent["max_tokens"] == tokens
    assert sent["messages"][1] == {"role": "assistant", "content": said_in(SCENES[scene].content)}
    assert sent["messages"][-1]["role"] == last
    calls = len(upstream.calls())
    playground.page.reload()
    expect(playground.articles).to_have_attribute("data-status", "succeeded")
    assert len(upstream.calls()) == calls


def said_in(content: tuple[dict[str, Any], ...]) -> str | list[dict[str, Any]]:
    """How an answer goes back: a lone text as text, else all its blocks."""
    return str(content[0]["text"]) if len(content) == 1 else list(content)


def test_an_earlier_message_runs_without_what_comes_after_which_stays(
    open_playground: OpenPlayground, upstream: Upstream
) -> None:
    playground = open_playground(path="/w/main/?new")
    page = playground.page
    playground.message.fill("First")
    for number, text in ((2, "Second"), (3, "Third")):
        page.get_by_role("button", name="Message", exact=True).click()
        expect(page.locator("#turns > li")).to_have_count(number)
        page.locator("#turns > li").last.locator("textarea").fill(text)
    here = page.locator("#turns > li").first
    here.hover()
    answer = playground.run(press=here.get_by_role("button", name="Run to here").click)
    answer.ends()
    assert json.loads(upstream.calls()[-1].body)["messages"] == [{"role": "user", "content": "First"}]
    expect(page.locator("#turns > li")).to_have_count(3)
    playground.run().ends()
    assert len(json.loads(upstream.calls()[-1].body)["messages"]) == 3
