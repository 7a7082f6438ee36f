"""A scripted Messages API server on real sockets: what the tests talk to instead of a provider.

    async with Upstream() as upstream:            # in the test's own event loop
        upstream.then(Script(status=529), Script(n=3))
        ... Client(upstream.url) ...
    with Upstream.in_thread() as upstream: ...    # for tests without an event loop
    python -m tests.upstream --port 9100          # as a process; what it saw: GET /_log

Each request to /v1/messages takes the next script of the queue. Without one, the directive in the last user message
decides, `[[n=20 delay_ms=20 cut_after=10]]`: names and values are the fields of Script, `_` in texts means a space.
The answer is made from the request alone: `answer_text(body, n)`.
"""

import argparse
import asyncio
import contextlib
import socket
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from .upstream_answers import Answering, Request, read_request
from .upstream_files import FileShelf
from .upstream_script import DIRECTIVE, Script, answer_text, count_tokens, delta, last_user_text

__all__ = ["Request", "Script", "Upstream", "answer_text", "count_tokens", "delta", "never_accepting", "until"]


class Upstream:
    """The server. `requests` is everything it was asked; `open_streams` how many answers are under way."""

    def __init__(self, *, port: int = 0, key: str = "", models: Any = None) -> None:  # noqa: ANN401 - any JSON
        self.requests: list[Request] = []
        self.open_streams = self.peak_streams = self.connections = 0
        self.default: Script | None = None
        self.models = models  # a whole answer for /v1/models instead of the paged default
        self.files: FileShelf | None = FileShelf()  # None: a server without a Files API
        self.counting: Script | None = None  # how counting is refused, if it is
        self.key = key
        self.url = ""
        self._port = port
        self._queue: deque[Script] = deque()
        self._failures: Counter[bytes] = Counter()
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    def then(self, *scripts: Script) -> Self:
        """Scripts for the next requests to /v1/messages, in order."""
        self._queue.extend(scripts)
        return self

    def forget_scripts(self) -> None:
        """What was scripted and not asked for."""
        self._queue.clear()

    def calls(self, path: str = "/v1/messages") -> list[Request]:
        """The requests to one path."""
        return [request for request in self.requests if urlsplit(request.path).path == path]

    def log(self) -> dict[str, Any]:
        """What was seen, for JSON."""
        return {
            "open_streams": self.open_streams,
            "peak_streams": self.peak_streams,
            "connections": self.connections,
            "requests": [
                {
                    **{name: getattr(r, name) for name in ("method", "path", "headers", "at", "answer")},
                    "body": r.body.decode("utf-8", "replace"),
                    "client_closed_at": r.client_closed_at,
                    "ended_at": r.ended_at,
                }
                for r in self.requests
            ],
        }

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self._port, backlog=2048)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @classmethod
    @contextlib.contextmanager
    def in_thread(cls, **options: Any) -> Iterator["Upstream"]:  # noqa: ANN401 - options of __init__
        """The server in a thread of its own."""
        upstream, ready = cls(**options), threading.Event()
        loop = asyncio.new_event_loop()
        stop = asyncio.Event()

        async def serve() -> None:
            async with upstream:
                ready.set()
                await stop.wait()

        thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), name="upstream", daemon=True)
        thread.start()
        ready.wait(10)
        try:
            yield upstream
        finally:
            loop.call_soon_threadsafe(stop.set)
            thread.join(10)
            loop.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            early = b""
            while request := await read_request(reader, early):
                if request.path != "/_log":
                    self.requests.append(request)
                    request.number = len(self.requests)
                early = await self._answer_while_connected(request, reader, writer)
                if writer.is_closing():
                    return
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client left: that is a normal end here
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _answer_while_connected(
        self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bytes:
        """Answers; stops at once when the client closes. Returns the first byte of a next request."""
        work = asyncio.create_task(Answering(self, request, writer).run())
        watch = asyncio.create_task(reader.read(1))
        try:
            await asyncio.wait({work, watch}, return_when=asyncio.FIRST_COMPLETED)
            if watch.done() and not (early := _result(watch)):
                request.client_closed_at = time.monotonic()
                writer.transport.abort()
                return early
            await work
            request.ended_at = time.monotonic()
            if writer.is_closing():
                return b""
            return _result(watch) if watch.done() else await watch
        finally:
            work.cancel()
            watch.cancel()
            with contextlib.suppress(asyncio.CancelledError, ConnectionError):
                await work

    def script_for(self, request: Request) -> Script:
        """The next of the queue, or the directive's, or the default."""
        if self._queue:
            return self._queue.popleft()
        found = DIRECTIVE.findall(last_user_text(request.json))
        script = Script.of(found[-1]) if found else self.default or Script()
        if script.fail_times >= 0:
            self._failures[request.body] += 1
            if self._failures[request.body] > script.fail_times:
                return replace(script, status=200, hang_up=False, never_answer=False, fail_times=-1)
        return script


async def until(condition: Callable[[], object], seconds: float = 5) -> None:
    """Waits until the condition holds; TimeoutError after `seconds`."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - the condition may be anything, in this loop or another thread
            await asyncio.sleep(0.002)


@contextlib.contextmanager
def never_accepting() -> Iterator[str]:
    """The URL of a port whose connections are never accepted: its queue is full."""
    with contextlib.ExitStack() as stack:
        listening = stack.enter_context(socket.socket())
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for _ in range(4):
            caller = stack.enter_context(socket.socket())
            caller.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                caller.connect(listening.getsockname())
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def _result(task: asyncio.Task[bytes]) -> bytes:
    return b"" if task.cancelled() or task.exception() else task.result()


async def serve(port: int, key: str) -> None:
    """Runs until killed; prints one line when it listens."""
    async with Upstream(port=port, key=key) as upstream:
        print(f"upstream on {upstream.url}", flush=True)  # noqa: T201 - the process that started us waits for it
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A scripted Messages API server.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--key", default="", help="refuse requests without this key")
    options = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(options.port, options.key))
