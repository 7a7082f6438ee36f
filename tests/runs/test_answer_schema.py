"""Whether an answer fits the schema that was asked for, with every place that does not fit."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.runs.answer_schema import State, Verdict, judge
from workbench.runs.schema_ways import Way

SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "maxLength": 5},
        "sort": {"type": "string", "enum": ["bill", "login"]},
        "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 3, "uniqueItems": True},
        "at": {"type": "string", "format": "date"},
        "number": {"type": "integer", "minimum": 1, "multipleOf": 2},
    },
    "required": ["name", "sort"],
    "additionalProperties": False,
}
FINE = {"name": "Ines", "sort": "bill"}
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


def said(*texts: str) -> dict[str, Any]:
    """An answer of these texts, after a thought."""
    blocks = [{"type": "text", "text": text} for text in texts]
    return {"content": [{"type": "thinking", "thinking": "Hm {"}, *blocks]}


def called(*calls: dict[str, Any]) -> dict[str, Any]:
    return {"content": [{"type": "tool_use", "id": str(number), **call} for number, call in enumerate(calls)]}


def verdict(answer: object, schema: object = SCHEMA, way: Way = Way.FORMAT, *, is_cut: bool = False) -> Verdict:
    """What is said of an answer; a text as it is, anything else as JSON."""
    text = answer if isinstance(answer, str) else json.dumps(answer)
    found = judge(way, schema, said(text), is_cut=is_cut)
    assert found is not None
    return found


def places(answer: object, schema: object = SCHEMA) -> list[tuple[str, str, str]]:
    return [(place.pointer, place.found, place.wanted) for place in verdict(answer, schema).places]


def test_an_answer_that_fits_is_valid() -> None:
    whole = {**FINE, "tags": ["a", "b"], "at": "2026-11-23", "number": 4}
    found = verdict(whole)
    assert (found.state, found.words, list(found.places), found.notes) == (State.VALID, "Valid", [], [])


def test_a_text_that_came_in_blocks_is_one_answer() -> None:
    found = judge(Way.FORMAT, SCHEMA, said('{"name": "In', 'es", "sort": "bill"}'))
    assert found
    assert found.state == State.VALID


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"name": 7}, ("/name", "7", "type string")),
        ({"name": "Wilhelmina"}, ("/name", '"Wilhelmina"', "a length of at most 5")),
        ({"sort": "other"}, ("/sort", '"other"', 'one of: "bill", "login"')),
        ({"tags": ["a", None]}, ("/tags/1", "null", "type string")),
        ({"tags": ["a", "a"]}, ("/tags", '["a", "a"]', "no value twice")),
        ({"tags": ["a", "b", "c", "d"]}, ("/tags", '["a", "b", "c", "d"]', "at most 3 values")),
        ({"at": "tomorrow"}, ("/at", '"tomorrow"', "format date")),
        ({"number": 0}, ("/number", "0", "≥ 1")),
        ({"number": 3}, ("/number", "3", "a multiple of 2")),
        ({"a/b": True}, ("/a~1b", "true", "nothing: there is no such key in the schema")),
    ],
)
def test_a_place_that_does_not_fit_tells_what_is_there_and_what_is_wanted(
    change: dict[str, Any], place: tuple[str, str, str]
) -> None:
    assert places({**FINE, **change}) == [place]


def test_a_missing_key_is_missing_where_it_should_be() -> None:
    schema = {"properties": {"a": SCHEMA}}
    assert places({"a": {"name": "Ines"}}, schema) == [("/a", "no key “sort”", "the key “sort”")]


def test_several_forms_are_named() -> None:
    schema = {"anyOf": [{"type": "string"}, {"type": "object", "required": ["x"]}]}
    assert places({"y": 1}, schema) == [("", '{"y": 1}', "one of these forms: type string; the key “x”")]


def test_the_number_of_places_is_told() -> None:
    assert verdict({**FINE, "name": 1, "x": 1}).words == "Not valid: 2 places"
    many = verdict({"tags": [1] * 60}, {"properties": {"tags": {"items": {"type": "string"}}}})
    assert many.words == "Not valid: more than 50 places"
    assert len(many.places) == 50


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Sure! {}", "what is not JSON, from line 1, column 1 on"),
        ('{"name": "Ines"}\n{}', "what is not JSON, from line 2, column 1 on"),
        ('{"name": NaN}', "NaN"),
    ],
)
def test_what_is_no_json_is_not_valid(text: str, found: str) -> None:
    result = verdict(text)
    assert result.state == State.INVALID
    assert [place.found for place in result.places] == [found]


def test_a_fence_is_left_out_only_where_the_model_was_asked_in_words() -> None:
    fenced = f"```json\n{json.dumps(FINE)}\n```"
    asked = verdict(fenced, way=Way.INSTRUCTION)
    assert asked.state == State.VALID
    assert asked.notes == ["It stands in a code fence, which was left out."]
    assert verdict(fenced).state == State.INVALID


def test_an_answer_that_was_cut_is_cut_not_wrong() -> None:
    assert verdict('{"name": "In', is_cut=True).state == State.CUT
    assert verdict("", is_cut=True).state == State.CUT
    assert verdict("I would rather", is_cut=True).state == State.INVALID
    whole = verdict(FINE, is_cut=True)
    assert whole.state == State.VALID
    assert whole.notes == ["The answer was cut off; what there is of it is whole JSON."]


def test_a_call_of_the_tool_is_the_answer() -> None:
    answer = {"name": "answer", "input": {**FINE, "name": 3}}
    found = judge(Way.TOOL, SCHEMA, called({"name": "weather", "input": {}}, answer))
    assert found
    assert [place.pointer for place in found.places] == ["/name"]
    cut = called({"name": "answer", "input": {}, "partial_json": '{"na'})
    assert [judge(Way.TOOL, SCHEMA, cut, is_cut=is_cut).state for is_cut in (True, False)] == [  # type: ignore[union-attr] # a call is always judged
        State.CUT,
        State.INVALID,
    ]


def test_a_tool_that_was_not_called_is_no_answer() -> None:
    found = judge(Way.TOOL, SCHEMA, said("I would rather talk."))
    assert found
    assert [place.found for place in found.places] == ["no whole call of the tool “answer”"]


def test_calls_of_other_tools_are_no_answer_yet() -> None:
    assert judge(Way.TOOL, SCHEMA, called({"name": "weather", "input": {}})) is None
    assert judge(Way.FORMAT, SCHEMA, called({"name": "weather", "input": {}})) is None


@pytest.mark.security
def test_a_pattern_is_not_run_and_that_is_said() -> None:
    schema = {"properties": {"a": {"pattern": "(a+)+$"}}, "patternProperties": {"(a+)+$": False}}
    found = verdict({"a": "a" * 60 + "b", "a" * 60 + "b": 1}, schema)
    assert found.state == State.VALID
    assert found.notes == ["“pattern” was not checked here.", "“patternProperties” was not checked here."]


@pytest.mark.security
def test_no_reference_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def fetched(*_arguments: object, **_more: object) -> None:
        raise AssertionError

    monkeypatch.setattr("urllib.request.urlopen", fetched)
    assert verdict({}, {"$ref": "http://127.0.0.1:1/schema.json"}).state == State.UNCHECKED


DOUBLING = {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(60)} | {"d60": {}}


@pytest.mark.reliability
@pytest.mark.parametrize(
    ("text", "schema"),
    [
        ("1", {"$ref": "#"}),
        ("1", {"$ref": "#/$defs/d0", "$defs": DOUBLING}),
        ("[" * 900 + "]" * 900, {"$ref": "#/$defs/a", "$defs": {"a": {"items": {"$ref": "#/$defs/a"}}}}),
        ("[" * 200_000, {}),
        ("1" * 5000, {}),
        ('"' + "x" * 1_100_000 + '"', {"type": "string"}),
        ("{}", {"type": "strin"}),
        ("{}", {"required": 1}),
        ("3", {"multipleOf": 0}),
        ("{}", "no schema"),
    ],
    ids=["itself", "doubling", "deep", "deeper", "a long number", "long", "type", "required", "zero", "none"],
)
def test_what_cannot_be_checked_is_said_and_nothing_hangs(text: str, schema: object) -> None:
    assert verdict(text, schema).state == State.UNCHECKED


@pytest.mark.reliability
def test_a_large_answer_is_checked_in_bounded_time() -> None:
    rows = [{"id": number, "tags": [str(number)]} for number in range(20_000)]
    found = verdict(rows, {"uniqueItems": True, "items": {"properties": {"id": {"type": "string"}}}})
    assert found.has_more or found.notes, "a slow machine ends the check, and says so"


@pytest.mark.parametrize(
    "text", [r'{"name": "\ud800", "\udfff": 1, "sort": "\u0000"}', json.dumps({"x" * 300_000: "y" * 300_000})]
)
def test_what_no_page_can_hold_is_shown_and_what_is_long_is_cut(text: str) -> None:
    shown = "".join(f"{place.pointer}{place.found}{place.wanted}" for place in verdict(text).places)
    shown.encode()
    assert "\0" not in shown
    assert len(shown) < 2000


@settings(max_examples=200, deadline=None)
@given(ANY, ANY | st.just(SCHEMA))
def test_any_answer_and_any_schema_are_judged_without_an_error(answer: object, schema: object) -> None:
    assert verdict(answer if not isinstance(answer, str) else json.dumps(answer), schema).words


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_judged_without_an_error(text: str) -> None:
    found = judge(Way.INSTRUCTION, SCHEMA, said(text))
    assert found is None or found.words
