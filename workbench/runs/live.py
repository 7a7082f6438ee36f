"""Live output: the growing answer of a run, which readers pull by position. Knows no socket and no database.

A position counts the pieces (deltas) of the answer from its beginning, over all its blocks. Whoever knows a
position can ask for everything since, as often as they like; nothing is pushed, dropped or doubled.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from workbench.runs.pieces import Pieces

# Characters of one piece, one frame and one stored stretch. As JSON six bytes each at most: a frame stays below the
# largest message that the websocket takes (serving.MAX_SOCKET_MESSAGE).
STRETCH_CHARACTERS = 64 * 1024


CITED = "cited"  # the label of a text that goes on in the next one: citations cut it
# Stretches that are taken at once: a server may change from block to block with every word.
MAX_STRETCHES = 64


class Phase(StrEnum):
    """What a living run is doing right now."""

    CONNECTING = "connecting"
    WAITING = "waiting"
    STREAMING = "streaming"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consecutive pieces of one block: positions `start` (inclusive) to `end` (exclusive), and their text.

    `label` is what beside its kind is known of the block from its beginning: a tool's name, or CITED for a text.
    """

    start: int
    end: int
    block: int
    kind: str
    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """What is told about a living run beside its text. Times in ms; `retry_in_ms` only while waiting."""

    phase: Phase
    first_token_ms: float | None = None
    attempt: int = 1
    retry_in_ms: float | None = None
    reason: str = ""


@dataclass(slots=True)
class LiveRun:
    """One living run in this process. Listeners are called (without arguments) after every change."""

    id: UUID
    workspace_id: int
    pieces: Pieces = field(default_factory=Pieces)
    progress: Progress = Progress(Phase.CONNECTING)
    progress_version: int = 0  # how often progress was told: 0 until the run is known to be ours
    is_done: bool = False
    stored: int = 0
    _kinds: dict[int, str] = field(default_factory=dict)
    _labels: dict[int, str] = field(default_factory=dict)
    _block_starts: list[int] = field(default_factory=list)
    _blocks: list[tuple[int, str]] = field(default_factory=list)
    _listeners: set[Callable[[], None]] = field(default_factory=set)

    @property
    def position(self) -> int:
        """How many pieces there are by now."""
        return len(self.pieces)

    @property
    def current_block(self) -> int:
        """The block that pieces are appended to; -1 before the first."""
        return self._blocks[-1][0] if self._blocks else -1

    def begin_block(self, block: int, kind: str, label: str = "") -> None:
        """Pieces appended from now on belong to this block of the answer."""
        self._kinds[block] = kind
        if label:
            self._labels[block] = label
        if self._blocks and self._blocks[-1] == (block, kind):
            return
        if self._block_starts and self._block_starts[-1] == len(self.pieces):
            self._blocks[-1] = (block, kind)
            return
        self._block_starts.append(len(self.pieces))
        self._blocks.append((block, kind))

    def turn_to(self, block: int, kind: str) -> str:
        """Go on with a block, which begins with this kind if it did not before. Gives its kind."""
        kind = self._kinds.setdefault(block, kind)
        self.begin_block(block, kind)
        return kind

    def kind_of(self, block: int) -> str:
        """The kind of a block that has begun; empty if none did."""
        return self._kinds.get(block, "")

    def append(self, text: str) -> None:
        """Add a piece to the current block; a text that is too long for one becomes several."""
        for start in range(0, len(text), STRETCH_CHARACTERS):
            self.pieces.append(text[start : start + STRETCH_CHARACTERS])

    def tell(self, progress: Progress) -> None:
        """Replace what is known of the run's progress."""
        self.progress = progress
        self.progress_version += 1

    def since(self, position: int, limit: int = 0) -> list[Stretch]:
        """Everything from a position on, one stretch per block.

        Args:
            position: the first piece wanted; one beyond the end gives nothing.
            limit: stop before the piece with which the text would pass this many characters (at least one piece
                is given), or after MAX_STRETCHES; 0 for no limit.
        """
        end = self.pieces.end_within(position, limit) if limit else len(self.pieces)
        stretches: list[Stretch] = []
        index = bisect_right(self._block_starts, position) - 1
        while position < end:
            until = self._block_starts[index + 1] if index + 1 < len(self._block_starts) else end
            until = min(until, end)
            block, kind = self._blocks[index]
            if limit and len(stretches) == MAX_STRETCHES:
                break
            text, label = self.pieces.text(position, until), self._labels.get(block, "")
            stretches.append(Stretch(position, until, block, kind, text, label))
            position, index = until, index + 1
        return stretches

    def all_since(self, position: int) -> list[Stretch]:
        """Everything from a position on, in stretches of bounded size."""
        stretches: list[Stretch] = []
        while some := self.since(position, STRETCH_CHARACTERS):
            stretches += some
            position = some[-1].end
        return stretches

    def listen(self, listener: Callable[[], None]) -> None:
        """Call this after every change, until `unlisten`."""
        self._listeners.add(listener)

    def unlisten(self, listener: Callable[[], None]) -> None:
        """Stop calling this."""
        self._listeners.discard(listener)

    def changed(self) -> None:
        """Wake the listeners. Called once per upstream read, not per piece."""
        self.pieces.fold()
        for listener in self._listeners:
            listener()

    def finish(self) -> None:
        """Nothing more will come, and the result is stored."""
        self.is_done = True
        self.changed()
