"""What a file is, by its first bytes; the name only tells apart what is text anyway. Never trusts the sender's type."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

import puremagic

from workbench.files.models import FileKind

HEAD = 4096  # bytes that are looked at
IMAGES = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TEXT_TYPES = {FileKind.CSV: "text/csv", FileKind.JSON: "application/json"}
MARKDOWN = (".md", ".markdown", ".mdown")
# Endings of plain text; every other ending of a text is one of code, or of a format that is read like it.
PLAIN = ("", ".txt", ".text", ".log", *MARKDOWN, ".csv", ".tsv", ".tab", ".json", ".srt", ".vtt", ".rst", ".eml")


@dataclass(frozen=True, slots=True)
class Guess:
    """What a file seems to be, and what reads it (see reading/__main__.py). The reader has the last word."""

    kind: FileKind
    media_type: str
    reader: str


_PICTURES = {b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG", b"GIF87a": "GIF", b"GIF89a": "GIF"}


def guess(head: bytes) -> Guess:
    """What begins with these bytes; text, if nothing else."""
    picture = next((name for sign, name in _PICTURES.items() if head.startswith(sign)), "")
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        picture = "WEBP"
    if picture:
        return Guess(FileKind.IMAGE, IMAGES[picture], "image")
    if head.lstrip(b"\xef\xbb\xbf\x00\t\r\n\f ").startswith(b"%PDF-"):
        return Guess(FileKind.PDF, "application/pdf", "pdf")
    if head.startswith(b"PK\x03\x04"):
        return Guess(FileKind.DOCX, DOCX, "docx")
    return Guess(FileKind.TEXT, "text/plain", "text")


def kind_of_text(found: str, name: str) -> tuple[FileKind, str]:
    """Kind and media type of a text, by what the reader found in it (csv, json, text) and its name's ending."""
    suffix = PurePosixPath(name.lower()).suffix
    if found in (FileKind.CSV, FileKind.JSON):
        kind = FileKind(found)
        return kind, TEXT_TYPES[kind]
    if suffix in MARKDOWN:
        return FileKind.TEXT, "text/markdown"
    return (FileKind.TEXT if suffix in PLAIN else FileKind.CODE), "text/plain"


def resembles(head: bytes) -> str:
    """The media type that unaccepted bytes resemble, for the sentence that refuses them; empty if none."""
    try:
        return puremagic.from_string(head, mime=True)
    except (puremagic.PureError, ValueError):
        return ""
