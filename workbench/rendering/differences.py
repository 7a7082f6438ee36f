"""The difference between two texts, word by word. Knows nothing of prompts, and makes no HTML.

Lines are compared first, then the words of lines that changed: so a long text costs little, and what people changed
is what they see. Where two texts have too little in common, or are too long, whole lines are told.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby

# Comparing takes time that grows with the product of both lengths at worst (words, lines).
MAX_WORDS = 4_000  # of one stretch
MAX_ALL_WORDS = 20_000  # of all stretches
MAX_CHARACTERS = 200_000  # of one stretch
MAX_LINES = 10_000
MAX_PAIRS = 100_000  # of what is equal on both sides
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


def compare_texts(before: str, after: str) -> list[Part]:
    """What became of a text. The parts that were not added make up `before`, those not removed `after`, in order."""
    if before == after:
        return _joined([Part(Change.SAME, before)])
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if len(old) + len(new) > MAX_LINES:
        return _joined(_replaced(before, after))
    return _joined(_compare(old, new, is_lines=True))


def _compare(old: Sequence[str], new: Sequence[str], *, is_lines: bool) -> Iterator[Part]:
    left = MAX_ALL_WORDS
    for kind, from_old, to_old, from_new, to_new in _matcher(old, new).get_opcodes():
        gone, come = "".join(old[from_old:to_old]), "".join(new[from_new:to_new])
        if kind == "equal":
            yield Part(Change.SAME, gone)
        elif kind == "replace" and is_lines and len(gone) + len(come) <= MAX_CHARACTERS:
            words, new_words = _WORD.findall(gone), _WORD.findall(come)
            number = len(words) + len(new_words)
            left -= number
            if number > MAX_WORDS or left < 0 or _likeness(words, new_words) < ALIKE:
                yield from _replaced(gone, come)
            else:
                yield from _compare(words, new_words, is_lines=False)
        else:
            yield from _replaced(gone, come)


def _matcher(old: Sequence[str], new: Sequence[str]) -> SequenceMatcher[str]:
    """Compares two sequences. Every pair of equal items costs time in each round, so what is there too often (empty
    lines, spaces) only counts beside what is not."""
    there = Counter(new)
    pairs = {item: number * there[item] for item, number in Counter(old).items() if item in there}
    total, often = sum(pairs.values()), set[str]()
    for item in sorted(pairs, key=pairs.__getitem__, reverse=True):
        if total <= MAX_PAIRS:
            break
        total -= pairs[item]
        often.add(item)
    return SequenceMatcher(often.__contains__ if often else None, old, new, autojunk=False)


def _likeness(old: Sequence[str], new: Sequence[str]) -> float:
    """0 to 1, by words: spaces are alike everywhere."""
    gone, come = ([word for word in side if not word.isspace()] for side in (old, new))
    return _matcher(gone, come).ratio()


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
