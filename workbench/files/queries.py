"""Reads of the files list and of one file's page, each in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.dateparse import parse_datetime

from workbench.files.models import FileKind, FileState, FileUse, StoredFile, UseKind
from workbench.files.tokens import about_tokens
from workbench.files.words import found_in, grouped
from workbench.teams.models import Member

PAGE = 50
# Places on a file's page; the newest.
SHOWN_USES = 50


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; empty means all."""

    text: str = ""
    kind: str = ""

    @property
    def is_narrow(self) -> bool:
        """Whether anything but the usual is asked for."""
        return bool(self.text or self.kind)


def read_filters(data: QueryDict) -> Filters:
    """The filters in an address."""
    kind = data.get("kind", "")
    return Filters(data.get("q", "").replace("\x00", "").strip(), kind if kind in FileKind.values else "")


@dataclass(frozen=True, slots=True)
class Row:
    """A file in the list: what was found in it in words, its tokens (empty: cannot be sent), in how many places."""

    file: StoredFile
    found: str
    tokens: str
    uses: int


@dataclass(frozen=True, slots=True)
class FilesPage:
    """Files, newest first, and the cursor of the next page (empty on the last)."""

    rows: Sequence[Row]
    next_cursor: str


def list_files(member: Member, filters: Filters, cursor: str) -> FilesPage:
    """One page of the workspace's files. One query."""
    found = StoredFile.objects.filter(workspace_id=member.workspace_id, deleted_at__isnull=True)
    found = found.exclude(state=FileState.STORING)
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.text:
        found = found.filter(name__icontains=filters.text)
    if after := _read_cursor(cursor):
        found = found.filter(Q(created_at__lt=after[0]) | Q(created_at=after[0], id__lt=after[1]))
    counted = found.annotate(number_of_uses=Count("uses")).select_related("uploaded_by").order_by("-created_at", "-id")
    files = list(counted[: PAGE + 1])
    rows = [Row(file, found_in(file), grouped(about_tokens(file)), file.number_of_uses) for file in files[:PAGE]]
    return FilesPage(rows, _cursor_of(files[PAGE - 1]) if len(files) > PAGE else "")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file is used: the use, and the address of the page that shows it (empty: it has none)."""

    use: FileUse
    url: str


def places_of(member: Member, file: StoredFile) -> list[Place]:
    """Where a file is used, the newest first. One query."""
    return [Place(use, _url_of(member, use)) for use in file.uses.all()[:SHOWN_USES]]


def _url_of(member: Member, use: FileUse) -> str:
    workspace = member.workspace.slug
    try:
        if use.kind == UseKind.RUN:
            return reverse("run", args=[workspace, UUID(use.key)])
        if use.kind == UseKind.VERSION:
            prompt, _slash, number = use.key.partition("/")
            return reverse("prompt_version", args=[workspace, UUID(prompt), int(number)])
    except ValueError:
        return ""
    return ""


def _cursor_of(file: StoredFile) -> str:
    return f"{file.created_at.isoformat()}_{file.id}"


def _read_cursor(text: str) -> tuple[datetime, UUID] | None:
    moment, _line, last = text.partition("_")
    try:
        at = parse_datetime(moment)
        return (at, UUID(last)) if at else None
    except ValueError:
        return None
