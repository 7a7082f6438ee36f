"""How an output schema is sent: the best way that the model takes, and known again from the request alone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from workbench.connections.capabilities import capabilities_of
from workbench.connections.models import CatalogModel, Connection, Kind
from workbench.runs.schema_ways import (
    ASK_JSON,
    ASK_TOOL,
    TOOL,
    Sending,
    Way,
    may_ask,
    sending_for,
    sent_schema,
    with_schema,
)

SCHEMA = {"type": "object", "properties": {"größe": {"type": "number"}}, "additionalProperties": False}
BODY = {"model": "m", "max_tokens": 5, "messages": [{"role": "user", "content": "Hello"}], "stream": True}
WEATHER = {"name": "weather", "input_schema": {"type": "object"}}


def sending(model_id: str, kind: Kind = Kind.ANTHROPIC, **more: Any) -> Sending:  # noqa: ANN401 - settings, schema, tools
    connection = Connection(kind=kind, base_url="https://example.org")
    capabilities = capabilities_of(connection, CatalogModel(model_id=model_id))
    return sending_for(more.get("schema", SCHEMA), capabilities, more.get("settings", {}), more.get("tools", ()))


@pytest.mark.parametrize("model_id", ["claude-opus-5-5", "claude-haiku-4-5", "claude-sonnet-4-6"])
def test_a_model_that_takes_a_format_gets_it(model_id: str) -> None:
    assert sending(model_id, settings={"thinking": "adaptive"}, tools=[WEATHER]) == Sending(Way.FORMAT)


def test_an_older_model_gets_a_tool_and_is_made_to_use_it() -> None:
    assert sending("claude-3-5-sonnet") == Sending(Way.TOOL, is_forced=True)


@pytest.mark.parametrize(
    "more",
    [{"settings": {"thinking": "enabled"}}, {"tools": [WEATHER]}, {"settings": {"tool_choice": "auto"}}],
    ids=["it thinks", "it has other tools", "the person chose"],
)
def test_it_is_not_made_to_where_it_may_not_be(more: dict[str, Any]) -> None:
    assert sending("claude-opus-4-1", **more) == Sending(Way.TOOL)


@pytest.mark.parametrize(
    "more",
    [
        {"schema": {"type": "array"}},
        {"schema": {}},
        {"tools": [{"name": TOOL}]},
        {"settings": {"tool_choice": "none"}},
    ],
    ids=["a list", "anything", "the name is taken", "no tools"],
)
def test_what_cannot_be_a_tool_is_asked_for_in_words(more: dict[str, Any]) -> None:
    assert sending("claude-3-5-sonnet", **more).way == Way.INSTRUCTION


def test_the_local_model_is_asked_in_words() -> None:
    assert sending("local", Kind.LOCAL) == Sending(Way.INSTRUCTION)


def test_a_format_stands_beside_the_effort() -> None:
    body = with_schema({**BODY, "output_config": {"effort": "low"}}, SCHEMA, Sending(Way.FORMAT))
    assert body["output_config"] == {"effort": "low", "format": {"type": "json_schema", "schema": SCHEMA}}


def test_a_tool_comes_after_the_prompts_own() -> None:
    body = with_schema({**BODY, "tools": [WEATHER]}, SCHEMA, Sending(Way.TOOL))
    assert [tool["name"] for tool in body["tools"]] == ["weather", TOOL]
    assert body["tools"][1]["input_schema"] == SCHEMA
    assert body["tools"][1]["strict"] is True
    assert "tool_choice" not in body
    assert body["system"] == ASK_TOOL


def test_a_tool_that_must_be_used_needs_no_words() -> None:
    body = with_schema(BODY, SCHEMA, Sending(Way.TOOL, is_forced=True))
    assert body["tool_choice"] == {"type": "tool", "name": TOOL}
    assert "system" not in body


@pytest.mark.parametrize(
    ("system", "before"),
    [
        (None, ""),
        ("Be kind.", "Be kind.\n\n"),
        (f"Never say “{ASK_JSON}\n{{}}”.", f"Never say “{ASK_JSON}\n{{}}”.\n\n"),
    ],
)
def test_words_stand_at_the_end_of_the_system_prompt(system: str | None, before: str) -> None:
    body = with_schema({**BODY, **({"system": system} if system else {})}, SCHEMA, Sending(Way.INSTRUCTION))
    asked = f"{ASK_JSON}\n" + json.dumps(SCHEMA, ensure_ascii=False, separators=(",", ":"))
    assert body["system"] == before + asked
    assert list(body).index("system") < list(body).index("messages")


def test_words_are_a_block_of_their_own_beside_blocks() -> None:
    blocks = [{"type": "text", "text": "Be kind.", "cache_control": {"type": "ephemeral"}}]
    body = with_schema({**BODY, "system": blocks}, SCHEMA, Sending(Way.INSTRUCTION))
    assert body["system"][0] == blocks[0]
    assert sent_schema(body) == (Way.INSTRUCTION, SCHEMA)


@pytest.mark.parametrize("way", Way)
def test_the_request_tells_which_way_and_which_schema(way: Way) -> None:
    body = with_schema({**BODY, "system": "Be kind.", "tools": [WEATHER]}, SCHEMA, Sending(way))
    assert sent_schema(json.loads(json.dumps(body))) == (way, SCHEMA)
    assert may_ask(json.dumps(body))


@pytest.mark.parametrize(
    "body",
    [
        BODY,
        {**BODY, "tools": [WEATHER]},
        {**BODY, "tools": [{"name": TOOL, "description": "My own", "input_schema": SCHEMA}]},
        {**BODY, "system": "Be kind."},
        {**BODY, "system": f"{ASK_JSON}\nnothing"},
        {**BODY, "output_config": {"effort": "low"}},
        {"tools": 3, "system": [3], "output_config": [], "messages": None},
    ],
)
def test_a_request_without_a_schema_tells_none(body: dict[str, Any]) -> None:
    assert sent_schema(body) is None


def test_a_quick_look_sees_that_nothing_is_asked() -> None:
    assert not may_ask(json.dumps(BODY))
