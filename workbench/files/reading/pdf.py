"""PDF: the text of each page, and a smaller PDF of some pages."""

from __future__ import annotations

import time
from typing import BinaryIO

from pypdf import PdfReader, PdfWriter
from pypdf.errors import FileNotDecryptedError, LimitReachedError, PyPdfError

from workbench.files.reading import Details, ProblemError, Write

# More pages than any model takes (the API: 600); a page tree can name a million with a few bytes.
MAX_PAGES = 3000
# What was read by then stands, and the rest is said to be missing (s).
ENOUGH_S = 40.0


def read(file: BinaryIO, details: Details, write: Write) -> None:
    """Write the text of each page. Details: pages, read (pages), cut, unreadable_pages, is_scan."""
    reader = _open(file)
    details["pages"] = number = _number_of_pages(reader)
    began, unreadable, is_empty = time.monotonic(), 0, True
    details["read"] = 0
    for index in range(number):
        if time.monotonic() - began > ENOUGH_S:
            details["cut"] = "time"
            break
        text = _text_of(reader, index)
        unreadable += text is None
        is_empty = is_empty and not (text or "").strip()
        details["read"] = index + 1
        write(text or "")
    details |= {"unreadable_pages": unreadable, "is_scan": is_empty}


def cut(file: BinaryIO, out: BinaryIO, ranges: str) -> Details:
    """Write a PDF of the pages in `ranges`: "2-5,9", checked already."""
    reader, writer = _open(file), PdfWriter()
    number = _number_of_pages(reader)
    for part in ranges.split(","):
        first, _dash, last = part.partition("-")
        for index in range(int(first) - 1, min(int(last or first), number)):
            writer.add_page(reader.pages[index])
    writer.write(out)
    return {"pages": len(writer.pages)}


def _open(file: BinaryIO) -> PdfReader:
    try:
        reader = PdfReader(file)
        if reader.is_encrypted and not reader.decrypt(""):
            raise ProblemError("encrypted")
    except FileNotDecryptedError:
        raise ProblemError("encrypted") from None
    return reader


def _number_of_pages(reader: PdfReader) -> int:
    try:
        number = len(reader.pages)
    except LimitReachedError:
        raise ProblemError("too_many_pages") from None
    if number > MAX_PAGES:
        raise ProblemError("too_many_pages")
    if number == 0:
        raise ProblemError("damaged")
    return number


def _text_of(reader: PdfReader, index: int) -> str | None:
    """The text of one page; None if the page is broken, which does not make the others so."""
    try:
        return reader.pages[index].extract_text()
    except MemoryError:
        raise
    except (PyPdfError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return None
