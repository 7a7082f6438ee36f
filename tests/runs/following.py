"""A page as the server sees it: posts the form, follows by position, acknowledges every eighth frame."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import httpx

from tests.server import ClientConnection, Server

LIMIT_S = 30.0


@dataclass
class Reading:
    """What a page has of one run: its text and position, the phases it was told, and at last its HTML."""

    run: str
    text: str = ""
    position: int = 0
    phases: list[dict[str, Any]] = field(default_factory=list)
    html: str = ""
    parts: list[str] = field(default_factory=list)
    error: int = 0

    def take(self, frame: dict[str, Any]) -> None:
        """Add a frame, as the page's script does: nothing twice, and no gap."""
        if "text" in frame and frame["to"] > self.position:
            assert frame["from"] == self.position, f"a gap: {frame['from']} follows {self.position}"
            self.text += frame["text"]
            self.position = frame["to"]
        if "phase" in frame:
            self.phases.append(frame)
        if "html" in frame:
            self.parts = [*(self.parts if frame["at"] else ()), frame["html"]]
            self.html = "" if frame["more"] else "".join(self.parts)
        self.error = frame.get("error", self.error)

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will come."""
        return bool(self.html or self.error)


class Tab:
    """The playground of one person: `async with Tab(server, client) as tab: …`."""

    def __init__(self, server: Server, client: httpx.Client, workspace: str = "main") -> None:
        self.server = server
        self.client = client
        self.workspace = workspace
        self.frames = 0
        self.readings: dict[str, Reading] = {}

    async def __aenter__(self) -> Self:
        self.socket: ClientConnection = await self.server.socket(self.client, self.workspace)
        self.frames = 0
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        await self.socket.close()

    async def send(self, **command: Any) -> None:  # noqa: ANN401 - any command
        """Send a command."""
        await self.socket.send(json.dumps(command))

    async def ready(self) -> None:
        """Wait until the server has taken the socket in: it answers."""
        await self.send(ping=7)
        while (await self.frame()).get("pong") != 7:
            pass

    async def run(self, text: str, **fields: Any) -> Reading:  # noqa: ANN401 - form fields
        """Press Run, and follow."""
        await self.ready()
        run = await asyncio.to_thread(self.server.run, self.client, text, workspace=self.workspace, **fields)
        return await self.follow(run)

    async def follow(self, run: str, position: int = 0, text: str = "") -> Reading:
        """Follow a run from a position on, whose text so far is known."""
        reading = self.readings[run] = Reading(run, text, position)
        await self.send(follow={run: position})
        return reading

    async def stop(self, run: str) -> None:
        """Press Stop."""
        await self.send(stop=run)

    async def frame(self) -> dict[str, Any]:
        """The next frame, added to the reading that it belongs to."""
        frame: dict[str, Any] = json.loads(await asyncio.wait_for(self.socket.recv(), LIMIT_S))
        self.frames += 1
        if self.frames % 8 == 0:
            await self.send(ack=self.frames)
        if reading := self.readings.get(frame.get("run", "")):
            reading.take(frame)
        return frame

    async def all_frames(self) -> AsyncIterator[dict[str, Any]]:
        """Frames until the socket closes."""
        while True:
            yield await self.frame()

    async def until(self, reading: Reading, pieces: int) -> Reading:
        """Read on until so many pieces are there, or the run has ended."""
        while reading.position < pieces and not reading.has_ended:
            await self.frame()
        return reading

    async def end(self, reading: Reading) -> Reading:
        """Read on until the run has ended."""
        while not reading.has_ended:
            await self.frame()
        return reading

    async def phase(self, reading: Reading, phase: str) -> dict[str, Any]:
        """Read on until this phase was told. Gives its frame."""
        while True:
            if found := [told for told in reading.phases if told["phase"] == phase]:
                return found[-1]
            await self.frame()
