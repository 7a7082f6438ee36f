"""References within a JSON Schema: those that lead nowhere, out of it, or back to themselves without end; and how large
and deep it is. Never follows one out of the schema, and never recurses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from django.utils.translation import gettext as _

MAX_DEPTH = 60  # of objects and lists in each other
MAX_NODES = 10_000  # objects and lists: checking more would keep a person waiting
# What these hold are values, not schemas.
VALUES = ("const", "enum", "default", "examples")
# Applied to the same value: a circle of these never comes to an end.
IN_PLACE = ("allOf", "anyOf", "oneOf", "not", "if", "then", "else")

type Path = tuple[str | int, ...]


def too_large(value: object) -> str:
    """Why a JSON value is too large or deep to be checked; empty if it is not."""
    waiting: list[tuple[object, int]] = [(value, 1)]
    nodes = 0
    while waiting:
        node, depth = waiting.pop()
        inner = node.values() if isinstance(node, Mapping) else node if isinstance(node, list) else ()
        nodes += 1
        if depth > MAX_DEPTH:
            return _("This is nested too deeply.")
        if nodes > MAX_NODES:
            return _("This is too large.")
        waiting += [(one, depth + 1) for one in inner if isinstance(one, Mapping | list)]
    return ""


def wrong_references(schema: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Each reference that cannot be followed or never ends: its place, and why. The schema is not too large."""
    references = dict(_references(schema))
    anchors = {name: node for node in _schemas(schema) if isinstance(name := node.get("$anchor"), str)}
    for path, reference in references.items():
        if not reference.startswith("#"):
            yield path, _("“%(reference)s” lies outside of the schema; nobody looks there.") % {"reference": reference}
        elif (target := _target(schema, anchors, reference)) is None:
            yield path, _("“%(reference)s” leads nowhere.") % {"reference": reference}
        elif _comes_back(schema, anchors, reference, target):
            yield path, _("“%(reference)s” leads back to itself without end.") % {"reference": reference}


def _references(schema: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    waiting: list[tuple[Path, object]] = [((), schema)]
    while waiting:
        path, node = waiting.pop()
        if isinstance(node, Mapping):
            if isinstance(reference := node.get("$ref"), str):
                yield (*path, "$ref"), reference
            waiting += [((*path, name), one) for name, one in node.items() if name not in VALUES]
        elif isinstance(node, list):
            waiting += [((*path, index), one) for index, one in enumerate(node)]


def _schemas(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    waiting: list[object] = [schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Mapping):
            yield node
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node


def _target(schema: Mapping[str, Any], anchors: Mapping[str, Any], reference: str) -> object:
    """What a reference within the schema points at: by a JSON pointer, or by the name of an anchor. None: nothing."""
    pointer = unquote(reference.removeprefix("#"))
    if pointer and not pointer.startswith("/"):
        return anchors.get(pointer)
    node: Any = schema
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(node, Mapping):
            node = node.get(name)
        elif isinstance(node, list) and name.isascii() and name.isdecimal() and int(name) < len(node):
            node = node[int(name)]
        else:
            return None
    return node if isinstance(node, Mapping | bool) else None


def _comes_back(schema: Mapping[str, Any], anchors: Mapping[str, Any], reference: str, target: object) -> bool:
    """Whether following a reference, and those that apply to the same value, comes back to it."""
    waiting, seen = [target], {reference}
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        if not isinstance(node, Mapping):
            continue
        waiting += [node[word] for word in IN_PLACE if word in node]
        further = node.get("$ref")
        if further == reference:
            return True
        if isinstance(further, str) and further not in seen:
            seen.add(further)
            waiting.append(_target(schema, anchors, further))
    return False
