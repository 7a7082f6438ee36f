"""What may be asked of a file: pages and rows that are there, sizes that make sense; anything else is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.files.models import FileKind, StoredFile
from workbench.files.options import FileOptions, OptionsError, page_ranges, pages_in, read_options


@pytest.mark.parametrize(
    ("typed", "ranges"),
    [
        ("2-5,9", "2-5,9"),
        (" 9, 2 – 4; 4-5 ", "2-5,9"),
        ("1", "1"),
        ("3\uff0c1\u30012", "1-3"),
        ("", ""),
        ("1-10", ""),
    ],
)
def test_pages_are_put_in_order(typed: str, ranges: str) -> None:
    assert page_ranges(typed, 10) == ranges


@pytest.mark.parametrize("typed", ["0", "11", "5-2", "a", "1-", "-3", "1--2", ",", "1.5", "²", "9" * 50])
def test_pages_that_are_none_are_refused(typed: str) -> None:
    with pytest.raises(OptionsError):
        page_ranges(typed, 10)


@given(st.sets(st.integers(1, 60), min_size=1, max_size=60))
def test_any_set_of_pages_comes_through(pages: set[int]) -> None:
    assert pages_in(page_ranges(",".join(map(str, pages)), 60), 60) == sorted(pages)


@given(st.text(max_size=40))
def test_any_text_gives_pages_or_an_error_in_words(typed: str) -> None:
    try:
        ranges = page_ranges(typed, 20)
    except OptionsError:
        return
    assert all(1 <= page <= 20 for page in pages_in(ranges, 20))


def test_options_of_other_kinds_are_left_out() -> None:
    image = StoredFile(kind=FileKind.IMAGE, details={"width": 10, "height": 10})
    data = {"pages": "99", "rows": "x", "max_side": "800", "citations": "1", "title": " T "}
    assert read_options(image, data) == FileOptions(max_side=800, title="T")


@pytest.mark.parametrize("data", [{"rows": "0"}, {"rows": "-1"}, {"rows": "many"}, {"rows": 10**12}])
def test_rows_that_are_none_are_refused(data: dict[str, object]) -> None:
    with pytest.raises(OptionsError):
        read_options(StoredFile(kind=FileKind.CSV, details={"rows": 3}), data)


def test_options_survive_being_stored() -> None:
    table = StoredFile(kind=FileKind.CSV, details={"rows": 30})
    options = FileOptions(rows=7, citations=True, context="of 2026")
    assert read_options(table, options.as_data()) == options
    assert FileOptions().as_data() == {}
