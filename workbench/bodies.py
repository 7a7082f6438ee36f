"""Bodies of requests: not read by the server itself, and above what anything here takes thrown away as they come.

daphne hands a request on once all of its body has arrived, and keeps it in a temporary file until then: whoever reaches
the port, signed in or not, could fill that. What a view answers to the request's length stays the view's business.
From there the application reads it piece by piece: daphne would put all of it into memory at once.
"""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from daphne.http_protocol import WebRequest
from daphne.server import Server
from django.conf import settings

log = structlog.get_logger(__name__)

# A form around the largest file, or the largest form without one (bytes).
AROUND = 64 * 1024
# So many times as much is read and forgotten, so that the page can say what was wrong; then the connection is cut.
PATIENCE = 4
# So much of a body is in memory at once (bytes).
PIECE = 256 * 1024
IN_SCOPE = "workbench.body"
REFUSAL = b"HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
NO_ROOM = b"HTTP/1.1 507 Insufficient Storage\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


def max_body() -> int:
    """Bytes of a request's body that are kept."""
    largest_file = settings.ENVIRONMENT.max_file_mb * 1024 * 1024
    return max(largest_file, settings.DATA_UPLOAD_MAX_MEMORY_SIZE) + AROUND


type Receive = Callable[[], Awaitable[dict[str, Any]]]


class LimitedRequest(WebRequest):  # type: ignore[misc] # daphne has no types
    """A request that keeps no more of its body than `max_body`."""

    content: Any
    body: Any = None
    _arrived = 0
    _limit = 0

    def gotLength(self, length: int | None) -> None:  # noqa: N802 - Twisted's name
        """The headers are there; `length` is what they say of the body."""
        self._limit = max_body()
        # Twisted would read forms for itself, whole and in the event loop: ten times their size in memory, for nothing.
        self._parsePOSTFormSubmission = False
        if length is not None and length > PATIENCE * self._limit:
            self._cut()
        # Twisted makes a temporary file from the length alone; of what is thrown away it needs none.
        super().gotLength(0 if length is not None and length > self._limit else length)

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """A piece of the body."""
        self._arrived += len(data)
        if self._arrived > PATIENCE * self._limit:
            self._cut()
        elif self._arrived <= self._limit and not self._is_too_long():
            self._keep(data)
        elif self.content.tell():
            self.content.close()
            self.content = io.BytesIO()

    def process(self) -> Any:  # noqa: ANN401 - Twisted's Deferred
        """All of the request is there. daphne finds an empty body to hand on; see `reading`."""
        self.body, self.content = self.content, io.BytesIO()
        self.body.seek(0)
        return super().process()

    def _keep(self, data: bytes) -> None:
        try:
            super().handleContentChunk(data)
        except OSError as error:
            log.error("body.not_kept", bytes=self._arrived, error=str(error))  # noqa: TRY400 - the error says it all
            self._cut(NO_ROOM)
            self._limit = 0  # for what still comes before the connection ends

    def _is_too_long(self) -> bool:
        value: Any = self.requestHeaders.getRawHeaders(b"content-length", [b""])[0]
        return value.isdigit() and int(value) > self._limit

    def _cut(self, answer: bytes = REFUSAL) -> None:
        if self.channel is not None and not self.channel.transport.disconnecting:
            self.channel.transport.write(answer)
            self.channel.loseConnection()


class LimitedServer(Server):  # type: ignore[misc] # daphne has no types
    """Gives the application the file in which a request's body is."""

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:  # noqa: ANN401 - daphne has no types
        """The application's queue, as in daphne."""
        if isinstance(protocol, LimitedRequest):
            scope[IN_SCOPE] = protocol.body
        return super().create_application(protocol, scope)


def reading(scope: dict[str, Any], receive: Receive) -> Receive:
    """What the application receives: the body in pieces, then what daphne says, which is that there is no more."""
    body = scope.pop(IN_SCOPE, None)
    if body is None:
        return receive

    async def received() -> dict[str, Any]:
        if not body.closed:
            if piece := body.read(PIECE):
                return {"type": "http.request", "body": piece, "more_body": True}
            body.close()
        return await receive()

    return received
