"""The difference between two texts, word by word. Knows nothing of prompts, and makes no HTML.

Lines are compared first, then the words of lines that changed: so a long text costs little, and what people changed
is what they see. Where two texts have too little in common, or are too long, whole lines are told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from workbench.rendering.sequences import Block, common_blocks

# Comparing takes time that grows with what is compared times what changed.
MAX_WORDS = 4_000  # of one stretch
MAX_ALL_WORDS = 20_000  # of all stretches
MAX_CHARACTERS = 200_000  # of one stretch
MAX_LINES = 10_000
# Below this likeness (0 to 1) two stretches are told as one that went and one that came.
ALIKE = 0.3
# Words, spaces, and every other character alone; scripts without spaces character by character. A name in double
# braces is one word: what changed there is the name, not what stands between two braces.
_WORD = re.compile(r"\{\{[ \t]*\w+[ \t]*\}\}|[^\W\u2e80-\u9fff\uac00-\ud7af]+|\s+|.", re.DOTALL)


class Change(StrEnum):
    """What happened to a stretch of text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text, and what happened to it."""

    change: Change
    text: str


def compare_texts(before: str, after: str, words: int = MAX_ALL_WORDS) -> list[Part]:
    """What became of a text. The parts that were not added make up `before`, those not removed `after`, in order.

    Args:
        words: how many are compared one by one, of both texts together.
    """
    if before == after:
        return _joined([Part(Change.SAME, before)])
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if len(old) + len(new) > MAX_LINES:
        return _joined(_replaced(before, after))
    return _joined(_compare_lines(old, new, words))


def _compare_lines(old: Sequence[str], new: Sequence[str], left: int) -> Iterator[Part]:
    for is_same, gone, come in _stretches(old, new, common_blocks(old, new)):
        if is_same or not gone or not come or len(gone) + len(come) > MAX_CHARACTERS:
            yield from [Part(Change.SAME, gone)] if is_same else _replaced(gone, come)
            continue
        words, new_words = _WORD.findall(gone), _WORD.findall(come)
        number = len(words) + len(new_words)
        left -= number
        if number > MAX_WORDS or left < 0:
            yield from _replaced(gone, come)
        else:
            yield from _compare_words(words, new_words)


def _compare_words(old: Sequence[str], new: Sequence[str]) -> Iterator[Part]:
    blocks = common_blocks(old, new)
    if _likeness(old, new, blocks) < ALIKE:
        yield from _replaced("".join(old), "".join(new))
        return
    for is_same, gone, come in _stretches(old, new, blocks):
        yield from [Part(Change.SAME, gone)] if is_same else _replaced(gone, come)


def _stretches(old: Sequence[str], new: Sequence[str], blocks: Sequence[Block]) -> Iterator[tuple[bool, str, str]]:
    """What is the same, and between that what went and what came, in order."""
    a = b = 0
    for from_old, from_new, size in [*blocks, (len(old), len(new), 0)]:
        yield False, "".join(old[a:from_old]), "".join(new[b:from_new])
        a, b = from_old + size, from_new + size
        yield True, "".join(old[from_old:a]), "".join(new[from_new:b])


def _likeness(old: Sequence[str], new: Sequence[str], blocks: Sequence[Block]) -> float:
    """0 to 1, by words: spaces are alike everywhere."""
    same = sum(not word.isspace() for start, _new, size in blocks for word in old[start : start + size])
    both = sum(not word.isspace() for side in (old, new) for word in side)
    return 2 * same / both if both else 1.0


def _replaced(gone: str, come: str) -> Iterator[Part]:
    yield Part(Change.REMOVED, gone)
    yield Part(Change.ADDED, come)


def _joined(parts: Sequence[Part] | Iterator[Part]) -> list[Part]:
    """Neighbours of one kind as one part, empty ones left out."""
    some = (part for part in parts if part.text)
    return [
        Part(change, "".join(part.text for part in group))
        for change, group in groupby(some, key=lambda part: part.change)
    ]
