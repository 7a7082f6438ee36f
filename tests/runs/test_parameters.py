"""Settings of a lane: into the shapes of the API and back, and what a person may type into them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from workbench.connections.models import CatalogModel, Connection, Kind
from workbench.prompts.api_settings import as_body, merged, settings_of
from workbench.runs.lane_form import LaneForm
from workbench.runs.request import PromptText, build_body

PROMPT = PromptText("", [{"role": "user", "text": "Hello"}])
WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=5)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=5,
)
SETTINGS = st.fixed_dictionaries(
    {"max_tokens": st.integers(0, 10)},
    optional={
        "temperature": st.floats(0, 1),
        "top_p": st.floats(0, 1),
        "top_k": st.integers(0, 100),
        "stop_sequences": st.lists(WORDS, min_size=1, max_size=3),
        "thinking": st.sampled_from(["adaptive", "disabled", "between_tools"]),
        "effort": st.sampled_from(["low", "xhigh"]),
        "service_tier": st.sampled_from(["auto", "standard_only"]),
        "speed": st.just("fast"),
        "user_id": WORDS,
        "cache_control": st.sampled_from(["5m", "1h"]),
    },
)


@given(SETTINGS, st.dictionaries(WORDS.map("x-".__add__), JSON, max_size=3))
def test_settings_come_back_out_of_the_request_that_they_made(settings: dict[str, Any], extra: dict[str, Any]) -> None:
    body = build_body(PROMPT, "m", {**settings, "extra": extra})
    found = settings_of(body)
    assert json.loads(found.pop("extra", "{}")) == extra
    assert found == settings


def test_a_budget_and_its_display_stand_where_the_api_has_them() -> None:
    settings = {"max_tokens": 4000, "thinking": "enabled", "thinking_budget": 2000, "thinking_display": "omitted"}
    body = as_body(settings)
    assert body["thinking"] == {"type": "enabled", "budget_tokens": 2000, "display": "omitted"}
    assert settings_of(body) == settings


def test_nothing_is_sent_that_was_not_set() -> None:
    assert build_body(PROMPT, "m", {"max_tokens": 5}) == {
        "model": "m",
        "max_tokens": 5,
        "messages": [{"role": "user", "content": "Hello"}],
        "stream": True,
    }


def test_free_json_is_merged_in_last_and_joins_objects() -> None:
    body = build_body(PROMPT, "m", {"max_tokens": 5, "effort": "low", "extra": {"output_config": {"task_budget": 9}}})
    assert body["output_config"] == {"effort": "low", "task_budget": 9}
    assert build_body(PROMPT, "m", {"max_tokens": 5, "extra": {"max_tokens": 7}})["max_tokens"] == 7
    assert merged({"a": {"b": 1}}, {"a": 2}) == {"a": 2}


def form(model_id: str = "claude-opus-4-6", **typed: str) -> LaneForm:
    vendor = Connection(kind=Kind.ANTHROPIC, base_url="https://example.org")
    model = CatalogModel(model_id=model_id, connection=vendor)
    data = QueryDict(mutable=True)
    data.update({f"lane-0-{name}": value for name, value in {"model": "x", "max_tokens": "5000", **typed}.items()})
    return LaneForm(data, {"x": model}, 0)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("{", "This is not JSON."),
        ("[1]", "Write one JSON object"),
        ('{"a": 1, "a": 2}', "“a” stands twice"),
        ('{"a": {"b": 1, "b": 2}}', "“b” stands twice"),
        ('{"a": NaN}', "JSON has no NaN."),
        ('{"stream": false}', "“stream” is set by the page."),
        ('{"model": "other"}', "“model” is set by the page."),
        ('{"a": "\\ud800"}', "This cannot be sent"),
        ('{"a": 99999999999999999999999}', "This cannot be sent"),
        ('{"a":' * 600 + "1" + "}" * 600, "This cannot be sent"),
        ('{"a":' * 100_000, "This is nested too deeply."),
    ],
)
def test_free_json_that_cannot_be_sent_is_told_beside_its_field(typed: str, words: str) -> None:
    checked = form(extra=typed)
    assert not checked.is_valid()
    assert words in checked.errors["extra"][0]


def test_names_of_betas_are_sent_once_each_and_checked() -> None:
    checked = form(betas="a-2025-01-01, b-2025-01-01\na-2025-01-01")
    assert checked.is_valid(), checked.errors
    assert checked.lane().betas == ["a-2025-01-01", "b-2025-01-01"]
    assert "betas" not in checked.lane().parameters
    assert not form(betas="né").is_valid()
    assert not form(betas="a\x00b").is_valid()


def test_the_fast_mode_brings_the_header_that_it_needs() -> None:
    checked = form("claude-opus-5", speed="fast")
    assert checked.is_valid(), checked.errors
    assert checked.lane().betas == ["fast-mode-2026-02-01"]
    without = form("claude-fable-5-2", speed="fast")
    assert without.is_valid()
    assert without.lane().betas == []


@pytest.mark.parametrize(
    ("model_id", "typed", "field"),
    [
        ("claude-opus-4-6", {"thinking": "enabled"}, "thinking_budget"),
        ("claude-opus-4-6", {"thinking": "enabled", "thinking_budget": "5000"}, "thinking_budget"),
        ("claude-opus-4-6", {"thinking": "enabled", "thinking_budget": "1000"}, "thinking_budget"),
        ("claude-opus-4-6", {"thinking": "adaptive", "temperature": "0.5"}, "temperature"),
        ("claude-opus-4-6", {"thinking": "adaptive", "top_k": "5"}, "top_k"),
        ("claude-opus-4-7", {"thinking": "enabled", "thinking_budget": "2000"}, "thinking"),
        ("claude-opus-5-5", {"thinking": "disabled"}, "thinking"),
        ("claude-haiku-4-5", {"effort": "low"}, "effort"),
        ("claude-haiku-4-5", {"speed": "fast"}, "speed"),
    ],
)
def test_what_a_model_does_not_take_is_told_beside_its_field(model_id: str, typed: dict[str, str], field: str) -> None:
    checked = form(model_id, **typed)
    assert not checked.is_valid()
    assert list(checked.errors) == [field]


def test_a_budget_that_waits_in_its_hidden_field_is_not_sent() -> None:
    checked = form(thinking="adaptive", thinking_budget="7")
    assert checked.is_valid(), checked.errors
    assert checked.lane().parameters == {"max_tokens": 5000, "thinking": "adaptive"}
