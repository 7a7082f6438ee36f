"""An answer of many kinds of blocks: as it streams, at its end, seen in several ways, copied in parts, as a file."""

from __future__ import annotations

from pathlib import Path

import orjson
from playwright.sync_api import Page, expect

from tests.browser.conftest import MakeDevice, OpenPlayground
from tests.browser.playground import Answer
from tests.browser.watching import Watch
from tests.upstream import Script, Upstream
from tests.upstream_scenes import SCENES

CLIPBOARD = ["clipboard-read", "clipboard-write"]


def clipboard(page: Page) -> str:
    """What was copied last."""
    return str(page.evaluate("navigator.clipboard.readText()"))


def view(answer: Answer, name: str) -> None:
    """Presses one of the views."""
    answer.article.get_by_role("group", name="View").get_by_role("button", name=name, exact=True).click()


def test_a_view_is_chosen_once_for_every_answer(open_playground: OpenPlayground, upstream: Upstream) -> None:
    upstream.then(Script(scene="json"), Script(scene="text"), Script(scene="json"))
    playground = open_playground()
    answer = playground.run("One")
    answer.ends()
    view(answer, "JSON")
    tree = answer.part("view")
    expect(tree.get_by_text("object, 3 keys").first).to_be_visible()
    expect(answer.text).to_be_hidden()
    tree.get_by_text("object, 4 keys").click()
    expect(tree.get_by_text('"Ada"')).to_be_hidden()
    answer = playground.run("Two")
    answer.ends()
    expect(answer.text).to_be_visible()  # it is no JSON
    answer = playground.run("Three")
    answer.ends()
    expect(answer.part("view").get_by_text('"Ada"')).to_be_visible()
    playground.page.reload()
    expect(playground.answer().part("view").get_by_text('"Ada"')).to_be_visible()
    view(playground.answer(), "Raw")
    expect(playground.answer().part("view").locator("figure.code")).to_contain_text('"type": "text"')
    view(playground.answer(), "Markdown")
    expect(playground.answer().part("view")).to_be_hidden()
    expect(playground.answer().text).to_be_visible()


def test_parts_are_copied_alone(new_device: MakeDevice, open_playground: OpenPlayground, upstream: Upstream) -> None:
    upstream.then(Script(scene="bash"), Script(scene="json"))
    playground = open_playground(new_device(permissions=CLIPBOARD))
    answer = playground.run("Go on")
    answer.ends()
    answer.text.locator('[data-kind="server_tool_use"]').get_by_role("button", name="Copy").click()
    expect(answer.text.get_by_role("button", name="Copied")).to_be_visible()
    assert clipboard(playground.page) == "ls -l /tmp && cat /tmp/missing"
    answer.text.get_by_role("button", name="Copy this part").focus()
    playground.page.keyboard.press("Enter")
    playground.page.wait_for_function("async () => await navigator.clipboard.readText() === 'The file is missing.'")
    answer = playground.run("Go on")
    answer.ends()
    view(answer, "JSON")
    item = answer.part("view").locator("li", has_text="sku").last
    item.hover()
    item.get_by_role("button", name="Copy path").click()
    expect(item.get_by_role("button", name="Copied")).to_be_visible()
    assert clipboard(playground.page) == "$.items[1].sku"


def test_an_answer_is_kept_as_a_file(open_playground: OpenPlayground, upstream: Upstream) -> None:
    upstream.then(Script(scene="citations"))
    answer = open_playground().run("Go on")
    answer.ends()
    answer.article.get_by_text("Download", exact=True).click()
    with answer.page.expect_download() as begun:
        answer.article.get_by_role("link", name="Content blocks").click()
    assert begun.value.suggested_filename.endswith(".json")
    assert orjson.loads(Path(begun.value.path()).read_bytes()) == list(SCENES["citations"].content)


def test_a_mark_leads_to_its_source_by_the_keyboard(open_playground: OpenPlayground, upstream: Upstream) -> None:
    upstream.then(Script(scene="citations"))
    answer = open_playground(viewport={"width": 1440, "height": 500}).run("Go on")
    answer.ends()
    mark = answer.text.get_by_role("link", name="Source 4: Key rotation")
    mark.focus()
    answer.page.keyboard.press("Enter")
    source = answer.text.locator("ol.sources li:target")
    expect(source).to_contain_text("Keys are rotated every ninety days.")
    expect(source).to_be_in_viewport()
    answer.page.keyboard.press("Tab")
    expect(source.get_by_role("link", name="Key rotation")).to_be_focused()


def test_thinking_is_open_while_it_comes_and_folds_when_it_is_over(
    open_playground: OpenPlayground, upstream: Upstream
) -> None:
    upstream.then(Script(scene="thinking", stall_after=4), Script(scene="thinking", delay_ms=60))
    playground = open_playground()
    answer = playground.run("Go on")
    thinking = answer.text.locator("details.thinking")
    expect(thinking.get_by_text("The person asks")).to_be_visible()
    playground.stop_button.click()
    answer.ends("stopped")
    answer = playground.run("Go on")
    thinking = answer.text.locator("details.thinking")
    expect(thinking).to_have_attribute("open", "")
    answer.shows("It is 21")
    expect(thinking).not_to_have_attribute("open", "")
    answer.ends()
    expect(thinking).to_contain_text("284 tokens")
    thinking.locator("summary").click()
    expect(thinking.get_by_text("The person asks")).to_be_visible()


def test_thinking_that_its_reader_folded_stays_folded(open_playground: OpenPlayground, upstream: Upstream) -> None:
    upstream.then(Script(scene="thinking", delay_ms=80))
    answer = open_playground().run("Go on")
    thinking = answer.text.locator("details.thinking")
    expect(thinking).to_have_attribute("open", "")
    thinking.locator("summary").click()
    answer.shows("First the weather")
    expect(thinking).not_to_have_attribute("open", "")


def test_a_call_streams_in_and_is_the_same_after_a_reload(
    open_playground: OpenPlayground, upstream: Upstream, watch: Watch
) -> None:
    watch.expect("htmx:")
    upstream.then(Script(scene="parallel_tools", stall_after=10))
    playground = open_playground()
    answer = playground.run("Go on")
    call = answer.text.locator('[data-kind="tool_use"]')
    expect(call).to_contain_text("get_weather")
    expect(call.locator("pre")).to_contain_text('"city": "Z')
    before = call.text_content()
    playground.page.reload()
    expect(call).to_contain_text(before or "never")
    playground.stop_button.click()
    answer.ends("stopped")
    expect(call).to_contain_text("Tool call")
    expect(call).to_contain_text("get_weather")


def test_results_come_while_it_streams_as_plain_text(open_playground: OpenPlayground, upstream: Upstream) -> None:
    upstream.then(Script(scene="web_search", delay_ms=40))
    answer = open_playground().run("Go on")
    result = answer.text.locator('[data-kind="web_search_tool_result"]')
    expect(result).to_contain_text("javascript:alert(1)")
    assert result.get_by_role("link").count() == 0
    answer.ends()
    expect(result.get_by_role("link", name="Mount Everest")).to_be_visible()
    assert result.locator('a[href^="javascript"]').count() == 0
