"""What the scripted server can be told, and the bytes it says: scripts, texts, envelopes, events. Never does I/O."""

import hashlib
import json
import re
from dataclasses import dataclass, fields
from typing import Any

DIRECTIVE = re.compile(r"\[\[([^\[\]]+)\]\]")
ERROR_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    408: "timeout_error",
    409: "conflict_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    504: "timeout_error",
    529: "overloaded_error",
}


@dataclass(frozen=True)
class Script:
    """How one request is answered. The default streams `n` deltas well."""

    n: int = 5
    text: str = ""  # the whole answer, cut into n deltas
    first_ms: float = 0  # before the first delta
    delay_ms: float = 0  # between deltas
    headers_ms: float = 0  # before the status line
    cut_after: int = -1  # close the connection, without an end, after so many deltas
    end_after: int = -1  # end the HTTP answer properly, but without message_stop, after so many deltas
    stall_after: int = -1  # send nothing more after so many deltas, and keep the connection
    error_after: int = -1  # `event: error` after so many deltas
    error_after_stop: bool = False  # message_stop first, then the error
    linger: bool = False  # keep the connection open after message_stop
    framing: str = "lf"  # lf, crlf, cr, bytes, comments, no_names, gzip
    huge_bytes: int = 0  # one event of so many bytes before the deltas, without a newline
    status: int = 200
    type: str = ""  # error type; empty: the documented one of the status
    message: str = ""
    code: str = ""  # details.error_code
    envelope: str = "anthropic"  # anthropic, nested, text, detail, message, html, empty
    retry_after: str = ""
    fail_times: int = -1  # after so many failures of the same body, answer well
    redirect: str = ""
    json: bool = False  # a JSON message although a stream was asked for
    trickle_ms: float = 0  # one byte every so many ms, for ever
    hang_up: bool = False  # close before answering
    close: bool = False  # close after a whole answer
    never_answer: bool = False
    stop_reason: str = "end_turn"
    scene: str = ""  # one of upstream_scenes.SCENES instead of n deltas
    headers: tuple[tuple[str, str], ...] = ()
    events: tuple[bytes | dict[str, Any], ...] | None = None  # exactly these instead; bytes go out as they are
    body: bytes | None = None  # exactly this body instead of a stream, a message or an envelope
    content_type: str = ""

    @classmethod
    def of(cls, directive: str) -> "Script":
        """The script of a directive's `name=value` words; unknown names are ignored."""
        kinds = {f.name: f.type for f in fields(cls) if f.type in {int, float, str, bool}}
        values: dict[str, Any] = {}
        for word in directive.split():
            name, _, value = word.partition("=")
            if kind := kinds.get(name):
                value = value if name == "scene" else value.replace("_", " ")
                values[name] = value not in {"0", "false"} if kind is bool else kind(value)
        return cls(**values)


def answer_text(body: Any, n: int = 5) -> str:  # noqa: ANN401 - a request as JSON
    """The text that a request is answered with in `n` deltas."""
    return "".join(pieces(Script(n=n), body))


def pieces(script: Script, body: Any) -> list[str]:  # noqa: ANN401
    """The answer's text as `n` deltas."""
    if script.text:
        size = -(-len(script.text) // max(script.n, 1))
        return [script.text[i : i + size] for i in range(0, len(script.text), size)]
    asked = {name: body.get(name) for name in ("model", "system", "messages")} if isinstance(body, dict) else body
    seed = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:6]
    return [f"«{seed}·{i}» " for i in range(script.n)]


def count_tokens(body: Any) -> int:  # noqa: ANN401
    """A deterministic token count."""
    return max(1, len(json.dumps(body.get("messages") if isinstance(body, dict) else body)) // 4)


def envelope(script: Script, request_id: str = "") -> bytes:
    """The body of an error answer, in the script's envelope."""
    kind = script.type or ERROR_TYPES.get(script.status, "api_error")
    words = script.message or f"scripted {script.status}"
    error: dict[str, Any] = {"type": kind, "message": words}
    if script.code:
        error["details"] = {"error_code": script.code}
    shapes: dict[str, Any] = {
        "anthropic": {"type": "error", "error": error, "request_id": request_id or None},
        "nested": {"error": {"code": script.status, "message": words, "type": kind}},
        "text": {"error": words},
        "detail": {"detail": [{"loc": ["body", "messages"], "msg": words, "type": "missing"}]},
        "message": {"message": words},
    }
    if script.envelope == "html":
        return f"<html><body><h1>{script.status}</h1>{words}</body></html>".encode()
    return b"" if script.envelope == "empty" else json.dumps(shapes[script.envelope]).encode()


def event(data: dict[str, Any] | bytes, *, named: bool = True) -> bytes:
    """One server-sent event; bytes stay as they are."""
    if isinstance(data, bytes):
        return data
    name = f"event: {data['type']}\n" if named else ""
    return f"{name}data: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n".encode()


def delta(text: str, index: int = 0) -> dict[str, Any]:
    """A text delta."""
    return {"type": "content_block_delta", "index": index, "delta": {"type": "text_delta", "text": text}}


def opening(message: dict[str, Any]) -> list[dict[str, Any]]:
    """The events before the first delta."""
    return [
        {"type": "message_start", "message": {**message, "content": [], "stop_reason": None}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "ping"},
    ]


def closing(script: Script) -> list[dict[str, Any]]:
    """The events after the last delta, `message_stop` excepted."""
    ending = {"stop_reason": script.stop_reason, "stop_sequence": None}
    return [
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": ending, "usage": {"output_tokens": script.n}},
    ]


def framed(data: bytes, framing: str) -> list[bytes]:
    """The same events in another framing, as the pieces that are written one by one."""
    if framing == "crlf":
        data = data.replace(b"\n", b"\r\n")
    elif framing == "cr":
        data = data.replace(b"\n", b"\r")
    elif framing == "comments":
        data = b": a comment\nid: 7\nretry: 10\n" + data + b":\n\n"
    return [data[i : i + 1] for i in range(len(data))] if framing == "bytes" else [data]


def last_user_text(body: Any) -> str:  # noqa: ANN401 - a request as JSON
    """All text of the last user message."""
    messages = body.get("messages") if isinstance(body, dict) else None
    for message in reversed(messages if isinstance(messages, list) else []):
        if isinstance(message, dict) and message.get("role") == "user":
            content = message.get("content")
            if isinstance(content, str):
                return content
            blocks = [block.get("text") for block in content or [] if isinstance(block, dict)]
            return "\n".join(text for text in blocks if isinstance(text, str))
    return ""
