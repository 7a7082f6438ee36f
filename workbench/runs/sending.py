"""A stored request body and the bytes of files that belong into it: stored apart, sent as one, never whole in memory.

Where base64 of a file belongs, the stored text has an empty string, and a Gap tells where. Knows no engine.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, TypedDict
from uuid import UUID

import orjson

from workbench.claude import Client, Pieces
from workbench.connections.models import Connection
from workbench.files.blocks import FileData, encoded, length
from workbench.files.models import StoredFile
from workbench.files.provider import provider_id_of
from workbench.files.storing import FileGoneError
from workbench.runs.models import Run
from workbench.threads import in_thread


class Gap(TypedDict):
    """Where the base64 of a file belongs in a stored body: `at` counts characters. `is_large`: the provider may keep
    it."""

    at: int
    file: str
    variant: str
    is_large: bool


@dataclass(frozen=True, slots=True)
class StoredBody:
    """The text of a request body, and where the bytes of files belong in it, in order."""

    text: str
    gaps: Sequence[Gap] = ()


def serialise(body: Mapping[str, Any], large: Set[FileData] = frozenset()) -> StoredBody:
    """The exact text that is sent, stored and shown.

    Args:
        large: files that the connection's own server should keep.

    Raises:
        ValueError: a text holds a lone surrogate, which UTF-8 cannot carry.
    """
    mark = secrets.token_hex(16)  # nothing that anybody wrote holds it
    files: list[FileData] = []

    def marked(value: object) -> str:
        if not isinstance(value, FileData):
            raise TypeError
        files.append(value)
        return mark

    try:
        text = orjson.dumps(body, default=marked, option=orjson.OPT_PASSTHROUGH_DATACLASS).decode()
    except orjson.JSONEncodeError as error:
        raise ValueError(str(error)) from error
    gaps: list[Gap] = []
    parts = text.split(mark) if files else [text]
    at = 0
    for part, file in zip(parts, files, strict=False):
        at += len(part)
        gaps.append(Gap(at=at, file=str(file.file_id), variant=file.variant, is_large=file in large))
    return StoredBody("".join(parts), gaps)


async def to_send(body: StoredBody) -> bytes | Pieces:
    """The body as it goes to the server.

    Raises:
        FileGoneError: a file in it was removed for good.
        CannotSendError: a part of a file, or a smaller image, could not be made.
    """
    if not body.gaps:
        return body.text.encode()
    texts = [part.encode() for part in _between(body)]
    lengths = [await in_thread(length)(_data(gap)) for gap in body.gaps]
    return Pieces(lambda: _pieces(texts, body.gaps), sum(map(len, texts)) + sum(lengths))


async def prepare(run: Run, client: Client, holder: str) -> tuple[bytes | Pieces, list[str]]:
    """What a run sends, and the ids of files at its server that it names. Such a body is stored as it is sent.

    Raises:
        ClaudeError: a large file could not be uploaded to the server.
        FileGoneError: a file in it is gone for good.
        CannotSendError: a part of a file could not be made.
    """
    body = StoredBody(run.request_body, run.request_gaps)
    ids: list[str] = []
    if run.connection and any(gap["is_large"] for gap in body.gaps):
        body, ids = await keep_at_provider(body, client, run.connection)
    if ids:
        held = Run.objects.filter(pk=run.pk, lease_owner=holder)
        await held.aupdate(request_body=body.text, request_gaps=list(body.gaps))
    return await to_send(body), ids


async def keep_at_provider(body: StoredBody, client: Client, connection: Connection) -> tuple[StoredBody, list[str]]:
    """The body with large files named by the ids that the connection's server gave them, and these ids.

    Raises:
        ClaudeError: an upload failed.
        FileGoneError: the storage has lost a file.
    """
    ids: dict[str, str] = {}
    for file_id in dict.fromkeys(gap["file"] for gap in body.gaps if gap["is_large"]):
        file = await StoredFile.objects.filter(pk=file_id).afirst()
        if file is None:
            raise FileGoneError
        if provider_id := await provider_id_of(client, connection, file):
            ids[file_id] = provider_id
    return _named(body, ids), list(ids.values())


def _named(body: StoredBody, ids: Mapping[str, str]) -> StoredBody:
    """Sources that hold the file's bytes become sources that name it."""
    text, gaps, begin = [], [], 0
    shift = 0  # by how many characters the text before has grown
    for gap in body.gaps:
        if not (gap["is_large"] and gap["file"] in ids):
            gaps.append(Gap(**{**gap, "at": gap["at"] + shift}))
            continue
        start = body.text.rindex(SOURCE, begin, gap["at"])
        end = gap["at"] + len('"}')
        named = orjson.dumps({"type": "file", "file_id": ids[gap["file"]]}).decode()
        text += [body.text[begin:start], named]
        shift += len(named) - (end - start)
        begin = end
    return StoredBody("".join([*text, body.text[begin:]]), gaps)


def shown(body: StoredBody, names: Mapping[str, str]) -> str:
    """The body for people: in each gap the name of the file whose base64 is sent there."""
    parts = list(_between(body))
    words = [f"… {names.get(gap['file'], '?')} ({gap['variant']}), base64 …" for gap in body.gaps]
    quoted = [orjson.dumps(word).decode()[1:-1] for word in words]
    return "".join(part + word for part, word in zip(parts, [*quoted, ""], strict=True))


SOURCE = '{"type":"base64"'  # how a source with a gap begins: see files.blocks


def _between(body: StoredBody) -> Iterator[str]:
    begin = 0
    for gap in body.gaps:
        yield body.text[begin : gap["at"]]
        begin = gap["at"]
    yield body.text[begin:]


def _data(gap: Gap) -> FileData:
    return FileData(UUID(gap["file"]), gap["variant"])


async def _pieces(texts: Sequence[bytes], gaps: Sequence[Gap]) -> AsyncIterator[bytes]:
    for text, gap in zip(texts, gaps, strict=False):
        yield text
        pieces = encoded(_data(gap))
        piece = await in_thread(next)(pieces, None)  # looks the file up
        while piece is not None:
            yield piece
            piece = await asyncio.to_thread(next, pieces, None)
    yield texts[-1]
