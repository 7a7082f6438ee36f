"""Refusals of cache breakpoints: their shape, their number, and blocks that take none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.api.shapes import Kind, at, is_object, objects, one_of, shape

MOST_BREAKPOINTS = 4
CACHE_CONTROL = Kind("an object or null", lambda value: value is None or is_object(value))
_MARK = {"type": one_of("ephemeral")}
_TTL = {"ttl": one_of("5m", "1h")}


def marker(path: str, holder: Mapping[str, Any]) -> Iterator[str]:
    """Why the `cache_control` of a block, a tool or the request itself is refused."""
    if is_object(holder.get("cache_control")):
        yield from shape(at(path, "cache_control"), holder["cache_control"], _MARK, _TTL)


def breakpoints(body: Mapping[str, Any]) -> Iterator[str]:
    """Why the markers of a request are too many; the one at the top counts, it becomes a marker on a block."""
    count = sum(1 for holder in _holders(body) if holder.get("cache_control"))
    if count > MOST_BREAKPOINTS:
        yield f"cache_control: a maximum of {MOST_BREAKPOINTS} blocks with cache_control may be given, found {count}"


def _holders(body: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield body
    for field in ("tools", "system"):
        for _, entry in objects(body.get(field)):
            yield entry
    for _, message in objects(body.get("messages")):
        for _, block in objects(message.get("content")):
            yield block
            for _, inner in objects(block.get("content")):
                yield inner
