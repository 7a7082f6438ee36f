"""The events of a streamed message, typed. Never raises for what it does not know: that is kept raw.

Shapes follow the Messages API's streaming reference; every field a server may leave out has a harmless default.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

from .jsontext import read_json

MAX_INDEX = 2**31 - 1  # of a block: what readers of an answer can keep
type JSON = dict[str, Any]


@dataclass(slots=True)
class MessageStart:
    """`message` as it came: id, model, preliminary usage, empty content."""

    message: JSON


@dataclass(slots=True)
class BlockStart:
    """A content block begins at `index`; results of server tools come whole."""

    index: int
    block: JSON


@dataclass(slots=True)
class TextDelta:
    """More text of the block at `index`."""

    index: int
    text: str


@dataclass(slots=True)
class ThinkingDelta:
    """More thinking of the block at `index`."""

    index: int
    thinking: str


@dataclass(slots=True)
class InputJSONDelta:
    """More characters of a tool's input, which is JSON only once complete."""

    index: int
    partial_json: str


@dataclass(slots=True)
class SignatureDelta:
    """The signature of a thinking block; replaces an earlier one."""

    index: int
    signature: str


@dataclass(slots=True)
class CitationsDelta:
    """One more citation of a text block."""

    index: int
    citation: JSON


@dataclass(slots=True)
class UnknownDelta:
    """A delta of a type we do not know, or of an unexpected shape, as it came."""

    index: int
    delta: Any


@dataclass(slots=True)
class BlockStop:
    """The block at `index` is complete."""

    index: int


@dataclass(slots=True)
class MessageDelta:
    """Stop reason and cumulative usage; both as they came."""

    delta: JSON
    usage: JSON


@dataclass(slots=True)
class MessageStop:
    """The message is complete. Without this event a stream was cut."""


@dataclass(slots=True)
class Ping:
    """A sign of life."""


@dataclass(slots=True)
class ErrorEvent:
    """The server failed after it had begun to answer. `envelope` as it came."""

    envelope: Any


@dataclass(slots=True)
class UnknownEvent:
    """An event of a name we do not know, as it came."""

    name: str
    data: Any


type Delta = TextDelta | ThinkingDelta | InputJSONDelta | SignatureDelta | CitationsDelta | UnknownDelta
type Event = (
    MessageStart | BlockStart | Delta | BlockStop | MessageDelta | MessageStop | Ping | ErrorEvent | UnknownEvent
)


def parse_event(name: bytes, data: bytes) -> Event:
    """The typed event of one server-sent event. Without a name, the `type` inside the data decides.

    Raises MalformedAnswerError when the data is not JSON. OpenAI's `[DONE]` counts as a sign of life.
    """
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        if data == b"[DONE]":
            return Ping()
        value = read_json(data)
    if not isinstance(value, dict):
        return UnknownEvent(name.decode("utf-8", "replace"), value)
    if name == b"content_block_delta":
        return _delta(value)
    kind = name.decode("utf-8", "replace") or value.get("type")
    build = _BUILDERS.get(kind) if isinstance(kind, str) else None
    return build(value) if build else UnknownEvent(str(kind or ""), value)


def _delta(value: JSON) -> Event:
    delta, index = value.get("delta"), value.get("index", 0)
    if type(index) is not int or not 0 <= index <= MAX_INDEX:
        return UnknownDelta(0, delta)
    if type(delta) is dict:
        kind = delta.get("type")
        if kind == "text_delta":
            if type(text := delta.get("text")) is str:
                return TextDelta(index, text)
        elif isinstance(kind, str) and kind in _DELTAS:
            field, of_type, build = _DELTAS[kind]
            if isinstance(content := delta.get(field), of_type):
                return build(index, content)
    return UnknownDelta(index, delta)


def _index(value: JSON) -> int:
    index = value.get("index", 0)
    return index if type(index) is int and 0 <= index <= MAX_INDEX else 0


def _mapping(value: JSON, name: str) -> JSON:
    inner = value.get(name)
    return inner if isinstance(inner, dict) else {}


_DELTAS: dict[str, tuple[str, type, Callable[[int, Any], Delta]]] = {
    "thinking_delta": ("thinking", str, ThinkingDelta),
    "input_json_delta": ("partial_json", str, InputJSONDelta),
    "signature_delta": ("signature", str, SignatureDelta),
    "citations_delta": ("citation", dict, CitationsDelta),
}

_BUILDERS: dict[str, Callable[[JSON], Event]] = {
    "content_block_delta": _delta,
    "message_start": lambda value: MessageStart(_mapping(value, "message")),
    "content_block_start": lambda value: BlockStart(_index(value), _mapping(value, "content_block")),
    "content_block_stop": lambda value: BlockStop(_index(value)),
    "message_delta": lambda value: MessageDelta(_mapping(value, "delta"), _mapping(value, "usage")),
    "message_stop": lambda _: MessageStop(),
    "ping": lambda _: Ping(),
    "error": ErrorEvent,
}


def events_of(message: JSON) -> list[Event]:
    """The events that a whole message would have come as: for servers that answer a stream request with JSON."""
    events: list[Event] = [MessageStart({**message, "content": [], "stop_reason": None, "stop_sequence": None})]
    content = message.get("content")
    blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
    for index, block in enumerate(blocks if isinstance(blocks, list) else []):
        events += [BlockStart(index, block if isinstance(block, dict) else {}), BlockStop(index)]
    delta = {name: message.get(name) for name in ("stop_reason", "stop_sequence", "stop_details")}
    return [*events, MessageDelta(delta, _mapping(message, "usage")), MessageStop()]
