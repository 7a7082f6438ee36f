"""The provider's Files API: a file is uploaded once and named by its id from then on. Never reads a file itself."""

import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from .errors import MalformedAnswerError
from .pieces import Pieces
from .retry import OnAttempt

if TYPE_CHECKING:
    from .client import Answer, Client

PAGE = 1000  # the API's largest page
MAX_PAGES = 100
PATH = "/v1/files"


@dataclass(frozen=True, slots=True)
class FileInfo:
    """A file at the provider. Times are as the server wrote them (RFC 3339); what it does not tell is None."""

    id: str
    filename: str | None = None
    mime_type: str | None = None
    size_bytes: int | None = None
    created_at: str | None = None
    expires_at: str | None = None
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)


class Files:
    """`client.files`. A server without this API answers NotFoundError, BadRequestError (405) or NotOfferedError."""

    def __init__(self, client: "Client") -> None:
        self._client = client

    async def upload(
        self, filename: str, media_type: str, content: Pieces, *, on_attempt: OnAttempt | None = None
    ) -> FileInfo:
        """Upload a file; its bytes are `content`. Raises ClaudeError."""
        boundary = secrets.token_hex(16)
        # As browsers write it: the HTML standard, "multipart form data".
        name = filename.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            f"Content-Type: {media_type}\r\n\r\n"
        ).encode("utf-8", "replace")
        tail = f"\r\n--{boundary}--\r\n".encode()
        form = Pieces(
            lambda: _framed(head, content.begin, tail),
            len(head) + len(content) + len(tail),
            f"multipart/form-data; boundary={boundary}",
        )
        return _read(await self._client.call("POST", PATH, form, on_attempt=on_attempt))

    async def retrieve(self, file_id: str, *, on_attempt: OnAttempt | None = None) -> FileInfo:
        """What is known of one file. NotFoundError: it was deleted, has expired, or never was."""
        return _read(await self._client.call("GET", _path(file_id), on_attempt=on_attempt))

    async def delete(self, file_id: str, *, on_attempt: OnAttempt | None = None) -> None:
        """Delete a file. NotFoundError: there is none."""
        await self._client.call("DELETE", _path(file_id), on_attempt=on_attempt)

    async def list(self, *, on_attempt: OnAttempt | None = None) -> list[FileInfo]:
        """Every file of the key's workspace, all pages. Raises ClaudeError."""
        files: dict[str, FileInfo] = {}
        cursor: dict[str, str] = {}
        for _ in range(MAX_PAGES):
            query = urlencode({"limit": PAGE, **cursor})
            answer = await self._client.call("GET", f"{PATH}?{query}", on_attempt=on_attempt)
            rows = answer.data.get("data") if isinstance(answer.data, dict) else None
            if not isinstance(rows, list):
                raise MalformedAnswerError("The answer is not a list of files.").about(answer.exchange)
            before = len(files)
            files |= {file.id: file for row in rows if (file := read_file(row))}
            last = answer.data.get("last_id")
            if answer.data.get("has_more") is not True or not isinstance(last, str) or len(files) == before:
                break
            cursor = {"after_id": last}
        return [*files.values()]


def read_file(row: object) -> FileInfo | None:
    """The file of one row, or None if it names none."""
    if not isinstance(row, Mapping) or not isinstance(row.get("id"), str) or not row["id"]:
        return None
    texts = {name: row[name] for name in ("filename", "mime_type", "created_at", "expires_at") if _is_text(row, name)}
    size = row.get("size_bytes")
    return FileInfo(id=row["id"], size_bytes=size if isinstance(size, int) else None, raw=row, **texts)


def _is_text(row: Mapping[str, Any], name: str) -> bool:
    return isinstance(row.get(name), str)


def _read(answer: "Answer") -> FileInfo:
    file = read_file(answer.data)
    if file is None:
        raise MalformedAnswerError("The answer is not a file.").about(answer.exchange)
    return file


def _path(file_id: str) -> str:
    return f"{PATH}/{quote(file_id, safe='')}"


async def _framed(head: bytes, begin: Callable[[], AsyncIterator[bytes]], tail: bytes) -> AsyncIterator[bytes]:
    yield head
    async for piece in begin():
        yield piece
    yield tail
