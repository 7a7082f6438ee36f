"""The load: many websockets at once, read as cheaply as possible, so that the load is not what is measured.

    python -m benchmarks.load < job.json

A job: `url`, `headers`, `commands` (one socket and one stream for each), `n` deltas expected of each, `ack` (frames
between two acknowledgements; 0: never reads on), `pid` (of the server that is watched), `settle_s`, `limit_s`. Prints
what was seen, as JSON.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from typing import Any, cast

import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from benchmarks.measure import cpu_ms, percentile, private_mb

STAMP = re.compile(rb"~(\d+)~")
CAME = re.compile(rb"\^(\d+)\^")
LARGEST = 64 * 1024 * 1024


class Socket(WSListener):
    """One stream: counts its deltas and notes how old each is."""

    def __init__(self, expected: int, ack: int) -> None:
        super().__init__()
        self.expected, self.ack = expected, ack
        self.frames = self.deltas = 0
        self.ages: list[int] = []
        self.started = self.first = self.last = self.came = 0
        self.done = asyncio.get_running_loop().create_future()

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Read the stamps of a frame."""
        at = time.monotonic_ns()
        if frame.msg_type != WSMsgType.TEXT:
            return
        data = frame.get_payload_as_bytes()
        self.frames += 1
        if self.ack and self.frames % self.ack == 0:
            transport.send(WSMsgType.TEXT, b'{"ack":%d}' % self.frames)
        # The rendered answer at the end repeats them all.
        stamps = [] if b'"swap"' in data[:200] else STAMP.findall(data)
        if stamps:
            if not self.first:
                self.first = at
                self.came = int(match[1]) if (match := CAME.search(data)) else 0
            self.last = at
            self.deltas += len(stamps)
            self.ages += [at - int(stamp) for stamp in stamps]
        if self.deltas >= self.expected and not self.done.done():
            self.done.set_result(None)

    def on_ws_disconnected(self, _transport: WSTransport) -> None:
        """Closed by the server."""
        if not self.done.done():
            self.done.set_result(None)


async def run(job: dict[str, Any]) -> dict[str, Any]:
    """Open all sockets, start all streams at once, wait for the last delta."""
    sockets: list[tuple[WSTransport, Socket]] = []
    for _command in job["commands"]:
        transport, socket = await ws_connect(
            lambda: Socket(job["n"], job["ack"]),
            job["url"],
            extra_headers=job["headers"],
            max_frame_size=LARGEST,
        )
        sockets.append((transport, cast("Socket", socket)))
    await asyncio.sleep(job.get("settle_s", 0.5))
    pid = job["pid"]
    opened_mb, began_cpu, began = private_mb(pid), cpu_ms(pid), time.monotonic()
    for (transport, socket), command in zip(sockets, job["commands"], strict=True):
        socket.started = time.monotonic_ns()
        transport.send(WSMsgType.TEXT, command.encode())
    peaks = [opened_mb]
    watching = asyncio.create_task(watch_memory(pid, peaks))
    await asyncio.wait([socket.done for _transport, socket in sockets], timeout=job["limit_s"])
    used_cpu, took = cpu_ms(pid) - began_cpu, time.monotonic() - began
    watching.cancel()
    peaks.append(private_mb(pid))
    told = [socket for _transport, socket in sockets]
    for transport, _socket in sockets:
        transport.disconnect()
    ages = [age for socket in told for age in socket.ages]
    return {
        "deltas": sum(socket.deltas for socket in told),
        "frames": sum(socket.frames for socket in told),
        "age_ms": {share: percentile(ages, float(share)) / 1e6 if ages else 0.0 for share in ("0.5", "0.99")},
        "first_ms": [(socket.first - socket.started) / 1e6 for socket in told if socket.first],
        "first": [(socket.came, socket.first) for socket in told if socket.first],
        "span_s": span_of(told),
        "cpu_ms": used_cpu,
        "took_s": took,
        "opened_mb": opened_mb,
        "peak_mb": max(peaks),
    }


def span_of(sockets: list[Socket]) -> float:
    """Seconds from the first delta of all to the last."""
    first = [socket.first for socket in sockets if socket.first]
    return (max(socket.last for socket in sockets) - min(first)) / 1e9 if first else 0.0


async def watch_memory(pid: int, peaks: list[float]) -> None:
    """Note the server's own memory four times a second."""
    while True:
        peaks.append(private_mb(pid))
        await asyncio.sleep(0.25)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(uvloop.run(run(json.load(sys.stdin)))))
