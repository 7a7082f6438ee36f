"""Large files go to a connection's own server once, and are named by the id that it gave, until it forgets them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from workbench.claude import Client, Pieces
from workbench.claude.errors import BadRequestError, NotFoundError, StatusError
from workbench.connections.models import Connection
from workbench.files import storing
from workbench.files.blocks import Takes
from workbench.files.models import FileKind, ProviderFile, StoredFile
from workbench.files.options import FileOptions
from workbench.threads import in_thread

log = structlog.get_logger(__name__)

# Smaller files are sent inline: one request less (bytes).
LARGE = 1024 * 1024
FEATURE = "files"
# What a server without this API answers.
NOT_OFFERED = (404, 405, 501)
# An id that is about to expire is not used any more: the run that names it may wait.
SPARE = timedelta(minutes=10)


class ProviderFileGoneError(Exception):
    """The server does not know the id of a file (any more)."""


def is_for_provider(file: StoredFile, options: FileOptions, takes: Takes, connection: Connection) -> bool:
    """Whether a file should be uploaded to the connection: large, sent whole and as it is, and the server can."""
    if not takes.provider_files or connection.features.get(FEATURE) is False or file.size <= LARGE:
        return False
    if file.kind == FileKind.IMAGE:
        return takes.images and not options.max_side
    return file.kind == FileKind.PDF and takes.pdf and not options.as_text and not options.pages


async def provider_id_of(client: Client, connection: Connection, file: StoredFile) -> str | None:
    """The file's id at the connection's server, uploaded now unless it is there; None if the server keeps no files.

    Raises:
        ClaudeError: the upload failed otherwise.
        FileGoneError: the storage has lost the file.
    """
    if known := await in_thread(_known)(connection, file, timezone.now()):
        return known
    size = await in_thread(storing.size_of)(file, storing.ORIGINAL)
    try:
        made = await client.files.upload(file.name, file.media_type, Pieces(lambda: _pieces(file), size))
    except StatusError as error:
        if error.status not in NOT_OFFERED:
            raise
        log.info("files.not_offered", connection=str(connection.pk), status=error.status)
        await in_thread(_remember_none)(connection)
        return None
    await in_thread(_remember)(connection, file, made.id, parse_datetime(made.expires_at or ""))
    return made.id


def is_gone(error: Exception, provider_ids: Sequence[str]) -> bool:
    """Whether a run failed because its server has forgotten a file that it named: forget it too, and try once more."""
    if isinstance(error, NotFoundError):
        return bool(provider_ids) and "file" in str(error).lower()
    return isinstance(error, BadRequestError) and any(provider_id in str(error) for provider_id in provider_ids)


def forget_provider_files(connection: Connection | None, provider_ids: Sequence[str]) -> None:
    """Their server has forgotten these files: they are uploaded again when they are next sent."""
    ProviderFile.objects.filter(connection=connection, provider_id__in=provider_ids).delete()


def _known(connection: Connection, file: StoredFile, now: datetime) -> str | None:
    found = ProviderFile.objects.filter(connection=connection, file=file).first()
    if found is None or (found.expires_at is not None and found.expires_at < now + SPARE):
        return None
    return found.provider_id


def _remember(connection: Connection, file: StoredFile, provider_id: str, expires_at: datetime | None) -> None:
    values = {"provider_id": provider_id, "created_at": timezone.now(), "expires_at": expires_at}
    ProviderFile.objects.update_or_create(connection=connection, file=file, defaults=values)


@transaction.atomic
def _remember_none(connection: Connection) -> None:
    current = Connection.objects.select_for_update().get(pk=connection.pk)
    current.features = {**current.features, FEATURE: False}
    current.save(update_fields=["features"])
    connection.features = current.features


async def _pieces(file: StoredFile) -> AsyncIterator[bytes]:
    pieces = storing.chunks(file, storing.ORIGINAL)
    while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
        yield piece
