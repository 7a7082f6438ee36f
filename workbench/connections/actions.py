"""What changes connections: the first ones at start, and what owners store and delete."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from workbench.connections.models import CatalogModel, Connection, Health, Kind, host_of
from workbench.local_model.weights import SHIPPED_ID, SHIPPED_NAME, find_weights
from workbench.sealing.secrets import SealingError, needs_resealing
from workbench.teams.models import Member, Workspace

# What SmolLM2 knows, and what the local server gives it (tokens); told before the server can say so itself.
SHIPPED_CONTEXT = 8192


def wants_local_model() -> bool:
    """Whether the settings ask for the local model: always, never, or (auto) when no key is set."""
    environment = settings.ENVIRONMENT
    if environment.local_model == "auto":
        return not environment.anthropic_api_key
    return bool(environment.local_model != "off")


@transaction.atomic
def ensure_first_connections(workspace: Workspace) -> None:
    """Make the connections that the settings speak of, and follow what changed there. Called at every start."""
    if settings.ENVIRONMENT.anthropic_api_key:
        _follow_environment(workspace)
    _follow_local_model(workspace)
    for other in Workspace.objects.filter(connections__kind=Kind.LOCAL).exclude(pk=workspace.pk):
        _follow_local_model(other)


def reseal_keys() -> int:
    """Seal what an older secret key sealed with the first one, so that the older can be retired. Called at every start.

    A key that cannot be opened stays as it is, and its connection says so. Gives how many were sealed anew.
    """
    changed = 0
    for connection in Connection.objects.exclude(sealed_key=""):
        before = connection.sealed_key
        if not needs_resealing(before):
            continue
        try:
            connection.reseal_key()
        except SealingError:
            continue
        # Not over a key that somebody enters at this moment.
        same = Connection.objects.filter(pk=connection.pk, sealed_key=before)
        changed += same.update(sealed_key=connection.sealed_key)
    return changed


def offer_local_model(member: Member) -> None:
    """Give the member's new workspace the local model if it runs. The key of the environment stays where it is: whoever
    makes a workspace would otherwise spend what only the members of the first one may."""
    if wants_local_model():
        _follow_local_model(member.workspace)


def _follow_environment(workspace: Workspace) -> None:
    """The connection of ANTHROPIC_API_KEY: address and key are the environment's, all else is people's."""
    environment = settings.ENVIRONMENT
    base_url, key = environment.anthropic_base_url.removesuffix("/v1"), environment.anthropic_api_key.strip()
    kind = Kind.of_address(base_url)
    connection = Connection.objects.filter(workspace=workspace, from_environment=True).first()
    if connection is None:
        connection = Connection(workspace=workspace, from_environment=True)
        connection.name = free_name(workspace, _("Claude API") if kind == Kind.ANTHROPIC else host_of(base_url))
    connection.kind = kind
    connection.move_to(base_url)
    if _current_key(connection) != key:
        connection.set_key(key)
        connection.forget_health()
    connection.save()


def _follow_local_model(workspace: Workspace) -> None:
    """The connection of the local model: there when it is wanted and can run, else switched off if it was there."""
    weights = find_weights(settings.ENVIRONMENT.local_model) if wants_local_model() else None
    connection = Connection.objects.filter(workspace=workspace, kind=Kind.LOCAL).first()
    if weights is None:
        Connection.objects.filter(workspace=workspace, kind=Kind.LOCAL).update(health=Health.OFF, report=[])
        return
    if connection is None:
        connection = Connection(workspace=workspace, kind=Kind.LOCAL, name=free_name(workspace, _("This machine")))
        connection.save()
    elif connection.health == Health.OFF:
        connection.forget_health()
        connection.save()
    # Catalogued before it listens, so that the first page has a model to pick.
    is_shipped = weights.model_id == SHIPPED_ID
    connection.models.exclude(model_id=weights.model_id).filter(is_own=False).update(is_listed=False)
    CatalogModel.objects.update_or_create(
        connection=connection,
        model_id=weights.model_id,
        defaults={"is_listed": True},
        create_defaults={
            "display_name": SHIPPED_NAME if is_shipped else weights.name,
            "max_input_tokens": SHIPPED_CONTEXT if is_shipped else None,
            "max_tokens": SHIPPED_CONTEXT if is_shipped else None,
        },
    )


def free_name(workspace: Workspace, wanted: str) -> str:
    """The wanted name, or the first with a number behind it that no connection of the workspace has."""
    longest = Connection._meta.get_field("name").max_length or 80  # noqa: SLF001 - Django's documented model API
    taken = set(Connection.objects.filter(workspace=workspace).values_list("name", flat=True))
    name, number = wanted[:longest], 1
    while name in taken:
        number += 1
        ending = f" {number}"
        name = wanted[: longest - len(ending)] + ending
    return name


def _current_key(connection: Connection) -> str | None:
    try:
        return connection.open_key()
    except SealingError:
        return None
