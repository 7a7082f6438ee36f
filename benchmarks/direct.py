"""The limit: a stream read from the stand-in with nothing in between, as bytes and by a plain httpx program."""

from __future__ import annotations

import json
import socket
import time
from urllib.parse import urlsplit

import httpx

DELTA = b'"text_delta"'
END = b"\r\n0\r\n\r\n"
AT_ONCE = 256 * 1024  # bytes of one read


def raw_rate(upstream: str, directive: str) -> float:
    """Deltas per second that come out of a socket: read and counted, nothing else."""
    address = urlsplit(upstream)
    body = json.dumps(body_for(directive)).encode()
    head = f"POST /v1/messages HTTP/1.1\r\nhost: {address.netloc}\r\ncontent-length: {len(body)}\r\n\r\n"
    deltas, rest, began = 0, b"", time.monotonic()
    with socket.create_connection((str(address.hostname), address.port or 80)) as connection:
        connection.sendall(head.encode() + body)
        while not rest.endswith(END):
            read = rest + connection.recv(AT_ONCE)
            deltas += read.count(DELTA)
            # What a boundary may have cut is looked at again, together with the next read.
            rest = read[max(len(read) - len(DELTA) + 1, read.rfind(DELTA) + len(DELTA)) :]
    return deltas / (time.monotonic() - began)


def httpx_rate(upstream: str, directive: str) -> float:
    """Deltas per second that a program takes which reads the stream itself, line by line."""
    deltas, began = 0, time.monotonic()
    with (
        httpx.Client(timeout=60) as client,
        client.stream("POST", f"{upstream}/v1/messages", json=body_for(directive)) as answer,
    ):
        for line in answer.iter_lines():
            if line.startswith("data: "):
                deltas += json.loads(line[6:])["type"] == "content_block_delta"
    return deltas / (time.monotonic() - began)


def body_for(directive: str) -> dict[str, object]:
    """A request that the stand-in understands."""
    return {"model": "bench-model", "stream": True, "messages": [{"role": "user", "content": directive}]}
