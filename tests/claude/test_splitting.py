"""The event splitter: the same events however the bytes are cut and whatever ends the lines."""

import tracemalloc
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.claude.sse import MAX_EVENT, EventSplitter

EVENTS = [
    (b"content_block_delta", '{"text":"héllo 世界 😀"}'.encode()),
    (b"ping", b"{}"),
    (b"", b'{"type":"ping"}'),
    (b"two", b"first\nsecond"),
    (b"separators", "a\u2028b\x85c\x0bd\x0c".encode()),
]


def written(newline: bytes = b"\n", *, comments: bool = False) -> bytes:
    """The events as text."""
    lines: list[bytes] = []
    for name, data in EVENTS:
        if comments:
            lines += [b": keep-alive", b"id: 1"]
        if name:
            lines.append(b"event: " + name)
        lines += [b"data: " + line for line in data.split(b"\n")]
        lines.append(b"")
    return newline.join([*lines, b""])


def split(reads: list[bytes]) -> list[tuple[bytes, bytes]]:
    splitter = EventSplitter()
    return [event for read in reads for event in splitter.feed(read)]


@pytest.mark.reliability
@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("comments", [False, True])
def test_it_splits_alike_at_every_byte_boundary(newline: bytes, comments: bool) -> None:
    stream = written(newline, comments=comments)
    assert split([stream]) == EVENTS
    assert split([stream[i : i + 1] for i in range(len(stream))]) == EVENTS
    for cut in range(len(stream)):
        assert split([stream[:cut], stream[cut:]]) == EVENTS


@given(cuts=st.lists(st.integers(0, 300)), newline=st.sampled_from([b"\n", b"\r\n", b"\r"]))
def test_it_splits_alike_at_any_boundaries(cuts: list[int], newline: bytes) -> None:
    stream = written(newline)
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    assert split([stream[a:b] for a, b in pairwise(edges)]) == EVENTS


@given(st.lists(st.binary(max_size=40), max_size=20))
def test_it_takes_any_bytes_and_splits_them_alike_whole_or_in_parts(reads: list[bytes]) -> None:
    assert split(reads) == split([b"".join(reads)])


def test_it_takes_a_byte_order_mark_before_the_first_event() -> None:
    assert split([b"\xef\xbb\xbfdata: x\n\n"]) == [(b"", b"x")]


def test_it_takes_fields_without_a_space_and_drops_events_without_data() -> None:
    assert split(
        [b"event:a\ndata:b\n\nevent: lonely\n\ndata: \n\n\n\n: comment\n\ndata\n\nevent: c\ndata:  d\n\n"]
    ) == [
        (b"a", b"b"),
        (b"c", b" d"),
    ]


def test_it_drops_an_event_without_its_closing_blank_line() -> None:
    assert split([b"data: whole\n\ndata: cut\n"]) == [(b"", b"whole")]


def test_it_gives_what_came_before_an_event_that_is_too_large() -> None:
    splitter = EventSplitter(max_event=100)
    assert splitter.feed(b"data: a\n\ndata: " + b"x" * 200 + b"\n\ndata: b\n\n") == [(b"", b"a")]
    assert splitter.too_large
    assert splitter.feed(b"data: c\n\n") == []


@pytest.mark.reliability
def test_an_event_of_64_mib_without_a_newline_costs_little_memory() -> None:
    splitter, read = EventSplitter(), b"x" * 65536
    tracemalloc.start()
    try:
        for _ in range(1024):
            assert splitter.feed(read) == []
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert splitter.too_large
    assert peak < 4 * MAX_EVENT
