"""The main job: a prompt is typed, one key pressed, and the answer streams in with all its figures."""

from __future__ import annotations

import json
import re

from playwright.sync_api import expect

from tests.browser.conftest import MakeDevice, OpenPlayground
from tests.browser.playground import told
from tests.browser.watching import Watch
from tests.upstream import Script, Upstream


def test_ctrl_enter_streams_the_answer_to_its_end(open_playground: OpenPlayground, upstream: Upstream) -> None:
    playground = open_playground()
    answer = playground.run("Hello [[n=60 delay_ms=10]]")
    expect(answer.article).to_have_attribute("data-status", "running")
    answer.shows("·3»")
    assert told(upstream, 60).startswith(answer.exact)
    assert len(answer.exact) < len(told(upstream, 60))
    answer.ends()
    assert answer.exact == told(upstream, 60)


def test_the_foot_tells_how_it_ended_how_long_it_took_and_what_it_cost(
    open_playground: OpenPlayground, upstream: Upstream
) -> None:
    headers = (("request-id", "req_seen_by_support"), ("anthropic-organization-id", "org_that_pays"))
    upstream.then(Script(n=30, delay_ms=5, stop_reason="max_tokens", headers=headers))
    playground = open_playground()
    answer = playground.run("Figures")
    answer.ends()
    expect(answer.part("status")).to_have_text("max tokens reached")
    for name in ("first", "duration"):
        expect(answer.part(name)).to_have_text(re.compile(r"^[\d.]+ m?s$"))
    expect(answer.part("output")).to_have_text("30")
    expect(answer.part("input")).to_have_text(re.compile(r"^\d+$"))
    expect(answer.part("speed")).to_have_text(re.compile(r"^\d+$"))
    answer.article.get_by_text("IDs").click()
    expect(answer.article.get_by_text("req_seen_by_support")).to_be_visible()
    expect(answer.article.get_by_text("org_that_pays")).to_be_visible()


def test_what_is_sent_is_what_was_typed(open_playground: OpenPlayground, upstream: Upstream) -> None:
    playground = open_playground()
    playground.system.fill("Be brief.\n\n  Indented.")
    playground.max_tokens.fill("77")
    playground.run("Line one\nline two ").ends()
    sent = json.loads(upstream.calls()[-1].body)
    assert sent["system"] == "Be brief.\n\n  Indented."
    assert sent["messages"] == [{"role": "user", "content": "Line one\nline two "}]
    assert sent["max_tokens"] == 77


def test_a_second_run_takes_the_place_of_the_first(open_playground: OpenPlayground, upstream: Upstream) -> None:
    playground = open_playground()
    first = playground.run("First")
    first.ends()
    second = playground.run("Second", press=playground.run_button.click)
    second.ends()
    assert second.exact == told(upstream, 5)
    expect(playground.articles).to_have_count(1)


def test_run_pressed_twice_at_once_runs_once(open_playground: OpenPlayground, upstream: Upstream) -> None:
    playground = open_playground()
    asked = len(upstream.calls())
    answer = playground.run("Twice [[n=20 delay_ms=10]]", press=playground.run_button.dblclick)
    answer.ends()
    assert len(upstream.calls()) == asked + 1


def test_without_scripts_the_form_still_runs_and_shows_the_run(new_device: MakeDevice, upstream: Upstream) -> None:
    page = new_device(java_script_enabled=False).new_page()
    page.goto("/w/main/")
    page.get_by_role("textbox", name="User message").fill("By hand [[n=7]]")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page).to_have_url(re.compile(r"/w/main/runs/[0-9a-f-]{36}/$"))
    article = page.locator("article[data-run]")
    for _ in range(50):
        page.reload()
        if article.get_attribute("data-status") == "succeeded":
            break
    assert article.locator('[data-part="plain"]').text_content() == told(upstream, 7)


def test_without_scripts_what_is_missing_is_said_on_a_page(new_device: MakeDevice, watch: Watch) -> None:
    watch.expect("422")
    page = new_device(java_script_enabled=False).new_page()
    page.goto("/w/main/")
    page.get_by_role("textbox", name="User message").fill("")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_text("This message is empty.")).to_be_visible()
