"""The body of a DOCX as Markdown, paragraph by paragraph, as expat meets its elements."""

from __future__ import annotations

from collections import defaultdict

from workbench.files.reading import Write
from workbench.files.reading.docx_styles import Numbering, Styles, level_of

# What was moved away or stands a second time for older programs.
SKIPPED = ("moveFrom", "Fallback")
BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


class Body:
    """Writes each paragraph, and each row of a table, once it is whole."""

    def __init__(self, write: Write, styles: Styles, numbering: Numbering) -> None:
        self.paragraphs = self.tables = 0
        self._write, self._styles, self._numbering = write, styles, numbering
        self._counters: dict[tuple[str, int], int] = defaultdict(int)
        self._skipping = self._table_depth = 0
        self._is_text = self._is_list = False
        self._row: list[str] = []
        self._cell: list[str] = []
        self._rows = 0
        self._begin()

    def _begin(self) -> None:
        self._parts: list[str] = []
        self._style, self._list, self._level, self._outline = "", "", 0, 0
        self._in_properties = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if self._skipping or tag in SKIPPED:
            self._skipping += 1
        elif tag == "p":
            self._begin()
        elif tag == "pPr":
            self._in_properties = True
        elif self._in_properties:
            self._property(tag, attributes)
        elif tag == "t":
            self._is_text = True
        elif tag in BREAKS:
            self._parts.append(BREAKS[tag])
        else:
            self._start_table(tag)

    def _start_table(self, tag: str) -> None:
        if tag == "tbl":
            self._table_depth += 1
            if self._table_depth == 1:
                self._end_list()
                self.tables, self._rows = self.tables + 1, 0
        elif tag == "tr" and self._table_depth == 1:
            self._row = []
        elif tag == "tc" and self._table_depth == 1:
            self._cell = []

    def _property(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "pStyle":
            self._style = attributes.get("val", "")
        elif tag == "numId":
            self._list = attributes.get("val", "")
        elif tag == "ilvl":
            self._level = level_of(attributes)
        elif tag == "outlineLvl":
            self._outline = level_of(attributes) + 1

    def text(self, text: str) -> None:
        """Characters; only those of text elements count."""
        if self._is_text and not self._skipping:
            self._parts.append(text)

    def end(self, tag: str) -> None:
        """An element ends."""
        if self._skipping:
            self._skipping -= 1
        elif tag == "t":
            self._is_text = False
        elif tag == "pPr":
            self._in_properties = False
        elif tag == "p":
            self._paragraph("".join(self._parts))
        elif tag == "tc" and self._table_depth == 1:
            self._row.append(" ".join(self._cell).replace("|", "\\|").replace("\n", " "))
        elif tag == "tr" and self._table_depth == 1:
            self._table_row()
        elif tag == "tbl":
            self._table_depth -= 1
            if self._table_depth == 0:
                self._write("\n")

    def _paragraph(self, text: str) -> None:
        if not text.strip():
            return
        if self._table_depth:
            self._cell.append(text.strip())
            return
        self.paragraphs += 1
        heading = self._styles.heading.get(self._style, self._outline)
        if mark := self._list_mark():
            self._is_list = True
            self._write(f"{mark} {text.strip()}\n")
            return
        self._end_list()
        # A level above 6 is text of the body, and so is 10 ("body text" in the outline).
        self._write(f"{'#' * heading} {text.strip()}\n\n" if 1 <= heading <= 6 else f"{text}\n\n")

    def _list_mark(self) -> str:
        """The mark of a list's item with its indent; empty if it is none."""
        is_styled = self._style in self._styles.ordered
        if self._list in ("", "0") and not is_styled:
            return ""
        is_ordered = self._styles.ordered.get(self._style, False)
        if self._list:
            is_ordered = self._numbering.is_ordered(self._list, self._level)
        key = (self._list or self._style, self._level)
        self._counters[key] += 1
        for number, level in list(self._counters):
            if number == key[0] and level > self._level:
                del self._counters[number, level]
        return "  " * self._level + (f"{self._counters[key]}." if is_ordered else "-")

    def _end_list(self) -> None:
        if self._is_list:
            self._is_list = False
            self._write("\n")

    def _table_row(self) -> None:
        self._write(f"| {' | '.join(self._row)} |\n")
        self._rows += 1
        if self._rows == 1:
            self._write(f"|{' --- |' * len(self._row)}\n")
