"""The pieces test requests are made of: blocks, tools, and makers of whole bodies. Judges nothing."""

from __future__ import annotations

from typing import Any

type Body = dict[str, Any]

USER = {"role": "user", "content": "Hello"}
EPHEMERAL = {"type": "ephemeral"}
SEARCH = {"type": "web_search_20260318", "name": "web_search"}
WEATHER = {"name": "weather", "input_schema": {"type": "object", "properties": {}}}
ADAPTIVE, OFF = {"type": "adaptive"}, {"type": "disabled"}
BUDGET = {"type": "enabled", "budget_tokens": 1024}
LINK = {"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}}
PDF = {"type": "base64", "media_type": "application/pdf", "data": "JVBERg=="}
DOCUMENT = {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "a"}}
CITING = {"type": "text", "text": "a", "citations": [{"type": "char_location"}]}
CALL = {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {}}
RESULT = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "sunny"}
THOUGHT = {"type": "thinking", "thinking": "", "signature": "s"}
SERVED = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}
OPEN_OBJECT = {"type": "object", "properties": {"pattern": {"type": "string"}}}
CLOSED = {**OPEN_OBJECT, "additionalProperties": False}


def ask(model: str = "claude-opus-5-5", /, **fields: Any) -> Body:  # noqa: ANN401 - JSON
    """A request to a model; a field of `...` is left out."""
    body = {"model": model, "max_tokens": 2048, "messages": [USER], **fields}
    return {name: value for name, value in body.items() if value is not ...}


def says(*blocks: Any, model: str = "claude-opus-5-5", role: str = "user") -> Body:  # noqa: ANN401 - JSON
    """A request whose user, or a later assistant turn that is answered, says these blocks."""
    said = {"role": role, "content": list(blocks)}
    return ask(model, messages=[said] if role == "user" else [USER, said, USER])


def talk(*contents: Any, model: str = "claude-opus-5-5", **fields: Any) -> Body:  # noqa: ANN401 - JSON
    """A request of alternating turns, the user's first."""
    turns = [{"role": ("user", "assistant")[place % 2], "content": held} for place, held in enumerate(contents)]
    return ask(model, messages=turns, **fields)


def schema(held: Body) -> Body:
    """A request for an answer of this JSON schema."""
    return ask(output_config={"format": {"type": "json_schema", "schema": held}})


H45, S45, O45 = "claude-haiku-4-5", "claude-sonnet-4-5", "claude-opus-4-5"
FORCED, NAMED = {"type": "any"}, {"type": "tool", "name": "weather"}
