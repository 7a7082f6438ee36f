"""Tools in a browser: defined by forms and by paste, sent, called, and answered by saved results and by hand."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.browser.conftest import MakeDevice, OpenPlayground
from tests.browser.keys import Keys, button, summary
from tests.browser.looking import Look
from tests.browser.playground import Playground
from tests.browser.watching import Watch
from tests.upstream import Script, Upstream

NEW = "/w/main/?new"
WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
WEATHER = {
    "name": "get_weather",
    "description": "Tells the weather",
    "input_schema": {
        "type": "object",
        "properties": {"city": {"type": "string", "description": "Where"}, "days": {"type": "integer"}},
        "required": ["city"],
    },
}
TRAINS = {"name": "list_trains", "input_schema": {"type": "object"}}


@pytest.fixture
def page(open_playground: OpenPlayground) -> Page:
    page = open_playground(path=NEW).page
    page.locator("#tools-part > summary").click()
    return page


def dialog(page: Page) -> Locator:
    """The page's dialog, once it is open."""
    found = page.get_by_role("dialog")
    expect(found).to_be_visible()
    return found


def closed(page: Page) -> None:
    """Waits until the dialog is closed."""
    expect(page.get_by_role("dialog")).to_be_hidden()


def define_weather(page: Page) -> None:
    """Adds a tool of two parameters by its form."""
    button(page, "Add tool").click()
    form = dialog(page)
    form.get_by_label("Name", exact=True).fill("get_weather")
    form.get_by_label("Description", exact=True).fill("Tells the weather")
    form.get_by_label("Parameter 1: name").fill("city")
    form.get_by_label("Parameter 1: required").select_option("required")
    form.get_by_label("Parameter 1: description").fill("Where")
    form.get_by_role("button", name="Parameter", exact=True).click()
    expect(form.get_by_label("Parameter 2: name")).to_be_focused()
    page.keyboard.type("days")
    form.get_by_label("Parameter 2: type").select_option("integer")
    page.keyboard.press("Enter")
    closed(page)


def paste(page: Page, tools: object) -> None:
    """Adds tools as JSON."""
    button(page, "Paste tools").click()
    dialog(page).get_by_label("Tools as JSON").fill(json.dumps(tools))
    dialog(page).get_by_role("button", name="Add", exact=True).click()
    closed(page)


def names(page: Page) -> Locator:
    """The names in the list of tools."""
    return page.locator("#tool-rows .tool-name")


def sent(upstream: Upstream) -> dict[str, Any]:
    """The body of the last request for an answer."""
    bodies = [json.loads(call.body) for call in upstream.calls() if call.path.endswith("/messages")]
    found: dict[str, Any] = bodies[-1]
    return found


def go_on(playground: Playground) -> Locator:
    """Continues the answer; the turn with the places for its results."""
    turns = playground.page.locator("#turns > li")
    before = turns.count()
    playground.articles.get_by_role("button", name="Continue").click()
    expect(turns).to_have_count(before + 2)
    return turns.last


def test_three_turns_of_parallel_calls_are_answered_by_saved_results(page: Page, upstream: Upstream) -> None:
    define_weather(page)
    expect(button(page, "Edit get_weather")).to_be_focused()
    paste(page, [{"type": "function", "function": {"name": "list_trains", "parameters": {"type": "object"}}}])
    expect(page.get_by_text("list_trains was written for another API")).to_be_visible()
    expect(names(page)).to_have_text(["get_weather", "list_trains"])
    upstream.then(*(Script(scene="parallel_tools") for _ in range(3)), Script(scene="text"))
    playground = Playground(page)
    answer = playground.run("What is the weather?")
    assert sent(upstream)["tools"] == [WEATHER, TRAINS]
    for loop in range(3):
        answer.ends()
        turn = go_on(playground)
        results = turn.get_by_role("textbox", name="Result of")
        if loop == 0:
            save_results(page, turn)
        for number, name in enumerate(("get_weather", "list_trains", "get_weather"), 1):
            turn.get_by_label(f"Saved result of {name}, call {number}").select_option("Usual")
        expect(results.nth(0)).to_have_value("Rain")
        expect(results.nth(1)).to_have_value("No trains")
        expect(turn.get_by_role("checkbox", name="The tool failed").nth(1)).to_be_checked()
        results.nth(2).fill(f"By hand {loop}")
        answer = playground.run(press=lambda: page.keyboard.press("Control+Enter"))
    answer.ends()
    answer.shows("This is plain Markdown")
    body = sent(upstream)
    assert body["tools"] == [WEATHER, TRAINS]
    given = [message["content"] for message in body["messages"][2::2]]
    assert [[result["content"] for result in results] for results in given] == [
        ["Rain", "No trains", f"By hand {loop}"] for loop in range(3)
    ]
    assert [[result.get("is_error", False) for result in results] for results in given] == [[False, True, False]] * 3
    page.reload()
    expect(names(page)).to_have_text(["get_weather", "list_trains"])
    expect(page.locator("#turns > li")).to_have_count(7)


