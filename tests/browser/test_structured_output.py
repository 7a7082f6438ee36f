"""The schema of an answer: typed or made of fields, checked meanwhile, sent, and the answer judged by it."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import MakeDevice, OpenPlayground
from tests.browser.looking import Look
from tests.browser.playground import Playground
from tests.browser.watching import Watch
from tests.upstream import Script, Upstream

FINE = {
    "type": "object",
    "properties": {"customer": {"type": "object", "additionalProperties": True}, "tags": {"type": "array"}},
    "required": ["customer"],
}
WRONG = {"type": "object", "properties": {"customer": {"type": "object", "properties": {"id": {"type": "string"}}}}}


def open_schema(playground: Playground) -> Locator:
    """Opens the schema's part of the page, and gives its text field."""
    part = playground.page.locator("#schema")
    if part.get_attribute("open") is None:
        part.locator("summary").first.click()
    return playground.page.get_by_role("textbox", name="JSON Schema of the answer")


def type_schema(playground: Playground, schema: object) -> Locator:
    """Types a schema, and waits until it was checked and kept."""
    field = open_schema(playground)
    with playground.page.expect_response("**/schema/"), playground.page.expect_response("**/draft/"):
        field.fill(schema if isinstance(schema, str) else json.dumps(schema))
    return field


def told(page: Page) -> Locator:
    return page.locator("#schema-told")


def test_it_is_checked_while_it_is_typed(open_playground: OpenPlayground) -> None:
    playground = open_playground()
    field = type_schema(playground, '{"type": "object", "properties": {"a": {"type": "strin", "pattern": "x"}}')
    expect(told(playground.page)).to_contain_text("This is not JSON.")
    type_schema(playground, '{"type": "object", "properties": {"a": {"type": "strin", "pattern": "x"}}}')
    problems = told(playground.page).get_by_role("list", name="What is wrong with the schema").get_by_role("listitem")
    expect(problems.filter(has_text="/properties/a/type")).to_contain_text("wrong")
    expect(problems.filter(has_text="/properties/a/pattern")).to_contain_text("refused")
    expect(field).to_be_focused()
    playground.page.get_by_role("button", name="everywhere").click()
    expect(field).to_have_value(re.compile('"additionalProperties": false'))
    expect(problems.filter(has_text="Every object needs")).to_have_count(0)


def test_an_answer_that_fits_and_one_that_does_not(open_playground: OpenPlayground, upstream: Upstream) -> None:
    playground = open_playground()
    page = playground.page
    type_schema(playground, FINE)
    expect(told(page)).to_contain_text("as the output’s format")
    upstream.then(Script(scene="json"), Script(scene="json"))
    answer = playground.run("Order")
    answer.ends()
    expect(answer.article.locator(".verdict")).to_have_text(re.compile(r"^\s*Valid\s*sent as the output’s format\s*$"))
    assert json.loads(upstream.calls()[-1].body)["output_config"]["format"]["schema"] == FINE
    type_schema(playground, WRONG)
    answer = playground.run("Order again")
    answer.ends()
    page.reload()
    verdict = playground.answer().article.locator(".verdict")
    verdict.get_by_text("Not valid: 1 place").click()
    expect(verdict.get_by_role("listitem")).to_contain_text("/customer/id Found: 42 Wanted: type string")
    playground.answer().article.get_by_role("button", name="JSON", exact=True).click()
    expect(playground.answer().part("view").get_by_text("wanted: type string")).to_be_visible()
    playground.answer().article.get_by_role("button", name="Markdown", exact=True).click()
    playground.answer().article.get_by_role("link", name="Open run").click()
    expect(page.locator(".verdict").get_by_text("Not valid: 1 place")).to_be_visible()


