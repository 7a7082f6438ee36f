"""Pieces that were folded are read as if they never had been."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workbench.runs.pieces import FOLDED_TOGETHER, Pieces

MOST = 8 * FOLDED_TOGETHER
TEXTS = st.builds(
    lambda texts, times: (texts * times)[:MOST],
    st.lists(st.text(max_size=4), min_size=1, max_size=20),
    st.integers(0, 50),
)
FOLDS = st.sets(st.integers(0, MOST), max_size=4)
PLACES = st.integers(0, MOST)


def gathered(texts: list[str], folds: set[int]) -> Pieces:
    """These pieces, folded after some of them."""
    pieces = Pieces()
    for number, text in enumerate(texts):
        pieces.append(text)
        if number in folds:
            pieces.fold()
    return pieces


@given(TEXTS, FOLDS, PLACES, PLACES)
def test_any_stretch_is_the_text_of_its_pieces(texts: list[str], folds: set[int], one: int, other: int) -> None:
    pieces = gathered(texts, folds)
    start, end = sorted((min(one, len(texts)), min(other, len(texts))))
    assert len(pieces) == len(texts)
    assert pieces.text(start, end) == "".join(texts[start:end])


@given(TEXTS, FOLDS, PLACES, st.integers(1, 400))
def test_as_many_pieces_as_a_limit_allows_but_one_at_least(
    texts: list[str], folds: set[int], start: int, limit: int
) -> None:
    end = gathered(texts, folds).end_within(start, limit)
    if start < len(texts):
        assert end == start + 1 or len("".join(texts[start:end])) <= limit
    assert end == len(texts) or len("".join(texts[start : end + 1])) > limit
