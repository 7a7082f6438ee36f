"""Tools kept in a workspace: fetched for a person, saved, deleted, and the results saved to answer their calls with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypedDict

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone

from workbench.prompts.actions import KEPT_AFTER_DELETION
from workbench.prompts.models import Tool
from workbench.prompts.tools import tool_title
from workbench.teams.models import Member, Workspace

# Of one tool; they are read with every page that has a call of it.
MAX_MOCKS = 50
MAX_MOCK = 1024 * 1024  # characters


class Mock(TypedDict):
    """A saved result of a tool."""

    name: str
    text: str
    is_error: bool


class ToolNameTakenError(Exception):
    """Another tool of the workspace has this name."""


class TooManyMocksError(Exception):
    """The tool has as many saved results as it may have, or this one is too long."""


def list_tools(workspace: Workspace) -> list[Tool]:
    """The workspace's tools by name. One query."""
    return list(Tool.objects.filter(workspace=workspace, deleted_at__isnull=True).select_related("updated_by"))


def fetch_tool(member: Member, tool_id: int) -> Tool:
    """A tool of the member's workspace, deleted ones included.

    Raises:
        Http404: there is none with this id, or it belongs to another workspace.
    """
    found = Tool.objects.filter(workspace_id=member.workspace_id, pk=tool_id).first()
    if found is None:
        raise Http404
    return found


def fetch_tools(member: Member, ids: Iterable[int]) -> list[Tool]:
    """Those of these tools that the workspace has, by name."""
    return list(Tool.objects.filter(workspace_id=member.workspace_id, pk__in=ids, deleted_at__isnull=True))


@transaction.atomic
def keep_tool(member: Member, definition: Mapping[str, Any]) -> tuple[Tool, bool]:
    """Keep a tool in the member's workspace, in the place of the one of its name; and whether it is a new one."""
    title = tool_title(definition)
    fields = {"definition": dict(definition), "updated_by_id": member.user_id, "updated_at": timezone.now()}
    return Tool.objects.update_or_create(
        defaults=fields, workspace_id=member.workspace_id, name=title, deleted_at__isnull=True
    )


def change_tool(member: Member, tool: Tool, definition: Mapping[str, Any]) -> None:
    """Replace a tool's definition, and its name by the one there.

    Raises:
        ToolNameTakenError: another tool of the workspace has it.
    """
    tool.definition, tool.name = dict(definition), tool_title(definition)
    _touch(member, tool, "definition", "name")


def mark_tool_deleted(tool: Tool, at: datetime | None) -> None:
    """Delete a tool, or (None) bring it back.

    Raises:
        ToolNameTakenError: another tool was given its name meanwhile.
    """
    tool.deleted_at = at
    _save(tool, "deleted_at")


def purge_tools(now: datetime) -> int:
    """Remove for good what was deleted long enough ago; how many tools that were."""
    return Tool.objects.filter(deleted_at__lt=now - KEPT_AFTER_DELETION).delete()[0]


def save_mock(member: Member, tool: Tool, mock: Mock) -> None:
    """Keep a result under its name, in the place of the one of that name.

    Raises:
        TooManyMocksError: there is no room for it.
    """
    others = [one for one in tool.mocks if one["name"] != mock["name"]]
    if len(others) >= MAX_MOCKS or len(mock["text"]) > MAX_MOCK:
        raise TooManyMocksError
    tool.mocks = sorted([*others, dict(mock)], key=lambda one: str(one["name"]).casefold())
    _touch(member, tool, "mocks")


def remove_mock(member: Member, tool: Tool, name: str) -> None:
    """Forget a saved result."""
    tool.mocks = [mock for mock in tool.mocks if mock["name"] != name]
    _touch(member, tool, "mocks")


def tool_named(workspace: Workspace, name: str) -> Tool | None:
    """The workspace's tool of this name."""
    return Tool.objects.filter(workspace=workspace, name=name, deleted_at__isnull=True).first()


def mocks_of(workspace: Workspace, names: Iterable[str]) -> dict[str, list[str]]:
    """The names of the saved results of these tools, by the tool's name. At most one query."""
    wanted = set(names)
    if not wanted:
        return {}
    tools = Tool.objects.filter(workspace=workspace, name__in=wanted, deleted_at__isnull=True)
    return {tool.name: [str(mock["name"]) for mock in tool.mocks] for tool in tools}


def _touch(member: Member, tool: Tool, *fields: str) -> None:
    tool.updated_by_id, tool.updated_at = member.user_id, timezone.now()
    _save(tool, *fields, "updated_by", "updated_at")


def _save(tool: Tool, *fields: str) -> None:
    try:
        with transaction.atomic():
            tool.save(update_fields=fields)
    except IntegrityError:
        raise ToolNameTakenError(tool.name) from None
