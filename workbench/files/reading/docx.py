"""DOCX: its text as Markdown, with headings, lists and tables. Pictures, headers and footers are left out.

Read as a stream with expat, so that memory does not grow with the document; a document type declaration, and with it
every entity, is refused. Element and attribute names: ECMA-376, part 1 (WordprocessingML).
"""

from __future__ import annotations

from typing import BinaryIO
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from workbench.files.reading import Details, ProblemError, Write
from workbench.files.reading.docx_body import Body
from workbench.files.reading.docx_styles import Numbering, Styles

MAIN = "word/document.xml"
NOTES = ("word/footnotes.xml", "word/endnotes.xml")
MAX_ENTRIES = 5000
MAX_TOTAL = 512 * 1024 * 1024  # bytes, unpacked
MAX_PART = 128 * 1024 * 1024
# Text packs 10 to 20 times; a bomb a thousand times.
MAX_RATIO = 200
SMALL = 8 * 1024 * 1024
PIECE = 64 * 1024


def read(file: BinaryIO, details: Details, write: Write) -> None:
    """Write the document's paragraphs. Details: paragraphs, tables."""
    try:
        archive = ZipFile(file)
    except BadZipFile:
        raise ProblemError("damaged") from None
    with archive:
        names = set(archive.namelist())
        if MAIN not in names or "[Content_Types].xml" not in names:
            raise ProblemError("not_accepted")
        _check(archive)
        styles, numbering = Styles(), Numbering()
        for name, part in (("word/styles.xml", styles), ("word/numbering.xml", numbering)):
            if name in names:
                _parse(archive, name, part)
        body = Body(write, styles, numbering)
        for name in (MAIN, *NOTES):
            if name in names:
                _parse(archive, name, body)
        details |= {"paragraphs": body.paragraphs, "tables": body.tables}


def _check(archive: ZipFile) -> None:
    entries = archive.infolist()
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    is_bomb = total > SMALL and total / packed > MAX_RATIO
    if is_bomb or len(entries) > MAX_ENTRIES or total > MAX_TOTAL:
        raise ProblemError("bomb")
    if any(entry.flag_bits & 1 for entry in entries):
        raise ProblemError("encrypted")


def _parse(archive: ZipFile, name: str, part: Styles | Numbering | Body) -> None:
    if archive.getinfo(name).file_size > MAX_PART:
        raise ProblemError("bomb")
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = lambda tag, attributes: part.start(_local(tag), _attributes(attributes))
    parser.EndElementHandler = lambda tag: part.end(_local(tag))
    parser.CharacterDataHandler = part.text
    try:
        with archive.open(name) as stream:
            while piece := stream.read(PIECE):
                parser.Parse(piece, False)
            parser.Parse(b"", True)
    except (expat.ExpatError, BadZipFile, EOFError):
        raise ProblemError("damaged") from None


def _refuse_doctype(*_declaration: object) -> None:
    raise ProblemError("entities")


def _local(tag: str) -> str:
    return tag.rpartition(" ")[2]


def _attributes(attributes: dict[str, str]) -> dict[str, str]:
    return {_local(name): value for name, value in attributes.items()}
