"""From what a person wrote to the exact request body of the Messages API. Knows no HTTP and stores nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from workbench.prompts.api_settings import as_body, merged
from workbench.prompts.turns import Turn, content_of
from workbench.prompts.variables import fill


@dataclass(frozen=True, slots=True)
class PromptText:
    """A prompt, typed or filled: system prompt (may be empty), turns in order; tools and schema as in the API."""

    system: str
    turns: Sequence[Turn]
    tools: Sequence[Mapping[str, Any]] = ()
    output_schema: Mapping[str, Any] | None = None

    @property
    def texts(self) -> list[str]:
        """Every text in which a variable may stand."""
        return [self.system, *(turn["text"] for turn in self.turns)]

    def filled(self, values: Mapping[str, str]) -> PromptText:
        """The same with values in the places of variables."""
        turns = [Turn(**{**turn, "text": fill(turn["text"], values)}) for turn in self.turns]
        return replace(self, system=fill(self.system, values), turns=turns)

    @property
    def preview(self) -> str:
        """The beginning of the last user message, for lists (at most 200 characters)."""
        users = [turn["text"] for turn in self.turns if turn["role"] == "user"]
        return " ".join(users[-1].split())[:200] if users else ""


def build_body(prompt: PromptText, model_id: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The request body for one lane: only what is set, in a fixed order, always streamed; free JSON is merged in last.

    Args:
        settings: of the lane, by their flat names.
    """
    body: dict[str, Any] = {"model": model_id, **as_body(settings)}
    if prompt.system.strip():
        body["system"] = prompt.system
    body["messages"] = [{"role": turn["role"], "content": content_of(turn)} for turn in prompt.turns]
    if prompt.tools:
        body["tools"] = list(prompt.tools)
    if prompt.output_schema is not None:
        body = merged(body, {"output_config": {"format": {"type": "json_schema", "schema": prompt.output_schema}}})
    body["stream"] = True
    return merged(body, settings.get("extra") or {})


def serialise(body: Mapping[str, Any]) -> str:
    """The exact text that is sent, stored and shown.

    Raises:
        ValueError: a text holds a lone surrogate, which UTF-8 cannot carry.
    """
    try:
        return orjson.dumps(body).decode()
    except orjson.JSONEncodeError as error:
        raise ValueError(str(error)) from error


def count_body(body: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a body that the token count endpoint takes (api reference, token counting)."""
    return {name: body[name] for name in COUNTED if name in body}


COUNTED = (
    "model",
    "system",
    "messages",
    "tools",
    "tool_choice",
    "thinking",
    "output_config",
    "cache_control",
    "speed",
)
