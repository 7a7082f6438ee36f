"""The vocabulary of the validator: kinds of JSON values, the shape of an object, and the case being judged.

Knows no rule of any field; every refusal is one sentence that begins with its JSON path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from tests.api.catalog import NEW_VERSION, Model, supports, undated

EXTRA = "Extra inputs are not permitted"
REQUIRED = "Field required"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value must be, in words and as a test."""

    words: str
    fits: Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Case:
    """What a request is judged by: its version, betas and model (None if there is no such model)."""

    api_version: str
    betas: tuple[str, ...]
    model: Model | None

    @property
    def new_version(self) -> bool:
        """Whether the rules of 2026-10-21 hold."""
        return self.api_version == NEW_VERSION

    @property
    def key(self) -> str:
        """The undated id of the model; empty if there is none."""
        return undated(self.model["id"]) if self.model else ""

    def has_beta(self, *prefixes: str) -> bool:
        """Whether a beta of one of these families was asked for."""
        return any(beta.startswith(prefixes) for beta in self.betas)

    def lacks(self, *capability: str) -> bool:
        """Whether the model is known and states that it does not support this."""
        return self.model is not None and not supports(self.model, *capability)


def is_whole(value: object) -> bool:
    """Whether a value is a JSON integer; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: object) -> bool:
    """Whether a value is a JSON number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_object(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Whether a value is a JSON object."""
    return isinstance(value, Mapping)


TEXT = Kind("a string", lambda value: isinstance(value, str))
FILLED = Kind("a non-empty string", lambda value: isinstance(value, str) and value != "")
FLAG = Kind("true or false", lambda value: isinstance(value, bool))
OBJECT = Kind("an object", is_object)
ARRAY = Kind("an array", lambda value: isinstance(value, list))
OBJECTS = Kind("an array of objects", lambda value: isinstance(value, list) and all(map(is_object, value)))
TEXTS = Kind("an array of strings", lambda value: isinstance(value, list) and all(isinstance(v, str) for v in value))
ANYTHING = Kind("anything", lambda _value: True)
COUNT = Kind("an integer of at least 1", lambda value: is_whole(value) and value >= 1)


def one_of(*words: str) -> Kind:
    """One of these strings."""
    return Kind("one of " + ", ".join(words), lambda value: isinstance(value, str) and value in words)


def or_null(kind: Kind) -> Kind:
    """This kind, or null."""
    return Kind(f"{kind.words} or null", lambda value: value is None or kind.fits(value))


def at(path: str, name: str | int) -> str:
    """The path of a member."""
    return f"{path}.{name}" if path else str(name)


def shape(
    path: str,
    value: object,
    required: Mapping[str, Kind],
    optional: Mapping[str, Kind],
    *,
    closed: bool = True,
) -> Iterator[str]:
    """Why a value is not an object with these members: missing, of the wrong kind, or (if closed) too many."""
    if not is_object(value):
        yield f"{path}: must be an object"
        return
    yield from (f"{at(path, name)}: {REQUIRED}" for name in required if name not in value)
    known = {**required, **optional}
    for name in value:
        if name in known:
            if not known[name].fits(value[name]):
                yield f"{at(path, name)}: must be {known[name].words}"
        elif closed:
            yield f"{at(path, name)}: {EXTRA}"


def kind_of(value: object) -> str:
    """The `type` of what should be an object; empty if it has none."""
    kind = value.get("type") if is_object(value) else None
    return kind if isinstance(kind, str) else ""


def objects(value: object) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The objects of what should be an array, with their positions; whatever else it holds is passed over."""
    if isinstance(value, list):
        yield from ((position, entry) for position, entry in enumerate(value) if is_object(entry))
