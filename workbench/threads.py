"""Database work away from the event loop, on a few threads that keep their connections open.

Asgiref's own way opens and closes a connection for each call, which takes longer than most of our queries; these
threads belong to the process, not to a request, so theirs may stay. Web requests keep Django's usual way.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from django.db import Error, connections

# SQLite lets one write at a time; more threads than this would only wait for each other.
THREADS = 6
_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="database")


def in_thread[**P, R](function: Callable[P, R]) -> Callable[P, Awaitable[R]]:
    """The same function, to be awaited: runs in one of the threads, in the caller's context (language included)."""

    async def run(*args: P.args, **kwargs: P.kwargs) -> R:
        call = partial(contextvars.copy_context().run, partial(function, *args, **kwargs))
        return await asyncio.get_running_loop().run_in_executor(_threads, _guarded, call)

    return run


def _guarded[R](call: Callable[[], R]) -> R:
    try:
        return call()
    except Error:
        # The connection may be broken (the server went away): the next call opens another.
        connections.close_all()
        raise
