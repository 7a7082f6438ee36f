"""The pages of the workspace's tools: listed, changed, deleted with Undo; their saved results beside them."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from workbench.prompts.models import Tool
from workbench.prompts.tool_actions import MAX_MOCK, Mock, keep_tool, save_mock
from workbench.teams.models import Member

WEATHER = {"name": "weather", "description": "Tells it", "input_schema": {"type": "object"}}
TIME = {"name": "time", "input_schema": {"type": "object"}}


@pytest.fixture
def tool(owner: Member) -> Tool:
    kept = keep_tool(owner, WEATHER)[0]
    save_mock(owner, kept, Mock(name="Wet", text="Rain", is_error=True))
    return kept


def test_who_only_reads_sees_tools_and_results_and_no_buttons(charlie: Client, tool: Tool) -> None:
    assert "Tells it" in charlie.get("/w/main/tools/").text
    page = charlie.get(f"/w/main/tools/{tool.pk}/").text
    assert "Rain" in page
    assert 'class="button primary"' not in page
    assert "Add a result" not in page


def test_a_definition_is_replaced_and_its_name_with_it(bob: Client, editor: Member, tool: Tool) -> None:
    answer = bob.post(f"/w/main/tools/{tool.pk}/", {"definition": json.dumps(TIME)})
    assert answer.status_code == 302
    tool.refresh_from_db()
    assert (tool.name, tool.definition, tool.updated_by) == ("time", TIME, editor.user)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("{,", "This is not JSON. (1:2)"),
        ('{"name": "a"}', "0.input_schema: Every tool needs an input schema"),
        (json.dumps([WEATHER, TIME]), "Write one tool here."),
        ("", "Write one tool here."),
        (json.dumps(TIME), "Another tool has this name already."),
    ],
)
def test_what_cannot_be_saved_stays_in_its_field(
    bob: Client, owner: Member, tool: Tool, typed: str, words: str
) -> None:
    keep_tool(owner, TIME)
    answer = bob.post(f"/w/main/tools/{tool.pk}/", {"definition": typed})
    assert answer.status_code == 422
    assert words in answer.text
    assert answer.context["typed"] == typed
    tool.refresh_from_db()
    assert tool.definition == WEATHER


def test_a_deleted_tool_is_gone_until_undo(bob: Client, tool: Tool) -> None:
    page = bob.post(f"/w/main/tools/{tool.pk}/delete/", follow=True).text
    assert "“weather” was deleted." in page
    assert bob.get(f"/w/main/tools/{tool.pk}/").status_code == 404
    assert bob.post(f"/w/main/tools/{tool.pk}/results/", {"name": "x", "text": "y"}).status_code == 404
    bob.post(f"/w/main/tools/{tool.pk}/delete/?undo")
    assert bob.get(f"/w/main/tools/{tool.pk}/").status_code == 200


def test_undo_is_refused_where_the_name_was_given_away(bob: Client, owner: Member, tool: Tool) -> None:
    bob.post(f"/w/main/tools/{tool.pk}/delete/")
    keep_tool(owner, WEATHER)
    page = bob.post(f"/w/main/tools/{tool.pk}/delete/?undo", follow=True).text
    assert "Another tool has this name already." in page


def test_results_are_added_changed_and_removed(bob: Client, tool: Tool) -> None:
    address = f"/w/main/tools/{tool.pk}/results/"
    bob.post(address, {"name": "Dry", "text": "Sun"})
    bob.post(address, {"name": "Wet", "text": "Hail"})
    tool.refresh_from_db()
    assert [tuple(mock.values()) for mock in tool.mocks] == [("Dry", "Sun", False), ("Wet", "Hail", False)]
    bob.post(address + "?remove", {"name": "Dry"})
    tool.refresh_from_db()
    assert [mock["name"] for mock in tool.mocks] == ["Wet"]


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"name": "", "text": "What I typed"}, "Give it a name"),
        ({"name": "Long", "text": "x" * (MAX_MOCK + 1)}, "at most 50 saved results"),
    ],
)
def test_a_result_that_cannot_be_saved_stays_in_its_field(
    bob: Client, tool: Tool, form: dict[str, str], words: str
) -> None:
    answer = bob.post(f"/w/main/tools/{tool.pk}/results/", form)
    assert answer.status_code == 422
    assert words in answer.text
    assert form["text"] in answer.text


def test_without_tools_the_page_says_where_they_are_made(alice: Client) -> None:
    assert "No tools yet" in alice.get("/w/main/tools/").text
