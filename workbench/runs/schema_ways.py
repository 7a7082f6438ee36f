"""How an output schema goes into a request: as the output's format, as a tool, or in words; and which way one went.

The first of these that the model takes is used. Checks no answer and no schema.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson

from workbench.connections.capabilities import Capabilities
from workbench.connections.parameter_rules import thinks
from workbench.prompts.api_settings import merged

TOOL = "answer"
# For the model, and so in no other language. By these words a request that was sent is known again.
TOOL_WORDS = "Gives the answer. Call it once, with the whole answer as its input."
ASK_TOOL = f"Give your answer by calling the tool `{TOOL}`, and say nothing besides."
ASK_JSON = "Answer with one JSON value that fits this JSON Schema, without a code fence and without words around it:"

type Schema = Mapping[str, Any]
type Body = Mapping[str, Any]


class Way(StrEnum):
    """A way of sending a schema."""

    FORMAT = "format"  # output_config.format: the provider makes sure that the answer fits
    TOOL = "tool"  # a strict tool, whose input is the answer
    INSTRUCTION = "instruction"  # words in the system prompt, which the model may heed


@dataclass(frozen=True, slots=True)
class Sending:
    """A way, and whether the model is made to use it (which only a tool needs)."""

    way: Way = Way.FORMAT
    is_forced: bool = False


AS_FORMAT = Sending()


def sending_for(
    schema: Schema | None,
    capabilities: Capabilities,
    settings: Mapping[str, Any],
    tools: Sequence[Mapping[str, Any]] = (),
) -> Sending:
    """How a model is sent a schema.

    Args:
        settings: of the lane, by their flat names: a model that thinks cannot be made to use a tool.
        tools: the prompt's own. Beside them, the model chooses when to answer.
    """
    if schema is None or capabilities.structured:
        return AS_FORMAT
    has_place = schema.get("type") == "object" and all(tool.get("name") != TOOL for tool in tools)
    if not capabilities.tools or not has_place or settings.get("tool_choice") == "none":
        return Sending(Way.INSTRUCTION)
    may_force = capabilities.forced_tools and not thinks(settings, capabilities) and not settings.get("tool_choice")
    return Sending(Way.TOOL, is_forced=may_force and not tools)


def with_schema(body: Body, schema: Schema, sending: Sending) -> dict[str, Any]:
    """A request body that asks for an answer of this schema."""
    if sending.way == Way.FORMAT:
        return merged(body, {"output_config": {"format": {"type": "json_schema", "schema": schema}}})
    if sending.way == Way.INSTRUCTION:
        return _asking(body, f"{ASK_JSON}\n{orjson.dumps(schema).decode()}")
    tool = {"name": TOOL, "description": TOOL_WORDS, "strict": True, "input_schema": schema}
    found = {**body, "tools": [*body.get("tools", ()), tool]}
    if sending.is_forced:
        return {**found, "tool_choice": {"type": "tool", "name": TOOL}}
    return _asking(found, ASK_TOOL)


def sent_schema(body: Body) -> tuple[Way, Any] | None:
    """The way and the schema that a request asks its answer to fit; None if it asks for none."""
    config = body.get("output_config")
    output = config.get("format") if isinstance(config, Mapping) else None
    if isinstance(output, Mapping) and output.get("type") == "json_schema":
        return Way.FORMAT, output.get("schema")
    tools = body.get("tools")
    for tool in tools if isinstance(tools, list) else ():
        if isinstance(tool, Mapping) and (tool.get("name"), tool.get("description")) == (TOOL, TOOL_WORDS):
            return Way.TOOL, tool.get("input_schema")
    _before, asked, written = _system_text(body).rpartition(f"{ASK_JSON}\n")
    try:
        return (Way.INSTRUCTION, orjson.loads(written)) if asked else None
    except orjson.JSONDecodeError:
        return None


def may_ask(body_text: str) -> bool:
    """Whether a request's text may ask for a schema at all: a quick look, for bodies of many megabytes."""
    return any(words in body_text for words in ('"json_schema"', TOOL_WORDS, ASK_JSON))


def _system_text(body: Body) -> str:
    """The end of the system prompt, in which an instruction stands."""
    system = body.get("system")
    last = system[-1] if isinstance(system, list) and system else system
    text = last.get("text") if isinstance(last, Mapping) else last
    return text if isinstance(text, str) else ""


def _asking(body: Body, words: str) -> dict[str, Any]:
    """The body with words at the end of the system prompt, which stands before the messages."""
    system = body.get("system")
    if isinstance(system, list):
        asked: object = [*system, {"type": "text", "text": words}]
    else:
        asked = f"{system}\n\n{words}" if system else words
    found: dict[str, Any] = {}
    for name, value in body.items():
        if name in ("system", "messages"):
            found["system"] = asked
        if name != "system":
            found[name] = value
    return found
