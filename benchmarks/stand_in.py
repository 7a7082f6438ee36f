"""A stand-in for the provider, as fast as possible: streams deltas that carry the moment at which they were sent.

    python -m benchmarks.stand_in --port 9100

The last user message says how: `[[n=100 delay_ms=20 first_ms=0]]`. A delta's text is `~<ns>~` and some words; the first
one also tells when its request's first byte came: `^<ns>^`. All of the monotonic clock, which the machine's processes
share. A byte of a request's body counts as a token of its input. Files are taken, and forgotten at once.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import time
from typing import cast

import uvloop

DIRECTIVE = re.compile(rb"\[\[n=(\d+) delay_ms=([\d.]+) first_ms=([\d.]+)\]\]")
LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)
HEADERS = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nrequest-id: req_bench\r\ntransfer-encoding: chunked\r\n\r\n"
)
START = (
    b'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_bench","type":"message",'
    b'"role":"assistant","model":"bench-model","content":[],"stop_reason":null,"stop_sequence":null,'
    b'"usage":{"input_tokens":%d,"output_tokens":1}}}\n\n'
    b'event: content_block_start\ndata: {"type":"content_block_start","index":0,'
    b'"content_block":{"type":"text","text":""}}\n\n'
)
DELTA = (
    b'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,'
    b'"delta":{"type":"text_delta","text":"%b~%d~ lorem ip"}}\n\n'
)
END = (
    b'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}\n\n'
    b'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},'
    b'"usage":{"output_tokens":%d}}\n\nevent: message_stop\ndata: {"type":"message_stop"}\n\n'
)
MODELS = (
    b'{"data":[{"type":"model","id":"bench-model","display_name":"Bench","created_at":"2026-01-01T00:00:00Z",'
    b'"capabilities":{"image_input":{"supported":true},"pdf_input":{"supported":true}}}],'
    b'"has_more":false,"first_id":"bench-model","last_id":"bench-model"}'
)
FILE = b'{"type":"file","id":"file_bench","filename":"file","mime_type":"application/pdf","size_bytes":%d}'
TOGETHER = 64  # deltas in one write when they come as fast as possible; each is an HTTP chunk of its own all the same


class Connection(asyncio.Protocol):
    """One kept-alive connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = cast("asyncio.WriteTransport", transport)
        self.received = bytearray()
        self.head = b""
        self.length = 0
        self.came = 0
        self.may_write = asyncio.Event()
        self.may_write.set()
        self.task: asyncio.Task[None] | None = None

    def pause_writing(self) -> None:
        """The reader is slower than we are."""
        self.may_write.clear()

    def resume_writing(self) -> None:
        """It has caught up."""
        self.may_write.set()

    def connection_lost(self, _error: Exception | None) -> None:
        """Gone."""
        if self.task:
            self.task.cancel()

    def data_received(self, data: bytes) -> None:
        """Take whole requests."""
        if not self.received and not self.head:
            self.came = time.monotonic_ns()
        self.received += data
        if not self.head and (end := self.received.find(b"\r\n\r\n")) >= 0:
            self.head = bytes(self.received[:end])
            self.length = int(match[1]) if (match := LENGTH.search(self.head)) else 0
            del self.received[: end + 4]
        if self.head and len(self.received) >= self.length:
            head, body = self.head, self.received[: self.length]
            self.received, self.head = self.received[self.length :], b""
            self.answer(head, body)

    def answer(self, head: bytes, body: bytearray) -> None:
        """Stream to /v1/messages, take a file, tell the model or a count to anything else."""
        if head.startswith(b"POST /v1/messages "):
            directive = DIRECTIVE.findall(body)[-1]
            self.task = asyncio.ensure_future(self.stream(self.came, len(body), *map(float, directive)))
            return
        told = MODELS if head.startswith(b"GET /v1/models") else b'{"input_tokens":10}'
        if head.startswith(b"POST /v1/files "):
            told = FILE % len(body)
        self.transport.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (len(told), told)
        )

    async def stream(self, came: int, size: int, n: float, delay_ms: float, first_ms: float) -> None:
        """The whole answer."""
        self.transport.write(HEADERS + chunk(START % size))
        await asyncio.sleep(first_ms / 1000)
        if delay_ms:
            await self.paced(came, int(n), delay_ms / 1000)
        else:
            await self.at_once(came, int(n))
        self.transport.write(chunk(END % n) + b"0\r\n\r\n")

    async def paced(self, came: int, n: int, delay: float) -> None:
        """A delta each so many seconds, by the clock."""
        loop = asyncio.get_running_loop()
        # Streams that begin together would otherwise stay in step.
        await asyncio.sleep(delay * (came // 1000 % 97) / 97)
        due = loop.time()
        for number in range(n):
            self.transport.write(chunk(DELTA % (first_mark(number, came), time.monotonic_ns())))
            due += delay
            await asyncio.sleep(due - loop.time())

    async def at_once(self, came: int, n: int) -> None:
        """As fast as the reader takes them."""
        for begin in range(0, n, TOGETHER):
            numbers = range(begin, min(begin + TOGETHER, n))
            deltas = (DELTA % (first_mark(number, came), time.monotonic_ns()) for number in numbers)
            self.transport.write(b"".join(map(chunk, deltas)))
            await self.may_write.wait()
            await asyncio.sleep(0)


def first_mark(number: int, came: int) -> bytes:
    """When the request came, in the first delta only."""
    return b"" if number else b"^%d^" % came


def chunk(data: bytes) -> bytes:
    """An HTTP chunk."""
    return b"%x\r\n%b\r\n" % (len(data), data)


async def serve(port: int) -> None:
    """Listen for ever."""
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", port, backlog=2048)
    await server.serve_forever()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--port", type=int, required=True)
    uvloop.run(serve(arguments.parse_args().port))
