"""The content blocks that a file becomes in a request (api.md, 4.1), and its bytes in base64, streamed.

Whether a model takes a kind of block is said by `Takes`; what it does not take becomes text, or is refused in words.
"""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from typing import Any
from uuid import UUID

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from workbench.files import storing
from workbench.files.models import FileKind, FileState, StoredFile
from workbench.files.options import MAX_SIDE, FileOptions
from workbench.files.problems import why_unreadable
from workbench.files.storing import ORIGINAL, FileGoneError
from workbench.files.text import text_of
from workbench.files.words import MAX_IMAGE_BASE64
from workbench.files.workers import ReadingError, read_with

# Of these many bytes each piece of base64 is made: a multiple of three, so that the pieces join.
PIECE = 192 * 1024
PAGES, SIDE = "pages-", "side-"


class CannotSendError(Exception):
    """The file cannot be sent as asked; the message says why."""


@dataclass(frozen=True, slots=True)
class Takes:
    """Which blocks a model takes: pictures, PDF documents, documents of text, files of the provider's Files API; and
    whether it cites."""

    images: bool
    pdf: bool
    documents: bool
    provider_files: bool = False
    citations: bool = True


@dataclass(frozen=True, slots=True)
class FileData:
    """Stands in a block where base64 belongs: `encoded` and `length` give it.

    `variant` is "original", "pages-2-5,9" (a smaller PDF) or "side-1568" (a smaller image).
    """

    file_id: UUID
    variant: str = ORIGINAL


def blocks_of(file: StoredFile, options: FileOptions, takes: Takes, provider_id: str = "") -> list[dict[str, Any]]:
    """The blocks of a file, for a user's message. Base64 is not in them: a FileData is, where `data` belongs.

    Args:
        provider_id: the file's id at the model's own server, if it is there (see provider.py).

    Raises:
        CannotSendError: the file could not be read, or is an image and the model takes none.
        FileGoneError: the storage has lost it.
    """
    if why := why_not(file, takes):
        raise CannotSendError(why)
    if file.kind == FileKind.IMAGE:
        return [_image(file, options, provider_id)]
    if file.kind == FileKind.PDF and takes.pdf and not options.as_text:
        variant = f"{PAGES}{options.pages}" if options.pages else ORIGINAL
        source = _source("application/pdf", FileData(file.pk, variant), provider_id)
        return [_document(file, options, source, takes)]
    text = text_of(file, options)
    if not text.strip():
        raise CannotSendError(_("“%(name)s” is empty: there is nothing to send.") % {"name": file.name})
    if takes.documents:
        return [_document(file, options, {"type": "text", "media_type": "text/plain", "data": text}, takes)]
    return [{"type": "text", "text": framed(_title(file, options), options.context, text)}]


def why_not(file: StoredFile, takes: Takes) -> str:
    """Why a file cannot be sent to a model, in words; empty if it can."""
    if file.deleted_at is not None or file.state == FileState.STORING:
        return _("“%(name)s” was deleted.") % {"name": file.name}
    if not file.is_ready:
        words = _("“%(name)s” could not be read, so it cannot be sent.") % {"name": file.name}
        return f"{words} {why_unreadable(str(file.details.get('problem', '')))}"
    if file.kind == FileKind.IMAGE and not takes.images:
        return _("“%(name)s” is an image, and this model takes none.") % {"name": file.name}
    return ""


def warnings_on(file: StoredFile, options: FileOptions, takes: Takes) -> list[str]:
    """What will be refused or is not as one may expect, in words: too large an image, a document sent as text.

    Raises:
        FileGoneError: the storage has lost it.
    """
    if why := why_not(file, takes):
        return [why]
    name = {"name": file.name}
    if file.kind == FileKind.IMAGE:
        return [words % name for words in _image_limits(file, options)]
    if file.kind == FileKind.PDF and not takes.pdf and not options.as_text:
        if file.details.get("is_scan"):
            return [_("“%(name)s” has no text in it, and this model takes no PDF: it will see nothing.") % name]
        return [_("This model takes no PDF: it gets the text of “%(name)s”.") % name]
    if options.citations and not takes.citations:
        return [_("This model does not cite its sources.")]
    return []


