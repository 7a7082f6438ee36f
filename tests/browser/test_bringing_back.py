"""A run brought back into the playground: its prompt is shown, and what was typed last is not lost by looking."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import OpenPlayground
from tests.upstream import Upstream

HIDDEN = "What you typed last is kept until you type here."


def test_looking_at_a_run_keeps_what_was_typed(open_playground: OpenPlayground, upstream: Upstream) -> None:
    playground = open_playground(path="/w/main/")
    answer = playground.run("The run's own words")
    answer.ends()
    with playground.page.expect_response(lambda got: got.url.endswith("/draft/")):
        playground.message.fill("Typed after it")
    page = playground.page
    page.goto(f"/w/main/runs/{answer.run}/")
    page.get_by_role("link", name="Open in playground").click()
    expect(playground.message).to_have_value("The run's own words")
    expect(page.get_by_text(HIDDEN)).to_be_visible()
    page.get_by_role("link", name="Back to what you typed").click()
    expect(playground.message).to_have_value("Typed after it")


def test_what_is_typed_into_a_run_that_was_brought_back_stays_after_reload(
    open_playground: OpenPlayground, upstream: Upstream
) -> None:
    playground = open_playground(path="/w/main/")
    answer = playground.run("Begun here")
    answer.ends()
    page = playground.page
    page.goto(f"/w/main/?run={answer.run}")
    with page.expect_response(lambda got: got.url.endswith("/draft/")):
        playground.message.fill("Changed there")
    expect(page.get_by_text(HIDDEN)).to_have_count(0)
    page.wait_for_url("**/w/main/")
    page.reload()
    expect(playground.message).to_have_value("Changed there")
