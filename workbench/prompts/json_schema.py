"""Whether a value fits a JSON Schema (2020-12), and the places where it does not, in words.

Bounded, whatever the schema and the value: by time, by steps and by the number of places. Follows no reference out of
the schema, and runs no regular expression of a schema: nothing could interrupt one that takes for ever.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.exceptions import UnknownType
from jsonschema.validators import extend
from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped] # it has no types
from referencing.exceptions import Unresolvable

from workbench.prompts.schema_walk import pointer
from workbench.prompts.schema_words import found_words, wanted_words
from workbench.rendering.highlight import showable

MAX_PLACES = 50
MAX_STEPS = 200_000  # keywords applied to values
BUDGET = 0.5  # s of this thread's processor time
# Those that take no more than what Python itself knows; any other is an annotation, as the standard has it.
FORMATS = ("date", "email", "ipv4", "ipv6", "uuid")

type Keyword = Callable[[Any, Any, Any, Any], Iterator[ValidationError] | None]


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a value that does not fit: its JSON pointer (empty: the whole), what is there, what is wanted."""

    pointer: str
    found: str
    wanted: str
    path: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class Fit:
    """How a value fits a schema. `gave_up`: it was not checked to the end; `unchecked`: keywords that were left out;
    `has_more`: there are more places than MAX_PLACES."""

    places: list[Place] = field(default_factory=list)
    unchecked: tuple[str, ...] = ()
    gave_up: bool = False
    has_more: bool = False

    @property
    def is_fit(self) -> bool:
        """Whether all that was checked fits."""
        return not self.places and not self.gave_up


class _EnoughError(Exception):
    """It takes too long."""


@dataclass(slots=True)
class _Work:
    """What one check has done so far."""

    until: float
    steps: int = 0
    unchecked: dict[str, None] = field(default_factory=dict)

    def step(self) -> None:
        """Count a keyword.

        Raises:
            _EnoughError: that were too many, or it took too long.
        """
        self.steps += 1
        if self.steps > MAX_STEPS or (self.steps % 64 == 0 and time.thread_time() > self.until):
            raise _EnoughError


_work: ContextVar[_Work] = ContextVar("work")


def check_fit(schema: object, value: object) -> Fit:
    """How a JSON value fits a schema. A schema that is none itself fits nothing: `gave_up`."""
    work = _Work(time.thread_time() + BUDGET)
    before = _work.set(work)
    places: dict[tuple[str, str], Place] = {}
    gave_up = False
    try:
        for error in _Validator(schema, registry=REGISTRY, format_checker=_FORMATS).iter_errors(value):
            place = _place(error)
            places.setdefault((place.pointer, place.wanted), place)
            if len(places) > MAX_PLACES:
                break
    except (_EnoughError, RecursionError, Unresolvable):
        gave_up = True
    except (UnknownType, TypeError, ValueError, AttributeError, KeyError, ArithmeticError):
        gave_up = True  # the schema says what no schema can say, such as `"required": 1`
    finally:
        _work.reset(before)
    found = list(places.values())
    return Fit(found[:MAX_PLACES], tuple(work.unchecked), gave_up, len(found) > MAX_PLACES)


def misuses(schema: object) -> Fit:
    """Where a schema uses the words of JSON Schema in another way than the standard (2020-12) allows."""
    return check_fit(Draft202012Validator.META_SCHEMA, schema)


def _place(error: ValidationError) -> Place:
    path = tuple(error.absolute_path)
    return Place(showable(pointer(list(path))), found_words(error), wanted_words(error), path)


def _counted(keyword: Keyword) -> Keyword:
    def check(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:  # noqa: ANN401
        _work.get().step()
        yield from keyword(validator, value, instance, schema) or ()

    return check


def _unchecked(name: str) -> Keyword:
    def check(_validator: Any, _value: Any, _instance: Any, _schema: Any) -> None:  # noqa: ANN401
        _work.get().unchecked[name] = None

    return check


def _additional_properties(
    validator: Any,  # noqa: ANN401
    allowed: Any,  # noqa: ANN401
    instance: Any,  # noqa: ANN401
    schema: Mapping[str, Any],
) -> Iterator[ValidationError]:
    """As the standard has it, with a place for each key; which keys a pattern lets through is not known here."""
    if isinstance(instance, dict) and "patternProperties" not in schema:
        known = schema.get("properties", {})
        for name, value in instance.items():
            if name in known:
                continue
            if allowed is False:
                yield ValidationError("additionalProperties", path=(name,), instance=value)
            yield from () if allowed is False else validator.descend(value, allowed, path=name)


def _multiple_of(
    _validator: Any,  # noqa: ANN401
    divisor: Any,  # noqa: ANN401
    instance: Any,  # noqa: ANN401
    _schema: Any,  # noqa: ANN401
) -> Iterator[ValidationError]:
    """By the numbers as they are written: 0.3 is a multiple of 0.1."""
    if isinstance(instance, bool) or not isinstance(instance, int | float):
        return
    if (Fraction(str(instance)) / Fraction(str(divisor))).denominator != 1:
        yield ValidationError("multipleOf")


def _unique_items(
    _validator: Any,  # noqa: ANN401
    is_wanted: Any,  # noqa: ANN401
    instance: Any,  # noqa: ANN401
    _schema: Any,  # noqa: ANN401
) -> Iterator[ValidationError]:
    """In a time that grows with the list, not with its square."""
    if is_wanted and isinstance(instance, list) and len({_hashable(value) for value in instance}) < len(instance):
        yield ValidationError("uniqueItems")


def _hashable(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, bool):
        return ("yes or no", value)  # which is no number, though 1 == True
    if isinstance(value, list):
        return ("list", *map(_hashable, value))
    if isinstance(value, dict):
        return frozenset((name, _hashable(one)) for name, one in value.items())
    return value


_OWN = {
    "additionalProperties": _additional_properties,
    "multipleOf": _multiple_of,
    "uniqueItems": _unique_items,
    **{name: _unchecked(name) for name in ("pattern", "patternProperties", "unevaluatedProperties")},
}
_FORMATS = FormatChecker(FORMATS)
_KEYWORDS: Mapping[str, Any] = Draft202012Validator.VALIDATORS
# All words of the standard, with those that say nothing of a value's shape.
KEYWORDS = frozenset({
    *_KEYWORDS, "$schema", "$id", "$anchor", "$dynamicAnchor", "$vocabulary", "$comment", "$defs", "definitions",
    "title", "description", "default", "deprecated", "readOnly", "writeOnly", "examples", "then", "else",
    "minContains", "maxContains", "contentEncoding", "contentMediaType", "contentSchema",
})  # fmt: skip
_Validator: Any = extend(  # type: ignore[no-untyped-call] # its stubs leave it out
    Draft202012Validator, {name: _counted(_OWN.get(name, keyword)) for name, keyword in _KEYWORDS.items()}
)
