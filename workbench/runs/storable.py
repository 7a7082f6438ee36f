"""Making what came from outside storable: no NUL characters or lone surrogates, no numbers that JSON or readers do not
know, nothing deeper than readers go."""

from __future__ import annotations

import json
import math
from typing import Any

# Values nested deeper are kept as the text of their JSON: Python goes 1,000 levels deep, orjson writes 254.
MAX_DEPTH = 200
# Larger integers are kept as text up to so many bits: Python refuses to write more than some thousand digits.
MAX_BITS = 8192
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


def storable(value: Any, depth: int = 0) -> Any:  # noqa: ANN401 - any JSON
    """The same JSON value with every text in it made storable, and not too deep for whoever reads it."""
    match value:
        case dict() | list() | tuple() if depth == MAX_DEPTH:
            return storable_text(json.dumps(value, ensure_ascii=False))
        case str():
            return storable_text(value)
        case int() | float():
            return _storable_number(value)
        case dict():
            return {storable_text(str(key)): storable(item, depth + 1) for key, item in value.items()}
        case list() | tuple():
            return [storable(item, depth + 1) for item in value]
        case _:
            return value


def _storable_number(value: float) -> float | str | None:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if -(2**63) <= value < 2**63:
        return value
    return str(value) if value.bit_length() < MAX_BITS else None
