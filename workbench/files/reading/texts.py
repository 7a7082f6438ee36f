"""Text in any encoding: plain, code, JSON and tables. Decides by the content whether it is text at all."""

from __future__ import annotations

import codecs
import csv
import json
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

from charset_normalizer import from_bytes

from workbench.files.reading import Details, ProblemError, TextFullError, Write

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# No text has them: tab, line feed, form feed and carriage return are not among them.
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
CONTROL_BYTES = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
WESTERN = "cp1252"
LOOKED_AT = 256 * 1024  # bytes, to find an old encoding
PIECE = 64 * 1024  # characters
TABLES = (".csv", ".tsv", ".tab")
# More takes the sniffer’s expressions too long (characters).
SNIFFED = 8 * 1024
DELIMITERS = ",;\t|"
# Larger JSON is shown as it is: to check it takes ten times its size in memory (characters).
MAX_PRETTY = 8 * 1024 * 1024
MAX_GROWTH = 4  # times, by laying JSON out
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


def read(file: BinaryIO, name: str, details: Details, write: Write) -> None:
    """Write the text. Details: encoding, kind (csv, json, text), and rows, columns, delimiter of a table."""
    data = file.read()
    text, details["encoding"] = _decode(data)
    del data
    if (pretty := _pretty_json(text)) is not None:
        details["kind"] = "json"
        _write_in_pieces(pretty, write)
    elif PurePosixPath(name.lower()).suffix in TABLES and (delimiter := _delimiter_of(text, name)):
        _read_table(text, delimiter, details, write)
    else:
        details["kind"] = "text"
        details["lines"] = text.count("\n") + (not text.endswith("\n"))
        _write_in_pieces(text, write)


def _decode(data: bytes) -> tuple[str, str]:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _checked(data, encoding), encoding.removesuffix("-sig")
    try:
        return _checked(data, "utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    # None of the encodings before Unicode uses these bytes for anything else.
    if CONTROL_BYTES.search(data):
        raise ProblemError("not_accepted")
    encoding = _guess_encoding(data[:LOOKED_AT])
    if not encoding:
        raise ProblemError("not_accepted")
    return _checked(data, encoding), encoding


def _guess_encoding(data: bytes) -> str:
    """The old encoding that the text is most likely in; empty if it is likely in none."""
    matches = from_bytes(data)
    best = matches.best()
    if best is None:
        return ""
    # Central European and Baltic encodings read Western text as well; the Western one is by far the most common.
    is_western = any(WESTERN in match.could_be_from_charset and match.chaos <= best.chaos for match in matches)
    return WESTERN if is_western else best.encoding


def _checked(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        if encoding == "utf-8":
            raise
        raise ProblemError("not_accepted") from None
    if CONTROLS.search(text):
        raise ProblemError("not_accepted")
    return text


def _write_in_pieces(text: str, write: Write) -> None:
    for start in range(0, len(text), PIECE):
        write(text[start : start + PIECE])


def _pretty_json(text: str) -> str | None:
    """The text with a line for each value, or None if it is no JSON object or list.

    Token by token: numbers stay as they are written, and a key that comes twice stays twice.
    """
    if text.lstrip()[:1] not in ("{", "["):
        return None
    if len(text) > MAX_PRETTY:
        return None
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return None
    pieces = TOKEN.findall(text)
    # Nested deeply, the indents alone would be many times the text.
    if sum(map(len, _indented(pieces))) > MAX_GROWTH * len(text):
        return None
    return "".join(_indented(pieces))


OPENING, CLOSING = ("{", "["), ("}", "]")


def _indented(pieces: list[str]) -> Iterator[str]:
    depth = 0
    for index, piece in enumerate(pieces):
        following = pieces[index + 1] if index + 1 < len(pieces) else ""
        if piece in OPENING:
            depth += 1
            yield piece if following in CLOSING else f"{piece}\n{'  ' * depth}"
        elif piece in CLOSING:
            depth -= 1
            is_empty = pieces[index - 1] in OPENING
            yield piece if is_empty else f"\n{'  ' * depth}{piece}"
        elif piece == ",":
            yield f",\n{'  ' * depth}"
        else:
            yield ": " if piece == ":" else piece


def _delimiter_of(text: str, name: str) -> str:
    """The delimiter of a table; empty if it has none."""
    try:
        return csv.Sniffer().sniff(text[:SNIFFED], DELIMITERS).delimiter
    except csv.Error:
        first = text.partition("\n")[0]
        usual = "," if name.lower().endswith(".csv") else "\t"
        return max(DELIMITERS, key=lambda mark: (first.count(mark), mark == usual))


def _read_table(text: str, delimiter: str, details: Details, write: Write) -> None:
    csv.field_size_limit(len(text) + 1)
    taken: list[str] = []

    def lines() -> Iterator[str]:
        start = 0
        while start < len(text):
            end = text.find("\n", start) + 1 or len(text)
            taken.append(text[start:end])
            yield text[start:end]
            start = end

    records = columns = 0
    details |= {"kind": "csv", "delimiter": delimiter}
    try:
        for record in csv.reader(lines(), delimiter=delimiter):
            columns = max(columns, len(record))
            records += bool(record)
            # As it was written: quotes, spaces and all.
            write("".join(taken))
            taken.clear()
    except csv.Error:
        raise ProblemError("damaged") from None
    except TextFullError:
        details |= {"rows": max(records - 1, 0), "columns": columns}
        raise
    # The first line names the columns, as it nearly always does; rows are what stands below it.
    details |= {"rows": max(records - 1, 0), "columns": columns}
