"""An output schema as it is typed: every problem has its place, and no schema hangs or breaks anything."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.prompts.output_schema import Level, check_schema, closed, read_schema

NAMES = st.sampled_from(["a", "b", "$ref", "type", "items", "~/", "\N{ELEPHANT}"])
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.sampled_from(["string", "object", "#", "#/$defs/a", "#/a", "#a", "x"]),
)
KEYWORDS = st.sampled_from(
    [
        "$ref",
        "$defs",
        "properties",
        "items",
        "allOf",
        "anyOf",
        "not",
        "type",
        "required",
        "enum",
        "$anchor",
        "a",
        "pattern",
    ]
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYWORDS | NAMES, inner, max_size=4),
    max_leaves=25,
)


def problems(schema: object) -> list[tuple[str, str]]:
    """Level and place of each problem of a schema."""
    return [(problem.level.value, problem.pointer) for problem in read_schema(json.dumps(schema)).problems]


def shut(**properties: object) -> dict[str, Any]:
    """A schema of an object without other keys."""
    return {"type": "object", "properties": properties, "additionalProperties": False}


@pytest.mark.parametrize("text", ["", "  \n "])
def test_nothing_typed_is_no_schema_and_no_problem(text: str) -> None:
    typed = read_schema(text)
    assert typed.schema is None
    assert not typed.problems


def test_a_sound_schema_has_no_problems() -> None:
    schema = shut(
        name={"type": "string", "description": "who", "format": "date"},
        sort={"enum": ["a", "b"]},
        list={"type": "array", "items": {"$ref": "#/$defs/one"}, "minItems": 1},
        either={"anyOf": [{"type": "null"}, {"type": "integer"}]},
    )
    schema |= {"required": ["name"], "$defs": {"one": shut(x={"type": "number"})}}
    typed = read_schema(json.dumps(schema))
    assert not typed.problems
    assert typed.schema == schema
    assert list(typed.schema["properties"]) == ["name", "sort", "list", "either"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"type":\n  objekt}', "(2:3)"),
        ("[]", "one JSON object"),
        ('"text"', "one JSON object"),
        ('{"const": NaN}', "NaN"),
        ('{"const": 1e999}', "1e999"),
        ('{"const": ' + "1" * 5000 + "}", "too long"),
        ('{"const": "\\ud800"}', "cannot be sent"),
        ('{"const": "a\\u0000b"}', "NUL"),
        ('{"items":' * 10_000 + "{}" + "}" * 10_000, "deeply"),
        ('{"const": "' + "x" * 200_001 + '"}', "200000"),
    ],
)
def test_what_is_no_json_object_is_wrong_and_says_where(text: str, words: str) -> None:
    typed = read_schema(text)
    assert typed.schema is None
    assert [problem.level for problem in typed.problems] == [Level.WRONG]
    assert words in typed.problems[0].words


def test_a_backslash_before_u0000_is_no_nul() -> None:
    assert not read_schema(r'{"const": "\\u0000"}').wrong


def test_a_key_that_stands_twice_is_named_with_its_place() -> None:
    text = '{"properties": {"a": {"enum": [1], "enum": [2]}, "b/c": [{"x": 1, "x": 1}]}, "properties": {}}'
    found = read_schema(text).problems
    assert [problem.pointer for problem in found] == ["/properties", "/properties/a/enum", "/properties/b~1c/0/x"]
    assert "“enum” stands twice" in found[1].words


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        ({"type": "strin"}, "/type"),
        (shut(a={"type": ["string", 3]}), "/properties/a/type"),
        ({"properties": ["a"]}, "/properties"),
        (shut(a={"minLength": -1}), "/properties/a/minLength"),
        ({"anyOf": []}, "/anyOf"),
        ({"required": "a"}, "/required"),
        ({"items": [{"type": "string"}]}, "/items"),
        ({"$ref": 3}, "/$ref"),
    ],
)
def test_a_keyword_that_is_used_wrongly_is_wrong_at_its_place(schema: dict[str, Any], place: str) -> None:
    assert ("wrong", place) in problems(schema)


@pytest.mark.parametrize("target", ["#/$defs/b", "#/properties/a/3", "#b", "https://example.org/schema", "other.json"])
def test_a_reference_that_leads_nowhere_is_wrong_at_its_place(target: str) -> None:
    schema = shut(a={"$ref": target}) | {"$defs": {"a": {"type": "string"}}}
    assert problems(schema) == [("wrong", "/properties/a/$ref")]


@pytest.mark.parametrize("target", ["#/$defs/a~1b", "#/$defs/a%7E1b", "#here", "#/elsewhere/0"])
def test_a_reference_may_lead_anywhere_within_the_schema(target: str) -> None:
    schema = shut(a={"$ref": target}) | {"$defs": {"a/b": {"type": "string", "$anchor": "here"}}}
    schema["elsewhere"] = [{"type": "null"}]
    assert [found for found in problems(schema) if found[0] != "doubtful"] == []


def test_what_a_reference_leads_to_is_checked_wherever_it_stands() -> None:
    schema = shut(a={"$ref": "#/elsewhere/one"}) | {"elsewhere": {"one": {"type": "string", "pattern": "x"}}}
    assert ("refused", "/elsewhere/one/pattern") in problems(schema)


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#"},
        {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}},
        {"allOf": [{"anyOf": [{"$ref": "#"}]}]},
        {"$ref": "#/not/a", "not": {"$ref": "#"}},
    ],
)
def test_a_reference_that_never_ends_is_wrong(schema: dict[str, Any]) -> None:
    assert check_schema(schema).wrong


@pytest.mark.parametrize(
    "schema",
    [
        shut(child={"$ref": "#"}),
        shut(a={"$ref": "#/$defs/tree"}) | {"$defs": {"tree": shut(rest={"items": {"$ref": "#/$defs/tree"}})}},
        shut(a={"anyOf": [{"type": "null"}, {"$ref": "#"}]}),
    ],
)
def test_recursion_is_refused_by_the_provider_but_a_schema(schema: dict[str, Any]) -> None:
    typed = check_schema(schema)
    assert not typed.wrong
    assert any("recursion" in problem.words for problem in typed.refused)


def test_what_is_used_twice_is_no_recursion() -> None:
    schema = shut(a={"$ref": "#/$defs/x"}, b={"$ref": "#/$defs/x"}) | {"$defs": {"x": {"type": "string"}}}
    assert problems(schema) == []


@pytest.mark.parametrize("keyword", ["pattern", "minimum", "maximum"])
def test_what_the_provider_refuses_is_named_with_its_path(keyword: str) -> None:
    value = "a" if keyword == "pattern" else 1
    schema = shut(a={"anyOf": [{"type": "string"}, {keyword: value}]})
    assert problems(schema) == [("refused", f"/properties/a/anyOf/1/{keyword}")]


def test_a_property_may_have_the_name_of_a_keyword() -> None:
    assert problems(shut(pattern={"type": "string"}, requierd={"type": "string"}, minimum={"type": "number"})) == []


@pytest.mark.parametrize(
    "rule", [{"minLength": 1}, {"multipleOf": 2}, {"minItems": 2}, {"format": "phone"}, {"requierd": []}]
)
def test_what_may_be_refused_or_means_nothing_is_doubtful(rule: dict[str, Any]) -> None:
    assert problems(shut(a=rule)) == [("doubtful", f"/properties/a/{next(iter(rule))}")]


def test_objects_that_let_other_keys_in_are_refused_until_they_are_closed() -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"type": ["object", "null"]}, "b": {"items": {"properties": {"c": {}}}}, "d": {}},
        "$defs": {"e": {"type": "object", "additionalProperties": True}},
    }
    typed = check_schema(schema)
    places = {problem.pointer for problem in typed.refused}
    assert places == {"", "/properties/a", "/properties/b/items", "/$defs/e"}
    assert typed.open_objects == 4
    after = check_schema(closed(schema))
    assert not after.problems
    assert after.open_objects == 0
    assert "additionalProperties" not in schema


def test_a_map_is_refused_and_stays_a_map() -> None:
    schema = {"type": "object", "additionalProperties": {"type": "string"}}
    assert problems(schema) == [("refused", "/additionalProperties")]
    assert closed(schema) == schema


def test_the_worst_problems_come_first_and_there_are_not_too_many() -> None:
    schema = shut(**{f"p{number}": {"minLength": 1} for number in range(100)}, bad={"type": "strin"}, p={"pattern": ""})
    found = check_schema(schema).problems
    assert len(found) == 50
    assert [problem.level for problem in found[:3]] == [Level.WRONG, Level.REFUSED, Level.DOUBTFUL]


@pytest.mark.reliability
@pytest.mark.parametrize(
    "schema",
    [
        {f"k{number}": {"$ref": f"#/k{number + 1}"} for number in range(6_000)},
        {"$defs": {f"k{number}": {"allOf": [{"$ref": f"#/$defs/k{number + 1}"}] * 2} for number in range(2_000)}},
        {"properties": {"k" * 90_000: {"properties": {str(number): {"properties": {}} for number in range(3_000)}}}},
        json.loads('{"items":' * 200 + "{}" + "}" * 200),
        {"anyOf": [{"$ref": "#"}] * 9_000},
        shut(**{f"p{number}": {"type": "string"} for number in range(4_000)}),
    ],
    ids=["a chain", "doubling", "long names", "deep", "itself", "wide"],
)
def test_a_nasty_schema_is_answered_all_the_same(schema: dict[str, Any]) -> None:
    typed = read_schema(json.dumps(schema))
    assert len(typed.problems) <= 50
    assert all(len(problem.pointer) < 1000 for problem in typed.problems)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(KEYWORDS, VALUES, max_size=5))
def test_any_object_is_checked_without_an_error_and_can_be_closed(schema: dict[str, Any]) -> None:
    typed = check_schema(schema)
    assert check_schema(closed(schema)).open_objects == 0
    assert len(typed.problems) <= 50


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40) | VALUES.map(json.dumps))
def test_any_text_is_read_without_an_error(text: str) -> None:
    typed = read_schema(text)
    assert typed.schema is not None or typed.problems or not text.strip()
