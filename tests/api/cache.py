"""Refusals of cache breakpoints: their shape, their number, and blocks that take none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
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


def order(body: Mapping[str, Any]) -> Iterator[str]:
    """Why the markers stand in the wrong order: what is kept for an hour comes before what is kept for five minutes."""
    marks = [holder["cache_control"] for holder in _read(body) if is_object(holder.get("cache_control"))]
    times = [mark.get("ttl") or "5m" for mark in marks]
    if any(earlier == "5m" and later == "1h" for earlier, later in pairwise(times)):
        yield "cache_control: a ttl of 1h must not come after a ttl of 5m"


def _read(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Tools, system, messages: the order in which a request is kept; the marker at the top stands at its end."""
    top, *rest = _holders(body)
    return [*rest, top]


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
