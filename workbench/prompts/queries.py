"""Reads of the prompts list and of one prompt's page, each in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.dateparse import parse_datetime

from workbench.prompts.models import Favourite, Label, Prompt, PromptTag, PromptVersion
from workbench.prompts.search import matching
from workbench.teams.models import Member

PAGE = 50
# Versions on a prompt's page; earlier ones follow page by page.
VERSIONS = 30
MANY_TAGS = 100


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; empty means all. `folder` includes the folders below it."""

    text: str = ""
    folder: str = ""
    tag: str = ""
    favourites: bool = False
    archived: bool = False

    @property
    def is_narrow(self) -> bool:
        """Whether anything but the usual is asked for."""
        return bool(self.text or self.folder or self.tag or self.favourites or self.archived)

    @property
    def tab(self) -> str:
        """Which of the tabs above the list is open."""
        return "archived" if self.archived else "favourites" if self.favourites else "all"


def read_filters(data: QueryDict) -> Filters:
    """The filters in an address."""
    return Filters(
        text=data.get("q", "").strip(),
        folder=data.get("folder", "").strip("/ "),
        tag=data.get("tag", ""),
        favourites="favourites" in data,
        archived="archived" in data,
    )


@dataclass(frozen=True, slots=True)
class PromptsPage:
    """Prompts, last changed first, and the cursor of the next page (empty on the last)."""

    prompts: Sequence[Prompt]
    next_cursor: str


def list_prompts(member: Member, filters: Filters, cursor: str) -> PromptsPage:
    """One page of the workspace's prompts, each with `is_favourite`, its tags and labels. Three queries."""
    mine = Favourite.objects.filter(user_id=member.user_id, prompt=OuterRef("pk"))
    found = _filtered(member, filters).annotate(is_favourite=Exists(mine))
    if filters.favourites:
        found = found.filter(is_favourite=True)
    if after := _read_cursor(cursor):
        found = found.filter(Q(updated_at__lt=after[0]) | Q(updated_at=after[0], id__lt=after[1]))
    found = found.select_related("updated_by").prefetch_related("tags", "labels").order_by("-updated_at", "-id")
    rows = list(found[: PAGE + 1])
    return PromptsPage(rows[:PAGE], _cursor_of(rows[PAGE - 1]) if len(rows) > PAGE else "")


def matching_ids(member: Member, filters: Filters) -> list[UUID]:
    """The ids of all prompts that the list shows under these filters, the oldest first. One query."""
    found = _filtered(member, filters)
    if filters.favourites:
        found = found.filter(favourites__user_id=member.user_id)
    return list(found.order_by("id").values_list("id", flat=True))


def picked_ids(member: Member, ids: Iterable[UUID]) -> list[UUID]:
    """Those of the ids that belong to prompts of the workspace, the oldest first. One query."""
    found = Prompt.objects.filter(workspace_id=member.workspace_id, deleted_at__isnull=True, id__in=list(ids))
    return list(found.order_by("id").values_list("id", flat=True))


def _filtered(member: Member, filters: Filters) -> QuerySet[Prompt]:
    found = Prompt.objects.filter(workspace_id=member.workspace_id, deleted_at__isnull=True)
    found = found.filter(archived_at__isnull=not filters.archived)
    if filters.folder:
        found = found.filter(Q(folder=filters.folder) | Q(folder__startswith=f"{filters.folder}/"))
    if filters.tag:
        found = found.filter(tags__name=filters.tag)
    if filters.text:
        found = matching(found, filters.text)
    return found


def folders_of(member: Member) -> list[str]:
    """The folders in use, in order, those above them included. One query."""
    live = Prompt.objects.filter(workspace_id=member.workspace_id, deleted_at__isnull=True)
    used = live.exclude(folder="").order_by().values_list("folder", flat=True).distinct()
    return sorted({folder for path in used for folder in _with_parents(path)})


def _with_parents(path: str) -> list[str]:
    names = path.split("/")
    return ["/".join(names[: depth + 1]) for depth in range(len(names))]


def tags_of(member: Member) -> list[str]:
    """The tags in use, in order. One query."""
    tags = PromptTag.objects.filter(prompt__workspace_id=member.workspace_id, prompt__deleted_at__isnull=True)
    return list(tags.order_by("name").values_list("name", flat=True).distinct()[:MANY_TAGS])


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version in the list of a prompt, and the labels that point at it."""

    version: PromptVersion
    labels: Sequence[str]


def version_rows(prompt: Prompt, before: int | None = None) -> tuple[list[VersionRow], int | None]:
    """A page of a prompt's versions without their texts, newest first, and where the next page begins. Two queries."""
    versions = prompt.versions.select_related("author")
    if before:
        versions = versions.filter(number__lt=before)
    light = versions.only("prompt_id", "number", "note", "restored_from", "created_at", "author")
    found = list(light[: VERSIONS + 1])
    names: dict[int, list[str]] = {}
    for label in Label.objects.filter(prompt=prompt):
        names.setdefault(label.number, []).append(label.name)
    rows = [VersionRow(version, names.get(version.number, ())) for version in found[:VERSIONS]]
    return rows, rows[-1].version.number if len(found) > VERSIONS else None


def _cursor_of(prompt: Prompt) -> str:
    return f"{prompt.updated_at.isoformat()}_{prompt.id}"


def _read_cursor(text: str) -> tuple[datetime, UUID] | None:
    moment, _dash, last = text.partition("_")
    try:
        at = parse_datetime(moment)
        return (at, UUID(last)) if at else None
    except ValueError:
        return None
