"""Waiting for a server within our limits of time and size. Never interprets what it reads."""

import asyncio
import zlib
from collections.abc import AsyncIterable, AsyncIterator, Awaitable
from typing import Any

import httpx

from .errors import DeadlineError, EventTooLargeError, IdleTimeoutError, MalformedAnswerError, TimeLimitError

MAX_PIECE = 64 * 1024  # bytes that are unpacked at once
MAX_ANSWER = 64 * 1024 * 1024  # bytes of a whole answer, unpacked


async def within[T](awaitable: Awaitable[T], idle_s: float, deadline: float) -> T:
    """The awaited value, or IdleTimeoutError after `idle_s` seconds, or DeadlineError at `deadline` (loop time)."""
    idle = asyncio.get_running_loop().time() + idle_s
    try:
        async with asyncio.timeout_at(min(idle, deadline)) as limit:
            return await awaitable
    except TimeoutError as error:
        if not limit.expired():
            raise
        if deadline <= idle:
            raise _too_late() from error
        raise _too_quiet(idle_s) from error


class Patience:
    """`within` for the many reads of one stream: a single timer that looks now and then, not one for every read.

    Only time spent waiting counts: a consumer that is busy with what it was given is no idle server.
    """

    __slots__ = ("_cancelling", "_deadline", "_due", "_failure", "_idle_s", "_loop", "_since", "_task", "_timer")

    def __init__(self, idle_s: float, deadline: float) -> None:
        self._idle_s = idle_s
        self._deadline = deadline  # in the event loop's time
        self._loop = asyncio.get_running_loop()
        self._task: asyncio.Task[Any] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._failure: TimeLimitError | None = None
        self._since = self._due = 0.0
        self._cancelling = 0

    async def read(self, chunks: AsyncIterator[bytes]) -> bytes | None:
        """The next read, None at the end. Raises IdleTimeoutError and DeadlineError."""
        self._task = task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a stream is read by a task")
        self._since = self._loop.time()
        self._cancelling = task.cancelling()
        if self._timer is None:
            self._set_timer()
        try:
            return await anext(chunks, None)
        except asyncio.CancelledError:
            # As asyncio.timeout does: ours, unless somebody else cancelled the task too.
            if self._failure is not None and task.uncancel() <= self._cancelling:
                raise self._failure from None
            raise
        finally:
            self._task = None

    def end(self) -> None:
        """Nothing more will be read."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _set_timer(self) -> None:
        self._due = min(self._since + self._idle_s, self._deadline)
        self._timer = self._loop.call_at(self._due, self._look)

    def _look(self) -> None:
        self._timer = None
        if self._task is None:
            return
        due, self._due = self._due, min(self._since + self._idle_s, self._deadline)
        if self._due > due:
            self._timer = self._loop.call_at(self._due, self._look)
            return
        self._failure = _too_late() if self._deadline <= due else _too_quiet(self._idle_s)
        self._task.cancel()


def _too_late() -> DeadlineError:
    return DeadlineError("The call took longer than its total time limit.")


def _too_quiet(idle_s: float) -> IdleTimeoutError:
    return IdleTimeoutError(f"The server sent nothing for {idle_s:g} s.")


def unpacked(response: httpx.Response) -> AsyncIterator[bytes]:
    """An answer's bytes as they come, unpacked in pieces of bounded size: a few packed bytes can hold gigabytes.

    Raises MalformedAnswerError, here or while reading, for an encoding that was not asked for and for broken data.
    """
    encoding = response.headers.get("content-encoding", "").strip().lower()
    stream = response.stream
    if not isinstance(stream, AsyncIterable):
        raise MalformedAnswerError("The answer cannot be read piece by piece.")
    if encoding in {"", "identity"}:
        return aiter(stream)
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        raise MalformedAnswerError(f"The answer is packed as {encoding[:40]!r}, which was not asked for.")
    return _unpack(stream, encoding)


async def _unpack(stream: AsyncIterable[bytes], encoding: str) -> AsyncIterator[bytes]:
    # 47: gzip and zlib by their heads. What is called deflate is zlib, or from some servers without any head.
    unpacker = zlib.decompressobj(47)
    is_first = True
    async for packed in stream:
        data = packed
        while data:
            try:
                piece = unpacker.decompress(data, MAX_PIECE)
            except zlib.error as error:
                if not (is_first and encoding == "deflate"):
                    raise MalformedAnswerError(f"The answer could not be unpacked: {error}") from error
                unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
                is_first = False
                continue
            is_first = False
            data = unpacker.unconsumed_tail
            if piece:
                yield piece


async def read_whole(
    chunks: AsyncIterator[bytes], idle_s: float, deadline: float, *, cap: int = MAX_ANSWER, cut: bool = False
) -> bytes:
    """All bytes of an answer. Above `cap` bytes: cut off there, or EventTooLargeError."""
    whole = bytearray()
    while (chunk := await within(anext(chunks, None), idle_s, deadline)) is not None:
        whole += chunk
        if len(whole) > cap:
            if cut:
                break
            raise EventTooLargeError(f"The answer is larger than {cap} bytes.")
    return bytes(whole[:cap])
