"""Stop means stop, in every phase, by the button and by Escape; what came is kept, and the request is closed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPlayground
from tests.browser.playground import Playground, told
from tests.upstream import Script, Upstream

type Press = Callable[[Playground], None]


def by_button(playground: Playground) -> None:
    """Stop as the hand does it."""
    playground.stop_button.click()


def by_escape(playground: Playground) -> None:
    """Stop as the key does it."""
    playground.page.keyboard.press("Escape")


both_ways = pytest.mark.parametrize("stop", [by_button, by_escape])


@both_ways
def test_while_the_answer_streams(open_playground: OpenPlayground, upstream: Upstream, stop: Press) -> None:
    playground = open_playground()
    answer = playground.run("Long [[n=1000 delay_ms=20]]")
    answer.shows("·10»")
    stop(playground)
    answer.ends("stopped")
    assert told(upstream, 1000).startswith(answer.exact)
    assert "·10»" in answer.exact
    expect(answer.part("problem")).to_contain_text("Stopped by you")
    expect(answer.part("problem")).to_contain_text("What came before is kept")
    expect(playground.stop_button).to_be_hidden()
    assert upstream.calls()[-1].client_closed_at is not None


@both_ways
def test_while_nothing_has_come_yet(open_playground: OpenPlayground, upstream: Upstream, stop: Press) -> None:
    asked = len(upstream.calls())
    playground = open_playground()
    answer = playground.run("Quiet [[never_answer=1]]")
    playground.page.wait_for_function("() => document.querySelector('[data-part=duration]').textContent > '0.3'")
    assert len(upstream.calls()) == asked + 1
    stop(playground)
    answer.ends("stopped")
    expect(answer.part("problem")).to_contain_text("Stopped before an answer came")
    assert upstream.calls()[-1].client_closed_at is not None


@both_ways
def test_while_waiting_to_try_again(open_playground: OpenPlayground, upstream: Upstream, stop: Press) -> None:
    upstream.then(Script(status=429, retry_after="30", message="slow down"))
    asked = len(upstream.calls())
    playground = open_playground()
    answer = playground.run("Later")
    expect(answer.part("status")).to_have_text(re.compile(r"waiting (29|30) s: .*slow down"))
    expect(answer.part("status")).to_have_text(re.compile(r"waiting 28 s"))
    stop(playground)
    answer.ends("stopped")
    assert len(upstream.calls()) == asked + 1


def test_escape_after_the_end_changes_nothing(open_playground: OpenPlayground, upstream: Upstream) -> None:
    playground = open_playground()
    answer = playground.run("Short")
    answer.ends()
    asked = []
    playground.page.on("request", lambda request: asked.append(request.url))
    playground.page.keyboard.press("Escape")
    expect(playground.stop_button).to_be_hidden()
    expect(answer.article).to_have_attribute("data-status", "succeeded")
    assert answer.exact == told(upstream, 5)
    assert not [url for url in asked if "stop" in url]


def test_another_device_can_stop_what_this_one_started(open_playground: OpenPlayground) -> None:
    here = open_playground().run("Long [[n=1000 delay_ms=20]]")
    here.shows("·5»")
    there = open_playground()
    there.answer().shows("·10»")
    there.page.keyboard.press("Escape")
    here.ends("stopped")
    there.answer().ends("stopped")
    assert here.exact == there.answer().exact
