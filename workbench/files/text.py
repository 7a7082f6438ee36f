"""The text of a file exactly as a model gets it: pages headed by their number, rows up to the one asked for, what is
left out said. The remarks are part of what is sent, and therefore in English always.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from workbench.files import storing
from workbench.files.models import FileKind, StoredFile
from workbench.files.options import FileOptions, pages_in

CUT = {
    "size": "[The text is longer than is kept of one file, and ends here.]",
    "time": "[Reading the text of this file took too long; it ends here.]",
}


def text_of(file: StoredFile, options: FileOptions) -> str:
    """The whole text under these options.

    Raises:
        FileGoneError: the storage has lost it.
    """
    return "".join(pieces_of(file, options))


def pieces_of(file: StoredFile, options: FileOptions) -> Iterator[str]:
    """The same, piece by piece."""
    if file.kind == FileKind.PDF:
        yield from _pages(file, options)
    elif file.kind == FileKind.CSV and options.rows is not None:
        yield from _rows(file, options.rows)
    else:
        yield from _stored(file)
    if file.details.get("cut") in CUT and not options.pages and options.rows is None:
        yield f"\n{CUT[file.details['cut']]}\n"


def beginning(file: StoredFile, options: FileOptions, characters: int) -> tuple[str, bool]:
    """The first characters of the text, and whether that is all of it."""
    parts, length = [], 0
    for piece in pieces_of(file, options):
        parts.append(piece)
        length += len(piece)
        if length > characters:
            return "".join(parts)[:characters], False
    return "".join(parts), True


def _pages(file: StoredFile, options: FileOptions) -> Iterator[str]:
    number = file.number("pages")
    wanted = set(pages_in(options.pages, number))
    if options.pages:
        yield f"[Pages {options.pages.replace(',', ', ')} of {number}]\n\n"
    for page, text in enumerate(_stored(file), 1):
        if page in wanted:
            yield f"[Page {page}]\n{text.strip()}\n\n"


def _rows(file: StoredFile, rows: int) -> Iterator[str]:
    for index, record in enumerate(_stored(file)):
        if index > rows:
            yield f"[Only the first {rows:,} of {file.number('rows'):,} rows]\n"
            return
        yield record


def _stored(file: StoredFile) -> Iterator[str]:
    with storing.opened(file, storing.TEXT) as stream:
        for line in stream:
            yield json.loads(line)
