"""Events of a scripted message, to be put together: starts, deltas and ends of blocks, and what surrounds them."""

from typing import Any

from tests.upstream import Script, delta

START: dict[str, Any] = {
    "type": "message_start",
    "message": {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "test-model",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 10, "output_tokens": 1, "cache_read_input_tokens": 3},
    },
}
STOP = {"type": "message_stop"}


def begin(index: int = 0, **block: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """A block's start."""
    return {"type": "content_block_start", "index": index, "content_block": block or {"type": "text", "text": ""}}


def more(kind: str, index: int = 0, **content: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """A delta of any type."""
    return {"type": "content_block_delta", "index": index, "delta": {"type": kind, **content}}


def end(index: int = 0) -> dict[str, Any]:
    """A block's end."""
    return {"type": "content_block_stop", "index": index}


def closing(reason: str = "end_turn", *, usage: dict[str, Any] | None = None, **rest: Any) -> dict[str, Any]:  # noqa: ANN401
    """The message_delta."""
    return {
        "type": "message_delta",
        "delta": {"stop_reason": reason, "stop_sequence": None, **rest},
        "usage": {"output_tokens": 7} if usage is None else usage,
    }


def scene(*events: dict[str, Any] | bytes, framing: str = "lf", stop: bool = True) -> tuple[Script, ...]:
    """A script that sends a message of exactly these events."""
    return (Script(events=(START, *events, *([closing(), STOP] if stop else [])), framing=framing),)


TEXT = (begin(), delta("Hello "), delta("世界 😀\u2028\x85 end"), end())
