"""The schema's part of the page: checked while it is typed, by its text or by its fields; nothing typed is lost."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from django.test import Client

from tests.conftest import MakeConnection
from workbench.connections.models import CatalogModel, Connection, Kind

SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
    "required": ["city"],
    "additionalProperties": False,
}


@pytest.fixture
def connection(make_connection: MakeConnection) -> Connection:
    return make_connection(kind=Kind.ANTHROPIC, models=("claude-opus-4-7", "claude-3-5-sonnet"))


def typed(schema: object, connection: Connection | None = None, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - form
    form: dict[str, Any] = {"role": ["user"], "text": ["Hello"], **more}
    models = CatalogModel.objects.filter(connection=connection).order_by("position") if connection else []
    for index, model in enumerate(models):
        form |= {f"lane-{index}-model": f"{model.connection_id}:{model.model_id}", f"lane-{index}-max_tokens": "5"}
    return {**form, "output_schema": schema if isinstance(schema, str) else json.dumps(schema)}


class Part:
    """What the page shows of a schema."""

    def __init__(self, page: str) -> None:
        self.page = page
        self.text = html.unescape(
            re.findall(r'<textarea id="output_schema"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)[0]
        )
        self.mark = re.findall(r'name="schema-mark"\s+value="(\w+)"', page)[0]
        self.fields = [
            html.unescape(name) for name in re.findall(r'name="schema-\d+-name"\s+class="mono"\s+value="([^"]*)"', page)
        ]
        told = page.partition('id="schema-told"')[2]
        self.told = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", told)).split())

    @property
    def posted(self) -> dict[str, str]:
        """The text with its mark, as the form posts them."""
        return {"output_schema": self.text.replace("\n", "\r\n"), "schema-mark": self.mark}


def part(bob: Client, form: dict[str, Any], asked: str = "") -> Part:
    answer = bob.post(f"/w/main/schema/{asked}", form)
    assert answer.status_code == 200
    assert ("HX-Trigger-After-Swap" in answer.headers) == bool(asked)
    return Part(answer.text)


def rows(*names: str, **more: str) -> dict[str, str]:
    """Rows of the simple form, as they are posted."""
    return {f"schema-{index}-name": name for index, name in enumerate(names)} | more


def test_each_problem_is_told_with_its_place(bob: Client, connection: Connection) -> None:
    shown = part(bob, typed({"type": "object", "properties": {"a": {"type": "strin", "pattern": "x"}}}, connection))
    assert "wrong /properties/a/type" in shown.told
    assert "refused /properties/a/pattern The provider does not take this keyword." in shown.told
    assert "gets it" not in shown.told


def test_each_lanes_way_is_told(bob: Client, connection: Connection) -> None:
    told = part(bob, typed(SCHEMA, connection)).told
    assert "claude-opus-4-7 gets it as the output’s format" in told
    assert "claude-3-5-sonnet gets it as a strict tool, whose input is the answer." in told
    thinks = part(bob, typed({**SCHEMA, "type": "array"}, connection)).told
    assert "claude-3-5-sonnet gets it as an instruction" in thinks


def test_of_another_server_nobody_can_be_sure(bob: Client, make_connection: MakeConnection) -> None:
    told = part(bob, typed(SCHEMA, make_connection(models=("any-model",)))).told
    assert "any-model gets it as the output’s format, which its server may not keep to." in told


def test_without_a_schema_nothing_is_told(bob: Client, connection: Connection) -> None:
    shown = part(bob, typed("", connection))
    assert (shown.told, shown.fields) == ('class="schema-told" aria-live="polite">', [])


def test_what_is_typed_comes_back_as_it_is(bob: Client) -> None:
    text = '{"a":  1,\r\n\r\n "<textarea>": "</textarea>\n\n'
    assert part(bob, typed(text)).text == text.replace("\r\n", "\n")


def test_a_flat_schema_has_fields_and_another_says_why_not(bob: Client) -> None:
    assert part(bob, typed(SCHEMA)).fields == ["city", "days"]
    other = part(bob, typed({"type": "array"}))
    assert other.fields == []
    assert "more than a list of fields" in other.page


def test_changed_fields_are_written_into_the_text(bob: Client) -> None:
    before = part(bob, typed(SCHEMA))
    changed = rows("town", "days", **{"schema-0-kind": "text", "schema-1-kind": "choice", "schema-1-choices": "1\r\n2"})
    after = json.loads(part(bob, before.posted | changed, "?fields").text)
    assert after["properties"] == {"town": {"type": "string"}, "days": {"type": "string", "enum": ["1", "2"]}}
    assert after["required"] == []
    assert after["additionalProperties"] is False


def test_a_field_is_added_and_removed(bob: Client) -> None:
    before = part(bob, typed(""))
    one = part(bob, before.posted, "?add")
    assert one.fields == ["field_1"]
    assert "autofocus" in one.page
    two = part(bob, one.posted | rows("first"), "?add")
    assert two.fields == ["first", "field_1"]
    left = part(bob, two.posted | rows("first", "field_1"), "?remove=0")
    assert left.fields == ["field_1"]
    assert part(bob, left.posted | rows("field_1"), "?remove=nothing").fields == ["field_1"]


@pytest.mark.parametrize("asked", ["?fields", "?add", "?remove=5"])
def test_a_text_that_was_typed_since_counts_more_than_the_fields(bob: Client, asked: str) -> None:
    old = part(bob, typed(SCHEMA))
    newer = {**SCHEMA, "properties": {"typed": {"type": "number"}}, "required": []}
    after = part(bob, {**old.posted, "output_schema": json.dumps(newer), **rows("city", "days")}, asked)
    assert after.fields[0] == "typed"
    assert "city" not in after.text


@pytest.mark.parametrize("text", ["{", '{"type": "array"}', '{"type": "object", "type": "object"}'])
@pytest.mark.parametrize("asked", ["?fields", "?add", "?remove=0", "?close"])
def test_what_is_no_list_of_fields_stays_as_it_was_typed(bob: Client, text: str, asked: str) -> None:
    shown = part(bob, typed(text))
    after = part(bob, shown.posted | rows("x"), asked)
    assert after.text == text or (asked == "?close" and json.loads(after.text) == json.loads(text))


def test_all_objects_are_closed_in_one_click(bob: Client) -> None:
    before = part(bob, typed({"type": "object", "properties": {"a": {"type": "object"}}}))
    assert "Add “additionalProperties”: false everywhere" in before.told
    after = part(bob, before.posted, "?close")
    assert json.loads(after.text) == {
        "type": "object",
        "properties": {"a": {"type": "object", "additionalProperties": False}},
        "additionalProperties": False,
    }
    assert "everywhere" not in after.told


def test_the_page_opens_with_what_was_typed(bob: Client, connection: Connection) -> None:
    bob.post("/w/main/draft/", typed(SCHEMA, connection))
    shown = Part(bob.get("/w/main/").text)
    assert json.loads(shown.text) == SCHEMA
    assert shown.fields == ["city", "days"]
    assert "claude-opus-4-7 gets it as the output’s format" in shown.told


def test_who_only_reads_sees_it_and_has_nothing_to_press(charlie: Client, connection: Connection) -> None:
    page = charlie.get("/w/main/").text
    assert "schema-add" not in page
    assert charlie.post("/w/main/schema/", typed(SCHEMA)).status_code == 403


def test_who_was_signed_out_is_told_though_the_page_takes_only_a_part_of_the_answer(bob: Client) -> None:
    bob.logout()
    answer = bob.post("/w/main/schema/", typed(SCHEMA), headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert (answer.headers["HX-Retarget"], answer.headers["HX-Reselect"]) == ("#notices", "unset")
    outside = bob.get("/w/main/nowhere/", headers={"HX-Request": "true"})
    assert outside.headers["HX-Reselect"] == "unset"
