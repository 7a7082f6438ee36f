"""Memory of large requests: given back as soon as they are over, not when the garbage collector comes by.

Django's handler leaves each request, and its response, in a cycle with the exception that ends it; a prompt of 10 MB
is there several times, and a few of them in a row would grow the process by hundreds of megabytes.
"""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

type Message = Mapping[str, Any]
type Receive = Callable[[], Awaitable[dict[str, Any]]]
type Send = Callable[[Message], Awaitable[None]]
type Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]

# Requests with less in them and in their answer wait for the collector (bytes).
LARGE = 1024 * 1024
# glibc's malloc.h. It would raise the threshold to 32 MB by itself, and keep what is below in each thread's share.
M_MMAP_THRESHOLD = -3


def give_back_early() -> None:
    """Let collecting look at nothing that is here now, and large pieces of memory go back to the system when freed.

    Called once, when everything is loaded.
    """
    gc.collect()
    gc.freeze()
    # Other C libraries have no such function, or none of these habits.
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):
        mallopt(M_MMAP_THRESHOLD, LARGE)


async def collected(application: Application, scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Answer a request; if it was large, collect what it leaves."""
    size = 0

    async def receiving() -> dict[str, Any]:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        return message

    async def sending(message: Message) -> None:
        nonlocal size
        size += len(message.get("body", b""))
        await send(message)

    try:
        await application(scope, receiving, sending)
    finally:
        if size > LARGE:
            gc.collect()
