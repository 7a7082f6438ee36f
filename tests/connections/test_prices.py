"""What tokens cost: published by date and length of the prompt, people's own first, nothing on this machine."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.conftest import MakeConnection
from workbench.connections.models import CatalogModel, Connection, Kind
from workbench.connections.prices import FREE, Price, Source, cost_of, price_for, price_of, published_price

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def known(model_id: str, at: datetime = NOW, tokens: int | None = None) -> Price:
    price = published_price(model_id, at, tokens)
    assert price
    return price


def model(kind: Kind = Kind.ANTHROPIC, model_id: str = "claude-opus-5-5", **prices: Decimal) -> CatalogModel:
    return CatalogModel(connection=Connection(kind=kind), model_id=model_id, **prices)


def test_a_published_price_knows_its_figures_and_where_they_come_from() -> None:
    price = known("claude-opus-5-5")
    figures = (price.input, price.output, price.write_5m, price.write_1h, price.read)
    assert figures == tuple(map(Decimal, ("4", "20", "5", "8", "0.20")))
    assert (price.source, price.certainty, price.as_of) == (Source.PUBLISHED, "documented", date(2026, 11, 23))


@pytest.mark.parametrize(
    "model_id", ["claude-haiku-4-5-20251001", "anthropic/claude-haiku-4-5", "claude-haiku-4-5@20251001"]
)
def test_dates_and_prefixes_do_not_matter(model_id: str) -> None:
    assert known(model_id).input == 1


@pytest.mark.parametrize(
    ("at", "read"),
    [
        (datetime(2026, 10, 6, 23, 59, tzinfo=UTC), "0.20"),
        (datetime(2026, 10, 7, tzinfo=UTC), "0.10"),
        (datetime(2020, 1, 1, tzinfo=UTC), "0.20"),
    ],
)
def test_a_price_that_changed_is_that_of_its_day(at: datetime, read: str) -> None:
    assert known("claude-sonnet-5-5", at).read == Decimal(read)


@pytest.mark.parametrize(("tokens", "paid"), [(None, "0.10"), (0, "0.10"), (100_000, "0.10"), (100_001, "0.50")])
def test_a_long_prompt_has_the_price_of_its_band(tokens: int | None, paid: str) -> None:
    assert known("claude-haiku-5-5", tokens=tokens).input == Decimal(paid)


def test_an_unknown_model_has_no_price() -> None:
    assert published_price("some-model", NOW) is None
    assert price_of(model(Kind.COMPATIBLE, "some-model"), NOW) is None


def test_the_local_model_is_free() -> None:
    assert price_of(model(Kind.LOCAL, "smollm2-135m"), NOW) is FREE


def test_peoples_own_price_wins_and_gives_cached_tokens_the_usual_multiples() -> None:
    price = price_of(model(input_price=Decimal(10), output_price=Decimal(30)), NOW)
    assert price == Price(Decimal(10), Decimal(30), Decimal("12.50"), Decimal(20), Decimal("1.0"), source=Source.OWN)


def test_an_own_price_of_nothing_is_a_price() -> None:
    price = price_of(model(input_price=Decimal(0), output_price=Decimal(0)), NOW)
    assert price
    assert (price.output, price.source) == (Decimal(0), Source.OWN)


def test_a_price_is_found_by_id_with_one_query(
    make_connection: MakeConnection,
    django_assert_num_queries: Any,  # noqa: ANN401 - pytest-django's own type is private
) -> None:
    connection = make_connection(models=("own",))
    connection.models.update(input_price=1, output_price=2)
    with django_assert_num_queries(1):
        own = price_for(connection, "own", NOW, None)
    assert own
    assert own.output == 2
    assert price_for(connection, "claude-opus-5", NOW, None) == known("claude-opus-5")
    assert price_for(connection, "else", NOW, None) is None


def test_a_price_is_stored_as_exact_texts() -> None:
    assert known("claude-sonnet-5-5").to_json() == {
        "input": "2",
        "output": "10",
        "write_5m": "2.50",
        "write_1h": "4",
        "read": "0.10",
        "source": "published",
        "since": "2026-10-07",
        "as_of": "2026-11-23",
        "certainty": "reported",
    }
    assert "since" not in FREE.to_json()


TENS = Price(Decimal(1), Decimal(10), Decimal(100), Decimal(1000), Decimal(10_000), Source.OWN)


@pytest.mark.parametrize(
    ("usage", "micro_dollars"),
    [
        ({}, 0),
        ({"input_tokens": 3, "output_tokens": 2}, 23),
        ({"input_tokens": 3, "output_tokens": None, "cache_creation": None}, 3),
        ({"cache_read_input_tokens": 1}, 10_000),
        ({"cache_creation_input_tokens": 2}, 200),
        (
            {
                "cache_creation_input_tokens": 3,
                "cache_creation": {"ephemeral_5m_input_tokens": 1, "ephemeral_1h_input_tokens": 2},
            },
            2100,
        ),
        ({"cache_creation": {"ephemeral_5m_input_tokens": 1, "ephemeral_1h_input_tokens": 2}}, 2100),
        ({"cache_creation_input_tokens": 3, "cache_creation": {"ephemeral_1h_input_tokens": 2}}, 2100),
        ({"cache_creation_input_tokens": 3, "cache_creation": {}}, 300),
        ({"input_tokens": "3", "output_tokens": -1}, 0),
        ({"input_tokens": 1, "output_tokens_details": {"thinking_tokens": 50}}, 1),
    ],
)
def test_a_cost_adds_each_kind_of_token_by_its_own_price(usage: dict[str, Any], micro_dollars: int) -> None:
    assert cost_of(usage, TENS) == Decimal(micro_dollars) / 1_000_000
