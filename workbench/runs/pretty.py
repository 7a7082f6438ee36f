"""JSON for people to read. Never for what is claimed to be exact."""

from __future__ import annotations

import orjson


def pretty_json(value: object) -> str:
    """A value as JSON with indents."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
