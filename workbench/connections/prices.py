"""What tokens cost: a dated table of published prices, people's own prices before it, nothing for local models."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from workbench.connections.models import CatalogModel, Connection, Kind

TABLE = Path(__file__).with_name("prices.json")
MILLION = Decimal(1_000_000)
# An id may carry a provider's prefix, a date or a speed: `anthropic/claude-haiku-4-5-20251001`.
DATED = re.compile(r"-\d{8}$")


@dataclass(frozen=True, slots=True)
class Price:
    """USD per million tokens, and where the figures come from."""

    input: Decimal
    output: Decimal
    write_5m: Decimal
    write_1h: Decimal
    read: Decimal
    source: str

    def to_json(self) -> dict[str, str]:
        """For storing with a run: the price it was charged by."""
        names = ("input", "output", "write_5m", "write_1h", "read", "source")
        return {name: str(getattr(self, name)) for name in names}


FREE = Price(Decimal(0), Decimal(0), Decimal(0), Decimal(0), Decimal(0), "runs on this machine")


@dataclass(frozen=True, slots=True)
class _Row:
    price: Price
    since: date
    above: int
    up_to: int | None


@cache
def _table() -> dict[str, list[_Row]]:
    told = orjson.loads(TABLE.read_bytes())
    rows: dict[str, list[_Row]] = {}
    for row in told["rows"]:
        figures = [Decimal(row[name]) for name in ("input", "output", "write_5m", "write_1h", "read")]
        price = Price(*figures, source=f"{row['certainty']}, {row['from']}, table of {told['as_of']}")
        entry = _Row(price, date.fromisoformat(row["from"]), row.get("above", 0), row.get("up_to"))
        rows.setdefault(row["model"], []).append(entry)
    return rows


def base_id(model_id: str) -> str:
    """The model's plain id: without a provider's prefix and without a date."""
    return DATED.sub("", model_id.rpartition("/")[2])


def published_price(model_id: str, at: datetime, total_input: int | None) -> Price | None:
    """The published price of a model at a time, for a prompt of this many tokens in all; None if not known.

    A price older than its first row is taken from that row: the table begins later than some models.
    """
    tokens = total_input or 0
    rows = [row for row in _table().get(base_id(model_id), []) if tokens >= row.above + bool(row.above)]
    rows = [row for row in rows if row.up_to is None or tokens <= row.up_to]
    begun = [row for row in rows if row.since <= at.date()] or rows[:1]
    return begun[-1].price if begun else None


def price_of(model: CatalogModel, at: datetime, total_input: int | None = None) -> Price | None:
    """What a catalogued model costs: people's own price, else nothing if local, else the published one."""
    if model.input_price is not None and model.output_price is not None:
        # Cache prices follow the usual multiples of the input price (API reference, prices).
        given = model.input_price
        times = [given * Decimal(factor) for factor in ("1.25", "2", "0.1")]
        return Price(given, model.output_price, *times, source="set here")
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

    Without the split by lifetime, cache writes count as five-minute ones.
    """
    written = usage.get("cache_creation")
    split = written if isinstance(written, Mapping) else {}
    hour = _tokens(split, "ephemeral_1h_input_tokens")
    total_written = _tokens(usage, "cache_creation_input_tokens")
    five = _tokens(split, "ephemeral_5m_input_tokens") if split else total_written
    parts = (
        (_tokens(usage, "input_tokens"), price.input),
        (five, price.write_5m),
        (hour, price.write_1h),
        (_tokens(usage, "cache_read_input_tokens"), price.read),
        (_tokens(usage, "output_tokens"), price.output),
    )
    return sum((tokens * each for tokens, each in parts), Decimal(0)) / MILLION


def _tokens(usage: Mapping[str, Any], name: str) -> int:
    value = usage.get(name)
    return value if isinstance(value, int) and value > 0 else 0