def test_a_schema_is_made_of_fields_by_keys_alone(open_playground: OpenPlayground) -> None:
    playground = open_playground()
    page = playground.page
    field = type_schema(playground, {"type": "object", "additionalProperties": False})
    page.locator("#schema-add").focus()
    page.keyboard.press("Enter")
    name = page.get_by_role("textbox", name="Name", exact=True)
    expect(name).to_be_focused()
    expect(name).to_have_value("field_1")
    page.keyboard.press("Control+A")
    page.keyboard.type("sort")
    page.keyboard.press("Tab")
    page.keyboard.type("Choice")
    expect(page.get_by_role("combobox", name="Kind")).to_have_value("choice")
    page.get_by_role("textbox", name="Choices, one a line").focus()
    page.keyboard.type("bill\nlogin")
    page.get_by_role("textbox", name="Description").focus()
    with page.expect_response("**/draft/"):
        page.keyboard.type("what it is about")
        expect(field).to_have_value(re.compile("what it is about"))
    schema = {
        "type": "object",
        "properties": {"sort": {"type": "string", "enum": ["bill", "login"], "description": "what it is about"}},
        "required": ["sort"],
        "additionalProperties": False,
    }
    assert json.loads(field.input_value()) == schema
    expect(page.get_by_role("textbox", name="Description")).to_be_focused()
    page.wait_for_load_state("networkidle")
    page.reload()
    assert json.loads(open_schema(playground).input_value()) == schema
    expect(name).to_have_value("sort")
    page.get_by_role("button", name="Remove sort").focus()
    page.keyboard.press("Enter")
    expect(name).to_have_count(0)
    assert json.loads(field.input_value())["properties"] == {}


def test_what_is_typed_into_the_text_is_not_overwritten_by_late_fields(
    open_playground: OpenPlayground, watch: Watch
) -> None:
    watch.expect("htmx:")  # says that a request was given up
    playground = open_playground()
    page = playground.page
    field = type_schema(playground, {"type": "object", "properties": {"a": {"type": "string"}}})
    name = page.get_by_role("textbox", name="Name", exact=True)
    expect(name).to_have_value("a")

    page.route("**/schema/?fields", lambda _route: None)  # it never arrives
    with page.expect_request("**/schema/?fields"):
        name.fill("b")
    with page.expect_response("**/schema/"):
        field.fill('{"typed": 1}')
    expect(page.get_by_text("more than a list of fields")).to_be_visible()
    expect(field).to_have_value('{"typed": 1}')
    page.unroute_all()


def test_who_was_signed_out_is_told_and_keeps_what_was_typed(open_playground: OpenPlayground, watch: Watch) -> None:
    watch.expect("401", "403", "htmx:", "socket", "WebSocket", "draft")
    playground = open_playground()
    page = playground.page
    field = type_schema(playground, {"type": "object", "properties": {"a": {"type": "string"}}})
    page.context.clear_cookies()
    field.fill('{"type": "object"}')
    expect(page.locator("#notices .notice")).to_contain_text("sign")
    page.get_by_role("textbox", name="Name", exact=True).fill("b")
    expect(field).to_have_value('{"type": "object"}')


@pytest.mark.parametrize(
    "viewport", [{"width": 1440, "height": 900}, {"width": 390, "height": 844}], ids=["wide", "phone"]
)
def test_axe_finds_nothing(
    new_device: MakeDevice, open_playground: OpenPlayground, upstream: Upstream, viewport: dict[str, int]
) -> None:
    playground = open_playground(new_device(viewport=viewport, reduced_motion="reduce"))
    look = Look(playground.page)
    type_schema(playground, {"type": "object", "properties": {"a": {"type": "string", "enum": ["b"]}}})
    look("fields")
    type_schema(playground, {**WRONG, "anyOf": [], "$ref": "#/nowhere"})
    look("problems")
    type_schema(playground, WRONG)
    upstream.then(Script(scene="json"))
    answer = playground.run("Order")
    answer.ends()
    answer.article.locator(".verdict summary").click()
    look("verdict")
    assert look.found == []
