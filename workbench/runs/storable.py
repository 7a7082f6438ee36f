"""Making what came from outside storable: databases take neither NUL characters nor lone surrogates."""

from __future__ import annotations

from typing import Any

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def storable_text(text: str) -> str:
    """The same text with NUL and lone surrogates replaced (PostgreSQL refuses NUL in text and JSON, UTF-8 both)."""
    if "\x00" in text:
        text = text.replace("\x00", REPLACEMENT)
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def storable(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """The same JSON value with every text in it made storable."""
    match value:
        case str():
            return storable_text(value)
        case dict():
            return {storable_text(str(key)): storable(item) for key, item in value.items()}
        case list() | tuple():
            return [storable(item) for item in value]
        case _:
            return value
