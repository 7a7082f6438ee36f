"""The catalog of models: what a connection's server tells, kept beside what people corrected.

Never forgets a model: runs and prices refer to those that a server no longer lists.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from asgiref.sync import sync_to_async
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from workbench.claude import Client, ModelInfo
from workbench.claude.errors import StatusError
from workbench.connections.models import CatalogModel, Connection, Kind, Lifecycle
from workbench.local_model.weights import SHIPPED_ID, SHIPPED_NAME

# What servers answer that do not have an endpoint.
NO_SUCH_ENDPOINT = (404, 405, 501)
LONGEST_ID = 300
LARGEST_COUNT = 2**31 - 1
# What the server's list decides; prices and what people added by hand are not among it.
FROM_SERVER = (
    "display_name",
    "lifecycle",
    "retires_at",
    "max_input_tokens",
    "max_tokens",
    "capabilities",
    "is_listed",
    "position",
)


async def refresh_catalog(connection: Connection, client: Client) -> int | None:
    """Ask the server for its models and store them.

    Returns:
        How many it told of; None from a server that has no list, whose catalog then stays as it is.

    Raises:
        ClaudeError: the list could not be fetched.
    """
    try:
        models = await client.models.list()
    except StatusError as error:
        if error.status in NO_SUCH_ENDPOINT:
            return None
        raise
    return await sync_to_async(store_models)(connection, models, timezone.now())


@transaction.atomic
def store_models(connection: Connection, models: Sequence[ModelInfo], now: datetime) -> int:
    """Keep what the server told; returns how many models. Those it no longer lists stay, but are not offered.

    Nothing is kept if the connection leads elsewhere by now.
    """
    if not same_place(connection).exists():
        return 0
    usable = [info for info in models if len(info.id) <= LONGEST_ID and info.id.isprintable()]
    rows = [_row(connection, info, position) for position, info in enumerate(usable)]
    told = {row.model_id for row in rows}
    known = connection.models.filter(is_listed=True, is_own=False)
    gone = [model.pk for model in known.only("pk", "model_id") if model.model_id not in told]
    connection.models.filter(pk__in=gone).update(is_listed=False)
    CatalogModel.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["connection", "model_id"],
        update_fields=FROM_SERVER,
        batch_size=500,
    )
    Connection.objects.filter(pk=connection.pk).update(models_refreshed_at=now)
    return len(rows)


def same_place(connection: Connection) -> QuerySet[Connection]:
    """The row of a connection while it leads where it led when it was read: what was found is about no other."""
    return Connection.objects.filter(
        pk=connection.pk, base_url=connection.base_url, sealed_key=connection.sealed_key, proxy=connection.proxy
    )


def add_own_model(connection: Connection, model_id: str, display_name: str = "") -> CatalogModel:
    """Add a model by hand, for servers that have no list or do not list all they take."""
    given = {"is_own": True, "is_listed": True} | ({"display_name": display_name} if display_name else {})
    model, _made = CatalogModel.objects.update_or_create(connection=connection, model_id=model_id, defaults=given)
    return model


def _row(connection: Connection, info: ModelInfo, position: int) -> CatalogModel:
    lifecycle = info.lifecycle if info.lifecycle in Lifecycle.values else Lifecycle.ACTIVE
    context = _context(info.raw)
    return CatalogModel(
        connection=connection,
        model_id=info.id,
        display_name=_label(connection, info)[:200],
        lifecycle=lifecycle,
        retires_at=_moment(info.raw.get("retires_at")),
        max_input_tokens=_count(info.max_input_tokens) or context,
        max_tokens=_count(info.max_tokens) or context,
        capabilities=dict(info.capabilities) if info.capabilities else None,
        is_listed=lifecycle != Lifecycle.RETIRED,
        position=position,
    )


def _label(connection: Connection, info: ModelInfo) -> str:
    """The name for people. Some servers tell the path of a file where they mean its name."""
    if connection.kind == Kind.LOCAL and info.id == SHIPPED_ID:
        return SHIPPED_NAME
    label = info.label.rpartition("/")[2] if info.label.startswith("/") else info.label
    return "".join(character for character in label if character.isprintable())


def _context(raw: Mapping[str, object]) -> int | None:
    """Tokens that one request may have in all, as llama.cpp and vLLM tell them; they have no other limits."""
    meta = raw.get("meta")
    told = meta.get("n_ctx") if isinstance(meta, Mapping) else raw.get("max_model_len")
    return _count(told)


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and 0 < value <= LARGEST_COUNT else None


def _moment(value: object) -> datetime | None:
    """An ISO date with time; without a zone it is taken for UTC. What is none is not kept."""
    try:
        moment = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC) if moment else None
