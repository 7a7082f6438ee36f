"""From pressing Run to the first word: one at a time, and two hundred at once."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Iterator

import httpx
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.measure import Figure, at_most, number, percentile
from benchmarks.processes import Application, follow, load, reference
from benchmarks.relay import paced

PRESSES = 60
UNMEASURED = 10  # presses that warm things up first
STAMPS = re.compile(r"\^(\d+)\^~(\d+)~")


def measure(app: Application, upstream: str) -> Iterator[Figure]:
    """All figures of a start. The application runs, and is signed in."""
    left, relayed = asyncio.run(one_by_one(app))
    yield at_most("From pressing Run to the request leaving, p50", percentile(left, 0.5), 15, "ms")
    yield at_most("From the first token's coming to its arrival in the page, p50", percentile(relayed, 0.5), 4, "ms")
    runs = app.queue(paced(50), 200)
    commands = [follow(run) for run in runs]
    told = load(url=app.socket_url, headers=app.socket_headers, pid=app.pid, n=50, commands=commands)
    with reference(upstream) as (pid, url):
        bare = load(url=url, pid=pid, n=50, commands=[json.dumps({"directive": paced(50)})] * 200)
    beside = f"bare relay {number(percentile(bare['first_ms'], 0.5))} ms"
    yield at_most("200 runs started at once: first token, p50", percentile(told["first_ms"], 0.5), 400, "ms", beside)


async def one_by_one(app: Application) -> tuple[list[float], list[float]]:
    """Press Run again and again, as the page does. Times in ms until the request left, and from the first token on."""
    left, relayed = [], []
    headers = {"referer": app.url, "cookie": app.cookies, "x-csrftoken": app.token, "hx-request": "true"}
    async with (
        httpx.AsyncClient(base_url=app.url, headers=headers) as client,
        connect(app.socket_url, additional_headers=app.socket_headers, compression=None) as socket,
    ):
        frames = 0
        for press in range(PRESSES + UNMEASURED):
            pressed = time.monotonic_ns()
            answer = await client.post("/w/main/runs/", data=app.form("[[n=2 delay_ms=5 first_ms=30]]"))
            run = re.findall(r'data-run="([0-9a-f-]{36})"', answer.text)[0]
            await socket.send(follow(run))
            came, sent, at, frames = await first_token(socket, frames)
            if press >= UNMEASURED:
                left.append((came - pressed) / 1e6)
                relayed.append((at - sent) / 1e6)
    return left, relayed


async def first_token(socket: ClientConnection, frames: int) -> tuple[int, int, int, int]:
    """Read one run to its end. Moments in ns: request came, first token sent, first token here; and frames so far."""
    found = None
    while True:
        message = str(await socket.recv())
        at = time.monotonic_ns()
        frames += 1
        if frames % 8 == 0:
            await socket.send(json.dumps({"ack": frames}))
        if '"swap"' in message[:200]:
            assert found  # noqa: S101 - a run without a first token would be measured wrongly
            return *found, frames
        if not found and (match := STAMPS.search(message)):
            found = (int(match[1]), int(match[2]), at)
