"""Which parameters a model takes, under which version of the API: one dated table, filled up by what servers tell.

Knows no model by name: capabilities.json does. Models of other servers are taken to accept everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from workbench.connections.models import CatalogModel, Connection, Kind
from workbench.connections.prices import base_id

TABLE = Path(__file__).with_name("capabilities.json")
SAMPLING = ("temperature", "top_p", "top_k")
DEFAULT_MAX_TOKENS = 4096
# Where nobody tells a ceiling (tokens, and top k): the largest number that servers read as an integer.
NO_CEILING = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Parameter:
    """What one parameter may be. Both ends of the range are legal; `reason` says why it is absent, if it is."""

    allowed: bool
    min: float
    max: float
    step: float
    default: float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ParameterRules:
    """What one model takes, by the API's names of parameters; `max_tokens` and `cache_minimum` in tokens.

    `one_of`: of these at most one at once. `notes`: sentences for the page about what is absent or excluded.
    """

    parameters: Mapping[str, Parameter]
    takes_prefill: bool
    takes_forced_tools: bool
    cache_minimum: int | None
    one_of: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def sampling(self) -> bool:
        """Whether temperature, top p and top k may be set."""
        return self.parameters["temperature"].allowed

    @property
    def temperature_max(self) -> float:
        """The highest temperature."""
        return self.parameters["temperature"].max

    @property
    def max_tokens(self) -> int:
        """The most tokens an answer may have."""
        return int(self.parameters["max_tokens"].max)

    @property
    def default_max_tokens(self) -> int:
        """What an answer may have unless somebody says otherwise."""
        return min(DEFAULT_MAX_TOKENS, self.max_tokens)

    def problems(self, parameters: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Every parameter that this model does not take as it is, with a sentence for the person who set it."""
        found = [
            (name, problem)
            for name, rule in self.parameters.items()
            if name in parameters and (problem := _problem(name, rule, parameters[name]))
        ]
        both = [name for name in self.one_of if name in parameters]
        if len(both) > 1 and not found:
            found.append((both[1], _("This model takes either temperature or top p, not both.")))
        return found


def _problem(name: str, rule: Parameter, value: float) -> str:
    if not rule.allowed:
        return rule.reason
    if rule.min <= value <= rule.max:
        return ""
    if name == "max_tokens" and value > rule.max:
        return _("At most %(number)s tokens with this model.") % {
            "number": number_format(rule.max, force_grouping=True)
        }
    if rule.max == NO_CEILING:
        return _("Must be %(least)s or more.") % {"least": f"{rule.min:g}"}
    return _("Must be between %(least)s and %(most)s.") % {"least": f"{rule.min:g}", "most": f"{rule.max:g}"}


def parameter_rules(connection: Connection, model: CatalogModel) -> ParameterRules:
    """What this model takes on this connection, under the version it is set to (automatic: any that fits)."""
    row = _row(connection, model.model_id)
    reason = _why_no_sampling(connection, row)
    ceiling = model.max_tokens or row.get("max_tokens") or NO_CEILING
    one_of = () if reason else tuple(row.get("one_of", ()))
    notes = [reason] if reason else []
    if one_of:
        notes.append(_("This model takes either temperature or top p, not both."))
    warmest, allowed = float(row.get("temperature_max", 1)), not reason
    return ParameterRules(
        parameters={
            # Zero is legal: it fills the cache and answers nothing.
            "max_tokens": Parameter(True, 0, ceiling, 1, default=min(DEFAULT_MAX_TOKENS, ceiling)),
            "temperature": Parameter(allowed, 0, warmest, 0.1, reason=reason),
            "top_p": Parameter(allowed, 0, 1, 0.01, reason=reason),
            "top_k": Parameter(allowed, 0, NO_CEILING, 1, reason=reason),
        },
        takes_prefill=row["prefill"],
        takes_forced_tools=row["forced_tools"],
        cache_minimum=row["cache_minimum"],
        one_of=one_of,
        notes=tuple(notes),
    )


def choose_api_version(connection: Connection, model_id: str, parameters: Mapping[str, Any]) -> str:
    """The version to send: the connection's own, else the newest that takes what is set, if the model takes it at all.

    Servers of others do not care, but those that pass requests on to the vendor do.
    """
    if connection.api_version:
        return connection.api_version
    versions = _table()["versions"]
    needs_sampling = any(name in parameters for name in SAMPLING) and _row(connection, model_id)["sampling"]
    return str(next(version["id"] for version in versions if version["sampling"] or not needs_sampling))


def _why_no_sampling(connection: Connection, row: Mapping[str, Any]) -> str:
    """Why temperature, top p and top k cannot be set; empty if they can."""
    if not row["sampling"]:
        return _("This model takes neither temperature nor top p nor top k.")
    if row is _table()["other"]:
        return ""
    takes = {version["id"]: version["sampling"] for version in _table()["versions"]}
    if takes.get(connection.api_version, True):
        return ""
    words = _("Version %(version)s of the API, to which this connection is set, has no temperature, top p and top k.")
    return words % {"version": connection.api_version}


def _row(connection: Connection, model_id: str) -> Mapping[str, Any]:
    """The table's row for a model. A gateway's Claude models are known by their id; its others may be anything."""
    known: Mapping[str, Any] | None = _models().get(base_id(model_id))
    if known:
        return known
    other: Mapping[str, Any] = _table()["unknown_claude" if connection.kind == Kind.ANTHROPIC else "other"]
    return other


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = orjson.loads(TABLE.read_bytes())
    return table


@cache
def _models() -> dict[str, dict[str, Any]]:
    return {model_id: row for row in _table()["models"] for model_id in row["ids"]}
