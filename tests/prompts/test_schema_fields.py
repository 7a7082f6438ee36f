"""A flat schema as a list of fields and back: nothing that was typed is lost on the way."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.prompts.output_schema import read_schema
from workbench.prompts.schema_fields import Field, Kind, fields_in, fields_of, new_name, text_of

LINES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Zs"]), min_size=1, max_size=8)
FIELDS = st.lists(
    st.builds(
        Field,
        name=st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
        kind=st.sampled_from([kind for kind in Kind if kind != Kind.CHOICE]),
        description=st.text(st.characters(exclude_categories=["Cs"]), max_size=10),
    )
    | st.builds(Field, name=LINES, kind=st.just(Kind.CHOICE), choices=st.lists(LINES, max_size=3).map(tuple)),
    max_size=6,
)
ALL = [
    Field("name", Kind.TEXT, "who it is"),
    Field("age", Kind.INTEGER, is_required=False),
    Field("score", Kind.NUMBER),
    Field("new", Kind.BOOLEAN),
    Field("sort", Kind.CHOICE, choices=("bill", "log in")),
    Field("tags", Kind.TEXTS),
]


def test_fields_are_written_as_a_schema_that_the_provider_takes() -> None:
    typed = read_schema(text_of(ALL, ""))
    assert not typed.problems
    assert typed.schema == {
        "type": "object",
        "properties": {
            "name": {"type": "string", "description": "who it is"},
            "age": {"type": "integer"},
            "score": {"type": "number"},
            "new": {"type": "boolean"},
            "sort": {"type": "string", "enum": ["bill", "log in"]},
            "tags": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["name", "score", "new", "sort", "tags"],
        "additionalProperties": False,
    }
    assert list(typed.schema) == ["type", "properties", "required", "additionalProperties"]


@given(FIELDS)
def test_they_come_back_as_they_were(fields: list[Field]) -> None:
    assert fields_of(text_of(fields, "")) == fields
    assert fields_of(text_of(fields, text_of(ALL, ""))) == fields


def test_names_may_be_missing_or_stand_twice_while_they_are_typed() -> None:
    fields = [Field(""), Field("a", description="one"), Field("a", Kind.NUMBER, "two"), Field("")]
    text = text_of(fields, "")
    assert fields_of(text) == fields
    assert "“a” stands twice" in " ".join(map(str, read_schema(text).wrong))


def test_what_the_root_says_besides_stays() -> None:
    before = '{"$schema": "x", "title": "T", "type": "object", "additionalProperties": true, "description": "D"}'
    after = json.loads(text_of([Field("a")], before))
    assert {name: after[name] for name in ("$schema", "title", "description", "additionalProperties")} == {
        "$schema": "x",
        "title": "T",
        "description": "D",
        "additionalProperties": True,
    }
    assert list(after["properties"]) == ["a"]


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"type": "string"}',
        '{"type": "object", "$defs": {}}',
        '{"type": "object", "type": "object"}',
        '{"type": "object", "required": ["a"]}',
        '{"type": "object", "required": [1]}',
        '{"type": "object", "properties": []}',
        '{"type": "object", "properties": {"a": {"type": "object"}}}',
        '{"type": "object", "properties": {"a": {"type": "string", "maxLength": 3}}}',
        '{"type": "object", "properties": {"a": {"type": "string", "type": "string"}}}',
        '{"type": "object", "properties": {"a": {"type": "string", "enum": ["b", 3]}}}',
        '{"type": "object", "properties": {"a": {"type": "string", "enum": ["b", " c"]}}}',
        '{"type": "object", "properties": {"a": {"type": "string", "enum": ["b\\nc"]}}}',
        '{"type": "object", "properties": {"a": {"type": "array", "items": {"type": "number"}}}}',
        '{"type": "object", "properties": {"a": {"type": "string", "description": {}}}}',
        '{"type": "object", "properties": {"a": true}}',
        '{"type": "object", "additionalProperties": {"type": "string"}}',
        '{"type": "object", "additionalProperties": []}',
        "[" * 10_000,
    ],
)
def test_what_is_more_than_a_list_of_fields_is_none_and_is_never_overwritten(text: str) -> None:
    assert fields_of(text) is None
    assert text_of(ALL, text) == text


def test_a_form_posts_them() -> None:
    posted = {
        "schema-0-name": " a ",
        "schema-0-kind": "choice",
        "schema-0-choices": "one\r\n\r\n two \r\n",
        "schema-0-description": "d",
        "schema-0-required": "1",
        "schema-1-name": "",
        "schema-1-kind": "nothing known",
        "schema-3-name": "not in order",
    }
    assert fields_in(posted) == [
        Field(" a ", Kind.CHOICE, "d", choices=("one", "two")),
        Field("", Kind.TEXT, is_required=False),
    ]


def test_a_new_field_has_a_name_of_its_own() -> None:
    assert new_name([]) == "field_1"
    assert new_name([Field("field_2"), Field("field_1")]) == "field_3"
