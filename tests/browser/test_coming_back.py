"""Whatever happens to the tab, the answer is there when somebody looks again: whole, in order, once."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import MakeDevice, OpenPlayground
from tests.browser.playground import Answer, told
from tests.upstream import Upstream

LONG = "Go on [[n=100 delay_ms=20]]"


def test_a_tab_closed_in_mid_stream_and_opened_again_streams_on(
    new_device: MakeDevice, open_playground: OpenPlayground, upstream: Upstream
) -> None:
    device = new_device()
    playground = open_playground(device)
    begun = playground.run(LONG)
    begun.shows("·10»")
    playground.page.close()
    again = open_playground(device).answer()
    assert again.run == begun.run
    expect(again.article).to_have_attribute("data-status", re.compile("running"))
    again.shows("·20»")
    assert told(upstream, 100).startswith(again.exact)
    again.ends()
    assert again.exact == told(upstream, 100)


def test_going_back_shows_what_is_true_now_not_what_the_browser_remembers(
    open_playground: OpenPlayground, upstream: Upstream
) -> None:
    playground = open_playground()
    begun = playground.run("Soon over [[n=20 delay_ms=20]]")
    begun.shows("·1»")
    playground.page.goto("/w/main/prompts/")
    playground.page.go_back()
    expect(playground.message).to_have_value("Soon over [[n=20 delay_ms=20]]")
    again = playground.answer()
    assert again.run == begun.run
    again.ends()
    assert again.exact == told(upstream, 20)


def test_two_devices_see_the_same_answer_stream(open_playground: OpenPlayground, upstream: Upstream) -> None:
    here = open_playground().run(LONG)
    here.shows("·10»")
    there = open_playground(viewport={"width": 390, "height": 844}).answer()
    assert there.run == here.run
    there.shows("·20»")
    for seen in (here, there):
        seen.ends()
        assert seen.exact == told(upstream, 100)


def test_the_runs_own_page_streams_too(open_playground: OpenPlayground, upstream: Upstream) -> None:
    playground = open_playground()
    begun = playground.run(LONG)
    page = playground.page.context.new_page()
    page.goto(f"/w/main/runs/{begun.run}/")
    seen = Answer(page, begun.run)
    seen.shows("·10»")
    seen.ends()
    assert seen.exact == told(upstream, 100)
