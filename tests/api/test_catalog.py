"""The model list of the tests has the official SDK's shape, and the legal settings are what the validator lets pass."""

from __future__ import annotations

from typing import Any

import pytest
from anthropic.types import ModelInfo

from tests.api.catalog import EFFORTS, NEW_VERSION, OLD_VERSION, THINKING_TYPES, Model, find, model_list, models
from tests.api.legal import legal_settings
from tests.api.samples import LINK, SEARCH, WEATHER, ask, says, talk
from tests.api.validator import refusals

BY_ID = {model["id"]: model for model in models()}
VERSIONS = (NEW_VERSION, OLD_VERSION)


def passes(model_id: str, version: str = NEW_VERSION, betas: tuple[str, ...] = (), **fields: Any) -> bool:  # noqa: ANN401
    """Whether the validator lets a request with these fields pass."""
    return refusals(ask(model_id, **fields), version, betas) == []


@pytest.fixture(params=BY_ID)
def model(request: pytest.FixtureRequest) -> Model:
    """Each model of the list in turn."""
    return BY_ID[request.param]


def test_a_model_has_the_shape_of_the_sdk(model: Model) -> None:
    info = ModelInfo.model_validate(model, strict=False)
    assert model.keys() == ModelInfo.model_fields.keys()
    assert info.capabilities is not None
    assert model["capabilities"].keys() == type(info.capabilities).model_fields.keys()


def test_the_list_is_one_page_of_three_generations() -> None:
    answer = model_list()
    assert (answer["has_more"], answer["first_id"]) == (False, answer["data"][0]["id"])
    assert answer["last_id"] == answer["data"][-1]["id"]
    assert len(BY_ID) >= 18


def test_an_alias_and_its_dated_id_are_one_model() -> None:
    assert find("claude-sonnet-4-5") == find("claude-sonnet-4-5-20250929") != None  # noqa: E711 - a chain
    assert find("claude-sonnet-4") is None


def test_sonnet_4_5_is_about_to_retire() -> None:
    leaving = [model for model in models() if model["lifecycle"] == "deprecated"]
    assert [(model["display_name"], model["retires_at"][:10]) for model in leaving] == [
        ("Claude Sonnet 4.5", "2026-11-30")
    ]


def test_legal_thinking_and_effort_are_what_passes(model: Model) -> None:
    legal = legal_settings(model, NEW_VERSION)
    shapes = {kind: {"type": kind} for kind in THINKING_TYPES} | {"enabled": {"type": "enabled", "budget_tokens": 1024}}
    assert legal["thinking"] == [kind for kind in THINKING_TYPES if passes(model["id"], thinking=shapes[kind])]
    assert legal["effort"] == [level for level in EFFORTS if passes(model["id"], output_config={"effort": level})]
    assert legal["disabled_efforts"] == [
        level
        for level in EFFORTS
        if passes(model["id"], thinking={"type": "disabled"}, output_config={"effort": level})
    ]


@pytest.mark.parametrize("version", VERSIONS)
def test_legal_sampling_is_what_passes(model: Model, version: str) -> None:
    legal = legal_settings(model, version)
    tried: dict[str, Any] = {"temperature": 0.5, "top_p": 0.5, "top_k": 5}
    assert legal["sampling"] == [name for name in tried if passes(model["id"], version, **{name: tried[name]})]
    assert legal["temperature_with_top_p"] == passes(model["id"], version, temperature=0.5, top_p=0.5)


def test_legal_tools_turns_and_limits_are_what_passes(model: Model) -> None:
    legal = legal_settings(model, NEW_VERSION)
    name = model["id"]
    if legal["forced_tool_choice"] is not None:
        assert legal["forced_tool_choice"] == passes(name, tools=[WEATHER], tool_choice={"type": "any"})
    assert legal["prefill"] == (refusals(talk("Say A", "A", model=name), NEW_VERSION) == [])
    assert ("web_search" in legal["server_tools"]) == passes(name, tools=[SEARCH])
    assert legal["fast"] == passes(name, betas=(legal["fast_beta"] or "",), speed="fast")
    assert (legal["fast_beta"] is None) == (passes(name, speed="fast") or not legal["fast"])
    most = legal["images_per_request"]
    assert [refusals(says(*[LINK] * n, model=name), NEW_VERSION) == [] for n in (most, most + 1)] == [True, False]
    assert legal["max_tokens"] is not None
    assert passes(name, max_tokens=legal["max_tokens"])
    assert not passes(name, max_tokens=legal["max_tokens"] + 1)


@pytest.mark.parametrize(
    ("model_id", "setting", "expected"),
    [
        ("claude-haiku-4-5", "cache_minimum", 4096),
        ("claude-opus-5", "cache_minimum", 512),
        ("claude-opus-5-5", "cache_minimum", None),
        ("claude-haiku-5-5", "effort_default", "medium"),
        ("claude-sonnet-4-5", "effort", []),
        ("claude-haiku-5-5", "forced_tool_choice", None),
        ("claude-mythos-5-1", "forced_tool_choice", False),
        ("claude-fable-5", "forced_tool_choice", True),
        ("claude-opus-4-8", "system_messages", True),
        ("claude-opus-4-8", "fast_beta", "fast-mode-2026-02-01"),
        ("claude-opus-5", "disabled_efforts", ["low", "medium", "high"]),
        ("claude-sonnet-5-5", "thinking", ["adaptive", "between_tools"]),
        ("claude-sonnet-4-6", "thinking", ["adaptive", "enabled", "disabled"]),
        ("claude-opus-4-5", "prefill", True),
        ("claude-opus-4-5", "images_per_request", 100),
    ],
)
def test_the_reference_says_so(model_id: str, setting: str, expected: object) -> None:
    found = find(model_id)
    assert found is not None
    assert dict(legal_settings(found, NEW_VERSION))[setting] == expected
