"""What happens to stored files: renamed, deleted, brought back, removed for good; and where they are used."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q

from workbench.files import storing
from workbench.files.models import FileState, FileUse, StoredFile, UseKind
from workbench.files.naming import clean_name
from workbench.teams.audit import Action, note
from workbench.teams.models import Member

log = structlog.get_logger(__name__)

# A deleted file can be brought back for so long.
KEPT_AFTER_DELETION = timedelta(days=7)
# What is being stored for longer than this was left by a crash.
STORED_WITHIN = timedelta(hours=1)
PURGED_AT_ONCE = 100


def rename_file(file: StoredFile, name: str) -> None:
    """Show the file under another name."""
    file.name = clean_name(name)
    file.save(update_fields=["name"])


@transaction.atomic
def delete_file(member: Member, file: StoredFile, at: datetime) -> None:
    """Delete a file; it can be brought back for a while, and what uses it says that it is gone."""
    file.deleted_at = at
    file.save(update_fields=["deleted_at"])
    note(member.workspace, member.user, Action.FILE_DELETED, "file", file.pk, file.name)


def bring_back(file: StoredFile) -> None:
    """Undo a deletion."""
    file.deleted_at = None
    file.save(update_fields=["deleted_at"])


def purge_files(now: datetime) -> int:
    """Remove for good what was deleted long enough ago, and what a crash left half stored. Gives how many files."""
    old = Q(deleted_at__lt=now - KEPT_AFTER_DELETION)
    half = Q(state=FileState.STORING, created_at__lt=now - STORED_WITHIN)
    due = StoredFile.objects.filter(old | half)
    removed = 0
    for file in due[:PURGED_AT_ONCE]:
        # Asked again: it may have been brought back since.
        if due.filter(pk=file.pk).delete()[0]:
            removed += 1
            try:
                storing.remove(file)
            except OSError:
                log.exception("file.not_removed", file=str(file.pk))
    return removed


def note_uses(files: Iterable[StoredFile], kind: UseKind, key: str, label: str) -> None:
    """Remember that these files are used somewhere; nothing is changed where that is known."""
    uses = [FileUse(file=file, kind=kind, key=key, label=label[:300]) for file in files]
    FileUse.objects.bulk_create(uses, ignore_conflicts=True)


def forget_uses(kind: UseKind, key: str) -> None:
    """A place uses no files any more, or is gone; with a prompt's id, all its versions."""
    FileUse.objects.filter(Q(key=key) | Q(key__startswith=f"{key}/"), kind=kind).delete()
