"""One streamed message: attempts until the first event, then events until `message_stop`, or the error.

Never retries once an event was given out, and never calls a stream complete that did not say so itself.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from types import AsyncGeneratorType, TracebackType
from typing import TYPE_CHECKING, Any, Self

import httpx

from . import errors
from .accumulate import Accumulator
from .envelope import status_error
from .events import ErrorEvent, Event, MessageStop, events_of, parse_event
from .exchange import Exchange, Moment, header
from .failures import NETWORK_ERRORS
from .jsontext import read_json
from .pieces import Body
from .reading import Patience, read_whole, unpacked, within
from .retry import Attempt, OnAttempt
from .sse import EventSplitter

if TYPE_CHECKING:
    from .client import Client

MAX_STREAMED = 256 * 1024 * 1024  # bytes of one answer, as they come
AFTER_STOP_S = 1.0  # seconds in which a server may end the connection after message_stop, or still report an error


class MessageStream:
    """Read it once, with `async for event in stream` or, faster, `async for events in stream.reads()`.

    Reading raises the ClaudeError that ended the stream, after giving out everything that came before. `message` is
    the message so far, at any moment; `exchange` the current request; `attempts` those that have ended.
    """

    def __init__(
        self,
        client: "Client",
        body: Body,
        *,
        on_attempt: OnAttempt | None = None,
        on_bytes: Callable[[bytes], None] | None = None,
    ) -> None:
        self.body = body
        self.exchange: Exchange = client.exchange("POST", "/v1/messages")
        self.accumulator = Accumulator()
        self._client = client
        self._on_bytes = on_bytes
        self._on_attempt = on_attempt
        self._attempts: list[Attempt] = []
        self._reads: AsyncIterator[list[Event]] | None = None
        self._response: httpx.Response | None = None
        self._chunks: AsyncIterator[bytes] | None = None
        self._splitter = EventSplitter()
        self._failure: errors.ClaudeError | None = None
        self._patience: Patience | None = None
        self._deadline = 0.0
        self._until: float | None = None  # after message_stop: until when the connection is still read
        self._size = 0

    @property
    def message(self) -> dict[str, Any]:
        """The message so far."""
        return self.accumulator.message()

    @property
    def complete(self) -> bool:
        """Whether `message_stop` came and no error did."""
        return self.accumulator.complete and self._failure is None

    @property
    def attempts(self) -> list[Attempt]:
        """Every attempt that has ended, in order."""
        return list(self._attempts)

    async def final_message(self) -> dict[str, Any]:
        """Reads to the end and returns the whole message."""
        async for _ in self.reads():
            pass
        return self.message

    async def __aiter__(self) -> AsyncIterator[Event]:
        async for events in self.reads():
            for event in events:
                yield event

    def reads(self) -> AsyncIterator[list[Event]]:
        """The events that each network read completed, as non-empty lists. Raises ClaudeError."""
        if self._reads is not None:
            raise RuntimeError("a stream is read once")
        self._reads = self._run()
        return self._reads

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Closes the connection at once; what came stays in `message`. To end a read under way, cancel its task."""
        chunks, self._chunks = self._chunks, None
        response, self._response = self._response, None
        if self.exchange.sent_at is not None and self.exchange.ended_at is None:
            self.exchange.ended_at = Moment.now()
        if self._patience is not None:
            self._patience.end()
        if response is not None:
            await response.aclose()
        if isinstance(chunks, AsyncGeneratorType) and not chunks.ag_running:
            await chunks.aclose()

    async def _run(self) -> AsyncIterator[list[Event]]:
        self._deadline = self._client.deadline()
        retrier = self._client.retrier(self._on_attempt, self._deadline)
        self._attempts = retrier.attempts
        while True:
            retrier.begin()
            self.exchange = self._client.exchange("POST", "/v1/messages")
            try:
                try:
                    await self._open()
                    while (events := await self._next()) is not None:
                        yield events
                finally:
                    await self.aclose()
            except errors.ClaudeError as error:
                began = self.exchange.first_event_at is not None
                await retrier.failed(error.about(self.exchange), self.exchange, may_retry=not began)
            else:
                await retrier.succeeded(self.exchange)
                return

    async def _open(self) -> None:
        self._splitter, self._failure = EventSplitter(), None
        self._until, self._size = None, 0
        self._patience = Patience(self._client.timeout.idle, self._deadline)
        response = self._response = await self._client.send(
            self.exchange, self.body, idle_s=self._client.timeout.idle, deadline=self._deadline, streamed=True
        )
        # Straight from the transport: httpx's own iterator would add a layer to every read.
        self._chunks = unpacked(response)

    async def _next(self) -> list[Event] | None:
        """Events of the next read that completed any; None once the stream has ended well. Raises what ended it."""
        while self._failure is None:
            read = await self._read()
            if read is None:
                if self.accumulator.complete:
                    return None
                raise errors.StreamInterruptedError("The stream ended before the message was complete.")
            self._size += len(read)
            if self._size > MAX_STREAMED:
                raise errors.EventTooLargeError(f"The answer is larger than {MAX_STREAMED} bytes.")
            if self._on_bytes:
                self._on_bytes(read)
            if self.exchange.first_event_at is None and (whole := await self._whole_message(read)):
                return self._note(whole)
            if events := self._events(read):
                return self._note(events)
        raise self._failure

    async def _read(self) -> bytes | None:
        if self._chunks is None or self._patience is None:
            return None
        try:
            if self._until is not None:
                left = self._until - asyncio.get_running_loop().time()
                return await within(anext(self._chunks, None), left, self._deadline) if left > 0 else None
            return await self._patience.read(self._chunks)
        except (*NETWORK_ERRORS, errors.TimeLimitError) as error:
            if self.accumulator.complete:
                return None
            if isinstance(error, errors.TimeLimitError):
                raise
            raise errors.StreamInterruptedError(f"The connection broke in the middle of the answer: {error}") from error

    def _events(self, read: bytes) -> list[Event]:
        events: list[Event] = []
        add, append = self.accumulator.add, events.append
        try:
            for name, data in self._splitter.feed(read):
                event = parse_event(name, data)
                if type(event) is ErrorEvent:
                    self._note(events)  # an event like any other: what it ends is not tried again
                    self._failure = status_error(self.exchange, data, in_stream=event.envelope)
                    break
                add(event)
                append(event)
                if type(event) is MessageStop:
                    self._note_end()
            else:
                if self._splitter.too_large:
                    self._failure = errors.EventTooLargeError(
                        f"The server sent an event of more than {self._splitter.max_event} bytes."
                    )
        except errors.MalformedAnswerError as error:
            self._failure = error
        return events

    def _note_end(self) -> None:
        """The answer is whole. What a server still does with the connection is not its duration."""
        if self._until is None:
            self._note([])
            self._until = asyncio.get_running_loop().time() + AFTER_STOP_S
            self.exchange.ended_at = Moment.now()

    async def _whole_message(self, read: bytes) -> list[Event] | None:
        """The events of a JSON document that came instead of a stream; None when it is a stream."""
        kind = header(self.exchange.received_headers, "content-type") or ""
        if "event-stream" in kind or self._splitter.pending:
            return None
        if "json" not in kind and not read.lstrip().startswith((b"{", b"<")):
            return None
        content, idle_s = bytearray(read), self._client.timeout.idle
        content += await read_whole(self._rest(), idle_s, self._deadline)
        message = read_json(bytes(content))
        if not isinstance(message, dict):
            raise errors.MalformedAnswerError("The answer is neither a stream nor a message.", body=str(message))
        if "error" in message or message.get("type") == "error":
            raise status_error(self.exchange, bytes(content))
        events = events_of(message)
        for event in events:
            self.accumulator.add(event)
        return events

    async def _rest(self) -> AsyncIterator[bytes]:
        while (read := await self._read()) is not None:
            if self._on_bytes:
                self._on_bytes(read)
            yield read

    def _note(self, events: list[Event]) -> list[Event]:
        if self.exchange.first_event_at is None:
            self.exchange.first_event_at = Moment.now()
        return events
