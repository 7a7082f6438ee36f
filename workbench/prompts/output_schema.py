"""The schema that an answer must fit, as it is typed: what it says, and what is wrong with it, each with its place.

Knows no model and no request. What is refused is what the API's structured outputs do not take (api reference,
`output_config.format`); what is doubtful is what the vendor's own Python SDK (2.12) leaves out of the schemas it sends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from workbench.prompts.json_schema import KEYWORDS, misuses
from workbench.prompts.schema_walk import Node, Step, Walk, pointer
from workbench.prompts.typed_json import Members, TypedJsonError, read_members, read_typed, write_typed
from workbench.rendering.highlight import showable

MAX_SIZE = 200_000  # characters; a schema goes along with every request
MAX_PROBLEMS = 50
REFUSED = ("pattern", "minimum", "maximum")
DOUBTFUL = (
    *("exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "maxItems", "uniqueItems"),
    *("minProperties", "maxProperties", "patternProperties", "propertyNames", "prefixItems", "contains", "not", "if"),
    *("oneOf", "dependentSchemas", "dependentRequired", "unevaluatedItems", "unevaluatedProperties"),
)
FORMATS = ("date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid")


class Level(StrEnum):
    """How bad a problem is."""

    WRONG = "wrong"  # no schema: it is not sent
    REFUSED = "refused"  # the API refuses it
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a schema, and where: a JSON pointer, or empty if it is about the whole or says so itself."""

    level: Level
    words: str
    pointer: str = ""

    def __str__(self) -> str:
        return f"{self.pointer}: {self.words}" if self.pointer else self.words


@dataclass(frozen=True, slots=True)
class TypedSchema:
    """What a text says: the schema (None: nothing was typed, or nothing that could be one) and its problems."""

    schema: dict[str, Any] | None = None
    problems: list[Problem] = field(default_factory=list)
    open_objects: int = 0  # that could be closed by `closed`

    @property
    def wrong(self) -> list[Problem]:
        """Why it cannot be sent."""
        return [problem for problem in self.problems if problem.level == Level.WRONG]

    @property
    def refused(self) -> list[Problem]:
        """Why the API refuses it."""
        return [problem for problem in self.problems if problem.level == Level.REFUSED]


def read_schema(text: str) -> TypedSchema:
    """The schema in a text, checked; empty text is none. The worst problems come first, at most MAX_PROBLEMS."""
    if not text.strip():
        return TypedSchema()
    if len(text) > MAX_SIZE:
        words = _("This is longer than %(number)s characters.") % {"number": MAX_SIZE}
        return TypedSchema(problems=[Problem(Level.WRONG, words)])
    try:
        value = read_typed(text)
    except TypedJsonError as error:
        return TypedSchema(problems=list(islice(_twice(text), MAX_PROBLEMS)) or [Problem(Level.WRONG, str(error))])
    if not isinstance(value, dict):
        return TypedSchema(problems=[Problem(Level.WRONG, _("Write one JSON object: { … }."))])
    return check_schema(value)


def check_schema(schema: dict[str, Any]) -> TypedSchema:
    """What is wrong with a schema."""
    nodes = Walk(schema)
    found = [*_misused(schema), *_looping(nodes)]
    is_open = 0
    for node in nodes:
        found += islice(_node_problems(node), MAX_PROBLEMS)
        is_open += _is_open(node.schema)
    unique = list(dict.fromkeys(found))
    worst = [problem for level in Level for problem in unique if problem.level == level]
    return TypedSchema(schema, worst[:MAX_PROBLEMS], is_open)


def closed(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The same schema with `additionalProperties: false` for every object that says nothing of other keys."""
    copy: dict[str, Any] = read_typed(write_typed(schema))
    for node in Walk(copy):
        if _is_open(node.schema) and isinstance(node.schema, dict):
            node.schema["additionalProperties"] = False
    return copy


def _is_object(schema: Mapping[str, Any]) -> bool:
    kind = schema.get("type")
    return kind == "object" or (isinstance(kind, list) and "object" in kind) or "properties" in schema


def _is_open(schema: Mapping[str, Any]) -> bool:
    return _is_object(schema) and schema.get("additionalProperties", True) is True


def _misused(schema: Mapping[str, Any]) -> Iterator[Problem]:
    fit = misuses(schema)
    for place in fit.places:
        words = _("%(found)s stands here; JSON Schema wants %(wanted)s.")
        yield Problem(Level.WRONG, words % {"found": place.found, "wanted": place.wanted}, place.pointer)
    if fit.gave_up:
        yield Problem(Level.DOUBTFUL, _("This is too large to be checked to its end."))


def _looping(nodes: Walk) -> Iterator[Problem]:
    endless = nodes.loops(in_place=True)
    for node in endless:
        yield Problem(
            Level.WRONG, _("This leads back to itself without an end: no value can be checked."), node.place()
        )
    for node in nodes.loops():
        if node not in endless:
            yield Problem(Level.REFUSED, _("This schema holds itself: the provider refuses recursion."), node.place())


def _node_problems(node: Node) -> Iterator[Problem]:
    schema = node.schema
    for keyword, written, target in node.references:
        if target is None:
            words = _("“%(name)s” points nowhere.") if written.startswith("#") else _("“%(name)s” is not followed.")
            yield Problem(Level.WRONG, words % {"name": showable(written)}, node.place(keyword))
    if _is_open(schema):
        yield Problem(Level.REFUSED, _("Every object needs “additionalProperties”: false."), node.place())
    elif _is_object(schema) and schema["additionalProperties"] is not False:
        words = _("The provider takes only false here.")
        yield Problem(Level.REFUSED, words, node.place("additionalProperties"))
    for keyword, value in schema.items():
        if keyword in REFUSED:
            yield Problem(Level.REFUSED, _("The provider does not take this keyword."), node.place(keyword))
        elif _is_doubtful(keyword, value):
            words = _("The provider’s own client leaves this out of schemas: it may be refused.")
            yield Problem(Level.DOUBTFUL, words, node.place(keyword))
        elif keyword not in KEYWORDS:
            words = _("JSON Schema has no such keyword; it has no effect.")
            yield Problem(Level.DOUBTFUL, words, node.place(keyword))


def _is_doubtful(keyword: str, value: object) -> bool:
    return (
        keyword in DOUBTFUL
        or (keyword == "minItems" and value not in (0, 1))
        or (keyword == "format" and value not in FORMATS)
    )


def _twice(text: str) -> Iterator[Problem]:
    """The keys that stand twice in one object, if that is what is wrong."""
    waiting: list[tuple[list[Step], object]] = [([], read_members(text))]
    while waiting:
        path, value = waiting.pop()
        members: list[tuple[Step, object]] = []
        if isinstance(value, Members):
            members += value
        elif isinstance(value, list):
            members += enumerate(value)
        seen: set[Step] = set()
        for name, _value in members:
            if name in seen:
                words = _("“%(name)s” stands twice in one object.") % {"name": showable(str(name))}
                yield Problem(Level.WRONG, words, pointer([*path, name]))
            seen.add(name)
        waiting.extend(reversed([([*path, name], one) for name, one in members]))
