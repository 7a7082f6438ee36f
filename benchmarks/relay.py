"""The relay: what a delta costs, how late it arrives, how many there can be, and what memory that takes.

The application and the bare relay are measured in turns, and of a few rounds the best counts for each: other programs
of the machine only ever add.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.direct import httpx_rate, raw_rate
from benchmarks.measure import Figure, at_least, at_most, memory_mb, number
from benchmarks.processes import Application, follow, load, reference

ROUNDS = 3
# Streams go on so long, in deltas; 50 a second.
PACED = 500
FAST = 200_000
# Readers that stop, and deltas that each of them misses: more than fit into what may be under way.
STOPPED = 20
MISSED = 40_000

Told = dict[str, Any]  # what a run of the load saw, see benchmarks.load
Relay = Callable[[str, int, int], Told]  # what a relay does with a directive, its number of deltas, so many streams


def measure(app: Application, upstream: str) -> Iterator[Figure]:
    """All figures of the relay. The application runs, and is signed in."""
    yield at_most("Memory, idle (local model off)", memory_mb(app.pid), 130, "MB")

    def ours(directive: str, n: int, streams: int) -> Told:
        commands = [follow(run) for run in app.queue(directive, streams)]
        return load(url=app.socket_url, headers=app.socket_headers, pid=app.pid, n=n, commands=commands)

    with reference(upstream) as (pid, url):

        def bare(directive: str, n: int, streams: int) -> Told:
            return load(url=url, pid=pid, n=n, commands=[json.dumps({"directive": directive})] * streams)

        yield from fifty(*in_turns(ours, bare, paced(PACED), PACED, 50))
        yield from two_hundred(*in_turns(ours, bare, paced(PACED), PACED, 200))
        yield from burst(upstream, *in_turns(ours, bare, fast(FAST), FAST, 1))
    yield from stopped_reader(app)


def paced(n: int, first_ms: int = 0) -> str:
    """50 deltas a second."""
    return f"[[n={n} delay_ms=20 first_ms={first_ms}]]"


def fast(n: int) -> str:
    """As fast as they are taken."""
    return f"[[n={n} delay_ms=0 first_ms=0]]"


def in_turns(ours: Relay, bare: Relay, directive: str, n: int, streams: int) -> tuple[list[Told], list[Told]]:
    """The same work for the application and for the bare relay, a few times."""
    rounds = [(ours(directive, n, streams), bare(directive, n, streams)) for _round in range(ROUNDS)]
    return [told for told, _bare in rounds], [told for _ours, told in rounds]


def cost(rounds: list[Told]) -> float:
    """Processor time of the server per 1,000 deltas (ms), at best."""
    return float(min(told["cpu_ms"] * 1000 / told["deltas"] for told in rounds))


def age(rounds: list[Told], share: str) -> float:
    """How late deltas were (ms), in the best round."""
    return float(min(told["age_ms"][share] for told in rounds))


def rate(rounds: list[Told]) -> float:
    """Deltas per second, at best."""
    return float(max(told["deltas"] / told["span_s"] for told in rounds))


def growth(rounds: list[Told]) -> float:
    """How much memory grew while streams went on (MB), in the round in which it grew most."""
    return float(max(told["peak_mb"] - told["opened_mb"] for told in rounds))


def fifty(ours: list[Told], bare: list[Told]) -> Iterator[Figure]:
    """50 streams at 50 deltas a second, each in a page of its own, all asked for at once."""
    least = cost(bare)
    yield at_most("CPU per 1,000 deltas, 50 streams × 50/s", cost(ours), 125, "ms", f"bare relay {number(least)} ms")
    yield at_most("The same, as a multiple of the bare relay", cost(ours) / least, 1.25, "×")
    for share, limit in (("0.5", 0.6), ("0.99", 3.0)):
        beside = f"bare relay {number(age(bare, share))} ms"
        yield at_most(f"Added latency, p{float(share) * 100:.0f}", age(ours, share), limit, "ms", beside)


def two_hundred(ours: list[Told], bare: list[Told]) -> Iterator[Figure]:
    """200 streams at 50 deltas a second: as much as one core has to give."""
    offered = 200 * PACED
    beside = f"bare relay {number(rate(bare) / 100)} %"
    yield at_least("200 streams × 50/s: taken of what is offered", rate(ours) / 100, 90, "%", beside)
    beside = f"bare relay {number(age(bare, '0.99'))} ms"
    yield at_most("200 streams × 50/s: added latency, p99", age(ours, "0.99"), 40, "ms", beside)
    lost = sum(offered - told["deltas"] for told in ours)
    yield at_most("200 streams × 50/s: deltas lost, all rounds", lost, 0, f"of {ROUNDS * offered:,}")
    beside = f"bare relay {number(growth(bare) / 2)} MB"
    yield at_most("Memory per 100 streams, beside their sockets", growth(ours) / 2, 10, "MB", beside)


def burst(upstream: str, ours: list[Told], bare: list[Told]) -> Iterator[Figure]:
    """One stream as fast as it comes."""
    raw = max(raw_rate(upstream, fast(FAST)) for _round in range(ROUNDS))
    plain = max(httpx_rate(upstream, fast(FAST)) for _round in range(ROUNDS))
    beside = f"bare relay {number(rate(bare))}, raw socket {number(raw)}"
    yield at_least("One stream as fast as it comes", rate(ours), 150_000, "deltas/s", beside)
    beside = f"httpx {number(plain)} deltas/s"
    yield at_least("The same, as a multiple of a plain reader", rate(ours) / plain, 2, "×", beside)


def stopped_reader(app: Application) -> Iterator[Figure]:
    """Pages that stop reading while answers come as fast as they can, beside as many that read."""
    runs = app.queue(fast(MISSED), 2 * STOPPED)
    job = {"url": app.socket_url, "headers": app.socket_headers, "pid": app.pid, "n": MISSED}
    reading = load(**job, commands=list(map(follow, runs[:STOPPED])))
    stopped = load(**job, commands=list(map(follow, runs[STOPPED:])), ack=0, limit_s=reading["took_s"] + 1)
    each = (growth([stopped]) - growth([reading])) / STOPPED
    yield at_most("Memory that a reader costs who stops reading", max(each, 0), 5, "MB", "beside one who reads")
