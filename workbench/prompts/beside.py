"""What a prompt carries beside its texts: tools, and the schema of the answer. JSON, in forms and drafts as typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.prompts.output_schema import read_schema
from workbench.prompts.tools import ours, read_tools
from workbench.prompts.typed_json import TypedJsonError, read_typed, write_typed

BESIDE = ("tools", "output_schema")


@dataclass(slots=True)
class Beside:
    """Tools and output schema as the API takes them; `problems`: what is wrong, by the name of its field."""

    tools: list[dict[str, Any]] = field(default_factory=list)
    output_schema: dict[str, Any] | None = None
    problems: dict[str, str] = field(default_factory=dict)


def read_beside(typed: Mapping[str, Any]) -> Beside:
    """What a form or a draft holds; what is wrong is left out and named."""
    found = Beside()
    read = read_tools(str(typed.get("tools") or ""))
    if read.problems:
        found.problems["tools"] = read.told
    else:
        found.tools = read.tools
    schema = read_schema(str(typed.get("output_schema") or ""))
    if schema.wrong:
        found.problems["output_schema"] = str(schema.wrong[0])
    else:
        found.output_schema = schema.schema
    return found


def typed_beside(typed: Mapping[str, Any]) -> dict[str, str]:
    """The texts that are not empty, with the line breaks that were typed."""
    texts = {name: str(typed.get(name) or "").replace("\r\n", "\n") for name in BESIDE}
    return {name: text for name, text in texts.items() if text.strip()}


def values_beside(typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed as values, to compare: what is no JSON (yet) is its own text."""
    found = {}
    for name, text in typed_beside(typed).items():
        try:
            found[name] = ours(read_typed(text)) if name == "tools" else read_typed(text)
        except TypedJsonError:
            found[name] = text
    return {name: value for name, value in found.items() if value not in (None, [])}


def write_beside(values: Mapping[str, Any]) -> dict[str, str]:
    """Values as a draft has them: what is empty is left out."""
    return {name: write_typed(values[name]) for name in BESIDE if values.get(name) not in (None, [])}


def beside_of(body: Mapping[str, Any]) -> dict[str, str]:
    """Tools and output schema of a request's body, as a draft has them."""
    config = body.get("output_config")
    output = config.get("format") if isinstance(config, Mapping) else None
    schema = output.get("schema") if isinstance(output, Mapping) else None
    return write_beside({"tools": body.get("tools"), "output_schema": schema})
