"""The message so far, at any moment: also of a message that was cut in the middle of a tool's input."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.claude import (
    Accumulator,
    BlockStart,
    InputJSONDelta,
    MessageStart,
    SignatureDelta,
    TextDelta,
    ThinkingDelta,
)
from workbench.claude.jsontext import read_partial_object

TOOL = {"type": "tool_use", "id": "t1", "name": "look_up", "input": {}}


def test_a_snapshot_can_be_taken_at_any_moment_and_stays_as_it_was() -> None:
    message = Accumulator()
    assert message.message()["content"] == []
    message.add(MessageStart({"id": "m", "usage": {"input_tokens": 1}}))
    message.add(BlockStart(0, {"type": "text", "text": ""}))
    early = message.message()
    message.add(TextDelta(0, "a"))
    middle = message.message()
    message.add(TextDelta(0, "b"))
    assert [m["content"][0]["text"] for m in (early, middle, message.message())] == ["", "a", "ab"]
    assert not message.complete


def test_a_tool_input_that_was_cut_keeps_its_whole_members_and_its_characters() -> None:
    message = Accumulator()
    message.add(BlockStart(0, TOOL))
    message.add(InputJSONDelta(0, '{"city": "Paris", "days": [1, 2'))
    assert message.message()["content"][0]["input"] == {"city": "Paris", "days": [1, 2]}
    assert message.raw_inputs() == {0: '{"city": "Paris", "days": [1, 2'}
    message.add(InputJSONDelta(0, "]}"))
    assert message.raw_inputs() == {}
    assert message.message()["content"][0]["input"] == {"city": "Paris", "days": [1, 2]}


def test_a_tool_input_that_was_never_json_is_kept_as_characters() -> None:
    message = Accumulator()
    message.add(BlockStart(0, TOOL))
    message.add(InputJSONDelta(0, "not json"))
    assert message.message()["content"][0] == TOOL
    assert message.raw_inputs() == {0: "not json"}


def test_deltas_that_do_not_fit_their_block_change_nothing() -> None:
    message = Accumulator()
    message.add(BlockStart(0, {"type": "text", "text": "a"}))
    for delta in (ThinkingDelta(0, "x"), SignatureDelta(0, "x"), InputJSONDelta(0, "x"), InputJSONDelta(9, "x")):
        message.add(delta)
    assert message.message()["content"] == [{"type": "text", "text": "a"}]


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=5), JSON_VALUES, max_size=4), st.data())
def test_any_beginning_of_an_object_can_be_read(value: dict[str, object], data: st.DataObject) -> None:
    text = json.dumps(value, ensure_ascii=data.draw(st.booleans()))
    assert read_partial_object(text) == value
    cut = data.draw(st.integers(1, len(text)))
    partial = read_partial_object(text[:cut])
    assert isinstance(partial, dict)
    assert partial.keys() <= value.keys()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1, "b": [1, {"c": "x', {"a": 1, "b": [1, {}]}),
        ('{"a": "x", "b', {"a": "x"}),
        ('{"a": ["x", "y', {"a": ["x"]}),
        ('{"a": tr', {}),
        ("[1", None),
        ("", None),
        ("}", None),
    ],
)
def test_only_complete_members_are_taken(text: str, value: object) -> None:
    assert read_partial_object(text) == value
