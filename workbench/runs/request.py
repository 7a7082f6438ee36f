"""From what a person wrote to the exact request body of the Messages API. Knows no HTTP and stores nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

import orjson

from workbench.prompts.variables import fill


class Turn(TypedDict):
    """One message of the conversation as it is typed."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class PromptText:
    """A prompt's texts, as typed or filled: system prompt (may be empty) and turns in order."""

    system: str
    turns: Sequence[Turn]

    @property
    def texts(self) -> list[str]:
        """Every text in which a variable may stand."""
        return [self.system, *(turn["text"] for turn in self.turns)]

    def filled(self, values: Mapping[str, str]) -> PromptText:
        """The same with values in the places of variables."""
        turns = [Turn(role=turn["role"], text=fill(turn["text"], values)) for turn in self.turns]
        return PromptText(fill(self.system, values), turns)

    @property
    def preview(self) -> str:
        """The beginning of the last user message, for lists (at most 200 characters)."""
        users = [turn["text"] for turn in self.turns if turn["role"] == "user"]
        return " ".join(users[-1].split())[:200] if users else ""


# The order in which fields stand in the body: fixed, so that the same input gives the same bytes.
PARAMETER_ORDER = ("max_tokens", "temperature", "top_p", "top_k", "stop_sequences")


def build_body(prompt: PromptText, model_id: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The request body for one lane: only what is set, in a fixed order, always streamed.

    Args:
        parameters: model settings by their API names; None and empty lists are left out.
    """
    body: dict[str, Any] = {"model": model_id}
    for name in PARAMETER_ORDER:
        value = parameters.get(name)
        if value is not None and value != []:
            body[name] = value
    if prompt.system.strip():
        body["system"] = prompt.system
    body["messages"] = [{"role": turn["role"], "content": turn["text"]} for turn in prompt.turns]
    body["stream"] = True
    return body


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
    """The part of a body that the token count endpoint takes (api reference: no max_tokens, stream, sampling)."""
    return {name: body[name] for name in ("model", "system", "messages") if name in body}
