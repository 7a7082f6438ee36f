"""The pieces of one answer, in order and compactly: most of a long answer's memory would else be tiny strings."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from itertools import accumulate

# A string of Python's takes some 50 bytes beside its characters, as many as a delta usually has.
FOLDED_TOGETHER = 32


class Pieces:
    """Pieces are appended one by one, and read by position, as text from one piece to another.

    `append` is the method of a list: nothing is quicker, and it is called for every delta. `fold`, called now and
    then, joins what has gathered; positions stay what they are.
    """

    __slots__ = ("_ends", "_folded", "_recent", "append")

    def __init__(self) -> None:
        self._folded: list[str] = []  # texts of FOLDED_TOGETHER pieces each
        self._ends = array("I")  # of every folded piece, where it ends in its text
        self._recent: list[str] = []
        self.append: Callable[[str], None] = self._recent.append

    def __len__(self) -> int:
        return len(self._ends) + len(self._recent)

    def fold(self) -> None:
        """Join whole groups of the recent pieces."""
        whole = len(self._recent) // FOLDED_TOGETHER * FOLDED_TOGETHER
        for start in range(0, whole, FOLDED_TOGETHER):
            group = self._recent[start : start + FOLDED_TOGETHER]
            self._ends.extend(accumulate(map(len, group)))
            self._folded.append("".join(group))
        del self._recent[:whole]

    def text(self, start: int, end: int) -> str:
        """The text of pieces `start` (inclusive) to `end` (exclusive)."""
        folded = len(self._ends)
        if start >= folded:
            return "".join(self._recent[start - folded : end - folded])
        parts = []
        for number in range(start // FOLDED_TOGETHER, -(-min(end, folded) // FOLDED_TOGETHER)):
            first = number * FOLDED_TOGETHER
            begin = self._ends[start - 1] if start > first else 0
            until = self._ends[end - 1] if end < first + FOLDED_TOGETHER else None
            parts.append(self._folded[number][begin:until])
        return "".join([*parts, *self._recent[: max(0, end - folded)]])

    def end_within(self, start: int, limit: int) -> int:
        """The end of the most pieces from `start` on that have at most so many characters together; one at least."""
        size = 0
        for index in range(start, len(self)):
            size += self._length(index)
            if size > limit and index > start:
                return index
        return len(self)

    def _length(self, index: int) -> int:
        if index >= len(self._ends):
            return len(self._recent[index - len(self._ends)])
        return self._ends[index] - (self._ends[index - 1] if index % FOLDED_TOGETHER else 0)