def _image_limits(file: StoredFile, options: FileOptions) -> list[str]:
    sides = file.number("width"), file.number("height")
    found = []
    if min(max(sides), options.max_side or max(sides)) > MAX_SIDE:
        found.append(_("“%(name)s” has more than 8,000 px a side, which is refused. Send it smaller."))
    if options.max_side is None and file.size * 4 // 3 > MAX_IMAGE_BASE64:
        size = filesizeformat(MAX_IMAGE_BASE64 * 3 // 4)
        found.append(_("“%(name)s” is larger than {size}, which may be refused. Send it smaller.").format(size=size))
    return found


def framed(title: str, context: str, text: str) -> str:
    """A document as plain text in a frame, for models that take no document blocks."""
    about = f' context="{escape(context)}"' if context else ""
    return f'<document title="{escape(title)}"{about}>\n{text.rstrip()}\n</document>'


def _source(media_type: str, data: FileData, provider_id: str) -> dict[str, Any]:
    # The server has the whole file, not a part of it or a smaller one.
    if provider_id and data.variant == ORIGINAL:
        return {"type": "file", "file_id": provider_id}
    return {"type": "base64", "media_type": media_type, "data": data}


def _image(file: StoredFile, options: FileOptions, provider_id: str) -> dict[str, Any]:
    is_smaller = options.max_side and options.max_side < max(file.number("width"), file.number("height"))
    data = FileData(file.pk, f"{SIDE}{options.max_side}" if is_smaller else ORIGINAL)
    return {"type": "image", "source": _source(file.media_type, data, provider_id)}


def _document(file: StoredFile, options: FileOptions, source: dict[str, Any], takes: Takes) -> dict[str, Any]:
    block: dict[str, Any] = {"type": "document", "source": source, "title": _title(file, options)}
    if options.context:
        block["context"] = options.context
    if options.citations and takes.citations:
        block["citations"] = {"enabled": True}
    return block


def _title(file: StoredFile, options: FileOptions) -> str:
    return options.title or file.name


def encoded(data: FileData) -> Iterator[bytes]:
    """The bytes in base64, piece by piece: the file is never whole in memory. Makes the variant if need be.

    Raises:
        FileGoneError: the file is gone.
        CannotSendError: the variant could not be made, or the storage does not work.
    """
    file = _with_variant(data)
    with _told(file):
        for piece in storing.chunks(file, data.variant, PIECE):
            yield base64.b64encode(piece)


def length(data: FileData) -> int:
    """How many bytes `encoded` gives in all. Makes the variant if need be. Raises as `encoded` does."""
    file = _with_variant(data)
    with _told(file):
        return -(-storing.size_of(file, data.variant) // 3) * 4


def _with_variant(data: FileData) -> StoredFile:
    """The file, with the variant made and kept."""
    try:
        # Deleted ones, too: what was begun with a file ends with it.
        file = StoredFile.objects.get(pk=data.file_id)
    except StoredFile.DoesNotExist:
        raise FileGoneError from None
    if data.variant != ORIGINAL:
        with _told(file):
            if not storing.has(file, data.variant):
                _make(file, data.variant)
    return file


@contextmanager
def _told(file: StoredFile) -> Iterator[None]:
    """What the storage, or the disk for temporary files, says against it, in words."""
    try:
        yield
    except OSError as error:
        words = _("“%(name)s” could not be read from the server’s storage, or made smaller there: %(error)s")
        hint = _("Its disk may be full. Tell whoever runs it, then run again.")
        raise CannotSendError(f"{words % {'name': file.name, 'error': error.strerror or error}}. {hint}") from error


def _make(file: StoredFile, variant: str) -> None:
    what, argument = (
        ("cut", variant.removeprefix(PAGES)) if variant.startswith(PAGES) else ("shrink", variant[len(SIDE) :])
    )
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as made:
        for chunk in storing.chunks(file, ORIGINAL):
            source.write(chunk)
        source.flush()
        try:
            read_with(what, argument, source, made)
        except ReadingError as error:
            raise CannotSendError(f"{file.name}: {why_unreadable(error.code)}") from error
        try:
            storing.keep(file, variant, made)
        except OSError:
            # Half of it would be taken for the whole later.
            storing.remove_part(file, variant)
            raise
