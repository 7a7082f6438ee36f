"""The reference: nothing but the relay, on the same libraries. No sign-in, no storage, no retries, no errors.

    python -m benchmarks.reference --port 8900 --upstream http://127.0.0.1:9100

One live answer that a reader pulls by position, one frame for everything a wake-up finds, 16 frames unacknowledged at
most: what the application's design costs at least.
"""

from __future__ import annotations

import argparse
import asyncio

import django
import httpx
import orjson
from channels.generic.websocket import AsyncWebsocketConsumer
from daphne.server import Server
from django.conf import settings
from httpx_aiohttp import AiohttpTransport

WINDOW = 16


class Relay(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels is untyped
    """`{"directive": …}` starts an answer, `{"ack": n}` acknowledges frames."""

    upstream = ""
    client: httpx.AsyncClient | None = None

    async def connect(self) -> None:
        """Anybody."""
        self.pieces: list[str] = []
        self.news = asyncio.Event()
        self.position = self.sent = self.acknowledged = 0
        self.tasks: list[asyncio.Task[None]] = []
        await self.accept()

    async def receive(self, text_data: str = "", **_binary: bytes) -> None:
        """Start, or go on."""
        command = orjson.loads(text_data)
        if "ack" in command:
            self.acknowledged = command["ack"]
            self.news.set()
        else:
            self.tasks = [asyncio.create_task(self.execute(command["directive"])), asyncio.create_task(self.pump())]

    async def disconnect(self, _code: int) -> None:
        """Gone."""
        for task in self.tasks:
            task.cancel()

    async def execute(self, directive: str) -> None:
        """Stream one answer into the pieces."""
        body = {"model": "bench-model", "max_tokens": 1, "stream": True}
        body["messages"] = [{"role": "user", "content": directive}]
        headers = {"content-type": "application/json"}
        url = f"{self.upstream}/v1/messages"
        async with shared_client().stream("POST", url, content=orjson.dumps(body), headers=headers) as answer:
            rest = b""
            async for data in answer.aiter_raw():
                *events, rest = (rest + data).split(b"\n\n")
                for event in events:
                    told = orjson.loads(event[event.index(b"data: ") + 6 :])
                    if told["type"] == "content_block_delta":
                        self.pieces.append(told["delta"]["text"])
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
                await self.send(text_data=orjson.dumps(frame).decode())


def shared_client() -> httpx.AsyncClient:
    """One for the process, made in its event loop."""
    if Relay.client is None:
        limits = httpx.Limits(max_connections=1000, max_keepalive_connections=200)
        Relay.client = httpx.AsyncClient(transport=AiohttpTransport(limits=limits), timeout=600)
    return Relay.client


def main() -> None:
    """Serve until killed."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--port", type=int, required=True)
    arguments.add_argument("--upstream", required=True)
    given = arguments.parse_args()
    settings.configure(INSTALLED_APPS=["channels"])
    django.setup()
    Relay.upstream = given.upstream
    Server(Relay.as_asgi(), endpoints=[f"tcp:port={given.port}:interface=127.0.0.1"], verbosity=0).run()


if __name__ == "__main__":
    main()
