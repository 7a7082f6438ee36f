"""Tools as typed: what is read, what is turned into our form, and what is wrong, with its place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.api.catalog import NEW_VERSION
from tests.api.validator import refusals
from workbench.prompts.tool_kinds import KINDS
from workbench.prompts.tools import ours, read_tools

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOL = {"name": "weather", "description": "Tells it", "input_schema": SCHEMA}
WEB = {"type": "web_search_20250305", "name": "web_search"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


def told(value: object) -> list[str]:
    return [str(problem) for problem in read_tools(json.dumps(value)).problems]


def with_schema(**words: object) -> list[dict[str, Any]]:
    return [{"name": "a", "input_schema": {"type": "object", **words}}]


def test_a_list_is_taken_as_it_is() -> None:
    found = read_tools(json.dumps([TOOL, WEB]))
    assert (found.tools, found.problems, found.notices) == ([TOOL, WEB], [], [])


@pytest.mark.parametrize("text", ["", " \n "])
def test_nothing_typed_is_no_tool(text: str) -> None:
    assert read_tools(text).tools == []


@pytest.mark.parametrize("value", [TOOL, {"tools": [TOOL], "model": "m"}])
def test_one_tool_alone_and_a_whole_request_are_lists_too(value: object) -> None:
    assert read_tools(json.dumps(value)).tools == [TOOL]


@pytest.mark.parametrize(
    "other",
    [
        {"type": "function", "function": {"name": "weather", "description": "Tells it", "parameters": SCHEMA}},
        {"type": "function", "name": "weather", "description": "Tells it", "parameters": SCHEMA, "strict": None},
        {"name": "weather", "description": "Tells it", "inputSchema": SCHEMA},
    ],
    ids=["chat", "responses", "mcp"],
)
def test_tools_of_other_apis_are_sent_in_our_form_and_that_is_said(other: dict[str, Any]) -> None:
    found = read_tools(json.dumps([other]))
    assert (found.tools, found.problems) == ([TOOL], [])
    assert found.notices == ["weather was written for another API; it is sent in the form of this one."]
    assert ours(other) == [TOOL]


def test_a_function_without_parameters_takes_none() -> None:
    found = read_tools('{"type": "function", "function": {"name": "now", "strict": true}}')
    assert found.tools == [{"name": "now", "input_schema": {"type": "object", "properties": {}}, "strict": True}]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[{"name": }]', "This is not JSON. (1:11)"),
        ('[{"name": "a", "name": "b"}]', "“name” stands twice in one object."),
        ("[" * 100_000, "This is nested too deeply."),
        ('"weather"', "Write a list of tools: [{ … }]."),
        ("[1]", "0: Write one JSON object: { … }."),
        (json.dumps([TOOL] * 501), "These are more than 500 tools."),
    ],
)
def test_what_is_no_list_of_tools_is_said(text: str, said: str) -> None:
    assert read_tools(text).told == said


@pytest.mark.parametrize("name", ["", "two words", "é", "a" * 129, None, 1])
def test_a_name_that_cannot_be_sent_is_said(name: object) -> None:
    assert told([{**TOOL, "name": name}])[0].startswith("0.name: A name has 1 to 128")


@pytest.mark.parametrize("name", ["a", "Get_weather-2", "a" * 128])
def test_names_that_the_api_takes_are_taken(name: str) -> None:
    assert told([{**TOOL, "name": name}]) == []


def test_two_tools_of_one_name_are_told() -> None:
    assert told([TOOL, WEB, TOOL]) == ["2.name: Another tool has this name already."]


@pytest.mark.parametrize(
    ("tools", "where"),
    [
        ([{"name": "a"}], "0.input_schema"),
        ([{"name": "a", "input_schema": True}], "0.input_schema"),
        ([{"name": "a", "input_schema": {}}], "0.input_schema.type"),
        ([{"name": "a", "input_schema": {"type": "array"}}], "0.input_schema.type"),
        (with_schema(properties={"a": {"type": "strin"}}), "0.input_schema.properties.a.type"),
        (with_schema(properties={"a": {"minLength": -1}}), "0.input_schema.properties.a.minLength"),
        (with_schema(properties={"a": 5}), "0.input_schema.properties.a"),
        (with_schema(required="a"), "0.input_schema.required"),
        (with_schema(properties=[]), "0.input_schema.properties"),
        ([{**TOOL, "strict": "yes"}], "0.strict"),
        ([{**TOOL, "description": 5}], "0.description"),
        ([{**TOOL, "input_examples": {}}], "0.input_examples"),
        ([{**TOOL, "allowed_callers": ["me"]}], "0.allowed_callers"),
        ([{**TOOL, "cache_control": {"type": "ephemeral", "ttl": "2h"}}], "0.cache_control"),
        ([{**TOOL, "type": 5}], "0.type"),
        ([{**WEB, "name": "search"}], "0.name"),
        ([{"type": "computer_toolset_20260801", "name": "computer"}], "0.name"),
        ([{**WEB, "max_uses": 0}], "0.max_uses"),
        ([{**WEB, "max_uses": True}], "0.max_uses"),
        ([{**WEB, "allowed_domains": "example.org"}], "0.allowed_domains"),
        ([{**WEB, "allowed_domains": ["a.org"], "blocked_domains": ["b.org"]}], "0.blocked_domains"),
        ([{**WEB, "user_location": {"city": "Ulm"}}], "0.user_location"),
        ([{**WEB, "response_inclusion": "half"}], "0.response_inclusion"),
        ([{"type": "web_fetch_20250910", "name": "web_fetch", "citations": {"enabled": 1}}], "0.citations"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tools: list[dict[str, Any]], where: str) -> None:
    assert [problem.partition(": ")[0] for problem in told(tools)] == [where]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"$ref": "#"}, "0.input_schema.$ref: “#” leads back to itself without end."),
        (
            {"properties": {"a": {"$ref": "#/$defs/a"}}, "$defs": {"a": {"allOf": [{"$ref": "#/$defs/a"}]}}},
            "0.input_schema.properties.a.$ref: “#/$defs/a” leads back to itself without end.",
        ),
        (
            {"properties": {"a": {"$ref": "#/$defs/b"}}},
            "0.input_schema.properties.a.$ref: “#/$defs/b” leads nowhere.",
        ),
        (
            {"properties": {"a": {"$ref": "https://example.org/a"}}},
            "0.input_schema.properties.a.$ref: “https://example.org/a” lies outside of the schema; nobody looks there.",
        ),
    ],
)
def test_references_that_cannot_be_followed_are_told(words: dict[str, Any], said: str) -> None:
    assert said in told(with_schema(**words))


@pytest.mark.parametrize(
    "words",
    [
        {"properties": {"children": {"type": "array", "items": {"$ref": "#"}}}},
        {"properties": {"a": {"$ref": "#/$defs/a~1b"}}, "$defs": {"a/b": {"type": "string"}}},
        {"properties": {"a": {"$ref": "#node"}}, "$defs": {"x": {"$anchor": "node"}}},
        {"properties": {"$ref": {"type": "string"}, "a": {"const": {"$ref": "nowhere"}}}},
    ],
    ids=["a tree", "escaped", "anchor", "no reference"],
)
def test_references_that_end_are_fine(words: dict[str, Any]) -> None:
    assert told(with_schema(**words)) == []


def test_a_schema_that_is_absurdly_deep_or_large_is_told_at_once() -> None:
    deep: dict[str, Any] = {"type": "string"}
    for _ in range(200):
        deep = {"type": "array", "items": deep}
    assert told(with_schema(properties={"a": deep})) == ["This is nested too deeply."]
    wide = {f"p{number}": {"type": "string"} for number in range(30_000)}
    assert told(with_schema(properties=wide)) == ["This is too large."]


def test_what_is_not_known_here_is_sent_with_a_note() -> None:
    new = {"type": "telescope_20270101", "name": "telescope"}
    beta = {"type": "advisor_20260301", "name": "advisor"}
    found = read_tools(json.dumps([new, beta, {**TOOL, "color": "red"}, {**WEB, "depth": 3}]))
    assert found.problems == []
    assert found.tools[0] == new
    assert [notice.split(" ")[0] for notice in found.notices] == ["The", "advisor", "weather", "web_search"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_the_provider_is_taken_as_the_api_takes_it(kind: str) -> None:
    tool = {"type": kind, **({"name": KINDS[kind].name} if KINDS[kind].name else {})}
    assert told([tool]) == []
    body = {"model": "claude-opus-5", "max_tokens": 5, "messages": [{"role": "user", "content": "Hi"}], "tools": [tool]}
    assert refusals(body, NEW_VERSION, []) == []


OPTIONS = [option for kind in KINDS.values() for option in kind.options]


@given(
    st.sampled_from([None, *KINDS]),
    st.dictionaries(st.sampled_from(["name", "input_schema", "description", *OPTIONS]), JSON, max_size=4),
)
def test_what_is_not_found_wrong_the_api_takes(kind: str | None, keys: dict[str, Any]) -> None:
    tool = {"type": kind, **({"name": KINDS[kind].name} if KINDS[kind].name else {})} if kind else {**TOOL}
    found = read_tools(json.dumps([{**tool, **keys}]))
    if found.problems or found.notices:
        return
    body = {"model": "claude-opus-5", "max_tokens": 5, "messages": [{"role": "user", "content": "Hi"}]}
    assert refusals({**body, "tools": found.tools}, NEW_VERSION, []) == []


@given(JSON)
def test_any_json_is_read_or_refused_in_words(value: object) -> None:
    found = read_tools(json.dumps(value))
    assert bool(found.told) == bool(found.problems)
    assert all(problem.message for problem in found.problems)


def test_what_was_found_wrong_once_is_found_wrong_again() -> None:
    wrong, right = with_schema(properties={"a": {"type": "strin"}}), with_schema(properties={"a": {"type": "string"}})
    assert [bool(told(tools)) for tools in (wrong, right, wrong, right)] == [True, False, True, False]


@given(st.dictionaries(st.sampled_from(["$ref", "$defs", "properties", "allOf", "items", "type", "not"]), JSON))
def test_any_schema_is_read_or_refused_in_words(schema: dict[str, Any]) -> None:
    read_tools(json.dumps([{"name": "a", "input_schema": schema}]))
