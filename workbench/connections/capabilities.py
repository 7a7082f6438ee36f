"""Which parameters a model takes, under which version of the API: one table, filled up by what servers tell.

The table is dated (capabilities.json). Models of other servers are taken to accept everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from django.utils.translation import gettext as _

from workbench.connections.models import ApiVersion, CatalogModel, Connection
from workbench.connections.prices import base_id

TABLE = Path(__file__).with_name("capabilities.json")
SAMPLING = ("temperature", "top_p", "top_k")
DEFAULT_MAX_TOKENS = 1024
# Where nobody tells a ceiling: the output limit of today's largest models (tokens).
UNKNOWN_CEILING = 128_000


@dataclass(frozen=True, slots=True)
class ParameterRules:
    """What one model takes. Ranges include their ends; `max_tokens` in tokens."""

    sampling: bool
    temperature_max: float
    max_tokens: int
    default_max_tokens: int
    takes_prefill: bool
    one_of: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def problems(self, parameters: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Every parameter that this model does not take as it is, with a sentence for the person who set it."""
        found = [(name, _("This model does not take it.")) for name in SAMPLING if name in parameters and not self.sampling]
        if not found:
            found += self._out_of_range(parameters)
        both = [name for name in self.one_of if name in parameters]
        if len(both) > 1:
            found.append((both[1], _("This model takes either temperature or top p, not both.")))
        if parameters.get("max_tokens", 0) > self.max_tokens:
            message = _("At most %(number)s tokens with this model.") % {"number": f"{self.max_tokens:,}"}
            found.append(("max_tokens", message))
        return found

    def _out_of_range(self, parameters: Mapping[str, Any]) -> list[tuple[str, str]]:
        ranges = (("temperature", self.temperature_max), ("top_p", 1.0), ("top_k", 2**31 - 1))
        words = _("Must be between 0 and %(most)s.")
        return [
            (name, words % {"most": f"{most:g}"})
            for name, most in ranges
            if name in parameters and not 0 <= parameters[name] <= most
        ]


@cache
def _table() -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    told = orjson.loads(TABLE.read_bytes())
    return told, {model_id: row for row in told["models"] for model_id in row["ids"]}


def _row(model_id: str) -> dict[str, Any]:
    told, models = _table()
    plain = base_id(model_id)
    if plain in models:
        return models[plain]
    row: dict[str, Any] = told["unknown_claude" if plain.startswith("claude-") else "other"]
    return row


def parameter_rules(connection: Connection, model: CatalogModel) -> ParameterRules:
    """What this model takes on this connection."""
    row = _row(model.model_id)
    sampling = row["sampling"] and _version_allows_sampling(connection, model.model_id)
    ceiling = model.max_tokens or row.get("max_tokens") or UNKNOWN_CEILING
    notes = []
    if not row["sampling"]:
        notes.append(_("Temperature, top p and top k are absent: this model does not take them."))
    elif not sampling:
        words = _("Temperature, top p and top k are absent: the connection is set to API version %(version)s.")
        notes.append(words % {"version": connection.api_version})
    return ParameterRules(
        sampling=sampling,
        temperature_max=float(row.get("temperature_max", 1)),
        max_tokens=ceiling,
        default_max_tokens=min(DEFAULT_MAX_TOKENS, ceiling),
        takes_prefill=row["prefill"],
        one_of=tuple(row.get("one_of", ())),
        notes=tuple(notes),
    )


def _version_allows_sampling(connection: Connection, model_id: str) -> bool:
    is_claude = base_id(model_id).startswith("claude-")
    return not is_claude or connection.api_version in (ApiVersion.AUTOMATIC, ApiVersion.V2023_06_01)


def choose_api_version(connection: Connection, model_id: str, parameters: Mapping[str, Any]) -> str:
    """The version to send: the connection's own, else the newest, else the older one that takes what is set."""
    if connection.api_version:
        return connection.api_version
    versions = _table()[0]["versions"]
    needs_older = base_id(model_id).startswith("claude-") and any(name in parameters for name in SAMPLING)
    return str(versions["with_sampling"] if needs_older else versions["newest"])
