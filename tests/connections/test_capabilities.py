"""Which parameters a model takes, under which version."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.connections.capabilities import choose_api_version
from workbench.connections.models import CatalogModel, Connection, Kind
from workbench.connections.parameter_rules import NO_CEILING, ParameterRules, parameter_rules

NEW, OLD = "2026-10-21", "2023-06-01"


def connection(kind: Kind = Kind.ANTHROPIC, version: str = "") -> Connection:
    return Connection(kind=kind, api_version=version, base_url="https://example.org")


def rules(model_id: str, kind: Kind = Kind.ANTHROPIC, version: str = "", **fields: Any) -> ParameterRules:  # noqa: ANN401 - fields of the model
    return parameter_rules(connection(kind, version), CatalogModel(model_id=model_id, **fields))


@pytest.mark.parametrize(
    "model_id",
    [
        "claude-opus-5-5",
        "claude-sonnet-5",
        "claude-haiku-5-5",
        "claude-fable-5-2",
        "claude-opus-4-7",
        "claude-opus-4-8",
    ],
)
def test_newer_models_take_no_sampling_and_say_so(model_id: str) -> None:
    found = rules(model_id)
    assert not found.sampling
    assert all(not found.numbers[name].allowed for name in ("temperature", "top_p", "top_k"))
    assert found.notes[0] == "This model takes neither temperature nor top p nor top k."
    assert found.problems({"temperature": 1.0, "max_tokens": 5}) == [("temperature", found.notes[0])]
    assert not found.capabilities.prefill


@pytest.mark.parametrize(
    "model_id", ["claude-sonnet-4-6", "claude-opus-4-6", "claude-haiku-4-5-20251001", "claude-opus-4-1"]
)
def test_older_models_take_sampling(model_id: str) -> None:
    found = rules(model_id)
    assert found.sampling
    assert found.problems({"temperature": 0.0, "max_tokens": 5}) == []
    assert found.problems({"top_p": 1.0, "top_k": 0}) == []
    assert found.capabilities.temperature_max == 1


@pytest.mark.parametrize(
    ("model_id", "parameters", "chosen"),
    [
        ("claude-sonnet-4-6", {}, NEW),
        ("claude-sonnet-4-6", {"max_tokens": 5, "stop_sequences": ["x"]}, NEW),
        ("claude-sonnet-4-6", {"temperature": 0.5}, OLD),
        ("claude-haiku-4-5-20251001", {"top_k": 5}, OLD),
        ("claude-opus-5-5", {"temperature": 0.5}, NEW),
        ("claude-unknown-9", {"temperature": 0.5}, NEW),
    ],
)
def test_the_newest_version_is_sent_unless_a_parameter_needs_the_older(
    model_id: str, parameters: dict[str, Any], chosen: str
) -> None:
    assert choose_api_version(connection(), model_id, parameters) == chosen


def test_the_version_of_the_connection_wins() -> None:
    assert choose_api_version(connection(version=NEW), "claude-sonnet-4-6", {"temperature": 0.5}) == NEW
    assert choose_api_version(connection(version=OLD), "claude-opus-5-5", {}) == OLD


def test_a_gateway_gets_the_version_that_the_vendor_behind_it_needs() -> None:
    assert choose_api_version(connection(Kind.COMPATIBLE), "team/sonnet", {"temperature": 0.5}) == OLD
    assert choose_api_version(connection(Kind.COMPATIBLE), "llama", {}) == NEW


def test_a_fixed_newest_version_takes_sampling_away_and_names_the_reason() -> None:
    found = rules("claude-sonnet-4-6", version=NEW)
    assert not found.sampling
    assert NEW in found.notes[0]
    assert found.problems({"top_p": 0.5}) == [("top_p", found.notes[0])]
    assert rules("claude-sonnet-4-6", version=OLD).sampling


def test_temperature_and_top_p_exclude_each_other_on_4_5() -> None:
    found = rules("claude-sonnet-4-5")
    assert found.problems({"temperature": 0.5, "top_p": 0.5}) == [
        ("top_p", "This model takes either temperature or top p, not both.")
    ]
    assert found.problems({"temperature": 0.5, "top_k": 5}) == []
    assert rules("claude-sonnet-4-6").problems({"temperature": 0.5, "top_p": 0.5}) == []


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"temperature": 1.01}, "Must be between 0 and 1."),
        ({"temperature": -0.1}, "Must be between 0 and 1."),
        ({"top_p": 1.5}, "Must be between 0 and 1."),
        ({"top_k": -1}, "Must be 0 or more."),
        ({"max_tokens": -1}, "Must be between 0 and 64000."),
        ({"max_tokens": 64_001}, "At most 64,000 tokens with this model."),
    ],
)
def test_a_value_out_of_its_range_is_named(parameters: dict[str, Any], words: str) -> None:
    (problem,) = rules("claude-haiku-4-5").problems(parameters)
    assert problem == (next(iter(parameters)), words)


def test_other_servers_take_everything() -> None:
    found = rules("qwen3:8b", Kind.COMPATIBLE, NEW)
    assert found.sampling
    assert found.capabilities.prefill
    assert found.capabilities.forced_tools
    assert found.capabilities.temperature_max == 2
    assert found.problems({"temperature": 2.0, "top_p": 0.5, "max_tokens": 500_000}) == []
    assert found.max_tokens == NO_CEILING


def test_a_gateways_claude_is_known_by_its_id() -> None:
    assert not rules("anthropic/claude-opus-5-5", Kind.COMPATIBLE).sampling


def test_an_unknown_claude_is_taken_for_a_new_one() -> None:
    found = rules("claude-saga-6")
    assert not found.sampling
    assert not found.capabilities.prefill
    assert not found.capabilities.forced_tools


def test_the_servers_own_limit_wins_over_the_table() -> None:
    assert rules("claude-haiku-4-5", max_tokens=1000).max_tokens == 1000
    assert rules("claude-haiku-4-5").max_tokens == 64_000


@pytest.mark.parametrize(("ceiling", "default"), [(None, 4096), (1000, 1000), (200_000, 4096)])
def test_the_default_answer_is_4096_tokens_or_all_there_may_be(ceiling: int | None, default: int) -> None:
    found = rules("some-model", Kind.COMPATIBLE, max_tokens=ceiling)
    assert found.default_max_tokens == found.numbers["max_tokens"].default == default


@pytest.mark.parametrize(
    ("model_id", "forced", "minimum"),
    [
        ("claude-opus-5-5", False, None),
        ("claude-sonnet-5-5", False, None),
        ("claude-fable-5-1", False, None),
        ("claude-haiku-5-5", True, None),
        ("claude-opus-5", True, 512),
        ("claude-sonnet-4-6", True, 1024),
        ("claude-opus-4-7", True, 2048),
        ("claude-haiku-4-5", True, 4096),
    ],
)
def test_forced_tools_and_cache_minimum_are_known(model_id: str, forced: bool, minimum: int | None) -> None:
    found = rules(model_id)
    assert (found.capabilities.forced_tools, found.capabilities.cache_minimum) == (forced, minimum)
