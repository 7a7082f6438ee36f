"""The reference: nothing but the relay, on the same server. No sign-in, no storage, no retries, no errors.

    python -m benchmarks.reference --port 8900 --upstream http://127.0.0.1:9100

One live answer that a reader pulls by position, one frame for everything a wake-up finds, 16 frames unacknowledged at
most: what the application's design costs at least.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import httpx
import orjson
from daphne.server import Server
from httpx_aiohttp import AiohttpTransport

WINDOW = 16
type Message = MutableMapping[str, Any]


class Relay:
    """An ASGI application for websockets: `{"directive": …}` starts an answer, `{"ack": n}` acknowledges frames."""

    def __init__(self, upstream: str) -> None:
        self.upstream = upstream
        self.client: httpx.AsyncClient | None = None

    async def __call__(
        self, scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        """One socket."""
        assert scope["type"] == "websocket"  # noqa: S101 - nothing else is asked of it
        await receive()
        await send({"type": "websocket.accept"})
        reader = Reader(send)
        tasks: list[asyncio.Task[None]] = []
        while (message := await receive())["type"] == "websocket.receive":
            command = orjson.loads(message["text"])
            if "ack" in command:
                reader.acknowledge(command["ack"])
            else:
                tasks += [
                    asyncio.create_task(self.execute(command["directive"], reader)),
                    asyncio.create_task(reader.pump()),
                ]
        for task in tasks:
            task.cancel()

    async def execute(self, directive: str, reader: Reader) -> None:
        """Stream one answer into the reader's pieces."""
        if self.client is None:
            limits = httpx.Limits(max_connections=1000, max_keepalive_connections=200)
            self.client = httpx.AsyncClient(transport=AiohttpTransport(limits=limits), timeout=600)
        body = {"model": "bench-model", "max_tokens": 1, "stream": True}
        body["messages"] = [{"role": "user", "content": directive}]
        headers = {"content-type": "application/json"}
        url = f"{self.upstream}/v1/messages"
        async with self.client.stream("POST", url, content=orjson.dumps(body), headers=headers) as answer:
            rest = b""
            async for data in answer.aiter_raw():
                *events, rest = (rest + data).split(b"\n\n")
                for event in events:
                    told = orjson.loads(event[event.index(b"data: ") + 6 :])
                    if told["type"] == "content_block_delta":
                        reader.pieces.append(told["delta"]["text"])
                reader.news.set()


class Reader:
    """One socket's position in one answer."""

    def __init__(self, send: Callable[[Message], Awaitable[None]]) -> None:
        self.send = send
        self.pieces: list[str] = []
        self.news = asyncio.Event()
        self.position = self.sent = self.acknowledged = 0

    def acknowledge(self, frames: int) -> None:
        """The other side took so many."""
        self.acknowledged = frames
        self.news.set()

    async def pump(self) -> None:
        """Send what is new, inside the window."""
        while True:
            await self.news.wait()
            self.news.clear()
            end = len(self.pieces)
            if end > self.position and self.sent - self.acknowledged < WINDOW:
                text = "".join(self.pieces[self.position : end])
                frame = {"from": self.position, "to": end, "text": text}
                self.position = end
                self.sent += 1
                await self.send({"type": "websocket.send", "text": orjson.dumps(frame).decode()})


def main() -> None:
    """Serve until killed."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--port", type=int, required=True)
    arguments.add_argument("--upstream", required=True)
    given = arguments.parse_args()
    ready = lambda: sys.stdout.write(json.dumps({"ready": True}) + "\n") and sys.stdout.flush()  # noqa: E731
    endpoint = f"tcp:port={given.port}:interface=127.0.0.1"
    Server(Relay(given.upstream), endpoints=[endpoint], verbosity=0, ready_callable=ready).run()


if __name__ == "__main__":
    main()
