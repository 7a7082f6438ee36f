"""Long and fast answers: the view follows only a reader who is at the end, and the page stays quick."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPlayground
from tests.browser.playground import Answer, told
from tests.upstream import Upstream

PHONE = {"width": 390, "height": 844}
FROM_END = "scroller => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight"
# Longest time between two turns of the page's loop, in ms, since it was asked to watch.
WATCH_LOOP = """() => {
  window.longest = 0;
  let last = performance.now();
  (function turn() {
    const now = performance.now();
    window.longest = Math.max(window.longest, now - last);
    last = now;
    setTimeout(turn, 0);
  })();
}"""


def overflows(answer: Answer) -> None:
    """Waits until the answer is longer than its place."""
    answer.page.wait_for_function(
        "run => { const s = document.querySelector(`[data-run='${run}'] [data-part=scroll]`);"
        " return s.scrollHeight > s.clientHeight + 200; }",
        arg=answer.run,
    )


def test_the_view_stays_at_the_end_for_a_reader_at_the_end(open_playground: OpenPlayground) -> None:
    answer = open_playground(viewport={"width": 1440, "height": 500}).run("Long [[n=300 delay_ms=5]]")
    overflows(answer)
    assert answer.part("scroll").evaluate(FROM_END) < 60
    answer.ends()
    assert answer.part("scroll").evaluate(FROM_END) < 60


def test_it_leaves_a_reader_alone_who_scrolled_up(open_playground: OpenPlayground) -> None:
    playground = open_playground(viewport={"width": 1440, "height": 500})
    answer = playground.run("Long [[n=400 delay_ms=5]]")
    overflows(answer)
    scroller = answer.part("scroll")
    scroller.hover()
    playground.page.mouse.wheel(0, -10_000)
    # Not 0: the browser adds what the last frame moved down to what the wheel moved up.
    playground.page.wait_for_function("() => document.querySelector('[data-part=scroll]').scrollTop < 100")
    left = scroller.evaluate("scroller => scroller.scrollTop")
    answer.shows("·300»")
    assert scroller.evaluate("scroller => scroller.scrollTop") == left
    answer.ends()
    assert scroller.evaluate("scroller => scroller.scrollTop") == left


def test_the_first_pixel_upwards_leaves_the_end(open_playground: OpenPlayground) -> None:
    playground = open_playground(viewport={"width": 1440, "height": 500})
    answer = playground.run("Long [[n=400 delay_ms=5]]")
    overflows(answer)
    scroller = answer.part("scroll")
    left = scroller.evaluate("scroller => (scroller.scrollTop -= 5)")
    answer.shows("·300»")
    assert scroller.evaluate("scroller => scroller.scrollTop") == left
    answer.ends()


def test_it_follows_again_when_the_reader_comes_back_to_the_end(open_playground: OpenPlayground) -> None:
    playground = open_playground(viewport={"width": 1440, "height": 500})
    answer = playground.run("Long [[n=400 delay_ms=5]]")
    overflows(answer)
    scroller = answer.part("scroll")
    scroller.evaluate("scroller => { scroller.scrollTop = 0; }")
    answer.shows("·200»")
    scroller.evaluate("scroller => { scroller.scrollTop = scroller.scrollHeight; }")
    answer.ends()
    assert scroller.evaluate(FROM_END) < 60


def test_on_a_phone_the_page_follows_and_the_run_bar_stays(open_playground: OpenPlayground) -> None:
    playground = open_playground(viewport=PHONE)
    answer = playground.run("Long [[n=300 delay_ms=5]]")
    answer.shows("·250»")
    answer.ends()
    expect(playground.run_button).to_be_in_viewport(ratio=1)
    expect(answer.part("status")).to_be_in_viewport()


@pytest.mark.reliability
def test_a_burst_of_20_000_pieces_is_shown_whole_and_keeps_the_page_quick(
    open_playground: OpenPlayground, upstream: Upstream
) -> None:
    playground = open_playground()
    playground.message.fill("Burst [[n=20000]]")
    playground.page.evaluate(WATCH_LOOP)
    answer = playground.run()
    playground.system.press_sequentially("typed meanwhile")
    answer.ends()
    expect(playground.system).to_have_value("typed meanwhile")
    assert answer.exact == told(upstream, 20_000)
    # Not a speed but a limit that nobody can work beyond: a frozen page is one that answers no key for seconds.
    assert playground.page.evaluate("window.longest") < 2_000
