"""Reads of connections and their models."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Count, Q, QuerySet
from django.db.models.deletion import Collector

from workbench.connections.models import CatalogModel, Connection, Health
from workbench.teams.models import Workspace


def models_for_picker(workspace: Workspace) -> list[tuple[Connection, list[CatalogModel]]]:
    """Every connection of the workspace with the models it offers. Two queries.

    Without the local model while it is switched off: it would be first in the list, and answer nothing.
    """
    connections = Connection.objects.filter(workspace=workspace).exclude(health=Health.OFF)
    offered: dict[object, list[CatalogModel]] = {connection.pk: [] for connection in connections}
    by_pk = {connection.pk: connection for connection in connections}
    for model in CatalogModel.objects.filter(connection__in=list(offered), is_listed=True):
        model.connection = by_pk[model.connection_id]
        offered[model.connection_id].append(model)
    return [(connection, offered[connection.pk]) for connection in connections]


def picker_models(workspace: Workspace) -> dict[str, CatalogModel]:
    """The models that may be picked, by the value that the picker posts."""
    return {picker_value(model): model for _connection, offered in models_for_picker(workspace) for model in offered}


def picker_value(model: CatalogModel) -> str:
    """What the picker posts for a model."""
    return f"{model.connection_id}:{model.model_id}"


def connections_of(workspace: Workspace) -> QuerySet[Connection]:
    """The workspace's connections, oldest first, each with `offered_count`. One query."""
    offered = Count("models", filter=Q(models__is_listed=True))
    # Counting makes Django forget the usual order.
    return Connection.objects.filter(workspace=workspace).annotate(offered_count=offered).order_by("created_at")


def models_of(connection: Connection, text: str = "") -> QuerySet[CatalogModel]:
    """A connection's models that contain the text, those that are offered first."""
    models = CatalogModel.objects.filter(connection=connection)
    if text:
        models = models.filter(Q(model_id__icontains=text) | Q(display_name__icontains=text))
    return models.order_by("-is_listed", "position", "model_id")


def count_mentions(connection: Connection) -> int:
    """How many rows of other rooms (runs) name this connection and would go on without it."""
    collector = Collector(using=DEFAULT_DB_ALIAS, origin=connection)
    collector.collect([connection])
    updates: Iterable[Any] = chain.from_iterable(collector.field_updates.values())
    return sum(len(rows) if isinstance(rows, list) else rows.count() for rows in updates)
