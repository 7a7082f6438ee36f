"""Builds the message out of its events, as the API's streaming reference tells. Never fails on what it gets.

A snapshot can be taken at any moment: of a message that still grows, was stopped, or was cut.
"""

from collections.abc import Callable
from io import StringIO
from typing import Any

import orjson

from .events import (
    JSON,
    BlockStart,
    CitationsDelta,
    Event,
    InputJSONDelta,
    MessageDelta,
    MessageStart,
    MessageStop,
    SignatureDelta,
    TextDelta,
    ThinkingDelta,
    UnknownDelta,
    UnknownEvent,
)
from .jsontext import read_partial_object

# Cumulative figures that a later null or absent value must not erase.
CUMULATIVE = (
    "input_tokens",
    "cache_creation_input_tokens",
    "cache_read_input_tokens",
    "server_tool_use",
    "output_tokens_details",
)
TOOLS = frozenset({"tool_use", "server_tool_use", "mcp_tool_use"})
MAX_UNKNOWN = 1000  # raw unknown parts kept of one message
MAX_UNKNOWN_SIZE = 1024 * 1024  # characters of them; the one that passes it is kept whole


class _Growing:
    """A block and the text that comes for it piece by piece; kept apart, so that long answers stay linear."""

    __slots__ = ("block", "kind", "target", "text")

    def __init__(self, block: JSON) -> None:
        self.block = block
        self.kind = block.get("type")
        self.target = "input" if self.kind in TOOLS else str(self.kind)
        self.text = StringIO()
        start = block.get(self.target)
        if isinstance(start, str) and self.target != "input":
            self.text.write(start)

    def snapshot(self) -> JSON:
        block = dict(self.block)
        if isinstance(block.get("citations"), list):
            block["citations"] = list(block["citations"])
        if text := self.text.getvalue():
            block[self.target] = _tool_input(text) if self.target == "input" else text
        return block


class Accumulator:
    """Feed it events with `add`; `message()` is the message so far.

    `complete` is true once `message_stop` came. `unknown` keeps, raw, events and deltas of unknown types.
    """

    __slots__ = ("_by_index", "_growing", "_message", "_unknown_size", "complete", "started", "unknown")

    def __init__(self) -> None:
        self._message: JSON = {"type": "message", "role": "assistant", "content": [], "usage": {}}
        self._growing: list[_Growing] = []
        self._by_index: dict[int, _Growing] = {}
        self.started = False
        self.complete = False
        self.unknown: list[Any] = []
        self._unknown_size = 0

    def add(self, event: Event) -> None:
        """Take in one event."""
        if type(event) is TextDelta:
            growing = self._by_index.get(event.index)
            if growing is None:
                growing = self._begin(event.index, {"type": "text", "text": ""})
            if growing.kind == "text":
                growing.text.write(event.text)
        elif rule := _RULES.get(type(event)):
            rule(self, event)

    def message(self) -> JSON:
        """A copy of the message so far; `content` blocks in the order in which they began."""
        message = dict(self._message)
        message["usage"] = dict(message["usage"])
        message["content"] = [growing.snapshot() for growing in self._growing]
        return message

    def raw_inputs(self) -> dict[int, str]:
        """Tool inputs that are not whole JSON, by position in `content`, as the characters that came."""
        texts = {
            position: growing.text.getvalue()
            for position, growing in enumerate(self._growing)
            if growing.target == "input"
        }
        return {position: text for position, text in texts.items() if text and not _is_json(text)}

    def _begin(self, index: int, block: JSON) -> _Growing:
        growing = _Growing(block)
        self._growing.append(growing)
        self._by_index[index] = growing
        return growing

    def _start(self, event: MessageStart) -> None:
        self.started = True
        usage = event.message.get("usage")
        content = event.message.get("content")
        self._message |= event.message
        self._message["usage"] = dict(usage) if isinstance(usage, dict) else {}
        for index, block in enumerate(content if isinstance(content, list) else []):
            if isinstance(block, dict):
                self._begin(index, block)

    def _start_block(self, event: BlockStart) -> None:
        self._begin(event.index, dict(event.block))

    def _think(self, event: ThinkingDelta) -> None:
        growing = self._by_index.get(event.index) or self._begin(event.index, {"type": "thinking", "thinking": ""})
        if growing.kind == "thinking":
            growing.text.write(event.thinking)

    def _sign(self, event: SignatureDelta) -> None:
        growing = self._by_index.get(event.index)
        if growing and growing.kind == "thinking":
            growing.block["signature"] = event.signature

    def _input(self, event: InputJSONDelta) -> None:
        growing = self._by_index.get(event.index)
        if growing and growing.target == "input":
            growing.text.write(event.partial_json)

    def _cite(self, event: CitationsDelta) -> None:
        growing = self._by_index.get(event.index)
        if growing and growing.kind == "text":
            citations = growing.block.get("citations")
            if not isinstance(citations, list):
                citations = growing.block["citations"] = []
            citations.append(event.citation)

    def _end(self, event: MessageDelta) -> None:
        delta, usage = event.delta, self._message["usage"]
        for name in ("stop_reason", "stop_sequence", "stop_details"):
            self._message[name] = delta.get(name)
        if delta.get("container") is not None:
            self._message["container"] = delta["container"]
        for name, value in event.usage.items():
            if name == "output_tokens" or (name in CUMULATIVE and value is not None) or usage.get(name) is None:
                usage[name] = value

    def _stop(self, _: MessageStop) -> None:
        self.complete = True

    def _keep(self, event: UnknownDelta | UnknownEvent) -> None:
        raw = event.delta if isinstance(event, UnknownDelta) else event.data
        if len(self.unknown) < MAX_UNKNOWN and self._unknown_size < MAX_UNKNOWN_SIZE:
            self._unknown_size += len(repr(raw))
            self.unknown.append(raw)


_RULES: dict[type, Callable[[Accumulator, Any], None]] = {
    MessageStart: Accumulator._start,  # noqa: SLF001 - the table is part of the class
    BlockStart: Accumulator._start_block,  # noqa: SLF001
    ThinkingDelta: Accumulator._think,  # noqa: SLF001
    SignatureDelta: Accumulator._sign,  # noqa: SLF001
    InputJSONDelta: Accumulator._input,  # noqa: SLF001
    CitationsDelta: Accumulator._cite,  # noqa: SLF001
    MessageDelta: Accumulator._end,  # noqa: SLF001
    MessageStop: Accumulator._stop,  # noqa: SLF001
    UnknownDelta: Accumulator._keep,  # noqa: SLF001
    UnknownEvent: Accumulator._keep,  # noqa: SLF001
}


def _is_json(text: str) -> bool:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True


def _tool_input(text: str) -> Any:  # noqa: ANN401 - a tool's input may be any JSON value
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        partial = read_partial_object(text)
        return {} if partial is None else partial
