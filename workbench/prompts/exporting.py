"""Prompts into a file: read in batches, so that a library of any size takes little memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from uuid import UUID

import orjson

from workbench.prompts.content import PromptContent
from workbench.prompts.export_format import (
    FORMAT,
    VERSION,
    TravellingPrompt,
    TravellingVersion,
    exported_settings,
    prompt_as_json,
)
from workbench.prompts.models import Prompt
from workbench.prompts.parameter_sets import list_sets
from workbench.teams.models import Workspace
from workbench.threads import in_thread

BATCH = 50  # prompts read at once


async def export_file(
    workspace: Workspace, ids: Sequence[UUID], at: datetime, *, with_sets: bool
) -> AsyncIterator[bytes]:
    """The file with these prompts of a workspace, piece by piece.

    Args:
        with_sets: the workspace's parameter sets, too.
    """
    head = {"format": FORMAT, "version": VERSION, "exported_at": at.isoformat()}
    yield orjson.dumps(head)[:-1] + b',"prompts":['
    for start in range(0, len(ids), BATCH):
        written = await in_thread(_batch)(workspace, ids[start : start + BATCH])
        yield (b"," if start else b"") + b",".join(written)
    sets = await in_thread(_sets)(workspace) if with_sets else b"[]"
    yield b'],"parameter_sets":' + sets + b"}\n"


def _batch(workspace: Workspace, ids: Sequence[UUID]) -> list[bytes]:
    found = Prompt.objects.filter(workspace=workspace, deleted_at__isnull=True, id__in=ids)
    prompts = found.prefetch_related("tags", "labels", "value_sets", "versions").order_by("id")
    return [orjson.dumps(prompt_as_json(travelling(prompt))) for prompt in prompts]


def travelling(prompt: Prompt) -> TravellingPrompt:
    """A stored prompt as it travels. One that came from a file keeps the id that it had there."""
    versions = sorted(prompt.versions.all(), key=lambda version: version.number)
    return TravellingPrompt(
        id=prompt.origin or prompt.id,
        name=prompt.name,
        description=prompt.description,
        folder=prompt.folder,
        tags=[tag.name for tag in prompt.tags.all()],
        labels={label.name: label.number for label in prompt.labels.all()},
        value_sets={values.name: values.values for values in prompt.value_sets.all()},
        versions=[
            TravellingVersion(
                version.number,
                PromptContent.of_version(version),
                version.note,
                version.created_at,
                version.restored_from,
            )
            for version in versions
        ],
    )


def _sets(workspace: Workspace) -> bytes:
    sets: Iterable[dict[str, object]] = (
        {"name": saved.name, "description": saved.description, "settings": exported_settings(saved.settings)}
        for saved in list_sets(workspace)
    )
    return orjson.dumps(list(sets))
