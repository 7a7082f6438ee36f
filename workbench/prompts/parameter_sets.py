"""Parameter sets: saved model settings, named and shared, usable with any prompt."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone

from workbench.prompts.content import parameters_of
from workbench.prompts.models import ParameterSet
from workbench.teams.models import Member, Workspace

# What ties a set to one model.
OF_MODEL = ("model", "connection")


class NameTakenError(Exception):
    """Another set of the workspace has this name."""


def list_sets(workspace: Workspace) -> list[ParameterSet]:
    """The workspace's sets by name. One query."""
    return list(ParameterSet.objects.filter(workspace=workspace, deleted_at__isnull=True).select_related("updated_by"))


def get_set(workspace: Workspace, set_id: int) -> ParameterSet | None:
    """A set of the workspace; None if there is none with this id."""
    return ParameterSet.objects.filter(workspace=workspace, pk=set_id).first()


def fetch_set(member: Member, set_id: int) -> ParameterSet:
    """A set of the member's workspace, deleted ones included.

    Raises:
        Http404: there is none with this id, or it belongs to another workspace.
    """
    found = get_set(member.workspace, set_id)
    if found is None:
        raise Http404
    return found


def create_set(
    member: Member, name: str, lane: Mapping[str, Any], *, description: str = "", with_model: bool = True
) -> ParameterSet:
    """Save a lane's settings as a new set.

    Args:
        lane: as typed, by the names of the lane's form.

    Raises:
        NameTakenError: another set has this name.
    """
    try:
        with transaction.atomic():
            return ParameterSet.objects.create(
                workspace_id=member.workspace_id,
                name=name,
                description=description,
                settings=_settings(lane, with_model=with_model),
                updated_by_id=member.user_id,
            )
    except IntegrityError:
        raise NameTakenError(name) from None


def save_back(member: Member, saved: ParameterSet, lane: Mapping[str, Any]) -> None:
    """Replace what a set holds by a lane's settings. A set without a model stays one for any model."""
    saved.settings = _settings(lane, with_model="model" in saved.settings)
    saved.updated_by_id, saved.updated_at = member.user_id, timezone.now()
    saved.save(update_fields=["settings", "updated_by", "updated_at"])


def mark_deleted(saved: ParameterSet, at: datetime | None) -> None:
    """Delete a set, or (None) bring it back.

    Raises:
        NameTakenError: another set was given its name meanwhile.
    """
    saved.deleted_at = at
    try:
        with transaction.atomic():
            saved.save(update_fields=["deleted_at"])
    except IntegrityError:
        raise NameTakenError(saved.name) from None


def applied_to(lane: Mapping[str, Any], saved: ParameterSet) -> dict[str, Any]:
    """A lane's settings after a set was applied: all of the set's, and the lane's own model unless the set has one."""
    settings = dict(saved.settings)
    model, connection = settings.pop("model", ""), settings.pop("connection", "")
    chosen = f"{connection}:{model}" if model else lane.get("model", "")
    return {**settings, "model": chosen, "parameter_set": str(saved.pk)}


def differs_from_set(lane: Mapping[str, Any], saved: ParameterSet) -> bool:
    """Whether a lane's settings as typed are no longer those of the set."""
    return bool(_settings(lane, with_model="model" in saved.settings) != saved.settings)


def _settings(lane: Mapping[str, Any], *, with_model: bool) -> dict[str, Any]:
    found = parameters_of(lane)
    return found if with_model else {name: value for name, value in found.items() if name not in OF_MODEL}
