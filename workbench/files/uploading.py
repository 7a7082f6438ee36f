"""Taking a file in: looked at, counted, read, stored once. Whatever goes wrong, nothing half is left."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from dataclasses import dataclass
from typing import BinaryIO

import structlog
from django.conf import settings
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from workbench.files import kinds, limits, problems, storing
from workbench.files.models import FileKind, FileState, StoredFile
from workbench.files.naming import clean_name
from workbench.files.workers import ReadingError, read_with
from workbench.teams.models import Member, Workspace

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A stored file, and whether it was there before."""

    file: StoredFile
    was_known: bool


def store_upload(member: Member, name: str, content: BinaryIO) -> Uploaded:
    """Store a file for the member's workspace; the same bytes again are the same file, under the newer name.

    Args:
        content: a real file on disk, or anything that can be copied to one; read from its beginning.

    Raises:
        UploadError: it is empty, too large, of no accepted kind, over the quota, or could not be stored.
    """
    with tempfile.TemporaryFile() as source:
        size, checksum = _copy(content, source)
        known = StoredFile.objects.filter(workspace_id=member.workspace_id, sha256=checksum).first()
        if known and known.state != FileState.STORING and _again(known, clean_name(name)):
            return Uploaded(known, was_known=True)
        file = _reserve(member, clean_name(name), source, size, checksum)
        try:
            _read_and_keep(file, source)
        except ReadingError:
            _forget(file)
            raise problems.not_accepted(kinds.resembles(_head(source))) from None
        except OSError as error:
            _forget(file)
            log.exception("file.not_stored", file=str(file.pk), bytes=size)
            raise problems.no_room() from error
        except BaseException:
            _forget(file)
            raise
    return Uploaded(file, was_known=False)


def _copy(content: BinaryIO, to: BinaryIO) -> tuple[int, str]:
    """Bytes and SHA-256 of what was copied."""
    checksum, size = hashlib.sha256(), 0
    content.seek(0)
    try:
        while chunk := content.read(storing.CHUNK):
            size += len(chunk)
            if size > limits.max_file():
                raise problems.too_large(settings.ENVIRONMENT.max_file_mb)
            checksum.update(chunk)
            to.write(chunk)
        to.flush()
    except OSError as error:
        log.exception("file.not_stored", bytes=size)
        raise problems.no_room() from error
    if not size:
        raise problems.empty()
    return size, checksum.hexdigest()


def _head(source: BinaryIO) -> bytes:
    source.seek(0)
    return source.read(kinds.HEAD)


def _again(file: StoredFile, name: str) -> bool:
    """Whether the file is there as before, under the newer name; not if it is being removed for good just now."""
    file.name, file.deleted_at = name, None
    is_there = StoredFile.objects.filter(pk=file.pk).update(name=name, deleted_at=None) == 1
    return is_there and storing.has(file, storing.ORIGINAL)


@transaction.atomic
def _reserve(member: Member, name: str, source: BinaryIO, size: int, checksum: str) -> StoredFile:
    """A row for the file, before anything is stored: what a crash leaves behind is found by it (see purge_files)."""
    # Held until the end: two who upload at once do not take the same room.
    workspace = Workspace.objects.select_for_update().get(pk=member.workspace_id)
    guess = kinds.guess(_head(source))
    known = StoredFile.objects.filter(workspace=workspace, sha256=checksum).first()
    if limits.used(workspace) - (known.size if known else 0) + size > limits.quota():
        raise problems.quota_reached(filesizeformat(limits.quota()))
    values = {
        "name": name,
        "kind": guess.kind,
        "media_type": guess.media_type,
        "state": FileState.STORING,
        "size": size,
        "uploaded_by_id": member.user_id,
        "created_at": timezone.now(),
        "deleted_at": None,
    }
    file, _is_new = StoredFile.objects.update_or_create(workspace=workspace, sha256=checksum, defaults=values)
    return file


def _read_and_keep(file: StoredFile, source: BinaryIO) -> None:
    """Raises ReadingError only if the file is of no accepted kind; OSError."""
    reader = kinds.guess(_head(source)).reader
    with tempfile.TemporaryFile() as made:
        try:
            details, state = read_with(reader, file.name, source, made), FileState.READY
        except ReadingError as error:
            if error.code == "not_accepted":
                raise
            if error.code == "no_room":
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
            details, state = {"problem": error.code}, FileState.UNREADABLE
        is_image = file.kind == FileKind.IMAGE and state == FileState.READY
        storing.keep(file, storing.ORIGINAL, made if is_image else source)
        if state == FileState.READY:
            made_bytes = made.seek(0, 2)
            if is_image:
                file.size = made_bytes
                file.media_type = kinds.IMAGES[str(details["format"])]
            else:
                storing.keep(file, storing.TEXT, made)
                details["text_bytes"] = made_bytes
        if reader == "text":
            file.kind, file.media_type = kinds.kind_of_text(str(details.get("kind", "")), file.name)
    file.details, file.state = dict(details), state
    file.save(update_fields=["kind", "media_type", "size", "details", "state"])


def _forget(file: StoredFile) -> None:
    """Undo a reservation; a failing storage does not keep the row from going."""
    StoredFile.objects.filter(pk=file.pk).delete()
    try:
        storing.remove(file)
    except OSError:
        log.exception("file.not_removed", file=str(file.pk))
