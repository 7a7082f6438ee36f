"""Following runs for one reader: everything since the reader's position, in frames, inside a window.

A reader acknowledges frames now and then. While too many are unacknowledged nothing is sent: a slow reader gets
fewer, larger frames, and memory stays bounded, however fast the answer comes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any
from uuid import UUID

import orjson

from workbench.runs.live import STRETCH_CHARACTERS, LiveRun, Phase, Stretch
from workbench.runs.storable import storable

# Frames that may be under way: with their size what a reader that stops can cost (daphne never pushes back, so
# whatever is sent is kept in memory until the browser takes it).
WINDOW = 16


class Followed:
    """One live run and how far this reader is."""

    __slots__ = ("asked", "live", "position", "progress_version")

    def __init__(self, live: LiveRun, position: int) -> None:
        self.live = live
        self.asked = position
        self.position = min(position, live.position)
        self.progress_version = 0


class Follower:
    """One reader's pump: woken by change, it sends what is new of every run the reader follows."""

    def __init__(self, send: Callable[[str], Awaitable[None]], at_end: Callable[[UUID, int], Awaitable[None]]) -> None:
        """`send` puts a text frame on the wire; `at_end` is called when a live run is done."""
        self._send = send
        self._at_end = at_end
        self._followed: dict[UUID, Followed] = {}
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self.sent = self.acknowledged = 0

    def follow(self, live: LiveRun, position: int) -> None:
        """Send this run from a position on. Asking again starts again from the new position."""
        self.unfollow(live.id)
        self._followed[live.id] = Followed(live, position)
        live.listen(self._news.set)
        self._news.set()

    def unfollow(self, run_id: UUID) -> None:
        """Send nothing more of this run."""
        if followed := self._followed.pop(run_id, None):
            followed.live.unlisten(self._news.set)

    def close(self) -> None:
        """Follow nothing any more."""
        for run_id in list(self._followed):
            self.unfollow(run_id)

    def acknowledge(self, frames: int) -> None:
        """The reader has taken this many frames in all. Numbers that cannot be true are ignored."""
        if self.acknowledged < frames <= self.sent:
            self.acknowledged = frames
            self._news.set()
            self._room.set()

    async def pump(self) -> None:
        """Send until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            for followed in list(self._followed.values()):
                await self._send_news(followed)

    async def _send_news(self, followed: Followed) -> None:
        live = followed.live
        if followed.progress_version != live.progress_version:
            followed.progress_version = live.progress_version
            await self.send_frame(_progress(live))
        while followed.position < live.position:
            if self._is_window_full:
                return
            for stretch in live.since(followed.position, STRETCH_CHARACTERS):
                if self._is_window_full:
                    return
                followed.position = stretch.end
                await self.send_frame(text_frame(live.id, stretch))
        if live.is_done:
            self.unfollow(live.id)
            # Without a piece it was not executed here: what is stored goes on from where the reader is.
            await self._at_end(live.id, followed.position or followed.asked)

    @property
    def _is_window_full(self) -> bool:
        return self.sent - self.acknowledged >= WINDOW

    async def send_in_turn(self, frame: dict[str, Any]) -> None:
        """Send one frame as soon as the reader has taken enough of those before."""
        while self._is_window_full:
            self._room.clear()
            await self._room.wait()
        await self.send_frame(frame)

    async def send_frame(self, frame: dict[str, Any]) -> None:
        """Send one small frame now, counted in the window."""
        self.sent += 1
        await self._send(_encode(frame))


def text_frame(run_id: UUID, stretch: Stretch) -> dict[str, Any]:
    """The frame that brings a stretch of a run's answer to a reader. Most blocks have no label."""
    label = {"label": stretch.label} if stretch.label else {}
    where = {"run": run_id, "block": stretch.block, "kind": stretch.kind, **label}
    return {**where, "from": stretch.start, "to": stretch.end, "text": stretch.text}


def html_frames(run_id: UUID, html: str) -> Iterator[dict[str, Any]]:
    """The frames that put an ended run's article in the place of the living one: its HTML in parts.

    `at` counts the characters before a part; `more` tells that another one follows.
    """
    target = {"run": run_id, "target": f'[data-run="{run_id}"]', "swap": "outerHTML"}
    for at in range(0, len(html), STRETCH_CHARACTERS):
        end = at + STRETCH_CHARACTERS
        yield {**target, "html": html[at:end], "at": at, "more": end < len(html)}


def _encode(frame: dict[str, Any]) -> str:
    try:
        return orjson.dumps(frame).decode()
    except orjson.JSONEncodeError:
        # A lone surrogate in the provider's words: shown as the replacement character, as it is stored.
        return orjson.dumps(storable(frame)).decode()


def _progress(live: LiveRun) -> dict[str, Any]:
    progress = live.progress
    frame: dict[str, Any] = {"run": live.id, "phase": progress.phase, "attempt": progress.attempt}
    if progress.first_token_ms is not None:
        frame["first_ms"] = round(progress.first_token_ms, 1)
    if progress.phase is Phase.WAITING:
        frame |= {"retry_in_ms": progress.retry_in_ms, "reason": progress.reason}
    return frame
