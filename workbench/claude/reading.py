"""Waiting for a server within our limits of time and size. Never interprets what it reads."""

import asyncio
from collections.abc import AsyncIterator, Awaitable

from .errors import DeadlineError, EventTooLargeError, IdleTimeoutError

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
            raise DeadlineError("The call took longer than its total time limit.") from error
        raise IdleTimeoutError(f"The server sent nothing for {idle_s:g} s.") from error


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
