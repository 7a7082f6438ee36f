"""What stands in a message beside its text: it goes back as it came, whatever is typed around it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from workbench.prompts.turns import (
    Turn,
    as_typed,
    content_of,
    described,
    is_paused,
    read_turns,
    text_of,
    turn_from,
    turns_after,
    unanswered,
)
from workbench.prompts.variables import escape, fill

TEXTS = st.text(st.one_of(st.sampled_from("{}\\\n ab"), st.characters(exclude_categories=["Cs"])), max_size=20)
CALL = {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"city": "Bern"}}
THOUGHT = {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"}
BLOCKS = st.one_of(
    st.builds(lambda text: {"type": "text", "text": text, "citations": None}, TEXTS.filter(str.strip)),
    st.just(THOUGHT),
    st.just({"type": "redacted_thinking", "data": "eA=="}),
    st.just(CALL),
    st.just({"type": "of_tomorrow", "anything": [1, {"deep": None}]}),
)


@given(TEXTS, st.dictionaries(st.sampled_from("ab"), TEXTS))
def test_an_escaped_text_is_itself_again_when_filled(text: str, values: dict[str, str]) -> None:
    assert fill(escape(text), values) == text


@given(st.lists(BLOCKS, min_size=1, max_size=5))
def test_an_answer_goes_back_block_for_block(answer: list[dict[str, Any]]) -> None:
    said = turns_after(answer, escape(as_typed(text_of(answer))))[0]
    data = QueryDict(mutable=True)
    data.update({"turn": "k", "role": "assistant", "text": said["text"]})
    data["k-blocks"] = json.dumps(list(said.get("blocks", ())))
    (posted,) = read_turns(data)
    filled = Turn(**{**posted, "text": fill(posted["text"], {})})
    content = content_of(filled)
    plain = len(answer) == 1 and answer[0]["type"] == "text"
    assert content == (as_typed(answer[0]["text"]) if plain else answer)


def test_a_changed_text_takes_the_place_of_the_old_one_and_nothing_else_moves() -> None:
    answer: list[dict[str, Any]] = [THOUGHT, {"type": "text", "text": "Let me look."}, CALL]
    said = turns_after(answer, "Let me see.")[0]
    assert content_of(said) == [THOUGHT, {"type": "text", "text": "Let me see."}, CALL]
    assert content_of({**said, "text": ""}) == [THOUGHT, CALL]
    silent = turns_after([THOUGHT, CALL], "")[0]
    assert content_of({**silent, "text": "Now."}) == [THOUGHT, {"type": "text", "text": "Now."}, CALL]


def test_each_call_gets_a_place_for_its_result_and_results_come_first() -> None:
    other = {**CALL, "id": "toolu_2", "name": "time"}
    said, following = turns_after([CALL, other], "")
    assert [result["name"] for result in following["results"]] == ["weather", "time"]
    following["results"][0]["text"] = "Rain"
    following["results"][1]["is_error"] = True
    assert content_of({**following, "text": "And now?"}) == [
        {"type": "tool_result", "tool_use_id": "toolu_1", "content": "Rain"},
        {"type": "tool_result", "tool_use_id": "toolu_2", "content": "", "is_error": True},
        {"type": "text", "text": "And now?"},
    ]
    assert list(unanswered([said, following])) == []
    assert list(unanswered([said])) == [(0, "weather")]
    assert list(unanswered([said, Turn(role="user", text="Hm")])) == [(0, "weather")]


def test_results_come_back_out_of_the_request_that_they_made() -> None:
    said, following = turns_after([CALL], "")
    following["results"][0]["text"] = "{{rain}}"
    again = [turn_from({"role": turn["role"], "content": content_of(turn)}, escape) for turn in (said, following)]
    assert [content_of(turn) for turn in again] == [content_of(said), content_of(following)]
    assert again[1]["results"][0]["text"] == "{{rain}}"


def test_an_answer_that_was_paused_goes_on_without_a_message_between() -> None:
    search = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}
    (said,) = turns_after([search], "")
    assert is_paused(said)
    assert not is_paused(Turn(role="assistant", text="Begun"))


@pytest.mark.parametrize("broken", ["", "{", "5", '["x", 3]', '{"type": "text"}'])
def test_blocks_that_cannot_be_read_leave_the_text(broken: str) -> None:
    data = QueryDict(mutable=True)
    data.update({"turn": "k", "role": "assistant", "text": "Words", "k-blocks": broken})
    assert read_turns(data) == [{"role": "assistant", "text": "Words"}]


def test_a_mark_for_the_cache_ends_the_message() -> None:
    turn = Turn(role="user", text="Long", cache="1h")
    assert content_of(turn) == [{"type": "text", "text": "Long", "cache_control": {"type": "ephemeral", "ttl": "1h"}}]
    assert "cache_control" not in str(content_of(Turn(role="assistant", text="", blocks=[THOUGHT], cache="5m")))


def test_what_stands_beside_a_text_is_seen_when_versions_are_compared() -> None:
    assert "weather" in described(turns_after([CALL], "")[0])
