"""Fetch a file, or 404: the only way to get one for a person."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.http import Http404

from workbench.files.models import FileState, StoredFile
from workbench.teams.models import Member


def get_file(member: Member, file_id: UUID) -> StoredFile:
    """A file of the member's workspace.

    Raises:
        Http404: there is none with this id, it was deleted, or it belongs to another workspace.
    """
    file = get_any_file(member, file_id)
    if file.deleted_at is not None:
        raise Http404
    return file


def get_any_file(member: Member, file_id: UUID) -> StoredFile:
    """The same, deleted ones included: for bringing one back.

    Raises:
        Http404: there is none with this id, or it belongs to another workspace.
    """
    stored = StoredFile.objects.exclude(state=FileState.STORING).select_related("uploaded_by")
    try:
        return stored.get(id=file_id, workspace_id=member.workspace_id)
    except StoredFile.DoesNotExist:
        raise Http404 from None


def get_files(member: Member, file_ids: Iterable[UUID]) -> dict[UUID, StoredFile]:
    """Those of the ids that name files of the member's workspace, by id; deleted ones are missing. One query."""
    stored = StoredFile.objects.exclude(state=FileState.STORING)
    found = stored.filter(id__in=set(file_ids), workspace_id=member.workspace_id, deleted_at__isnull=True)
    return {file.id: file for file in found}
