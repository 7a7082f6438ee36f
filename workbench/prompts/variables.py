"""Variables: `{{name}}` in any text of a prompt. One pass, literal values, no expressions; knows no database.

A name is a letter or underscore followed by letters, digits and underscores, of any script. Anything else in braces
is text like all other: JSON, LaTeX and code are never touched. A backslash before the braces makes them text, too:
`\\{{name}}` gives `{{name}}`; two give one backslash and the value, as in most languages.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

MAX_NAME = 64
# More are not offered as fields of a form; filling itself has no limit.
MAX_VARIABLES = 200
# A run of backslashes counts only directly before what would be a variable.
_PLACE = re.compile(rf"(?<!\\)(\\*)\{{\{{[ \t]*([^\W\d]\w{{0,{MAX_NAME - 1}}})[ \t]*\}}\}}")


class Kind(StrEnum):
    """What kind of value a variable takes, and so which field it gets."""

    TEXT = "text"
    LONG = "long"
    NUMBER = "number"
    CHOICE = "choice"
    JSON = "json"
    LITERAL = "literal"  # no variable at all: the braces belong to the text


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable as it is defined in a prompt. `default` is used where no value is given, `sample` shows an example."""

    name: str
    kind: Kind = Kind.LONG
    default: str = ""
    sample: str = ""
    is_required: bool = True
    choices: Sequence[str] = ()

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Variable:
        """From its stored shape; what is missing or strange there becomes the usual."""
        kind = str(stored.get("kind", ""))
        return cls(
            name=str(stored.get("name", "")),
            kind=Kind(kind) if kind in Kind else Kind.LONG,
            default=str(stored.get("default", "")),
            sample=str(stored.get("sample", "")),
            is_required=stored.get("required", True) is not False,
            choices=tuple(str(choice) for choice in stored.get("choices") or ()),
        )

    def stored(self) -> dict[str, Any]:
        """The shape in which it is stored: only what differs from the usual."""
        found: dict[str, Any] = {"name": self.name, "kind": str(self.kind)}
        if self.default:
            found["default"] = self.default
        if self.sample:
            found["sample"] = self.sample
        if not self.is_required:
            found["required"] = False
        if self.choices:
            found["choices"] = list(self.choices)
        return found

    def value(self, given: str) -> str:
        """What is inserted: the given value, else the default."""
        return given or self.default


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a filled text; `variable` names what was inserted there, and is empty for the prompt's own text."""

    text: str
    variable: str = ""


def find_names(texts: Iterable[str]) -> list[str]:
    """The variables of these texts, each once, in the order in which they appear."""
    found: dict[str, None] = {}
    for text in texts:
        for match in _PLACE.finditer(text):
            if len(match[1]) % 2 == 0:
                found[match[2]] = None
    return list(found)


def fill_pieces(text: str, values: Mapping[str, str]) -> Iterator[Piece]:
    """The text with values inserted once and never read again; a variable without a value stays as it stands.

    Time and memory grow with the length of text and values together.
    """
    end = 0
    for match in _PLACE.finditer(text):
        escapes, name = match[1], match[2]
        is_literal = len(escapes) % 2 == 1
        if not is_literal and name not in values:
            continue
        yield Piece(text[end : match.start()] + "\\" * (len(escapes) // 2))
        end = match.end()
        if is_literal:
            yield Piece(text[match.start() + len(escapes) : end])
        else:
            yield Piece(values[name], name)
    yield Piece(text[end:])


def escape(text: str) -> str:
    """The text so that filling gives it back as it is, whatever braces are in it."""
    return _PLACE.sub(lambda match: "\\" * (2 * len(match[1]) + 1) + match[0][len(match[1]) :], text)


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with values inserted; see `fill_pieces`."""
    return "".join(piece.text for piece in fill_pieces(text, values))


def is_number(text: str) -> bool:
    """Whether a value is a finite number as people and JSON write it."""
    try:
        return math.isfinite(float(text)) and "_" not in text
    except ValueError:
        return False


def is_json(text: str) -> bool:
    """Whether a value is JSON."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
