"""The catalog of models: what a connection's server tells, kept beside what people corrected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from asgiref.sync import sync_to_async
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from workbench.claude import Client, ModelInfo
from workbench.claude.errors import NotFoundError, NotOfferedError, StatusError
from workbench.connections.models import CatalogModel, Connection, Kind, Lifecycle
from workbench.local_model.weights import SHIPPED_ID, SHIPPED_NAME

NO_SUCH_ENDPOINT = (404, 405, 501)
# What a row of the server's list decides; prices and what people added by hand are not among them.
FROM_SERVER = ("display_name", "lifecycle", "retires_at", "max_input_tokens", "max_tokens", "capabilities", "is_listed", "position")


async def refresh_catalog(connection: Connection, client: Client) -> int:
    """Ask the server for its models and store them.

    Returns:
        How many it told of; 0 from a server that has no list, whose catalog then stays as it is.

    Raises:
        ClaudeError: the list could not be fetched.
    """
    try:
        models = await client.models.list()
    except StatusError as error:
        if isinstance(error, NotFoundError | NotOfferedError) or error.status in NO_SUCH_ENDPOINT:
            return 0
        raise
    await sync_to_async(store_models)(connection, models, timezone.now())
    return len(models)


@transaction.atomic
def store_models(connection: Connection, models: Sequence[ModelInfo], now: datetime) -> None:
    """Keep what the server told. Models it no longer lists stay, unlisted: runs and prices refer to them."""
    rows = [_row(connection, info, position) for position, info in enumerate(models)]
    told = {row.model_id for row in rows}
    connection.models.exclude(model_id__in=told).filter(is_listed=True, is_own=False).update(is_listed=False)
    CatalogModel.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["connection", "model_id"], update_fields=FROM_SERVER
    )
    Connection.objects.filter(pk=connection.pk).update(models_refreshed_at=now)


def _row(connection: Connection, info: ModelInfo, position: int) -> CatalogModel:
    meta = info.raw.get("meta")
    context = meta.get("n_ctx") if isinstance(meta, dict) else None
    is_shipped = connection.kind == Kind.LOCAL and info.id == SHIPPED_ID
    lifecycle = info.lifecycle if info.lifecycle in Lifecycle.values else Lifecycle.ACTIVE
    retires = info.raw.get("retires_at")
    # Servers of other kinds tell a file's path where they mean its name.
    label = info.label.rpartition("/")[2] if info.label.startswith("/") else info.label
    return CatalogModel(
        connection=connection,
        model_id=info.id[:300],
        display_name=(SHIPPED_NAME if is_shipped else label)[:200],
        lifecycle=lifecycle,
        retires_at=parse_datetime(retires) if isinstance(retires, str) else None,
        max_input_tokens=info.max_input_tokens or (context if isinstance(context, int) else None),
        max_tokens=info.max_tokens or (context if isinstance(context, int) else None),
        capabilities=dict(info.capabilities) if info.capabilities else None,
        is_listed=lifecycle != Lifecycle.RETIRED,
        position=position,
    )
