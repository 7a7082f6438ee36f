"""What an answer used, kind by kind: tokens, the money they cost, and what the cache saved. Only reads and formats.

Prices are those that the run was charged by, as they are stored with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from workbench.connections.prices import MILLION
from workbench.rendering.highlight import showable
from workbench.runs.models import Run
from workbench.runs.money import dollars

JSON = dict[str, Any]
MOST = 10**12  # what no answer has: a server that tells more tells nothing


@dataclass(frozen=True, slots=True)
class UsageRow:
    """One kind of use: its name, how many, what it cost (empty if not known), and a remark."""

    name: str
    number: str
    money: str = ""
    note: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """All kinds that an answer used, what the cache changed in all, and since when the prices hold."""

    rows: list[UsageRow]
    cache: str = ""
    prices: str = ""

    @property
    def has_money(self) -> bool:
        """Whether anything of it is known to cost something."""
        return any(row.money for row in self.rows)


def usage_of(run: Run) -> Usage | None:
    """What an answer used; None if there is no more to tell than its tokens in and out."""
    told = (run.message or {}).get("usage")
    if run.is_live or not isinstance(told, dict):
        return None
    if run.output_tokens is None:  # it broke off: what stands there is from its beginning
        told = {**told, "output_tokens": None}
    prices = _prices(run.price)
    counts = _counts(told)
    rows = [_row(name, number, prices, counts) for name, number in counts.items() if number]
    rows += _other_rows(told)
    is_more = any(counts[name] for name in ("write_5m", "write_1h", "read", "thinking")) or len(rows) > 2
    if not is_more:
        return None
    return Usage(rows, _saved(counts, prices), _of_which_day(run.price))


def _counts(told: JSON) -> dict[str, int]:
    """How many tokens of each kind that has a price (API reference, usage); thinking is part of the output."""
    split, details = _inside(told, "cache_creation"), _inside(told, "output_tokens_details")
    hour = _tokens(split, "ephemeral_1h_input_tokens")
    written = _tokens(told, "cache_creation_input_tokens")
    return {
        "input": _tokens(told, "input_tokens"),
        "write_5m": max(_tokens(split, "ephemeral_5m_input_tokens"), written - hour),
        "write_1h": hour,
        "read": _tokens(told, "cache_read_input_tokens"),
        "output": _tokens(told, "output_tokens"),
        "thinking": _tokens(details, "thinking_tokens"),
    }


def _row(name: str, number: int, prices: dict[str, Decimal], counts: dict[str, int]) -> UsageRow:
    names = {
        "input": _("Input, not cached") if counts["read"] or counts["write_5m"] or counts["write_1h"] else _("Input"),
        "write_5m": _("Written to the cache for 5 minutes"),
        "write_1h": _("Written to the cache for 1 hour"),
        "read": _("Read from the cache"),
        "output": _("Output"),
        "thinking": _("of it thinking"),
    }
    price = prices.get("output" if name == "thinking" else name)
    money = "" if price is None else dollars(number * price / MILLION)
    note = _difference(name, number, prices)
    return UsageRow(names[name], number_format(number, force_grouping=True), money, note, name)


def _difference(name: str, number: int, prices: dict[str, Decimal]) -> str:
    """What a cached token cost more or less than one that is not."""
    if name not in ("write_5m", "write_1h", "read") or "input" not in prices or name not in prices:
        return ""
    return _more_or_less(number * (prices[name] - prices["input"]) / MILLION)


def _more_or_less(difference: Decimal) -> str:
    if difference == 0:
        return ""
    words = _("saved %(money)s") if difference < 0 else _("%(money)s more than uncached")
    return words % {"money": dollars(abs(difference))}


def _saved(counts: dict[str, int], prices: dict[str, Decimal]) -> str:
    """What caching changed in all; empty if nothing was cached or the prices are not known."""
    kinds = [name for name in ("write_5m", "write_1h", "read") if counts[name]]
    if len(kinds) < 2 or "input" not in prices or not all(name in prices for name in kinds):
        return ""
    difference = sum((counts[name] * (prices[name] - prices["input"]) for name in kinds), Decimal(0)) / MILLION
    words = _("The cache saved %(money)s in all.") if difference < 0 else _("The cache cost %(money)s in all.")
    return words % {"money": dollars(abs(difference))} if difference else ""


def _other_rows(told: JSON) -> list[UsageRow]:
    """What is not counted in tokens."""
    tools = _inside(told, "server_tool_use")
    apart = _("charged apart")
    searches, fetches = _tokens(tools, "web_search_requests"), _tokens(tools, "web_fetch_requests")
    rows = [UsageRow(_("Web searches"), number_format(searches), note=apart)] if searches else []
    rows += [UsageRow(_("Pages fetched"), number_format(fetches))] if fetches else []
    names = {"service_tier": _("Service tier"), "inference_geo": _("Place"), "speed": _("Speed")}
    usual = {"standard", "", "global", "not_available"}
    for name, label in names.items():
        if isinstance(value := told.get(name), str) and value not in usual:
            rows.append(UsageRow(label, showable(value)[:40]))
    return rows


def _prices(stored: object) -> dict[str, Decimal]:
    """USD per million tokens of each kind, as stored with the run."""
    prices = {}
    for name in ("input", "output", "write_5m", "write_1h", "read"):
        try:
            prices[name] = Decimal(str(stored[name])) if isinstance(stored, dict) else Decimal("NaN")
        except (KeyError, InvalidOperation):
            continue
    return {name: price for name, price in prices.items() if price.is_finite()}


def _of_which_day(stored: object) -> str:
    since = stored.get("since") if isinstance(stored, dict) else None
    return _("Prices since %(day)s.") % {"day": since} if isinstance(since, str) else ""


def _inside(told: JSON, name: str) -> JSON:
    inner = told.get(name)
    return inner if isinstance(inner, dict) else {}


def _tokens(told: JSON, name: str) -> int:
    value = told.get(name)
    return value if type(value) is int and 0 < value <= MOST else 0
