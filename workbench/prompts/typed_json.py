"""JSON as people type it: read strictly, with words for what is wrong and where; and written for them to go on."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import orjson
from django.utils.translation import gettext as _

NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class TypedJsonError(ValueError):
    """What was typed is no JSON that can be sent; the message says why, in words."""


def read_typed(text: str) -> Any:  # noqa: ANN401 - any JSON
    """The value of a text.

    Raises:
        TypedJsonError: it is no JSON, a key stands twice in one object, or it holds what cannot be sent.
    """
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite)
    except RecursionError:
        raise TypedJsonError(_("This is nested too deeply.")) from None
    except json.JSONDecodeError as error:
        raise TypedJsonError(_("This is not JSON.") + f" ({error.lineno}:{error.colno})") from None
    except TypedJsonError:
        raise
    except ValueError:  # Python reads no whole number of more than 4,300 digits
        raise TypedJsonError(_("A number in it is too long.")) from None
    try:
        written = orjson.dumps(found)
    except TypeError as error:
        raise TypedJsonError(_("This cannot be sent: %(reason)s.") % {"reason": error}) from None
    if NUL.search(written):
        raise TypedJsonError(_("It holds the character NUL, which cannot be kept."))
    return found


def write_typed(value: object) -> str:
    """A value as a person would type it: indented by two, letters as they are."""
    return json.dumps(value, indent=2, ensure_ascii=False)


class Members(list[tuple[str, Any]]):
    """The members of an object in their order; a key may stand twice."""


def read_members(text: str) -> Any:  # noqa: ANN401 - any JSON
    """The value of a text with its objects as Members; None if it is no JSON."""
    try:
        return json.loads(text, object_pairs_hook=Members)
    except (ValueError, RecursionError):
        return None


def write_members(value: object, indent: str = "") -> str:
    """A value with Members in it as a person would type it. For what is nested a little only."""
    inner = indent + "  "
    if isinstance(value, Members) and value:
        lines = [f"{inner}{write_typed(name)}: {write_members(one, inner)}" for name, one in value]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    return "{}" if isinstance(value, Members) else json.dumps(value, ensure_ascii=False)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise TypedJsonError(_("“%(name)s” stands twice in one object.") % {"name": twice})
    return found


def _finite(number: str) -> float:
    found = float(number)
    if not math.isfinite(found):
        raise TypedJsonError(_("%(number)s is too large for a number.") % {"number": number[:40]})
    return found


def _no_number(name: str) -> None:
    raise TypedJsonError(_("JSON has no %(name)s.") % {"name": name})
