"""Why an answer ended is said in a sentence, with what to do next; an answer that just ended says nothing."""

from __future__ import annotations

import pytest

from tests.runs.showing import problem_in, shown
from tests.upstream_blocks import Scene
from tests.upstream_scenes import SCENES


@pytest.mark.parametrize(
    ("scene", "said"),
    [
        ("max_tokens", "The answer was cut at its limit of tokens Let it go on, or raise max tokens and run again."),
        ("max_tokens_in_thinking", "The answer was cut at its limit of tokens"),
        ("stop_sequence", "The answer reached a stop sequence END This is an end that the request asked for"),
        ("pause_turn", "The provider paused a long answer Send it back as it is"),
        ("tool_use", "The model waits for its tools Give each call its result"),
        ("refusal", "The model refused to go on Attacks on computers: This asks for a working exploit. Rephrase"),
        ("refusal_without_words", "The model refused to go on Rephrase the prompt, or use another model."),
        ("context_exceeded", "The model’s context window is full Shorten the prompt or the conversation"),
        ("compaction", "The conversation was summed up to make room"),
        ("unknown_stop_reason", "The answer ended for another reason moon_phase Workbench does not know this reason."),
        ("text", ""),
    ],
)
def test_the_reason_is_explained(scene: str, said: str) -> None:
    found = problem_in(shown(SCENES[scene]))
    assert said in found
    assert bool(found) == bool(said)


def test_only_what_needs_care_is_a_warning() -> None:
    assert 'class="notice warn"' in shown(SCENES["max_tokens"])
    for scene in ("tool_use", "pause_turn", "stop_sequence"):
        assert 'class="notice "' in shown(SCENES[scene])


def test_it_can_be_tried_again_where_that_may_help() -> None:
    assert "Try again" in shown(SCENES["refusal"])
    assert "Try again" not in shown(SCENES["stop_sequence"])


@pytest.mark.parametrize("details", [None, {}, {"category": 7, "explanation": ["x"]}, {"category": "new_one"}])
def test_a_refusal_of_any_shape_is_told(details: dict[str, object] | None) -> None:
    found = problem_in(shown(Scene((), stop_reason="refusal", stop_details=details)))
    assert found.startswith("The model refused to go on")
    assert ("new_one" in found) == bool(details and details.get("category") == "new_one")
