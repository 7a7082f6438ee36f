"""JSON to and from bytes: orjson for what is well-formed, a patient second way for what servers really send.

Never lets a lone surrogate or a broken byte through: neither can be stored, sent or shown.
"""

import json
from collections.abc import Mapping
from typing import Any

import orjson

from .errors import MalformedAnswerError, UnsendableError


def read_json(data: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """The value of a JSON text. Lone surrogates and invalid UTF-8 become U+FFFD; NUL characters are kept.

    Raises MalformedAnswerError, with an excerpt, for what is not JSON or nested too deeply.
    """
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        pass
    text = data.decode("utf-8", "replace")
    try:
        value = json.loads(text, strict=False, parse_constant=lambda _: None)
        # UTF-16 joins the halves of a pair that came as two escapes and gives the lone ones up.
        plain = json.dumps(value, ensure_ascii=False).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return json.loads(plain, strict=False)
    except (ValueError, RecursionError) as error:
        raise MalformedAnswerError(f"The server sent something that is not JSON: {error}", body=text) from error


def write_json(value: Mapping[str, Any]) -> bytes:
    """A request body. Raises UnsendableError for lone surrogates, unknown types and endless nesting."""
    try:
        return orjson.dumps(value)
    except TypeError as error:  # orjson's encode error is a TypeError
        raise UnsendableError(f"The request cannot be written as JSON: {error}") from error


def read_partial_object(text: str) -> dict[str, Any] | None:
    """What a JSON object that was cut off says so far: complete members only, open containers closed.

    `{"a": 1, "b": [1, {"c": "x` gives `{"a": 1, "b": [1, {}]}`. None if it is not the start of an object.
    """
    closers: list[str] = []
    candidates: list[tuple[int, str]] = []  # where the text may be cut, and what then closes it; the last one wins
    in_string = escaped = False
    for position, char in enumerate(text):
        if in_string:
            in_string = escaped or char != '"'
            escaped = char == "\\" and not escaped
            if in_string or (closers and closers[-1] == "}"):
                continue  # a string inside an object may be a key: wait for the comma
            candidates.append((position + 1, "".join(reversed(closers))))
        elif char == '"':
            in_string = True
        elif char in "{[":
            closers.append("}" if char == "{" else "]")
            candidates.append((position + 1, "".join(reversed(closers))))
        elif char in "}]" and closers:
            closers.pop()
            candidates.append((position + 1, "".join(reversed(closers))))
        elif char == ",":
            candidates.append((position, "".join(reversed(closers))))
    candidates.append((len(text), "".join(reversed(closers))))
    for end, tail in reversed(candidates[-64:]):
        try:
            value = orjson.loads(text[:end] + tail)
        except (orjson.JSONDecodeError, UnicodeEncodeError):
            continue
        return value if isinstance(value, dict) else None
    return None
