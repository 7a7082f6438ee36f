"""The tools of the prompt that is open, as the page lists them, and each change of the list. Their truth is the JSON in
the field `tools`: what cannot be read there is shown as it is, and never changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from workbench.connections.capabilities import capabilities_of
from workbench.connections.models import CatalogModel
from workbench.prompts.tool_kinds import KINDS
from workbench.prompts.tool_rules import not_taken
from workbench.prompts.tools import Tool, ToolProblem, is_own, ours, read_tools, tool_title
from workbench.prompts.typed_json import TypedJsonError, read_typed, write_typed


@dataclass(frozen=True, slots=True)
class ToolRow:
    """A tool in the list: `kind` in words, empty for one's own."""

    index: int
    title: str
    kind: str
    description: str
    problems: Sequence[ToolProblem]

    @property
    def place(self) -> str:
        """Its index as text, for ids."""
        return str(self.index)


@dataclass(slots=True)
class ToolsPart:
    """What the page shows of the tools: `problem` is about all of them, `lanes` says which model does not take which.

    `focus`: the id of the control that a change leaves the focus on; `removed`: the tool that was taken away just now,
    and `removed_at` its place.
    """

    text: str
    rows: list[ToolRow] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    lanes: list[str] = field(default_factory=list)
    problem: str = ""
    focus: str = ""
    removed: Tool | None = None
    removed_at: int = 0

    @property
    def removed_title(self) -> str:
        """What the removed tool is called."""
        return tool_title(self.removed) if self.removed else ""

    @property
    def removed_json(self) -> str:
        """The removed tool, to bring it back."""
        return write_typed(self.removed)


def tools_part(text: str, models: Sequence[CatalogModel]) -> ToolsPart:
    """The part for a text as typed, and the models of the lanes."""
    read = read_tools(text)
    part = ToolsPart(text, notices=read.notices)
    part.rows = [_row(index, tool, read.of(index)) for index, tool in enumerate(read.tools)]
    part.problem = "\n".join(str(problem) for problem in read.problems if problem.index is None)
    if not all(isinstance(one, dict) for one in typed_tools(text) or []):
        # Some are none: their places would not be those of the list.
        part.rows, part.problem = [], read.told
    told = (not_taken(read.tools, capabilities_of(model.connection, model), model.label) for model in models)
    part.lanes = list(dict.fromkeys(filter(None, told)))
    return part


def _row(index: int, tool: Tool, problems: Sequence[ToolProblem]) -> ToolRow:
    kind = tool.get("type", "custom")
    words = "" if is_own(tool) else str(KINDS[kind].label) if kind in KINDS else str(kind)
    description = tool.get("description")
    return ToolRow(index, tool_title(tool), words, description if isinstance(description, str) else "", problems)


def typed_tools(text: str) -> list[Any] | None:
    """The tools of a text in the form in which they are sent; None if it holds no list of them."""
    try:
        value = ours(read_typed(text)) if text.strip() else []
    except TypedJsonError:
        return None
    return value if isinstance(value, list) else None


def with_tool(tools: Sequence[Any], tool: Tool, at: int | None) -> tuple[list[Any], int]:
    """The list with a tool in the place of the one there, or at its end; and its place."""
    changed = list(tools)
    if at is None or at >= len(changed):
        return [*changed, tool], len(changed)
    changed[at] = tool
    return changed, at


def with_kept(tools: Sequence[Any], kept: Sequence[Tool]) -> list[Any]:
    """The list with tools of the workspace: each in the place of the one of its name, else at the end."""
    changed = list(tools)
    for tool in kept:
        names = [tool_title(one) if isinstance(one, dict) else "" for one in changed]
        title = tool_title(tool)
        changed, _at = with_tool(changed, tool, names.index(title) if title in names else None)
    return changed


def name_problem(tools: Sequence[Any], tool: Tool, at: int | None) -> str:
    """Why a tool cannot stand in this place of the list: another one has its name. Empty if it can."""
    others = [one for index, one in enumerate(tools) if index != at and isinstance(one, dict)]
    is_taken = "name" in tool and any(one.get("name") == tool["name"] for one in others)
    return _("Another tool has this name already.") if is_taken else ""
