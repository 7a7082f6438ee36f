"""A network that can break: a small TCP proxy between browser and server whose connections can all be cut."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Coroutine, Iterator
from typing import Any, Self


class Proxy:
    """Passes bytes to a port of this machine. `cut()` breaks everything and refuses; `mend()` listens again."""

    def __init__(self) -> None:
        self.target_port = 0
        self.port = 0
        self.carried = 0  # connections that were passed on
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._loop = asyncio.new_event_loop()

    @property
    def url(self) -> str:
        """The origin under which the browser knows the server."""
        return f"http://127.0.0.1:{self.port}"

    @classmethod
    @contextlib.contextmanager
    def in_thread(cls) -> Iterator[Self]:
        """The proxy in a thread of its own; say `target_port` before anything connects."""
        proxy = cls()
        thread = threading.Thread(target=proxy._loop.run_forever, name="proxy", daemon=True)
        thread.start()
        proxy.mend()
        try:
            yield proxy
        finally:
            proxy.cut()
            proxy._loop.call_soon_threadsafe(proxy._loop.stop)
            thread.join(10)
            proxy._loop.close()

    def cut(self) -> None:
        """Break every connection at once, as a network that is gone does, and take no new one."""
        self._in_loop(self._cut())

    def mend(self) -> None:
        """Take connections (again), at the same port."""
        self._in_loop(self._listen())

    def _in_loop(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _cut(self) -> None:
        if self._server:
            self._server.close()
        for writer in self._writers:
            writer.transport.abort()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self.target_port)
        self.carried += 1
        both = {writer, server_writer}
        self._writers |= both
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_pass_on(reader, server_writer))
                group.create_task(_pass_on(server_reader, writer))
        finally:
            self._writers -= both
            for end in both:
                end.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()
