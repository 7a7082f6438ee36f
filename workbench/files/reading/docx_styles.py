"""What a DOCX says of its styles (which are headings and lists) and its numbering (bullets or numbers)."""

from __future__ import annotations

from collections import defaultdict

BULLET = "bullet"


class Styles:
    """word/styles.xml: `heading` and `ordered` by the id of a paragraph's style."""

    def __init__(self) -> None:
        self.heading: dict[str, int] = {}
        self.ordered: dict[str, bool] = {}
        self._id = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if tag == "style":
            self._id = attributes.get("styleId", "")
        elif tag == "name" and self._id:
            self._named(attributes.get("val", "").lower())
        elif tag == "outlineLvl" and self._id:
            self.heading.setdefault(self._id, level_of(attributes) + 1)

    def _named(self, name: str) -> None:
        first, _space, number = name.partition(" ")
        if name == "title":
            self.heading[self._id] = 1
        elif first == "heading" and number.isdecimal():
            self.heading[self._id] = int(number)
        elif name.startswith(("list bullet", "list number")):
            self.ordered[self._id] = name.startswith("list number")

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag == "style":
            self._id = ""

    def text(self, text: str) -> None:
        """Nothing here is text."""


class Numbering:
    """word/numbering.xml: `is_ordered` by a list's number and level."""

    def __init__(self) -> None:
        self._formats: dict[str, dict[int, str]] = defaultdict(dict)
        self._abstract_of: dict[str, str] = {}
        self._abstract = self._number = ""
        self._level = 0

    def is_ordered(self, number: str, level: int) -> bool:
        """Whether the items of this list have numbers."""
        formats = self._formats.get(self._abstract_of.get(number, ""), {})
        return formats.get(level, BULLET) not in (BULLET, "none")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if tag == "abstractNum":
            self._abstract = attributes.get("abstractNumId", "")
        elif tag == "lvl":
            self._level = level_of(attributes, "ilvl")
        elif tag == "numFmt":
            self._formats[self._abstract][self._level] = attributes.get("val", BULLET)
        elif tag == "num":
            self._number = attributes.get("numId", "")
        elif tag == "abstractNumId":
            self._abstract_of[self._number] = attributes.get("val", "")

    def end(self, tag: str) -> None:
        """Nothing ends here that matters."""

    def text(self, text: str) -> None:
        """Nothing here is text."""


def level_of(attributes: dict[str, str], name: str = "val") -> int:
    """A level from 0 to 8; 0 for what is none."""
    value = attributes.get(name, "")
    return min(int(value), 8) if value.isdecimal() and len(value) < 3 else 0
