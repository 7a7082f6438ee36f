"""What changes connections: the first ones at start, and what owners add, change and delete."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from workbench.connections.models import CatalogModel, Connection, Health, Kind
from workbench.local_model.weights import SHIPPED_ID, SHIPPED_NAME, find_weights
from workbench.sealing.secrets import SealingError
from workbench.teams.models import Workspace


def wants_local_model() -> bool:
    """Whether the settings ask for the local model: always, never, or (auto) when no key is set."""
    environment = settings.ENVIRONMENT
    return environment.local_model != "off" and not (environment.local_model == "auto" and environment.anthropic_api_key)


def ensure_first_connections(workspace: Workspace) -> None:
    """Make the connections that the settings speak of, and follow a key that changed there."""
    if settings.ENVIRONMENT.anthropic_api_key:
        _ensure_from_environment(workspace)
    weights = find_weights(settings.ENVIRONMENT.local_model) if wants_local_model() else None
    if weights:
        connection, _made = Connection.objects.get_or_create(
            workspace=workspace, kind=Kind.LOCAL, defaults={"name": _("This machine")}
        )
        if not connection.models.exists():
            _add_local_model(connection, weights.model_id, weights.name)


def _add_local_model(connection: Connection, model_id: str, name: str) -> None:
    """Catalogued before it listens, so that the first page has a model to pick."""
    known = {"max_input_tokens": 8192, "max_tokens": 8192} if model_id == SHIPPED_ID else {}
    CatalogModel.objects.create(
        connection=connection, model_id=model_id, display_name=SHIPPED_NAME if model_id == SHIPPED_ID else name, **known
    )


def _ensure_from_environment(workspace: Workspace) -> None:
    environment = settings.ENVIRONMENT
    host = urlsplit(environment.anthropic_base_url).hostname or ""
    is_vendor = host == "anthropic.com" or host.endswith(".anthropic.com")
    connection = Connection.objects.filter(workspace=workspace, from_environment=True).first()
    if connection is None:
        connection = Connection(
            workspace=workspace,
            name=_("Claude API") if is_vendor else host,
            kind=Kind.ANTHROPIC if is_vendor else Kind.COMPATIBLE,
            from_environment=True,
        )
    connection.move_to(environment.anthropic_base_url)
    if _current_key(connection) != environment.anthropic_api_key:
        connection.set_key(environment.anthropic_api_key)
        connection.health, connection.health_message = Health.UNKNOWN, ""
    connection.save()


def _current_key(connection: Connection) -> str | None:
    try:
        return connection.open_key()
    except SealingError:
        return None
