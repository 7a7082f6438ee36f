"""What tokens cost: a dated table of published prices, people's own prices before it, nothing for local models."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from math import inf
from operator import itemgetter
from pathlib import Path
from typing import Any

import orjson
from django.utils.formats import number_format

from workbench.connections.models import CatalogModel, Connection, Kind

TABLE = Path(__file__).with_name("prices.json")
MILLION = Decimal(1_000_000)
# An id may carry a provider's prefix and a date: `anthropic/claude-haiku-4-5-20251001`.
DATED = re.compile(r"[-@]\d{8}$")
FIGURES = ("input", "output", "write_5m", "write_1h", "read")
# Without prices of their own, cached tokens cost these multiples of the input price, the vendor's usual ones: written
# for five minutes, written for an hour, read.
USUAL_MULTIPLES = (Decimal("1.25"), Decimal(2), Decimal("0.1"))


class Source(StrEnum):
    """Where a price comes from."""

    PUBLISHED = "published"
    OWN = "own"
    LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Price:
    """USD per million tokens of each kind, and where the figures come from.

    `since` is the day from which a published price holds, `as_of` the day its table was made; `certainty` says how
    sure it is: documented, reported (by third parties) or assumed.
    """

    input: Decimal
    output: Decimal
    write_5m: Decimal
    write_1h: Decimal
    read: Decimal
    source: Source
    since: date | None = None
    as_of: date | None = None
    certainty: str = ""

    def to_json(self) -> dict[str, str]:
        """For storing with a run: the price it was charged by, figures as exact decimal texts."""
        told = {name: str(getattr(self, name)) for name in (*FIGURES, "source", "since", "as_of", "certainty")}
        return {name: text for name, text in told.items() if text not in ("", "None")}


NOTHING = Decimal(0)
FREE = Price(NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, Source.LOCAL)


@dataclass(frozen=True, slots=True)
class _Row:
    """A published price and the prompts it is for: longer than `above` and up to `up_to` tokens."""

    price: Price
    since: date
    above: int
    up_to: float


@cache
def _table() -> dict[str, list[_Row]]:
    """The rows of each model, oldest first."""
    told = orjson.loads(TABLE.read_bytes())
    as_of = date.fromisoformat(told["as_of"])
    rows: dict[str, list[_Row]] = {}
    for row in sorted(told["rows"], key=itemgetter("from")):
        since = date.fromisoformat(row["from"])
        paid, answered, write_5m, write_1h, read = (Decimal(row[name]) for name in FIGURES)
        price = Price(paid, answered, write_5m, write_1h, read, Source.PUBLISHED, since, as_of, row["certainty"])
        rows.setdefault(row["model"], []).append(_Row(price, since, row.get("above", -1), row.get("up_to", inf)))
    return rows


def base_id(model_id: str) -> str:
    """The model's plain id: without a provider's prefix and without a date."""
    return DATED.sub("", model_id.rpartition("/")[2])


def published_price(model_id: str, at: datetime, total_input: int | None = None) -> Price | None:
    """The published price of a model at a time, for a prompt of this many tokens in all (cached ones included).

    None if the model is not known. Before its first row that row holds: the table begins later than some models.
    """
    tokens = total_input or 0
    rows = [row for row in _table().get(base_id(model_id), []) if row.above < tokens <= row.up_to]
    begun = [row for row in rows if row.since <= at.date()] or rows[:1]
    return begun[-1].price if begun else None


def price_of(model: CatalogModel, at: datetime, total_input: int | None = None) -> Price | None:
    """What a catalogued model costs: people's own price, else nothing if local, else the published one, else None."""
    if model.input_price is not None and model.output_price is not None:
        write_5m, write_1h, read = (model.input_price * multiple for multiple in USUAL_MULTIPLES)
        return Price(model.input_price, model.output_price, write_5m, write_1h, read, Source.OWN)
    if model.connection.kind == Kind.LOCAL:
        return FREE
    return published_price(model.model_id, at, total_input)


def price_for(connection: Connection, model_id: str, at: datetime, total_input: int | None) -> Price | None:
    """The price of a model by its id, as `price_of`. One query."""
    model = CatalogModel.objects.filter(connection=connection, model_id=model_id).first()
    if model is None:
        return FREE if connection.kind == Kind.LOCAL else published_price(model_id, at, total_input)
    model.connection = connection
    return price_of(model, at, total_input)


def cost_of(usage: Mapping[str, Any], price: Price) -> Decimal:
    """The cost in USD of one answer's `usage` (API reference, prices): each kind of token by its own price.

    Parts that are missing or null count nothing. Without the split by lifetime, cache writes count as five-minute
    ones. Surcharges that only a request of ours could cause (speed, searches) are not known here.
    """
    split = usage.get("cache_creation")
    split = split if isinstance(split, Mapping) else {}
    hour = _tokens(split, "ephemeral_1h_input_tokens")
    # What the split leaves out of the total is priced like five minutes, too.
    five = max(_tokens(split, "ephemeral_5m_input_tokens"), _tokens(usage, "cache_creation_input_tokens") - hour)
    parts = (
        (_tokens(usage, "input_tokens"), price.input),
        (five, price.write_5m),
        (hour, price.write_1h),
        (_tokens(usage, "cache_read_input_tokens"), price.read),
        (_tokens(usage, "output_tokens"), price.output),
    )
    return sum((tokens * each for tokens, each in parts), Decimal(0)) / MILLION


def figure(amount: Decimal) -> str:
    """USD per million tokens as prices are written: whole, or with two places or as many as it has."""
    places = len(f"{amount.normalize():f}".partition(".")[2])
    return "$" + number_format(amount, decimal_pos=max(places, 2) if places else 0)


def _tokens(usage: Mapping[str, Any], name: str) -> int:
    value = usage.get(name)
    return value if isinstance(value, int) and value > 0 else 0
