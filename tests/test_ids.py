"""Ids grow in the order in which they are made, and are version 7 UUIDs."""

from __future__ import annotations

import time
import uuid

import pytest

from workbench.ids import new_id


def test_each_is_greater_than_the_one_before() -> None:
    made = [new_id() for _ in range(20_000)]
    assert made == sorted(set(made))
    assert {(each.version, each.variant) for each in made} == {(7, uuid.RFC_4122)}


def test_they_tell_the_time() -> None:
    assert abs((new_id().int >> 80) - time.time_ns() // 1_000_000) < 60_000


def test_a_clock_that_is_set_back_changes_nothing_of_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    before = new_id()
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    assert new_id() > before
