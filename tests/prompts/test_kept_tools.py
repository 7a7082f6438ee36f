"""Tools kept in a workspace: each name once, brought back, and gone for good after a while."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import Http404
from django.utils import timezone

from workbench.prompts.models import Tool
from workbench.prompts.tool_actions import (
    MAX_MOCK,
    MAX_MOCKS,
    Mock,
    ToolNameTakenError,
    TooManyMocksError,
    change_tool,
    fetch_tool,
    keep_tool,
    list_tools,
    mark_tool_deleted,
    mocks_of,
    purge_tools,
    remove_mock,
    save_mock,
)
from workbench.teams.models import Member

WEATHER = {"name": "weather", "input_schema": {"type": "object"}}
TIME = {"name": "time", "input_schema": {"type": "object"}}


def mock(name: str, text: str = "Rain") -> Mock:
    return Mock(name=name, text=text, is_error=False)


def test_a_tool_is_kept_under_its_name_and_replaced_by_the_next_of_it(editor: Member, owner: Member) -> None:
    first, is_new = keep_tool(owner, WEATHER)
    again, is_newer = keep_tool(editor, {**WEATHER, "description": "Better"})
    assert (is_new, is_newer, first.pk) == (True, False, again.pk)
    [kept] = list_tools(owner.workspace)
    assert (kept.definition["description"], kept.updated_by) == ("Better", editor.user)


def test_a_set_of_tools_without_a_name_is_kept_under_its_type(owner: Member) -> None:
    assert keep_tool(owner, {"type": "browser_toolset_20260801"})[0].name == "browser_toolset_20260801"


def test_a_deleted_one_comes_back_unless_its_name_was_given_away(owner: Member) -> None:
    first, _new = keep_tool(owner, WEATHER)
    mark_tool_deleted(first, timezone.now())
    assert list_tools(owner.workspace) == []
    second, is_new = keep_tool(owner, WEATHER)
    assert is_new
    with pytest.raises(ToolNameTakenError):
        mark_tool_deleted(first, None)
    mark_tool_deleted(second, timezone.now())
    first.refresh_from_db()
    mark_tool_deleted(first, None)
    assert list_tools(owner.workspace) == [first]


def test_a_name_that_another_has_is_not_taken(owner: Member) -> None:
    weather, _new = keep_tool(owner, WEATHER)
    keep_tool(owner, TIME)
    with pytest.raises(ToolNameTakenError):
        change_tool(owner, weather, TIME)


def test_another_workspaces_tool_is_none(owner: Member, stranger: Member) -> None:
    theirs, _new = keep_tool(stranger, WEATHER)
    with pytest.raises(Http404):
        fetch_tool(owner, theirs.pk)
    assert list_tools(owner.workspace) == []
    assert mocks_of(owner.workspace, ["weather"]) == {}


def test_saved_results_are_kept_by_name(owner: Member) -> None:
    tool, _new = keep_tool(owner, WEATHER)
    for one in (mock("Ulm"), mock("Bonn"), mock("Ulm", "Sun")):
        save_mock(owner, tool, one)
    assert mocks_of(owner.workspace, ["weather", "none"]) == {"weather": ["Bonn", "Ulm"]}
    assert Tool.objects.get().mocks[1]["text"] == "Sun"
    remove_mock(owner, tool, "Ulm")
    assert mocks_of(owner.workspace, ["weather"]) == {"weather": ["Bonn"]}


def test_saved_results_have_bounds(owner: Member) -> None:
    tool, _new = keep_tool(owner, WEATHER)
    with pytest.raises(TooManyMocksError):
        save_mock(owner, tool, mock("long", "x" * (MAX_MOCK + 1)))
    for number in range(MAX_MOCKS):
        save_mock(owner, tool, mock(str(number)))
    with pytest.raises(TooManyMocksError):
        save_mock(owner, tool, mock("one more"))
    save_mock(owner, tool, mock("0", "Snow"))


def test_what_was_deleted_long_ago_is_gone_for_good(owner: Member) -> None:
    now = timezone.now()
    for definition, deleted_at in ((WEATHER, now - timedelta(days=8)), (TIME, now)):
        mark_tool_deleted(keep_tool(owner, definition)[0], deleted_at)
    assert purge_tools(now) == 1
    assert [tool.name for tool in Tool.objects.all()] == ["time"]
