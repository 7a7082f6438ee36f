"""Reads of connections and their models."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Prefetch

from workbench.connections.models import CatalogModel, Connection
from workbench.teams.models import Workspace


def models_for_picker(workspace: Workspace) -> list[tuple[Connection, list[CatalogModel]]]:
    """Every connection of the workspace with the models it offers. Two queries."""
    listed = Prefetch("models", CatalogModel.objects.filter(is_listed=True), to_attr="offered")
    connections = Connection.objects.filter(workspace=workspace).prefetch_related(listed)
    return [(connection, connection.offered) for connection in connections]


def picker_models(workspace: Workspace) -> dict[str, CatalogModel]:
    """The models that may be picked, by the value that the picker posts."""
    return {picker_value(model): model for _connection, offered in models_for_picker(workspace) for model in offered}


def picker_value(model: CatalogModel) -> str:
    """What the picker posts for a model."""
    return f"{model.connection_id}:{model.model_id}"


def connections_of(workspace: Workspace) -> Sequence[Connection]:
    """The workspace's connections, oldest first, each with its models. Two queries."""
    return Connection.objects.filter(workspace=workspace).prefetch_related("models")