def save_results(page: Page, turn: Locator) -> None:
    """Writes a result for each tool, and saves both under one name."""
    for number, (name, text) in enumerate((("get_weather", "Rain"), ("list_trains", "No trains"))):
        turn.get_by_role("textbox", name=f"Result of {name}").first.fill(text)
        if name == "list_trains":
            turn.get_by_role("checkbox", name="The tool failed").nth(1).check()
        turn.get_by_role("button", name=f"Save this result of {name}, call {number + 1}").click()
        dialog(page).get_by_label("Name").fill("Usual")
        page.keyboard.press("Enter")
        closed(page)
        expect(page.get_by_text("The result is saved as “Usual”.")).to_be_visible()
        turn.get_by_role("textbox", name=f"Result of {name}").first.fill("")
    # The other calls of the page learn of it when it is opened again.
    with page.expect_response("**/draft/"):
        turn.get_by_role("textbox", name="Result of").first.fill("typed")
    page.reload()
    page.locator("#turns > li").last.scroll_into_view_if_needed()


def test_the_input_of_a_call_streams_in(page: Page, upstream: Upstream) -> None:
    paste(page, [WEATHER])
    upstream.then(Script(scene="tool_use", stall_after=9))
    answer = Playground(page).run("What is the weather?")
    call = answer.text.locator(".tool")
    expect(call).to_contain_text('"cit')
    expect(call).not_to_contain_text("3")
    expect(answer.article).to_have_attribute("data-status", "running")
    page.keyboard.press("Escape")
    answer.ends("stopped")
    expect(call).to_contain_text('"cit')


def test_what_is_typed_as_json_is_listed_and_what_is_wrong_is_told(
    page: Page, upstream: Upstream, watch: Watch
) -> None:
    watch.expect("422")
    summary(page, "JSON").click()
    field = page.get_by_role("textbox", name="Tools, as the API takes them")
    field.fill('[{"name": "a b", "input_schema": {"type": "object"}}]')
    expect(names(page)).to_have_text(["a b"])
    expect(page.locator(".tool-row .field-error")).to_contain_text("A name has 1 to 128")
    field.fill("[{")
    expect(page.locator("#error-tools")).to_contain_text("This is not JSON. (1:3)")
    Playground(page).message.fill("Hello")
    summary(page, "JSON").click()
    page.keyboard.press("Control+Enter")
    expect(field).to_be_focused()  # opened again to show what is wrong
    expect(field).to_have_value("[{")
    button(page, "Add tool").click()
    expect(dialog(page)).to_contain_text("nothing was changed")
    page.keyboard.press("Escape")
    field.fill(json.dumps(TRAINS))
    expect(names(page)).to_have_text(["list_trains"])
    Playground(page).run("Hello").ends()
    assert sent(upstream)["tools"] == [TRAINS]


def test_a_provider_s_tool_has_its_settings_and_a_model_that_takes_none_says_so(page: Page, watch: Watch) -> None:
    watch.expect("422")
    page.get_by_text("Provider’s tool").click()
    button(page, "Web search").click()
    form = dialog(page)
    form.get_by_label("Only these domains").fill("example.org")
    form.get_by_label("Never these domains").fill("example.com")
    form.get_by_role("button", name="Switch on").click()
    expect(form).to_contain_text("Either allowed or blocked domains, not both.")
    form.get_by_label("Never these domains").fill("")
    form.get_by_role("button", name="Switch on").click()
    closed(page)
    expect(names(page)).to_have_text(["web_search"])
    expect(page.locator("#tool-rows")).to_contain_text("Test Model does not take web_search")
    Playground(page).message.fill("Hello")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#error-lane-0-model")).to_contain_text("does not take web_search")
    button(page, "Edit web_search").click()
    expect(dialog(page).get_by_label("Only these domains")).to_have_value("example.org")


