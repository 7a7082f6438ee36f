"""What two sequences have in common, in order, found in bounded time. Knows nothing of texts.

`difflib` finds what people find natural, but takes time that grows with the pairs of equal items, once a round: minutes
where items repeat (empty lines, spaces). There the shortest way is looked for (E. Myers, "An O(ND) Difference Algorithm
and Its Variations", 1986), as far as it is short.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

MAX_PAIRS = 20_000  # of items that are equal on both sides
MAX_STEPS = 1_000  # items that only one side has

type Block = tuple[int, int, int]  # where in the old, where in the new, how many


def common_blocks(old: Sequence[str], new: Sequence[str]) -> list[Block]:
    """Stretches that both have, in order; empty where there is too much to compare."""
    there = Counter(new)
    if sum(number * there[item] for item, number in Counter(old).items()) <= MAX_PAIRS:
        return [(a, b, size) for a, b, size in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()]
    begin = _alike(old, new)
    end = _alike(old[begin:][::-1], new[begin:][::-1])
    inner = _shortest(old[begin : len(old) - end], new[begin : len(new) - end])
    blocks = [(0, 0, begin), *((a + begin, b + begin, 1) for a, b in inner), (len(old) - end, len(new) - end, end)]
    return list(_joined(blocks))


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many items are the same at the beginning of both."""
    pairs = zip(one, other, strict=False)
    return next((place for place, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _shortest(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """The pairs on the way with the fewest steps from nothing to the end of both; none if it has too many."""
    furthest = {1: 0}  # on each diagonal (places in the old less places in the new)
    trace: list[dict[int, int]] = []
    for steps in range(min(len(old) + len(new), MAX_STEPS) + 1):
        trace.append(furthest.copy())
        for diagonal in range(-steps, steps + 1, 2):
            a = _next(furthest, diagonal, steps)
            b = a - diagonal
            while a < len(old) and b < len(new) and old[a] == new[b]:
                a, b = a + 1, b + 1
            furthest[diagonal] = a
            if a >= len(old) and b >= len(new):
                return list(_back(trace, len(old), len(new)))[::-1]
    return []


def _next(furthest: dict[int, int], diagonal: int, steps: int) -> int:
    """Where one more step leads: past an item of the new (from the diagonal above), or of the old (from below)."""
    above, below = furthest.get(diagonal + 1, -1), furthest.get(diagonal - 1, -1)
    return above if diagonal == -steps or (diagonal != steps and below < above) else below + 1


def _back(trace: list[dict[int, int]], a: int, b: int) -> Iterator[tuple[int, int]]:
    for steps in range(len(trace) - 1, -1, -1):
        furthest, diagonal = trace[steps], a - b
        begin = _next(furthest, diagonal, steps)
        while a > begin and a > 0 and b > 0:
            a, b = a - 1, b - 1
            yield a, b
        above, below = furthest.get(diagonal + 1, -1), furthest.get(diagonal - 1, -1)
        if diagonal == -steps or (diagonal != steps and below < above):
            b -= 1
        else:
            a -= 1


def _joined(blocks: Sequence[Block]) -> Iterator[Block]:
    """Neighbours as one block, empty ones left out."""
    whole: Block | None = None
    for a, b, size in blocks:
        if whole and (whole[0] + whole[2], whole[1] + whole[2]) == (a, b):
            whole = (whole[0], whole[1], whole[2] + size)
        elif size:
            if whole:
                yield whole
            whole = (a, b, size)
    if whole:
        yield whole
