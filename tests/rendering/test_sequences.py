"""What two sequences have in common: true, in order, and as much as there is, also where items repeat."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.rendering import sequences
from workbench.rendering.sequences import common_blocks

FEW = st.lists(st.sampled_from("ab c"), max_size=20)


def longest(old: list[str], new: list[str]) -> int:
    """How many items both have in order at most."""
    row = [0] * (len(new) + 1)
    for item in old:
        before = row[:]
        for place, other in enumerate(new):
            row[place + 1] = before[place] + 1 if item == other else max(before[place + 1], row[place])
    return row[-1]


def checked(old: list[str], new: list[str]) -> int:
    """How many items are in common; the blocks must be true and in order."""
    blocks = common_blocks(old, new)
    for a, b, size in blocks:
        assert old[a : a + size] == new[b : b + size]
    for (a, b, size), (next_a, next_b, _size) in pairwise(blocks):
        assert a + size <= next_a
        assert b + size <= next_b
    return sum(size for _a, _b, size in blocks)


@given(FEW, FEW)
def test_what_is_natural_is_true(old: list[str], new: list[str]) -> None:
    assert checked(old, new) <= longest(old, new)


@given(FEW, FEW)
def test_what_repeats_is_found_the_shortest_way(old: list[str], new: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sequences, "MAX_PAIRS", -1)
        assert checked(old, new) == longest(old, new)


def test_too_many_steps_are_not_taken() -> None:
    old, new = ["a", *"cb" * 600, "z"], ["a", *"bc" * 100, *"de" * 600, "z"]
    assert checked(old * 20, new) == 2
