"""The relay: what a delta costs, how late it arrives, how many there can be, and what memory that takes."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from typing import Any

import httpx

from benchmarks.measure import Figure, at_least, at_most, memory_mb, number
from benchmarks.processes import Application, follow, load, reference

# Streams go on so long, in deltas; 50 a second.
PACED = 500
FAST = 200_000
STOPPED_READER = 400_000


def measure(app: Application, upstream: str) -> Iterator[Figure]:
    """All figures of the relay. The application runs, and is signed in."""
    idle = memory_mb(app.pid)
    yield at_most("Memory, idle (local model off)", idle, 130, "MB")
    with reference(upstream) as (pid, url):
        bare = load(url=url, pid=pid, n=PACED, commands=[json.dumps({"directive": paced(PACED)})] * 50)
        bare_burst = load(url=url, pid=pid, n=FAST, commands=[json.dumps({"directive": fast(FAST)})])
    ours = streams(app, 50)
    yield from cost_and_delay(ours, bare)
    yield from burst(app, upstream, bare_burst)
    yield from many(app)
    yield from stopped_reader(app)


def paced(n: int, first_ms: int = 0) -> str:
    """50 deltas a second."""
    return f"[[n={n} delay_ms=20 first_ms={first_ms}]]"


def fast(n: int) -> str:
    """As fast as they are taken."""
    return f"[[n={n} delay_ms=0 first_ms=0]]"


def streams(app: Application, number_of: int) -> dict[str, Any]:
    """So many streams at 50 deltas a second, each in a page of its own, all asked for at once."""
    runs = app.queue(paced(PACED), number_of)
    return load(
        url=app.socket_url, headers=app.socket_headers, pid=app.pid, n=PACED, commands=[follow(run) for run in runs]
    )


def cost_and_delay(ours: dict[str, Any], bare: dict[str, Any]) -> Iterator[Figure]:
    """50 streams at 50 deltas a second, beside the bare relay."""
    cost, least = (told["cpu_ms"] * 1000 / told["deltas"] for told in (ours, bare))
    beside = f"bare relay {number(least)} ms"
    yield at_most("CPU per 1,000 deltas, 50 streams × 50/s", cost, 125, "ms", beside)
    yield at_most("The same, as a multiple of the bare relay", cost / least, 1.25, "×")
    for share, limit in (("0.5", 0.6), ("0.99", 3.0)):
        beside = f"bare relay {number(bare['age_ms'][share])} ms"
        yield at_most(f"Added latency, p{float(share) * 100:.0f}", ours["age_ms"][share], limit, "ms", beside)


def burst(app: Application, upstream: str, bare: dict[str, Any]) -> Iterator[Figure]:
    """One stream as fast as it comes."""
    runs = app.queue(fast(FAST), 1)
    ours = load(url=app.socket_url, headers=app.socket_headers, pid=app.pid, n=FAST, commands=[follow(runs[0])])
    rate, least = (told["deltas"] / told["span_s"] for told in (ours, bare))
    reader = asyncio.run(plain_reader(upstream))
    yield at_least("One stream as fast as it comes", rate, 150_000, "deltas/s", f"bare relay {number(least)}")
    beside = f"httpx {number(reader)} deltas/s"
    yield at_least("The same, as a multiple of a plain reader", rate / reader, 2, "×", beside)


async def plain_reader(upstream: str) -> float:
    """Deltas per second that a program takes which reads the stream itself, line by line."""
    body = {"model": "bench-model", "stream": True, "messages": [{"role": "user", "content": fast(FAST)}]}
    taken, began = 0, time.monotonic()
    async with (
        httpx.AsyncClient(timeout=60) as client,
        client.stream("POST", f"{upstream}/v1/messages", json=body) as answer,
    ):
        async for line in answer.aiter_lines():
            if line.startswith("data: "):
                taken += json.loads(line[6:])["type"] == "content_block_delta"
    return taken / (time.monotonic() - began)


def many(app: Application) -> Iterator[Figure]:
    """200 streams at 50 deltas a second: as much as one core has to give."""
    told = streams(app, 200)
    offered = 200 * PACED
    rate = told["deltas"] / told["span_s"]
    yield at_least("200 streams × 50/s: taken of what is offered", 100 * rate / 10_000, 90, "%")
    yield at_most("200 streams × 50/s: added latency, p99", told["age_ms"]["0.99"], 40, "ms")
    yield at_most("200 streams × 50/s: deltas lost", offered - told["deltas"], 0, "of 50,000")
    grown = (told["peak_mb"] - told["opened_mb"]) / 2
    yield at_most("Memory per 100 streams", grown, 10, "MB")


def stopped_reader(app: Application) -> Iterator[Figure]:
    """A page that stops reading, while an answer comes as fast as it can."""
    runs = app.queue(fast(STOPPED_READER), 2)
    job = {"url": app.socket_url, "headers": app.socket_headers, "pid": app.pid, "n": STOPPED_READER}
    reads = load(**job, commands=[follow(runs[0])])
    stops = load(**job, commands=[follow(runs[1])], ack=0, limit_s=8)
    grown = (stops["peak_mb"] - stops["opened_mb"]) - (reads["peak_mb"] - reads["opened_mb"])
    yield at_most("Memory that a reader costs who stops reading", max(grown, 0), 5, "MB", "beside one who reads")
