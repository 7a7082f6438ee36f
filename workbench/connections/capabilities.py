"""What a model can do, and which version of the API it needs: what its server tells, else one dated table.

Knows no model by name: capabilities.json does. Models of other servers are taken to accept what most of them do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from django.utils.translation import gettext as _

from workbench.connections.models import CatalogModel, Connection, Kind
from workbench.connections.prices import base_id

TABLE = Path(__file__).with_name("capabilities.json")
SAMPLING = ("temperature", "top_p", "top_k")
# In the order in which they cost more.
EFFORTS = ("low", "medium", "high", "xhigh", "max")
THINKING = ("adaptive", "enabled", "disabled", "between_tools")


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What one model can do; `max_tokens`, `max_input_tokens` and `cache_minimum` in tokens, None: unknown.

    `thinking`: the types it takes; `thinking_default`: what none means ("off", "adaptive", "always"); `disabled_up_to`:
    the highest effort at which thinking may be off. `fast`: the beta header that the fast mode needs, None without such
    a mode. `one_of`: parameters of which it takes at most one.
    """

    sampling: bool
    temperature_max: float
    one_of: tuple[str, ...]
    prefill: bool
    forced_tools: bool
    tools: bool
    server_tools: tuple[str, ...]
    thinking: tuple[str, ...]
    thinking_default: str
    display: tuple[str, ...]
    disabled_up_to: str | None
    effort: tuple[str, ...]
    structured: bool
    images: bool
    pdf: bool
    documents: bool
    citations: bool
    caching: bool
    cache_minimum: int | None
    service_tiers: tuple[str, ...]
    fast: str | None
    max_tokens: int | None
    max_input_tokens: int | None


def capabilities_of(connection: Connection, model: CatalogModel) -> Capabilities:
    """What this model can do: corrections of people here, then what its server told, then the table."""
    row = {**_row(connection, model.model_id), **dict(_told(model.capabilities or {}))}
    return Capabilities(
        sampling=row["sampling"],
        temperature_max=float(row.get("temperature_max", 1)),
        one_of=tuple(row.get("one_of", ())),
        prefill=row["prefill"],
        forced_tools=row["forced_tools"],
        tools=row["tools"],
        server_tools=tuple(row["server_tools"]),
        thinking=tuple(row["thinking"]),
        thinking_default=row["thinking_default"],
        display=tuple(row["display"]) if row["thinking"] else (),
        disabled_up_to=row["disabled_up_to"],
        effort=tuple(row["effort"]),
        structured=row["structured"],
        images=row["images"],
        pdf=row["pdf"],
        documents=row["documents"],
        citations=row["citations"],
        caching=row["caching"],
        cache_minimum=row["cache_minimum"],
        service_tiers=tuple(row["service_tiers"]),
        fast=row["fast"],
        max_tokens=model.max_tokens or row.get("max_tokens"),
        max_input_tokens=model.max_input_tokens or row.get("max_input_tokens"),
    )


def _told(capabilities: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What the models endpoint says, by the table's names (api reference, models: `false` means exactly a refusal)."""
    flags = {"image_input": "images", "pdf_input": "pdf", "citations": "citations", "structured_outputs": "structured"}
    for theirs, ours in flags.items():
        if (supported := _supported(capabilities.get(theirs))) is not None:
            yield ours, supported
    thinking = capabilities.get("thinking")
    if isinstance(thinking, Mapping):
        types = thinking.get("types")
        if thinking.get("supported") is False:
            yield "thinking", ()
        elif isinstance(types, Mapping):
            yield "thinking", tuple(name for name in THINKING if _supported(types.get(name)))
    effort = capabilities.get("effort")
    if isinstance(effort, Mapping):
        some = effort.get("supported") is not False
        yield "effort", tuple(level for level in EFFORTS if some and _supported(effort.get(level)))
    server_tools = capabilities.get("server_tools")
    if isinstance(server_tools, Mapping):
        yield "server_tools", tuple(_server_tools(server_tools))


def _server_tools(told: Mapping[str, Any]) -> Iterator[str]:
    if told.get("supported") is False:
        return
    if _supported(told.get("web_search")):
        yield "web_search"
        # The endpoint has no word for fetching; it came with searching, and is taken by the same models.
        yield "web_fetch"
    if _supported(told.get("code_execution")):
        yield "code_execution"


def _supported(told: object) -> bool | None:
    """`{"supported": true}` as the endpoint writes it; None if it says nothing."""
    found = told.get("supported") if isinstance(told, Mapping) else None
    return found if isinstance(found, bool) else None


def choose_api_version(connection: Connection, model_id: str, parameters: Mapping[str, Any]) -> str:
    """The version to send: the connection's own, else the newest that takes what is set, if the model takes it at all.

    Servers of others do not care, but those that pass requests on to the vendor do.
    """
    if connection.api_version:
        return connection.api_version
    versions = _table()["versions"]
    needs_sampling = any(name in parameters for name in SAMPLING) and _row(connection, model_id)["sampling"]
    return str(next(version["id"] for version in versions if version["sampling"] or not needs_sampling))


def why_no_sampling(connection: Connection, model: CatalogModel) -> str:
    """Why temperature, top p and top k cannot be set; empty if they can."""
    row = _row(connection, model.model_id)
    if not row["sampling"]:
        return _("This model takes neither temperature nor top p nor top k.")
    if not _is_claude(connection, model.model_id):
        return ""
    takes = {version["id"]: version["sampling"] for version in _table()["versions"]}
    if takes.get(connection.api_version, True):
        return ""
    words = _("Version %(version)s of the API, to which this connection is set, has no temperature, top p and top k.")
    return words % {"version": connection.api_version}


def _is_claude(connection: Connection, model_id: str) -> bool:
    return connection.kind == Kind.ANTHROPIC or base_id(model_id) in _models()


def _row(connection: Connection, model_id: str) -> Mapping[str, Any]:
    """The table's row for a model. A gateway's Claude models are known by their id; its others may be anything."""
    if _is_claude(connection, model_id):
        return {**_table()["claude"], **(_models().get(base_id(model_id)) or _table()["unknown_claude"])}
    other: Mapping[str, Any] = _table()["local" if connection.kind == Kind.LOCAL else "other"]
    return other


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = orjson.loads(TABLE.read_bytes())
    return table


@cache
def _models() -> dict[str, dict[str, Any]]:
    return {model_id: row for row in _table()["models"] for model_id in row["ids"]}
