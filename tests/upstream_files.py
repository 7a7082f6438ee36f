"""The scripted server's Files API: what was uploaded, by id; deleted and expired on demand. Never does I/O itself."""

from __future__ import annotations

import email
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from .upstream_script import Script

if TYPE_CHECKING:
    from .upstream_answers import Answering


@dataclass
class FileShelf:
    """The files that were uploaded. `refuses` is a script for every request instead (a status, for instance)."""

    contents: dict[str, bytes] = field(default_factory=dict)
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    expired: set[str] = field(default_factory=set)
    refuses: Script | None = None
    _made: int = 0

    async def answer(self, to: Answering, file_id: str, query: str) -> None:
        """Answer a request below /v1/files."""
        method = to.request.method
        if self.refuses:
            await to.refuse(self.refuses)
        elif method == "POST" and not file_id:
            await to.reply_json(self._take(to))
        elif method == "GET" and not file_id:
            await to.reply_json(self._page(query))
        elif file_id not in self.rows:
            await to.refuse(Script(status=404, message=f"File not found: {file_id}"))
        elif file_id in self.expired:
            await to.refuse(Script(status=404, message="The file has expired", code="file_expired"))
        elif method == "DELETE":
            del self.rows[file_id], self.contents[file_id]
            await to.reply_json({"id": file_id, "type": "file_deleted"})
        else:
            await to.reply_json(self.rows[file_id])

    def _take(self, to: Answering) -> dict[str, Any]:
        head = f"Content-Type: {to.request.header('content-type')}\r\n\r\n".encode()
        [part] = [
            part
            for part in email.message_from_bytes(head + to.request.body).walk()
            if part.get_param("name", header="content-disposition") == "file"
        ]
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        self._made += 1
        file_id = f"file_{self._made:04}"
        self.contents[file_id] = content
        self.rows[file_id] = {
            "id": file_id,
            "type": "file",
            "filename": part.get_filename() or "unnamed",
            "mime_type": part.get_content_type(),
            "size_bytes": len(content),
            "created_at": "2026-11-01T00:00:00Z",
            "downloadable": False,
            "expires_at": None,
        }
        return self.rows[file_id]

    def _page(self, query: str) -> dict[str, Any]:
        asked, ids = parse_qs(query), [*self.rows]
        start = ids.index(asked["after_id"][0]) + 1 if "after_id" in asked else 0
        page = ids[start : start + int(asked.get("limit", ["20"])[0])]
        return {
            "data": [self.rows[one] for one in page],
            "has_more": start + len(page) < len(ids),
            "first_id": page[0] if page else None,
            "last_id": page[-1] if page else None,
        }
