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
from uuid import UUID

MAX_NAME = 64
# More are not offered as fields of a form; filling itself has no limit.
MAX_VARIABLES = 200
# Beginning with letters that are always the same it is found quickly: backslashes before it are counted afterwards.
_PLACE = re.compile(rf"\{{\{{[ \t]*([^\W\d]\w{{0,{MAX_NAME - 1}}})[ \t]*\}}\}}")


class Kind(StrEnum):
    """What kind of value a variable takes, and so which field it gets."""

    TEXT = "text"
    LONG = "long"
    NUMBER = "number"
    CHOICE = "choice"
    JSON = "json"
    FILE = "file"  # its value: the file's id, a space, its name
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

    def file_id(self, given: str) -> str:
        """The id of the file that is its value; empty if it is none."""
        try:
            return str(UUID(self.value(given).partition(" ")[0])) if self.kind == Kind.FILE else ""
        except ValueError:
            return ""

    def value(self, given: str) -> str:
        """What is inserted: the given value, else the default."""
        return given or self.default


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a filled text; `variable` names what was inserted there, and is empty for the prompt's own text."""

    text: str
    variable: str = ""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where braces with a name stand: from the first of so many backslashes before them to their end."""

    start: int
    escapes: int
    end: int
    name: str

    @property
    def is_literal(self) -> bool:
        """Whether the backslashes make it text."""
        return self.escapes % 2 == 1


def _places(text: str) -> Iterator[_Place]:
    for match in _PLACE.finditer(text):
        start = match.start()
        while start and text[start - 1] == "\\":
            start -= 1
        yield _Place(start, match.start() - start, match.end(), match[1])


def find_names(texts: Iterable[str]) -> list[str]:
    """The variables of these texts, each once, in the order in which they appear."""
    return list(dict.fromkeys(place.name for text in texts for place in _places(text) if not place.is_literal))


def fill_pieces(text: str, values: Mapping[str, str]) -> Iterator[Piece]:
    """The text with values inserted once and never read again; a variable without a value stays as it stands.

    Time and memory grow with the length of text and values together.
    """
    end = 0
    for place in _places(text):
        if not place.is_literal and place.name not in values:
            continue
        yield Piece(text[end : place.start] + "\\" * (place.escapes // 2))
        end = place.end
        if place.is_literal:
            yield Piece(text[place.start + place.escapes : end])
        else:
            yield Piece(values[place.name], place.name)
    yield Piece(text[end:])


def escape(text: str) -> str:
    """The text so that filling gives it back as it is, whatever braces are in it."""
    parts, end = [], 0
    for place in _places(text):
        braces = text[place.start + place.escapes : place.end]
        parts += [text[end : place.start], "\\" * (2 * place.escapes + 1), braces]
        end = place.end
    return "".join([*parts, text[end:]])


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
