"""Refusals of a JSON schema for structured outputs: the subset of JSON Schema the API takes.

Rules: every object is closed, nothing recurs, no `pattern`, no `minimum` or `maximum`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.api.shapes import at, is_object

_FORBIDDEN = ("pattern", "minimum", "maximum")
_ONE = ("items", "not", "if", "then", "else", "contains", "additionalItems")
_MANY = ("anyOf", "allOf", "oneOf", "prefixItems")
_NAMED = ("properties", "$defs", "definitions")


def schema(path: str, root: Mapping[str, Any]) -> Iterator[str]:
    """Why a schema is refused, with the path of each place."""
    for place, node in _nodes(path, root):
        for word in _FORBIDDEN:
            if word in node:
                yield f"{at(place, word)}: is not supported in output schemas"
        if _is_object_schema(node) and node.get("additionalProperties") is not False:
            yield f"{at(place, 'additionalProperties')}: must be false for every object"
    if _recurs(root, root, ()):
        yield f"{path}: recursive schemas are not supported"


def _is_object_schema(node: Mapping[str, Any]) -> bool:
    kind = node.get("type")
    return kind == "object" or (isinstance(kind, list) and "object" in kind) or "properties" in node


def _children(node: Mapping[str, Any], holders: tuple[str, ...] = _NAMED) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The schemas directly in a schema, with their path below it; `properties` names fields, not keywords."""
    for word in _ONE:
        if is_object(node.get(word)):
            yield word, node[word]
    for word in _MANY:
        if isinstance(node.get(word), list):
            yield from ((f"{word}.{number}", entry) for number, entry in enumerate(node[word]) if is_object(entry))
    for word in holders:
        if is_object(node.get(word)):
            yield from ((f"{word}.{name}", entry) for name, entry in node[word].items() if is_object(entry))


def _nodes(path: str, node: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield path, node
    for name, child in _children(node):
        yield from _nodes(at(path, name), child)


def _recurs(root: Mapping[str, Any], node: Mapping[str, Any], above: tuple[str, ...]) -> bool:
    """Whether following references from here comes back to one that is being followed (`#`, the root, always is)."""
    reference = node.get("$ref")
    if isinstance(reference, str):
        if reference == "#" or reference in above:
            return True
        target = _resolved(root, reference)
        if target is not None and _recurs(root, target, (*above, reference)):
            return True
    return any(_recurs(root, child, above) for _, child in _children(node, ("properties",)))


def _resolved(root: Mapping[str, Any], reference: str) -> Mapping[str, Any] | None:
    """What a `#/…` reference points at; None if it is nowhere in this schema."""
    place: Any = root
    for step in reference.removeprefix("#/").split("/"):
        place = place.get(step.replace("~1", "/").replace("~0", "~")) if is_object(place) else None
    return place if is_object(place) else None
