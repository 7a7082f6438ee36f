"""The schemas within a JSON Schema: where each stands, what it refers to, and which of them come back to themselves.

Takes any JSON object, sound or not, however deep or tangled; each schema is looked at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

# Where schemas stand within a schema (JSON Schema 2020-12, and `definitions` of earlier drafts).
ONE = (
    *("items", "not", "if", "then", "else", "contains", "additionalProperties", "propertyNames"),
    *("unevaluatedItems", "unevaluatedProperties", "contentSchema"),
)
MANY = ("anyOf", "allOf", "oneOf", "prefixItems")
NAMED = ("properties", "patternProperties", "dependentSchemas", "$defs", "definitions")
# What is said of the same value, not of one within it.
IN_PLACE = ("not", "if", "then", "else", "anyOf", "allOf", "oneOf", "dependentSchemas")
APART = ("$defs", "definitions")  # what is there is used only where something refers to it
REFERENCES = ("$ref", "$dynamicRef")
ANCHORS = ("$anchor", "$dynamicAnchor")
MAX_NAME = 80  # characters of one step that are shown

type Step = str | int
type Schema = Mapping[str, Any]


@dataclass(slots=True, eq=False)
class Node:
    """One schema, where it stands, the schemas that it uses, and its references: keyword, as written, target."""

    schema: Schema
    parent: Node | None = None
    steps: tuple[Step, ...] = ()
    within: list[Node] = field(default_factory=list)
    in_place: list[Node] = field(default_factory=list)
    references: list[tuple[str, str, Node | None]] = field(default_factory=list)

    def place(self, *steps: Step) -> str:
        """The JSON pointer to it, or to what is within it."""
        path, node = [*self.steps, *steps], self.parent
        while node is not None:
            path, node = [*node.steps, *path], node.parent
        return pointer(path)


def pointer(path: list[Step]) -> str:
    """A JSON pointer (RFC 6901) for people: names that are very long are cut."""
    names = [f"{name[:MAX_NAME]}…" if isinstance(name, str) and len(name) > MAX_NAME else str(name) for name in path]
    return "".join(f"/{name.replace('~', '~0').replace('/', '~1')}" for name in names)


class Walk:
    """All schemas within one, itself included, in the order in which they stand."""

    def __init__(self, root: Schema) -> None:
        self.root = root
        self._found: dict[int, Node] = {}
        self._anchors: dict[str, Node] = {}
        self._waiting = [self._node(root)]
        to_anchors: list[tuple[Node, str, str]] = []
        while self._waiting:
            node = self._waiting.pop()
            children = [self._child(node, keyword, *steps, held) for keyword, steps, held in _held(node.schema)]
            self._waiting.extend(child for child in reversed(children) if child is not None)
            for keyword in REFERENCES:
                written = node.schema.get(keyword)
                if isinstance(written, str) and _is_anchor(written):
                    to_anchors.append((node, keyword, written))
                elif isinstance(written, str):
                    node.references.append((keyword, written, self._target(written)))
            for name in ANCHORS:
                if isinstance(anchor := node.schema.get(name), str):
                    self._anchors[f"#{anchor}"] = node
        for node, keyword, written in to_anchors:
            node.references.append((keyword, written, self._anchors.get(written)))

    def __iter__(self) -> Iterator[Node]:
        return iter(self._found.values())

    def loops(self, *, in_place: bool = False) -> list[Node]:
        """The schemas that lead back to where one came from.

        Args:
            in_place: only where that takes no step into the value, so that no value can end it.
        """
        is_followed: dict[Node, bool] = {}
        found: dict[Node, None] = {}
        for start in self:
            path = [] if start in is_followed else [(start, iter(_edges(start, in_place)))]
            is_followed.setdefault(start, True)
            while path:
                node, edges = path[-1]
                following = next(edges, None)
                if following is None:
                    is_followed[node] = False
                    path.pop()
                elif following not in is_followed:
                    is_followed[following] = True
                    path.append((following, iter(_edges(following, in_place))))
                elif is_followed[following]:
                    found[node] = None
        return list(found)

    def _node(self, schema: Schema, parent: Node | None = None, *steps: Step) -> Node:
        return self._found.setdefault(id(schema), Node(schema, parent, steps))

    def _child(self, node: Node, keyword: str, *steps_and_schema: Any) -> Node | None:  # noqa: ANN401
        """The schema under a keyword, as a new node; None if a reference led to it before."""
        *steps, schema = steps_and_schema
        is_new = id(schema) not in self._found
        child = self._node(schema, node, keyword, *steps)
        if keyword not in APART:
            node.within.append(child)
        if keyword in IN_PLACE:
            node.in_place.append(child)
        return child if is_new else None

    def _target(self, written: str) -> Node | None:
        """What a `#/…` reference points at, wherever that stands; None if it is no schema here."""
        if not written.startswith("#"):
            return None
        path: list[Step] = []
        place: object = self.root
        for name in unquote(written[1:]).split("/")[1:]:
            key = name.replace("~1", "/").replace("~0", "~")
            path.append(key)
            if isinstance(place, Mapping) and key in place:
                place = place[key]
            elif isinstance(place, list) and key.isdecimal() and int(key) < len(place):
                place = place[int(key)]
            else:
                return None
        if not isinstance(place, Mapping):
            return None
        if id(place) not in self._found:
            self._waiting.append(self._node(place, None, *path))
        return self._found[id(place)]


def _edges(node: Node, in_place: bool) -> list[Node]:
    targets = [target for _keyword, _written, target in node.references if target is not None]
    return [*(node.in_place if in_place else node.within), *targets]


def _is_anchor(written: str) -> bool:
    return len(written) > 1 and written.startswith("#") and not written.startswith("#/")


def _held(schema: Schema) -> Iterator[tuple[str, tuple[Step, ...], Schema]]:
    """The schemas directly in one: under which keyword, and which steps below it."""
    for keyword, held in schema.items():
        if keyword in ONE and isinstance(held, Mapping):
            yield keyword, (), held
        elif keyword in MANY and isinstance(held, list):
            yield from ((keyword, (index,), one) for index, one in enumerate(held) if isinstance(one, Mapping))
        elif keyword in NAMED and isinstance(held, Mapping):
            yield from ((keyword, (name,), one) for name, one in held.items() if isinstance(one, Mapping))
