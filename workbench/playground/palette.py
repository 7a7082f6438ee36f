"""The command palette: prompts, runs, pages and actions by a few letters of their names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from workbench.prompts.queries import Filters as PromptFilters
from workbench.prompts.queries import list_prompts
from workbench.runs.queries import Filters as RunFilters
from workbench.runs.queries import history
from workbench.teams.models import Member

PROMPTS = 8
RUNS = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to go to: its words, where it is, an icon, and a quiet remark."""

    words: str
    url: str
    icon: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Entries of one kind."""

    name: str
    entries: Sequence[Entry]


def find_entries(member: Member, text: str) -> list[Group]:
    """What fits the text, best first; without a text what is used most. A fixed number of queries."""
    groups = [
        Group(_("Prompts"), list(_prompts(member, text))),
        Group(
            _("Pages and actions"), [entry for entry in _places(member) if text.casefold() in entry.words.casefold()]
        ),
        Group(_("Runs"), list(_runs(member, text))),
    ]
    return [group for group in groups if group.entries]


def _prompts(member: Member, text: str) -> Iterator[Entry]:
    playground = reverse("playground", kwargs={"workspace": member.workspace.slug})
    for prompt in list_prompts(member, PromptFilters(text=text), "").prompts[:PROMPTS]:
        remark = f"{prompt.folder} · v{prompt.latest_number}" if prompt.folder else f"v{prompt.latest_number}"
        yield Entry(prompt.name, f"{playground}?prompt={prompt.id}", "prompts", remark)


def _runs(member: Member, text: str) -> Iterator[Entry]:
    if not text:
        return
    for run in history(member.workspace, RunFilters(text), None).runs[:RUNS]:
        address = reverse("run", kwargs={"workspace": member.workspace.slug, "run_id": run.id})
        yield Entry(run.preview or _("(no text)"), address, "runs", f"{run.model_label} · {run.get_status_display()}")


def _places(member: Member) -> Iterator[Entry]:
    def here(name: str) -> str:
        return reverse(name, kwargs={"workspace": member.workspace.slug})

    if member.may_write:
        yield Entry(_("New prompt"), here("playground") + "?new", "plus")
    yield Entry(_("Playground: a prompt without a name"), here("playground"), "playground")
    yield Entry(_("Prompts"), here("prompts"), "prompts")
    yield Entry(_("Favourites"), here("prompts") + "?favourites", "star")
    yield Entry(_("My drafts"), here("drafts"), "edit")
    yield Entry(_("Archived prompts"), here("prompts") + "?archived", "prompts")
    yield Entry(_("Parameter sets"), here("parameter_sets"), "settings")
    yield Entry(_("Runs"), here("runs"), "runs")
    yield Entry(_("Tools"), here("tools"), "tool")
    yield Entry(_("Connections"), here("connections"), "connections")
    if member.may_manage:
        yield Entry(_("Add connection"), here("connection_add"), "plus")
    yield Entry(_("Second factor"), reverse("mfa_index"), "shield")
    yield Entry(_("Sessions"), reverse("usersessions_list"), "sessions")
    yield Entry(_("Sign out"), reverse("account_logout"), "sign-out")
