"""Where the bytes of files lie: in the storage named "files", a folder a file, all names our own.

`<workspace id>/<file id>/original`, `text` (one JSON string a line), and what was made of it (`side-1568`, …).
"""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from django.core.files import File
from django.core.files.storage import Storage, storages

from workbench.files.models import StoredFile

ORIGINAL = "original"
TEXT = "text"
CHUNK = 256 * 1024  # bytes


class FileGoneError(Exception):
    """There is no such file any more, or the storage has lost what was in it."""


def _storage() -> Storage:
    return storages["files"]


def _folder(file: StoredFile) -> str:
    return f"{file.workspace_id}/{file.pk}"


def _path(file: StoredFile, part: str) -> str:
    # Parts carry what people asked for, pages for instance: no name of theirs becomes a name of ours.
    is_plain = len(part) <= 40 and all(letter.isascii() and (letter.isalnum() or letter == "-") for letter in part)
    return f"{_folder(file)}/{part if is_plain else hashlib.sha256(part.encode()).hexdigest()}"


def keep(file: StoredFile, part: str, content: BinaryIO) -> None:
    """Store a part of a file, or store it again.

    Raises:
        OSError: the disk is full, the bucket does not answer, …
    """
    content.seek(0)
    with _errors():
        _storage().save(_path(file, part), File(content))


def has(file: StoredFile, part: str) -> bool:
    """Whether the part is there."""
    with _errors():
        return _storage().exists(_path(file, part))


def size_of(file: StoredFile, part: str) -> int:
    """Bytes of a part.

    Raises:
        FileGoneError: there is none.
    """
    with _errors():
        return _storage().size(_path(file, part))


@contextmanager
def opened(file: StoredFile, part: str) -> Iterator[BinaryIO]:
    """A part, to be read.

    Raises:
        FileGoneError: there is none.
    """
    with _errors():
        stream = _storage().open(_path(file, part))
    with stream:
        yield cast("BinaryIO", stream)


def chunks(file: StoredFile, part: str, size: int = CHUNK) -> Iterator[bytes]:
    """The bytes of a part, so many at a time."""
    with opened(file, part) as stream:
        while chunk := stream.read(size):
            yield chunk


def remove_part(file: StoredFile, part: str) -> None:
    """Remove one part of a file, if it is there. Raises OSError."""
    with _errors():
        _storage().delete(_path(file, part))


def remove(file: StoredFile) -> None:
    """Remove everything that is kept of a file. Raises OSError."""
    storage, folder = _storage(), _folder(file)
    try:
        with _errors():
            _folders, names = storage.listdir(folder)
            for name in names:
                storage.delete(f"{folder}/{name}")
            storage.delete(folder)
    except FileGoneError:
        return


@contextmanager
def _errors() -> Iterator[None]:
    """Every storage's way of saying that there is nothing, or that it does not work, as one error each."""
    try:
        yield
    except FileNotFoundError as error:
        raise FileGoneError from error
    except Exception as error:
        # The S3 client is an optional library: its errors cannot be named here.
        if not type(error).__module__.startswith(("botocore.", "boto3.", "s3transfer.")):
            raise
        answer = getattr(error, "response", {}).get("ResponseMetadata", {})
        if answer.get("HTTPStatusCode") == 404 and getattr(error, "operation_name", "") in ("HeadObject", "GetObject"):
            raise FileGoneError from error
        raise OSError(errno.EIO, str(error)) from error
