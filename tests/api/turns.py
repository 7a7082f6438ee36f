"""Refusals of the messages as a conversation: who speaks when, empty turns, calls and their results, prefills."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from tests.api.blocks import content
from tests.api.catalog import NO_SYSTEM_MESSAGES, TAKES_PREFILL
from tests.api.shapes import ANYTHING, Case, is_object, kind_of, objects, one_of, shape

MOST_MESSAGES = 100_000
_ROLE = {"role": one_of("user", "assistant", "system"), "content": ANYTHING}


@dataclass(slots=True)
class Turn:
    """Neighbouring messages of one role, merged: their blocks, each with its path."""

    role: str
    path: str
    blocks: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)


_NO_TURN = Turn("", "")


def messages(body: Mapping[str, Any], case: Case) -> Iterator[str]:
    """Why the messages of a request are refused."""
    listed = body.get("messages")
    if not isinstance(listed, list):
        if "messages" in body:
            yield "messages: must be an array"
        return
    if not 1 <= len(listed) <= MOST_MESSAGES:
        yield f"messages: must hold 1 to {MOST_MESSAGES} messages"
    for number, message in enumerate(listed):
        yield from _message(f"messages.{number}", message, case, is_last=number == len(listed) - 1)
    if listed and is_object(listed[0]) and listed[0].get("role") != "user":
        yield "messages.0.role: the first message must be from the user"
    turns = _merged(listed)
    yield from _results(turns)
    yield from _calls(turns)
    yield from _prefill(turns, body, case)


def _message(path: str, message: object, case: Case, *, is_last: bool) -> Iterator[str]:
    yield from shape(path, message, _ROLE, {})
    if not is_object(message):
        return
    role = message.get("role")
    if role == "system" and case.key in NO_SYSTEM_MESSAGES:
        yield f"{path}.role: this model takes no system messages"
    if message.get("content") in ("", []) and not (is_last and role == "assistant"):
        yield f"{path}.content: must be non-empty"
    if "content" in message and isinstance(role, str):
        yield from content(f"{path}.content", message["content"], role, case)


def _merged(listed: list[Any]) -> list[Turn]:
    turns: list[Turn] = []
    for number, message in objects(listed):
        path, role = f"messages.{number}", str(message.get("role"))
        if not turns or turns[-1].role != role:
            turns.append(Turn(role, path))
        held = message.get("content")
        if isinstance(held, str):
            turns[-1].blocks.append((f"{path}.content", {"type": "text", "text": held}))
        for position, block in objects(held):
            turns[-1].blocks.append((f"{path}.content.{position}", block))
    return turns


def _results(turns: list[Turn]) -> Iterator[str]:
    """Why results answer nothing: each stands at the start of its turn and answers a call of the turn before, once."""
    for before, turn in pairwise([_NO_TURN, *turns]):
        asked = _ids(before, "tool_use", "id") if (before.role, turn.role) == ("assistant", "user") else []
        is_start = True
        for path, block in turn.blocks:
            if block.get("type") != "tool_result" or turn.role != "user":
                is_start = False
            elif str(block.get("tool_use_id")) not in asked:
                yield f"{path}.tool_use_id: answers no open tool_use of the turn before"
            else:
                asked.remove(str(block.get("tool_use_id")))
                if not is_start:
                    yield f"{path}: tool results stand at the start of the turn"


def _calls(turns: list[Turn]) -> Iterator[str]:
    """Why calls are refused: an id used before, or no result in the next user turn."""
    called: set[str] = set()
    for turn, after in pairwise([*turns, _NO_TURN]):
        results = _ids(after, "tool_result", "tool_use_id") if after.role == "user" else []
        for path, block in turn.blocks:
            if turn.role != "assistant" or block.get("type") != "tool_use":
                continue
            name = str(block.get("id"))
            if name in called:
                yield f"{path}.id: tool_use ids must be unique"
            if name not in results:
                yield f"{path}: tool_use without a tool_result in the next user turn"
            called.add(name)


def _ids(turn: Turn, kind: str, member: str) -> list[str]:
    return [str(block.get(member)) for _, block in turn.blocks if block.get("type") == kind]


def _prefill(turns: list[Turn], body: Mapping[str, Any], case: Case) -> Iterator[str]:
    """Why a request that ends with the assistant is refused, unless it lets a paused turn go on (server tools)."""
    if not turns or turns[-1].role != "assistant" or _ids(turns[-1], "server_tool_use", "id"):
        return
    last = turns[-1]
    if case.model and case.key not in TAKES_PREFILL:
        yield f"{last.path}: this model does not take a prefilled assistant message"
    if kind_of(body.get("thinking")) not in ("", "disabled"):
        yield f"{last.path}: a prefilled assistant message does not go with thinking"
    path, block = last.blocks[-1] if last.blocks else ("", {})
    text = block.get("text")
    if isinstance(text, str) and text != text.rstrip():
        yield f"{path}: a final assistant message cannot end with trailing whitespace"
