"""A run that fails says in words what happened, what was kept and what to do next; nothing typed is lost."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPlayground
from tests.browser.playground import told
from tests.upstream import Script, Upstream

# Spares the test the waits between tries; that they happen is tested elsewhere.
AT_ONCE = (("x-should-retry", "false"),)


@dataclass(frozen=True)
class Failure:
    """What the server does, and the words a person then reads."""

    script: Script
    happened: str
    advice: str
    tries: int = 1


REFUSALS = {
    "400": Failure(Script(status=400), "The server refused the request", "say what to change"),
    "401": Failure(Script(status=401), "The key was not accepted", "enter a valid key"),
    "403": Failure(Script(status=403), "The key may not do this", "another key"),
    "404": Failure(Script(status=404), "The model or address does not exist", "Choose another model"),
    "413": Failure(Script(status=413), "The request is too large", "Shorten the prompt"),
    "429": Failure(Script(status=429, headers=AT_ONCE), "Too many requests", "Wait a moment"),
    "500": Failure(Script(status=500, headers=AT_ONCE), "The server had an error", "Run again"),
    "529": Failure(Script(status=529, headers=AT_ONCE), "The provider is overloaded", "Try again in a while"),
    "hang up": Failure(Script(hang_up=True), "closed the connection without an answer", "Try again", tries=3),
}
BROKEN = {
    "error event": Failure(Script(n=9, error_after=4), "The provider is overloaded", "Try again"),
    "cut": Failure(Script(n=9, cut_after=4), "The connection broke before the answer was complete", "Run again"),
    "no end": Failure(Script(n=9, end_after=4), "The connection broke before the answer was complete", "Run again"),
}


@pytest.mark.parametrize("failure", REFUSALS.values(), ids=REFUSALS)
def test_a_refused_request(open_playground: OpenPlayground, upstream: Upstream, failure: Failure) -> None:
    words = f"The <b>server's</b> own words {failure.script.status}"
    script = Script(**{**vars(failure.script), "message": words})
    upstream.then(*[script] * failure.tries)
    playground = open_playground()
    answer = playground.run("Keep what I typed")
    answer.ends("failed")
    problem = answer.part("problem")
    expect(problem).to_have_attribute("role", "alert")
    expect(problem).to_contain_text(failure.happened)
    expect(problem).to_contain_text(failure.advice)
    expect(problem).to_contain_text("Your prompt is kept. No answer came.")
    if not script.hang_up:
        expect(problem).to_contain_text(words)
    expect(playground.message).to_have_value("Keep what I typed")


@pytest.mark.parametrize("failure", BROKEN.values(), ids=BROKEN)
def test_an_answer_that_breaks_off(open_playground: OpenPlayground, upstream: Upstream, failure: Failure) -> None:
    upstream.then(failure.script)
    asked = len(upstream.calls())
    answer = open_playground().run("Half of it")
    answer.ends("interrupted")
    assert answer.exact == told(upstream, 9)[: len(answer.exact)]
    assert answer.exact.count("«") == 4
    problem = answer.part("problem")
    expect(problem).to_contain_text(failure.happened)
    expect(problem).to_contain_text(failure.advice)
    expect(problem).to_contain_text("What came before is kept and shown here; it is not complete.")
    assert len(upstream.calls()) == asked + 1


def test_try_again_runs_the_same_prompt(open_playground: OpenPlayground, upstream: Upstream) -> None:
    upstream.then(Script(status=400))
    playground = open_playground()
    failed = playground.run("Once more")
    failed.ends("failed")
    again = playground.run(press=failed.article.get_by_role("button", name="Try again").click)
    again.ends()
    assert again.exact == told(upstream, 5)


def test_a_retry_is_counted_down_and_then_succeeds(open_playground: OpenPlayground, upstream: Upstream) -> None:
    upstream.then(Script(status=529, retry_after="2", message="busy"), Script(n=5))
    answer = open_playground().run("Busy at first")
    expect(answer.part("status")).to_have_text(re.compile(r"waiting [12] s: .*busy"))
    answer.ends()
    assert answer.exact == told(upstream, 5)
    answer.article.get_by_role("link", name="Open run").click()
    answer.page.get_by_role("link", name="Attempts").click()
    expect(answer.page.locator("tbody tr")).to_have_count(2)
    expect(answer.page.locator("tbody tr").first).to_contain_text("529 overloaded_error")


def test_a_key_that_was_refused_marks_its_connection(open_playground: OpenPlayground, upstream: Upstream) -> None:
    upstream.then(Script(status=401))
    playground = open_playground()
    playground.run("Who am I").ends("failed")
    playground.page.goto("/w/main/settings/connections/")
    expect(playground.page.get_by_role("main")).to_contain_text(re.compile("[Kk]ey (was )?(not accepted|refused)"))
