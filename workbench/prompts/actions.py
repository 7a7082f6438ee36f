"""What happens to prompts and their versions: saved, restored, filed, archived, deleted. Nothing is overwritten."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from workbench.files.actions import forget_uses, note_uses
from workbench.files.models import StoredFile, UseKind
from workbench.prompts.content import PromptContent
from workbench.prompts.models import Favourite, Prompt, PromptTag, PromptVersion
from workbench.prompts.news import tell_saved
from workbench.prompts.search import index_prompt
from workbench.teams.audit import Action, note
from workbench.teams.models import Member

# A deleted prompt can be brought back for so long.
KEPT_AFTER_DELETION = timedelta(days=7)


class NewerVersionError(Exception):
    """Somebody saved a version since this one was begun."""

    def __init__(self, latest: PromptVersion) -> None:
        super().__init__(f"version {latest.number} is newer")
        self.latest = latest


class InUseError(Exception):
    """Runs refer to the prompt: it can be archived, but not deleted."""


@dataclass(frozen=True, slots=True)
class About:
    """How a prompt is filed: everything about it that has no versions."""

    name: str
    description: str = ""
    folder: str = ""
    tags: Iterable[str] = ()


@transaction.atomic
def create_prompt(member: Member, about: About, content: PromptContent, note: str = "") -> PromptVersion:
    """A new prompt with its first version."""
    prompt = Prompt.objects.create(
        workspace_id=member.workspace_id,
        name=about.name,
        description=about.description,
        folder=about.folder,
        created_by_id=member.user_id,
    )
    _set_tags(prompt, about.tags)
    return _add_version(member, prompt, content, note)


@transaction.atomic
def save_version(
    member: Member, prompt: Prompt, content: PromptContent, base_number: int | None, note: str = ""
) -> PromptVersion:
    """The next version of a prompt; the latest one if it says the same.

    Args:
        base_number: the version that the person has seen; None to save whatever others did meanwhile.

    Raises:
        NewerVersionError: there is a newer version than that, and it says something else.
    """
    # Held until the end: two who save at once get two numbers.
    prompt = Prompt.objects.select_for_update().get(pk=prompt.pk)
    latest = prompt.versions.first()
    if latest and content.same_as(PromptContent.of_version(latest)):
        return latest
    if latest and base_number is not None and latest.number > base_number:
        raise NewerVersionError(latest)
    return _add_version(member, prompt, content, note)


@transaction.atomic
def restore_version(member: Member, version: PromptVersion) -> PromptVersion:
    """An earlier version as the newest one; the version itself if it is that already."""
    prompt = Prompt.objects.select_for_update().get(pk=version.prompt_id)
    if version.number == prompt.latest_number:
        return version
    return _add_version(member, prompt, PromptContent.of_version(version), "", restored_from=version.number)


def _add_version(
    member: Member, prompt: Prompt, content: PromptContent, note: str, restored_from: int | None = None
) -> PromptVersion:
    prompt.latest_number += 1
    version = PromptVersion.objects.create(
        prompt=prompt,
        number=prompt.latest_number,
        note=note,
        restored_from=restored_from,
        author_id=member.user_id,
        **content.as_fields(),
    )
    prompt.updated_by_id, prompt.updated_at = member.user_id, version.created_at
    prompt.save(update_fields=["latest_number", "updated_by", "updated_at"])
    index_prompt(prompt, content)
    _note_files(member, version, content)
    if version.number > 1:
        transaction.on_commit(lambda: tell_saved(prompt.pk))
    return version


@transaction.atomic
def file_prompt(member: Member, prompt: Prompt, about: About) -> None:
    """Change how a prompt is called and where it is found."""
    prompt.name, prompt.description, prompt.folder = about.name, about.description, about.folder
    prompt.updated_by_id, prompt.updated_at = member.user_id, timezone.now()
    prompt.save(update_fields=["name", "description", "folder", "updated_by", "updated_at"])
    _set_tags(prompt, about.tags)
    latest = prompt.versions.get(number=prompt.latest_number)
    index_prompt(prompt, PromptContent.of_version(latest))


def _note_files(member: Member, version: PromptVersion, content: PromptContent) -> None:
    """Remember where the files of a version's messages are used."""
    ids = {attached["id"] for message in content.messages for attached in message.get("files", ())}
    if ids:
        files = StoredFile.objects.filter(workspace_id=member.workspace_id, id__in=ids)
        key, label = f"{version.prompt_id}/{version.number}", f"{version.prompt.name} v{version.number}"
        note_uses(files, UseKind.VERSION, key, label)


def _set_tags(prompt: Prompt, tags: Iterable[str]) -> None:
    wanted = set(tags)
    kept = set(prompt.tags.values_list("name", flat=True))
    prompt.tags.filter(name__in=kept - wanted).delete()
    PromptTag.objects.bulk_create(PromptTag(prompt=prompt, name=name) for name in sorted(wanted - kept))


def archive_prompt(prompt: Prompt, at: datetime | None) -> None:
    """Put a prompt out of the way, or (None) bring it back. Its versions and links stay as they are."""
    prompt.archived_at = at
    prompt.save(update_fields=["archived_at"])


@transaction.atomic
def delete_prompt(member: Member, prompt: Prompt, at: datetime) -> None:
    """Delete a prompt that nothing refers to; it can be brought back for a while.

    Raises:
        InUseError: runs came from it.
    """
    if prompt.runs.exists():
        raise InUseError
    prompt.deleted_at = at
    prompt.save(update_fields=["deleted_at"])
    note(member.workspace, member.user, Action.PROMPT_DELETED, "prompt", prompt.pk, prompt.name)


def bring_back(prompt: Prompt) -> None:
    """Undo a deletion."""
    prompt.deleted_at = None
    prompt.save(update_fields=["deleted_at"])


def purge_deleted(now: datetime) -> int:
    """Remove for good what was deleted long enough ago, and by now still has no runs. Gives how many prompts."""
    old = Prompt.objects.filter(deleted_at__lt=now - KEPT_AFTER_DELETION, runs__isnull=True)
    removed = 0
    for prompt in old[:100]:
        key = str(prompt.pk)
        if prompt.delete()[0]:
            removed += 1
            forget_uses(UseKind.VERSION, key)
    return removed


def set_favourite(member: Member, prompt: Prompt, *, is_favourite: bool) -> None:
    """Keep a prompt at hand, or no longer."""
    if is_favourite:
        Favourite.objects.get_or_create(user_id=member.user_id, prompt=prompt)
    else:
        Favourite.objects.filter(user_id=member.user_id, prompt=prompt).delete()


def note_run(prompt_id: UUID, at: datetime) -> None:
    """Remember when a prompt was run last: lists show it without reading runs."""
    Prompt.objects.filter(pk=prompt_id).update(last_run_at=at)
