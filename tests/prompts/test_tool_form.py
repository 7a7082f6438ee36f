"""Tools as forms, one's own and the provider's: both ways, without loss, and what is wrong has its field."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from workbench.prompts.server_form import SETTINGS, ServerForm
from workbench.prompts.tool_form import TYPES, ToolForm

TOOL: dict[str, Any] = {
    "name": "weather",
    "description": "Tells it",
    "input_schema": {
        "type": "object",
        "properties": {
            "city": {"type": "string", "description": "Where", "minLength": 1},
            "unit": {"type": "string", "enum": ["C", "F"]},
            "when": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        },
        "required": ["city"],
        "additionalProperties": False,
        "$defs": {},
    },
    "strict": True,
    "cache_control": {"type": "ephemeral"},
}
WEB = {
    "type": "web_search_20260209",
    "name": "web_search",
    "max_uses": 3,
    "allowed_domains": ["example.org", "example.com"],
    "user_location": {"type": "approximate", "city": "Ulm", "country": "DE"},
    "strict": False,
}


def post(values: dict[str, Any]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in values.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def as_posted(form: ToolForm) -> QueryDict:
    """What the page posts of a form that nobody changed."""
    return post({
        "tool-name": form.name,
        "tool-description": form.description,
        **{f"tool-{flag}": "1" for flag in form.flags},
        "mode": "raw" if form.is_raw else "rows",
        "schema": form.schema,
        "rest": form.rest,
        "schema-rest": form.schema_rest,
        "parameter-name": [row.name for row in form.rows],
        "parameter-kind": [row.kind for row in form.rows],
        "parameter-description": [row.description for row in form.rows],
        "parameter-required": ["1" if row.is_required else "0" for row in form.rows],
        "parameter-rest": [row.rest for row in form.rows],
    })  # fmt: skip


def server_post(form: ServerForm) -> QueryDict:
    values = {f"server-{name}": value for name, value in form.values.items()}
    return post({"server-type": form.kind, "rest": form.rest, **values})


def test_a_tool_goes_through_the_form_unchanged() -> None:
    form = ToolForm.of_tool(TOOL)
    assert [(row.name, row.kind, row.is_required) for row in form.rows] == [
        ("city", "string", True),
        ("unit", "string", False),
        ("when", "", False),
    ]
    assert not form.is_raw
    assert ToolForm.of_post(as_posted(form)).tool() == TOOL


SCHEMAS = st.fixed_dictionaries(
    {
        "type": st.just("object"),
        "properties": st.dictionaries(
            st.text("abc", min_size=1, max_size=3),
            st.fixed_dictionaries(
                {},
                optional={
                    "type": st.sampled_from([*TYPES, "null", ["string", "null"]]),
                    "description": st.text("xy ", max_size=3),
                    "enum": st.just(["a"]),
                    "items": st.just({"type": "string"}),
                },
            ),
            max_size=3,
        ),
    },
    optional={"additionalProperties": st.booleans(), "required": st.just([]), "$comment": st.text("c", max_size=2)},
)


@given(SCHEMAS)
def test_any_schema_goes_through_the_form_unchanged(schema: dict[str, Any]) -> None:
    form = ToolForm.of_post(as_posted(ToolForm.of_tool({"name": "a", "input_schema": schema})))
    tool = form.tool()
    assert tool is not None, form.problems
    assert tool["input_schema"] == {name: value for name, value in schema.items() if value or name != "required"}


def test_a_schema_that_rows_cannot_say_is_shown_raw() -> None:
    form = ToolForm.of_tool({"name": "a", "input_schema": {"type": "object", "properties": {"any": True}}})
    assert form.is_raw
    form.as_rows()
    assert (form.is_raw, form.problems["schema"]) == (True, "This schema says more than rows can. Edit it here.")
    assert '"any": true' in form.schema


def test_rows_become_a_raw_schema_and_rows_again() -> None:
    form = ToolForm.of_tool(TOOL)
    form.as_raw()
    assert '"minLength": 1' in form.schema
    form.as_rows()
    assert form.tool() == TOOL


def test_a_changed_type_takes_the_place_of_one_that_rows_could_not_say() -> None:
    form = ToolForm.of_tool({"name": "a", "input_schema": {"type": "object", "properties": {"x": {"type": ["null"]}}}})
    data = as_posted(form)
    data.setlist("parameter-kind", ["integer"])
    tool = ToolForm.of_post(data).tool()
    assert tool is not None
    assert tool["input_schema"]["properties"] == {"x": {"type": "integer"}}


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"tool-name": "two words"}, "name", "A name has 1 to 128"),
        ({"parameter-name": ["", "unit", "when"]}, "rows", "A parameter has no name."),
        ({"parameter-name": ["unit", "unit", "when"]}, "rows", "Two parameters are named “unit”."),
        ({"mode": "raw", "schema": "{,}"}, "schema", "This is not JSON. (1:2)"),
        ({"mode": "raw", "schema": '{"type": "array"}'}, "schema", "type: Must be “object”"),
        ({"mode": "raw", "schema": "[]"}, "schema", "Every tool needs an input schema"),
    ],
)
def test_what_is_wrong_has_its_field(changed: dict[str, Any], field: str, words: str) -> None:
    data = as_posted(ToolForm.of_tool(TOOL))
    for name, value in changed.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    form = ToolForm.of_post(data)
    assert form.tool() is None
    assert form.problems[field].startswith(words)


def test_a_provider_s_tool_goes_through_its_form_unchanged() -> None:
    form = ServerForm.of_tool(WEB)
    assert form.values["allowed_domains"] == "example.org\nexample.com"
    assert ServerForm.of_post("web_search", server_post(form)).tool() == WEB


@pytest.mark.parametrize("family", SETTINGS)
def test_switched_on_without_settings_it_has_its_type_and_name_only(family: str) -> None:
    form = ServerForm.of_family(family)
    assert form.tool() == {"type": form.kind, "name": form.kind.rpartition("_")[0]}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"max_uses": "0"}, "max_uses"),
        ({"max_uses": "many"}, "max_uses"),
        ({"allowed_domains": "a.org", "blocked_domains": "b.org"}, "blocked_domains"),
        ({"response_inclusion": "half"}, "response_inclusion"),
    ],
)
def test_what_is_wrong_with_a_setting_has_its_field(values: dict[str, str], field: str) -> None:
    form = ServerForm("web_search", "web_search_20250305", values)
    assert form.tool() is None
    assert list(form.problems) == [field]


def test_a_version_of_another_kind_is_none() -> None:
    form = ServerForm("web_search", "web_fetch_20250910")
    assert (form.tool(), list(form.problems)) == (None, ["form"])
