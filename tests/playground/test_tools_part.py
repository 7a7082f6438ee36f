"""The tools of the open prompt: listed, changed by buttons and forms, kept in the workspace; nothing typed is lost."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from django.test import Client

from tests.conftest import MakeConnection
from workbench.connections.models import CatalogModel, Connection, Kind
from workbench.prompts.models import Tool
from workbench.prompts.tool_actions import keep_tool
from workbench.teams.models import Member

WEATHER = {"name": "weather", "description": "Tells it", "input_schema": {"type": "object", "properties": {}}}
TIME = {"name": "time", "input_schema": {"type": "object"}}
WEB = {"type": "web_search_20250305", "name": "web_search"}
BASH = {"type": "bash_20250124", "name": "bash"}
OWN = {"form": "own", "tool-name": "trains", "tool-description": "Lists them", "mode": "rows"}
BOTH = json.dumps([WEATHER, TIME])


def post(client: Client, path: str, tools: Any = BOTH, **more: Any) -> Any:  # noqa: ANN401 - of the test client
    return client.post(f"/w/main/tools/{path}", {"tools": tools, **more}, headers={"HX-Request": "true"})


def names(answer: Any) -> list[str]:  # noqa: ANN401 - a response of the test client
    return re.findall(r'<code class="tool-name" dir="auto">([^<]*)</code>', answer.text)


def typed(answer: Any) -> Any:  # noqa: ANN401 - a response of the test client
    """The JSON that the answer puts into the field."""
    text = html.unescape(
        answer.text.partition('<textarea id="tools"')[2].partition(">\n")[2].partition("</textarea>")[0]
    )
    return json.loads(text) if text else None


def test_the_list_follows_what_is_typed_and_leaves_the_field_alone(bob: Client) -> None:
    answer = post(bob, "typed/", json.dumps([WEATHER, WEB, BASH]))
    assert names(answer) == ["weather", "web_search", "bash"]
    assert "Web search" in answer.text
    assert 'id="tools"' not in answer.text
    assert "HX-Trigger-After-Settle" not in answer.headers


def test_what_is_wrong_with_a_tool_stands_in_its_row(bob: Client) -> None:
    answer = post(bob, "typed/", json.dumps([{"name": "a b", "input_schema": {"type": "object"}}, TIME]))
    assert "A name has 1 to 128" in answer.text
    assert names(answer) == ["a b", "time"]


def test_broken_json_is_told_and_no_button_changes_it(bob: Client) -> None:
    assert "This is not JSON. (1:2)" in post(bob, "typed/", "[,").text
    assert "This is not JSON." in post(bob, "typed/?remove=0", "[,").text
    for path in ("form/", "put/"):
        answer = post(bob, path, "[,", **OWN)
        assert answer.status_code == 422
        assert "nothing was changed" in answer.text


@pytest.mark.parametrize(
    ("act", "left"),
    [
        ("remove=0", ["time"]),
        ("remove=1", ["weather"]),
        ("down=0", ["time", "weather"]),
        ("up=1", ["time", "weather"]),
        ("up=0", ["weather", "time"]),
        ("remove=7", ["weather", "time"]),
        ("remove=x", ["weather", "time"]),
    ],
)
def test_tools_are_removed_and_moved(bob: Client, act: str, left: list[str]) -> None:
    answer = post(bob, f"typed/?{act}")
    assert names(answer) == left
    if left != ["weather", "time"]:
        assert [tool["name"] for tool in typed(answer)] == left
        # The draft and the estimate learn of it.
        assert json.loads(answer.headers["HX-Trigger-After-Settle"]) == {"input": {"target": "#tool-rows"}}


def test_a_removed_tool_comes_back_to_its_place(bob: Client) -> None:
    gone = post(bob, "typed/?remove=0")
    definition = html.unescape(re.findall(r'name="definition" value="([^"]*)"', gone.text.replace("\n", " "))[0])
    back = post(bob, "typed/?put=0", json.dumps(typed(gone)), definition=definition)
    assert typed(back) == [WEATHER, TIME]


def test_a_tool_is_added_by_its_form(bob: Client) -> None:
    rows = {
        "parameter-name": ["from", "to", ""],
        "parameter-kind": ["string", "integer", "string"],
        "parameter-required": ["1", "0", "0"],
        "parameter-description": ["Where", "", ""],
        "parameter-rest": ["", "", ""],
    }
    answer = post(bob, "put/", **OWN, **rows, **{"tool-strict": "1"})
    assert typed(answer) == [
        WEATHER,
        TIME,
        {
            "name": "trains",
            "description": "Lists them",
            "input_schema": {
                "type": "object",
                "properties": {"from": {"type": "string", "description": "Where"}, "to": {"type": "integer"}},
                "required": ["from"],
            },
            "strict": True,
        },
    ]


def test_a_tool_is_edited_in_its_place(bob: Client) -> None:
    form = post(bob, "form/?at=1")
    assert 'value="time"' in form.text
    answer = post(bob, "put/?at=1", **OWN)
    assert names(answer) == ["weather", "trains"]


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"tool-name": "two words"}, "A name has 1 to 128"),
        ({"tool-name": "weather"}, "Another tool has this name already."),
        ({"mode": "raw", "schema": "{"}, "This is not JSON."),
    ],
)
def test_a_form_with_mistakes_comes_back_with_everything_typed(bob: Client, form: dict[str, str], words: str) -> None:
    answer = post(bob, "put/", **{**OWN, **form})
    assert answer.status_code == 422
    assert words in answer.text
    assert "Lists them" in answer.text
    assert form.get("tool-name", "trains") in answer.text


def test_rows_are_added_and_removed_and_turned_into_a_schema(bob: Client) -> None:
    rows = {
        "parameter-name": ["a", "b"],
        "parameter-kind": ["string", "string"],
        "parameter-required": ["0", "0"],
        "parameter-description": ["", ""],
        "parameter-rest": ["", ""],
    }
    assert post(bob, "form/?again&more", **OWN, **rows).text.count('name="parameter-name"') == 3
    dropped = post(bob, "form/?again&drop=0", **OWN, **rows).text
    assert dropped.count('name="parameter-name"') == 1
    assert 'value="b"' in dropped
    raw = post(bob, "form/?again&to=raw", **OWN, **rows).text
    assert "&quot;b&quot;: {" in raw
    schema = '{"type": "object", "properties": {"c": {"type": "array"}}}'
    again = post(bob, "form/?again&to=rows", **{**OWN, "mode": "raw", "schema": schema}).text
    assert 'value="c"' in again


def test_a_provider_s_tool_is_switched_on_and_changed(bob: Client) -> None:
    assert "Switch on" in post(bob, "form/?family=web_search").text
    form = {"form": "server", "family": "web_search", "server-type": "web_search_20260209", "server-max_uses": "3"}
    answer = post(bob, "put/", **form)
    assert typed(answer)[2] == {"type": "web_search_20260209", "name": "web_search", "max_uses": 3}
    assert 'value="3"' in post(bob, "form/?at=2", json.dumps(typed(answer))).text
    wrong = post(bob, "put/", **{**form, "server-max_uses": "many"})
    assert (wrong.status_code, 'value="many"' in wrong.text) == (422, True)
    twice = post(bob, "put/", json.dumps(typed(answer)), **form)
    assert "Another tool has this name already." in twice.text


def test_pasted_tools_are_added_in_our_form(bob: Client) -> None:
    other = {"type": "function", "function": {"name": "trains", "parameters": {"type": "object"}}}
    answer = post(bob, "put/", form="paste", pasted=json.dumps([other, WEB]))
    assert [tool["name"] for tool in typed(answer)] == ["weather", "time", "trains", "web_search"]
    assert "trains was written for another API" in answer.text


@pytest.mark.parametrize(("pasted", "words"), [("[{", "This is not JSON."), ("", "There is no tool in it.")])
def test_what_cannot_be_pasted_stays_in_its_field(bob: Client, pasted: str, words: str) -> None:
    answer = post(bob, "put/", form="paste", pasted=pasted)
    assert answer.status_code == 422
    assert words in answer.text
    assert html.escape(pasted) in answer.text


def test_a_tool_that_has_no_form_is_edited_as_json(bob: Client) -> None:
    tools = json.dumps([BASH])
    assert "bash_20250124" in post(bob, "form/?at=0", tools).text
    two = post(bob, "put/?at=0", tools, form="paste", pasted=BOTH)
    assert "Write one tool here." in two.text
    assert typed(post(bob, "put/?at=0", tools, form="paste", pasted=json.dumps(TIME))) == [TIME]


def test_a_tool_is_kept_in_the_workspace_and_taken_from_there(bob: Client, editor: Member) -> None:
    assert "“weather” is kept in the workspace." in post(bob, "keep/?at=0").text
    assert "“weather” was replaced in the workspace." in post(bob, "keep/?at=0").text
    kept = Tool.objects.get()
    assert (kept.definition, kept.updated_by) == (WEATHER, editor.user)
    assert "weather" in post(bob, "form/?kept", "").text
    assert typed(post(bob, "put/", "", form="kept", tool=[str(kept.pk)])) == [WEATHER]
    changed = json.dumps([{**WEATHER, "description": "Other"}, TIME])
    assert typed(post(bob, "put/", changed, form="kept", tool=[str(kept.pk)])) == [WEATHER, TIME]


def test_a_tool_that_is_not_in_order_is_not_kept(bob: Client) -> None:
    assert "not in order yet" in post(bob, "keep/?at=0", '[{"name": "a"}]').text
    assert not Tool.objects.exists()


def test_another_workspaces_tool_is_not_taken(bob: Client, stranger: Member) -> None:
    theirs, _new = keep_tool(stranger, WEATHER)
    assert typed(post(bob, "put/", "", form="kept", tool=[str(theirs.pk)])) is None


def test_what_a_lane_s_model_does_not_take_is_said_before_running(bob: Client, make_connection: MakeConnection) -> None:
    connection = make_connection()
    CatalogModel.objects.create(connection=connection, model_id="tiny", display_name="Tiny")
    lane = {"lane-0-model": f"{connection.pk}:tiny"}
    assert "Tiny does not take web_search" in post(bob, "typed/", json.dumps([WEB]), **lane).text
    Connection.objects.filter(pk=connection.pk).update(kind=Kind.LOCAL)
    assert "Tiny takes no tools." in post(bob, "typed/", **lane).text


def test_the_page_lists_the_tools_of_the_draft(bob: Client) -> None:
    bob.post("/w/main/draft/", {"system": "", "role": "user", "text": "Hi", "tools": BOTH})
    page = bob.get("/w/main/")
    assert names(page) == ["weather", "time"]
    assert typed(page) == [WEATHER, TIME]


def test_who_only_reads_has_no_buttons(charlie: Client) -> None:
    page = charlie.get("/w/main/").text
    assert "Add tool" not in page