def test_tools_are_kept_in_the_workspace_and_taken_from_there(page: Page, open_playground: OpenPlayground) -> None:
    paste(page, [{**TRAINS, "name": "kept_tool"}])
    button(page, "Save kept_tool in the workspace").click()
    expect(page.get_by_text("“kept_tool” is kept in the workspace.")).to_be_visible()
    other = open_playground().page
    other.locator("#tools-part > summary").click()
    button(other, "From the workspace").click()
    dialog(other).get_by_role("checkbox", name="kept_tool").check()
    dialog(other).get_by_role("button", name="Add to the prompt").click()
    closed(other)
    with other.expect_response("**/draft/"):
        expect(names(other)).to_have_text(["kept_tool"])
    other.goto("/w/main/tools/")
    button(other, "Delete “kept_tool”").click()
    expect(other.get_by_role("link", name="kept_tool")).to_have_count(0)
    button(other, "Undo").click()
    expect(other.get_by_role("link", name="kept_tool")).to_be_visible()


def test_by_keys_alone_a_tool_is_made_moved_removed_and_brought_back(page: Page) -> None:
    keys = Keys(page)
    keys.press(button(page, "Add tool"))
    expect(dialog(page).get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.type("first")
    page.keyboard.press("Enter")
    closed(page)
    expect(button(page, "Edit first")).to_be_focused()
    keys.press(button(page, "Paste tools"))
    expect(dialog(page).get_by_label("Tools as JSON")).to_be_focused()
    page.keyboard.insert_text(json.dumps(TRAINS))
    keys.press(dialog(page).get_by_role("button", name="Add", exact=True))
    closed(page)
    keys.press(button(page, "Move list_trains up"))
    expect(names(page)).to_have_text(["list_trains", "first"])
    expect(button(page, "Edit list_trains")).to_be_focused()
    keys.press(button(page, "Remove list_trains"))
    expect(button(page, "Undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(names(page)).to_have_text(["list_trains", "first"])
    expect(button(page, "Edit list_trains")).to_be_focused()
    keys.is_somewhere()


def test_a_result_of_five_megabytes_is_sent_and_too_large_to_be_saved(
    page: Page, upstream: Upstream, watch: Watch
) -> None:
    watch.expect("422")
    paste(page, [WEATHER])
    large = "x" * 5_000_000
    upstream.then(Script(scene="tool_use"), Script(scene="text"))
    playground = Playground(page)
    playground.run("What is the weather?").ends()
    turn = go_on(playground)
    turn.get_by_role("textbox", name="Result of").evaluate(
        "(field, text) => { field.value = text; field.dispatchEvent(new Event('input', {bubbles: true})); }", large
    )
    turn.get_by_role("button", name=re.compile("^Save this result")).click()
    dialog(page).get_by_label("Name").fill("Large")
    page.keyboard.press("Enter")
    expect(dialog(page)).to_contain_text("at most 50 saved results of at most 1.0\N{NO-BREAK SPACE}MB")
    page.keyboard.press("Escape")
    playground.run(press=lambda: page.keyboard.press("Control+Enter")).ends()
    assert sent(upstream)["messages"][2]["content"][0]["content"] == large


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_everybody_can_use_it(
    new_device: MakeDevice, open_playground: OpenPlayground, upstream: Upstream, viewport: ViewportSize, watch: Watch
) -> None:
    watch.expect("422")
    device = new_device(viewport=viewport, reduced_motion="reduce")
    page = open_playground(device, path=NEW).page
    look = Look(page)
    page.locator("#tools-part > summary").click()
    paste(page, [WEATHER, {**TRAINS, "name": "seen_tool"}])
    button(page, "Save seen_tool in the workspace").click()
    expect(page.get_by_text("in the workspace.")).to_be_visible()
    look("tools, listed")
    button(page, "Edit get_weather").click()
    dialog(page)
    look("tools, a form")
    button(page, "Edit as JSON Schema").click()
    expect(dialog(page).get_by_label("Input schema, as JSON")).to_be_focused()
    look("tools, a schema")
    page.keyboard.press("Escape")
    page.get_by_text("Provider’s tool").click()
    button(page, "Web search").click()
    dialog(page)
    look("tools, a provider's")
    page.keyboard.press("Escape")
    for name in ("Paste tools", "From the workspace"):
        button(page, name).click()
        dialog(page)
        look(f"tools, {name}")
        page.keyboard.press("Escape")
    upstream.then(Script(scene="parallel_tools"))
    playground = Playground(page)
    playground.run("What is the weather?").ends()
    go_on(playground)
    look("tools, results")
    button(page, "Remove seen_tool").click()
    expect(button(page, "Undo")).to_be_focused()
    look("tools, one removed")
    page.goto("/w/main/tools/")
    look("tools of the workspace")
    page.get_by_role("link", name="seen_tool").click()
    page.get_by_text("Add a result").click()
    look("a tool of the workspace")
    assert look.found == []
