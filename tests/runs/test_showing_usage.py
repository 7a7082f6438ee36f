"""What an answer used, kind by kind, with the money it cost and what the cache saved, by the prices of its day."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from tests.runs.showing import PRICE, message_of, shown, words_in
from tests.upstream_blocks import Scene, text
from tests.upstream_scenes import SCENES
from workbench.connections.prices import cost_of


def usage_in(page: str) -> str:
    return words_in(page.partition('<table class="table">')[2].partition("</details>")[0])


@pytest.mark.parametrize(
    "said",
    [
        "Input, not cached 300 $0.0012",
        "Written to the cache for 5 minutes $0.0020 more than uncached 2,000 $0.0100",
        "Written to the cache for 1 hour $0.0120 more than uncached 3,000 $0.0240",
        "Read from the cache saved $0.1596 42,000 $0.0084",
        "Output 900 $0.0180 of it thinking 512 $0.0102",
        "Web searches charged apart 3",
        "Pages fetched 1",
        "Service tier priority",
        "The cache saved $0.1456 in all.",
    ],
)
def test_each_kind_has_its_number_and_its_money(said: str) -> None:
    assert said in usage_in(shown(SCENES["usage"]))


def test_the_parts_add_up_to_what_the_run_cost() -> None:
    usage = message_of(SCENES["usage"])["usage"]
    parts = ("0.0012", "0.0100", "0.0240", "0.0084", "0.0180")
    assert cost_of(usage, PRICE) == sum(map(Decimal, parts))


def test_without_prices_there_are_tokens_alone() -> None:
    page = shown(SCENES["usage"], price=None)
    assert "Read from the cache 42,000 Output 900" in usage_in(page)
    assert "$" not in usage_in(page)


def test_an_answer_with_tokens_in_and_out_only_shows_no_more() -> None:
    assert usage_in(shown(SCENES["text"])) == ""


def test_an_answer_that_broke_off_claims_no_output() -> None:
    found = usage_in(shown(SCENES["usage"], status="interrupted", output_tokens=None))
    assert "Read from the cache" in found
    assert "Output" not in found


def test_without_the_split_writes_are_of_five_minutes() -> None:
    scene = Scene((text("x"),), usage={"cache_creation_input_tokens": 1000})
    found = usage_in(shown(scene))
    assert "Written to the cache for 5 minutes" in found
    assert "1 hour" not in found


@pytest.mark.parametrize(
    "told",
    [
        {"cache_creation": 7, "server_tool_use": "x", "output_tokens_details": [1]},
        {"cache_creation_input_tokens": "many", "cache_read_input_tokens": -5},
        {"cache_read_input_tokens": 10**15, "service_tier": {"a": 1}},
        {"output_tokens_details": {"thinking_tokens": True}},
    ],
)
def test_counts_of_another_shape_count_nothing(told: dict[str, object]) -> None:
    assert usage_in(shown(Scene((text("x"),), usage=told))) == ""


def test_a_price_of_another_shape_is_none() -> None:
    page = shown(SCENES["usage"], price={"input": "x", "output": None, "read": "NaN"})
    assert not re.search(r"\$\d", usage_in(page))
