"""What a place that does not fit a JSON Schema holds, and what the schema wants there, for people. Checks nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workbench.rendering.highlight import showable

MAX_WORDS = 100  # characters of a value
MAX_CHOICES = 8
# Bounds that a sign says in every language.
SIGNS = {"minimum": "≥", "maximum": "≤", "exclusiveMinimum": ">", "exclusiveMaximum": "<"}


def found_words(error: Any) -> str:  # noqa: ANN401 - jsonschema has no types
    """What is there: the value, cut short, or which key is missing."""
    if error.validator == "required":
        return _("no key “%(name)s”") % {"name": _cut(_missing(error))}
    return excerpt(error.instance)


def wanted_words(error: Any) -> str:  # noqa: ANN401 - jsonschema has no types
    """What the schema wants there."""
    keyword, value = error.validator, error.validator_value
    if keyword in (None, "additionalProperties"):
        return _("nothing: there is no such key in the schema")
    if keyword in SIGNS:
        return f"{SIGNS[keyword]} {excerpt(value)}"
    if keyword == "required":
        return _("the key “%(name)s”") % {"name": _cut(_missing(error))}
    if keyword in ("anyOf", "oneOf"):
        return _one_of_forms(error)
    words = WANTED.get(keyword)
    return words(value) if words else _("what “%(keyword)s” says") % {"keyword": keyword}


def excerpt(value: object) -> str:
    """A value as JSON, cut short; what is inside of a large one is left out."""
    if isinstance(value, Mapping) and len(value) > 3:
        return ngettext("an object of %(number)s key", "an object of %(number)s keys", len(value)) % {
            "number": len(value)
        }
    if isinstance(value, list) and len(value) > 5:
        return ngettext("a list of %(number)s value", "a list of %(number)s values", len(value)) % {
            "number": len(value)
        }
    if isinstance(value, str):
        return json.dumps(_cut(value), ensure_ascii=False)
    return _cut(json.dumps(value, ensure_ascii=False))


def _cut(text: str) -> str:
    return showable(f"{text[:MAX_WORDS]}…" if len(text) > MAX_WORDS else text)


def _missing(error: Any) -> str:  # noqa: ANN401 - jsonschema has no types
    """The key that one error of `required` is about: it says so only in its message."""
    names = [name for name in error.validator_value if name not in error.instance]
    return next((str(name) for name in names if error.message.startswith(f"{name!r} is")), "")


def _types(value: Any) -> str:  # noqa: ANN401 - a name or several
    return " | ".join(map(str, value)) if isinstance(value, list) else str(value)


def _choices(value: Any) -> str:  # noqa: ANN401 - a list
    shown = [excerpt(one) for one in value[:MAX_CHOICES]]
    return _("one of: %(choices)s") % {"choices": ", ".join([*shown, *(["…"] if len(value) > MAX_CHOICES else [])])}


def _one_of_forms(error: Any) -> str:  # noqa: ANN401 - jsonschema has no types
    if not error.context:  # `oneOf`: more than one fits
        return _("one form only, and it fits several")
    forms: dict[int, list[str]] = {}
    for inner in error.context:
        wanted = wanted_words(inner) if not inner.path else f"{inner.json_path}: {wanted_words(inner)}"
        forms.setdefault(inner.schema_path[0], []).append(wanted)
    shown = [found[0] for found in list(forms.values())[:3]]
    return _("one of these forms: %(forms)s") % {"forms": "; ".join([*shown, *(["…"] if len(forms) > 3 else [])])}


WANTED: dict[str, Callable[[Any], str]] = {
    "type": lambda value: _("type %(types)s") % {"types": _types(value)},
    "enum": _choices,
    "const": lambda value: _("exactly %(value)s") % {"value": excerpt(value)},
    "minLength": lambda value: _("a length of at least %(number)s") % {"number": value},
    "maxLength": lambda value: _("a length of at most %(number)s") % {"number": value},
    "minItems": lambda value: _("at least %(number)s values") % {"number": value},
    "maxItems": lambda value: _("at most %(number)s values") % {"number": value},
    "minProperties": lambda value: _("at least %(number)s keys") % {"number": value},
    "maxProperties": lambda value: _("at most %(number)s keys") % {"number": value},
    "multipleOf": lambda value: _("a multiple of %(number)s") % {"number": value},
    "uniqueItems": lambda _value: _("no value twice"),
    "format": lambda value: _("format %(name)s") % {"name": value},
}
