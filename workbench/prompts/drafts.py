"""A person's unsaved work: kept as it is typed, one per prompt and one that belongs to no prompt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from workbench.prompts.content import PromptContent
from workbench.prompts.models import Draft, Prompt, PromptVersion
from workbench.teams.models import Member

SHOWN = 200  # drafts in a list


def load_draft(member: Member, prompt: Prompt | None) -> Draft | None:
    """What this person typed for this prompt (or for none) and did not throw away, if anything."""
    return _current(member, prompt).filter(thrown_away_at__isnull=True).first()


@dataclass(frozen=True, slots=True)
class Mark:
    """Which post of which page something is: posts can overtake each other on their way."""

    page: str = ""
    sequence: int = 0
    seen: str = ""  # the page whose draft this one was opened with


@transaction.atomic
def save_draft(
    member: Member,
    prompt: Prompt | None,
    content: dict[str, Any],
    base_number: int | None = None,
    mark: Mark | None = None,
) -> Draft:
    """Keep what was typed, in the place of what was typed before; what its page sent earlier and comes late is dropped.

    Args:
        base_number: the version on which it was begun.
    """
    return _replace(member, prompt, mark, content=content, base_number=base_number, thrown_away_at=None)


def _replace(member: Member, prompt: Prompt | None, mark: Mark | None, **fields: Any) -> Draft:  # noqa: ANN401
    mark = mark or Mark()
    _hold(member.workspace_id, member.user_id)
    draft = _current(member, prompt).first()
    if draft is None and (later := _put_aside_later(member, prompt, mark)):
        return later
    if draft is None:
        draft = Draft(workspace_id=member.workspace_id, user_id=member.user_id, prompt=prompt)
    elif mark.page and draft.page == mark.page and mark.sequence <= draft.sequence:
        return draft
    elif mark.page and draft.page not in (mark.page, mark.seen) and draft.beginning and draft.thrown_away_at is None:
        # Typed in another place that this page knows nothing of: out of the way, and not lost.
        draft.put_aside_at = timezone.now()
        draft.save(update_fields=["put_aside_at"])
        draft = Draft(workspace_id=member.workspace_id, user_id=member.user_id, prompt=prompt)
    for name, value in {**fields, "page": mark.page, "sequence": mark.sequence, "updated_at": timezone.now()}.items():
        setattr(draft, name, value)
    draft.save()
    return draft


def _put_aside_later(member: Member, prompt: Prompt | None, mark: Mark) -> Draft | None:
    """What was put aside after this was sent by the same page, if anything: this came too late."""
    if not mark.page:
        return None
    mine = Draft.objects.filter(workspace_id=member.workspace_id, user_id=member.user_id, prompt=prompt)
    return mine.filter(put_aside_at__isnull=False, page=mark.page, sequence__gt=mark.sequence).first()


def throw_away(draft: Draft) -> None:
    """Hide a draft; it can be brought back until something new is typed in its place."""
    draft.thrown_away_at = timezone.now()
    draft.save(update_fields=["thrown_away_at"])


def bring_back_draft(draft: Draft) -> None:
    """Undo `throw_away`."""
    draft.thrown_away_at = None
    draft.save(update_fields=["thrown_away_at"])


def put_away_at(member: Member) -> datetime | None:
    """When this person last put aside or threw away what belongs to no prompt; None if never. One query."""
    mine = Draft.objects.filter(workspace_id=member.workspace_id, user_id=member.user_id, prompt__isnull=True)
    found = mine.aggregate(aside=Max("put_aside_at"), thrown=Max("thrown_away_at"))
    return max((moment for moment in found.values() if moment), default=None)


def put_aside(member: Member, prompt: Prompt | None) -> Draft | None:
    """Keep the person's work on a prompt, but out of the way: the prompt then opens with its latest version."""
    draft = load_draft(member, prompt)
    if draft:
        draft.put_aside_at = timezone.now()
        draft.save(update_fields=["put_aside_at"])
    return draft


@transaction.atomic
def take_up(draft: Draft) -> None:
    """Go on with what was put aside; what was typed meanwhile for the same prompt is put aside in its place."""
    now = timezone.now()
    _hold(draft.workspace_id, draft.user_id)
    same = Draft.objects.filter(workspace_id=draft.workspace_id, user_id=draft.user_id, prompt=draft.prompt)
    same.filter(put_aside_at__isnull=True, thrown_away_at__isnull=False).delete()
    same.filter(put_aside_at__isnull=True).update(put_aside_at=now)
    draft.put_aside_at = draft.thrown_away_at = None
    draft.save(update_fields=["put_aside_at", "thrown_away_at"])


@transaction.atomic
def forget_draft(member: Member, prompt: Prompt | None, mark: Mark | None = None) -> None:
    """Remove what was typed: it is a version now. Its place stays, to know what this page sent before."""
    _replace(member, prompt, mark, content={}, base_number=None, thrown_away_at=timezone.now())


def drafts_of(member: Member) -> list[Draft]:
    """The person's own drafts, newest first: what says more than the version it was begun on. Two queries."""
    mine = list(_shown(Draft.objects.filter(workspace_id=member.workspace_id, user_id=member.user_id)))
    begun_on = PromptVersion.objects.filter(prompt_id__in={draft.prompt_id for draft in mine if draft.prompt_id})
    begun_on = begun_on.filter(number__in={draft.base_number for draft in mine if draft.base_number})
    versions: dict[tuple[UUID | None, int | None], PromptVersion] = {
        (version.prompt_id, version.number): version for version in begun_on
    }
    return [draft for draft in mine if _says_more(draft, versions.get((draft.prompt_id, draft.base_number)))]


def _says_more(draft: Draft, base: PromptVersion | None) -> bool:
    return bool(draft.put_aside_at) or (is_edited(draft.content, base) if base else bool(draft.beginning))


def left_drafts(member: Member) -> list[Draft]:
    """Drafts of people who are no longer in the workspace: kept for its owners."""
    others = Draft.objects.filter(workspace_id=member.workspace_id)
    return list(_shown(others.exclude(user__memberships__workspace_id=member.workspace_id)))


def is_edited(content: dict[str, Any], version: PromptVersion) -> bool:
    """Whether what is typed says something else than the version."""
    return not PromptContent.of_draft(content).same_as(PromptContent.of_version(version))


def _hold(workspace_id: int, user_id: int) -> None:
    """Let one of a person's pages change their drafts at a time: SQLite has one writer, elsewhere their membership's
    row is held until the end of the transaction. (The draft's own row would not do: at first there is none.)"""
    if connection.features.has_select_for_update:
        mine = Member.objects.filter(workspace_id=workspace_id, user_id=user_id).select_for_update(no_key=True)
        list(mine.values_list("pk"))


def _current(member: Member, prompt: Prompt | None) -> QuerySet[Draft]:
    return Draft.objects.filter(
        workspace_id=member.workspace_id, user_id=member.user_id, prompt=prompt, put_aside_at__isnull=True
    )


def _shown(drafts: QuerySet[Draft]) -> QuerySet[Draft]:
    is_there = Q(prompt__isnull=True) | Q(prompt__deleted_at__isnull=True)
    found = drafts.filter(is_there, thrown_away_at__isnull=True).select_related("prompt", "user")
    return found.order_by("-updated_at")[:SHOWN]
