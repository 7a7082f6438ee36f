"""Whether a model may, must or must not use tools: offered, checked and sent as the model takes it."""

from __future__ import annotations

import json
from typing import Any, cast
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.conftest import MakeConnection
from workbench.connections.models import CatalogModel, Connection, Kind
from workbench.prompts.pasted import read_pasted
from workbench.prompts.tool_choice import choice_of, settings_of_choice
from workbench.runs.models import Run

TOOL = {"name": "weather", "input_schema": {"type": "object"}}
WEB = {"type": "web_search_20250305", "name": "web_search"}


@pytest.fixture
def connection(make_connection: MakeConnection) -> Connection:
    return make_connection()


def run(client: Client, connection: Connection, model_id: str, tools: object = (TOOL,), **lane: str) -> HttpResponse:
    if model_id != "gpt":
        Connection.objects.filter(pk=connection.pk).update(kind=Kind.ANTHROPIC)
    CatalogModel.objects.get_or_create(connection=connection, model_id=model_id, defaults={"display_name": "Mo"})
    settings = {"model": f"{connection.pk}:{model_id}", "max_tokens": "50", **lane}
    form = {"text": "Hi", "role": "user", "submission": str(uuid4()), "tools": json.dumps(tools) if tools else ""}
    form |= {f"lane-0-{name}": value for name, value in settings.items()}
    return cast("HttpResponse", client.post("/w/main/runs/", form, headers={"HX-Request": "true"}))


def sent() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Run.objects.get().request_body)
    return found


def told(answer: HttpResponse, field: str) -> str:
    assert answer.status_code == 422
    text = " ".join(answer.text.split())
    return text.partition(f'id="error-lane-0-{field}" hx-swap-oob="true">')[2].partition("</p>")[0]


@pytest.mark.parametrize(
    ("lane", "choice"),
    [
        ({}, None),
        ({"tool_choice": "auto"}, {"type": "auto"}),
        ({"tool_choice": "any"}, {"type": "any"}),
        ({"tool_choice": "tool", "tool_name": "weather"}, {"type": "tool", "name": "weather"}),
        ({"tool_choice": "none", "parallel_tools": "no", "tool_name": "left here"}, {"type": "none"}),
        ({"parallel_tools": "no"}, {"type": "auto", "disable_parallel_tool_use": True}),
        ({"tool_choice": "any", "parallel_tools": "no"}, {"type": "any", "disable_parallel_tool_use": True}),
    ],
)
def test_what_is_chosen_is_sent_and_comes_back_with_the_run(
    bob: Client, connection: Connection, lane: dict[str, str], choice: dict[str, Any] | None
) -> None:
    assert run(bob, connection, "claude-opus-4-7", **lane).status_code == 200
    assert sent().get("tool_choice") == choice
    form = bob.get(f"/w/main/?run={Run.objects.get().id}").context["page"].lanes[0].form
    names = [name for name in lane if name != "tool_name" or lane["tool_choice"] == "tool"]
    if choice != {"type": "none"}:
        assert {name: form[name].value() for name in names} == {name: lane[name] for name in names}
    assert not form["extra"].value()


def test_without_tools_the_choice_waits(bob: Client, connection: Connection) -> None:
    run(bob, connection, "claude-opus-4-7", tools=None, tool_choice="any")
    assert "tool_choice" not in sent()


@pytest.mark.parametrize(
    ("model_id", "lane", "field", "words"),
    [
        ("claude-opus-5-5", {"tool_choice": "any"}, "tool_choice", "This model cannot be made to use a tool"),
        ("claude-sonnet-5-5", {"tool_choice": "any"}, "tool_choice", "This model cannot be made to use a tool"),
        (
            "claude-opus-4-7",
            {"tool_choice": "any", "thinking": "adaptive"},
            "tool_choice",
            "While the model thinks, it cannot be made",
        ),
        ("claude-opus-4-7", {"tool_choice": "sometimes"}, "tool_choice", "This model does not take this value"),
        ("claude-opus-4-7", {"tool_choice": "tool"}, "tool_name", "Say which tool."),
        ("claude-opus-4-7", {"tool_choice": "tool", "tool_name": "time"}, "tool_name", "There is no tool named “time”"),
    ],
)
def test_what_cannot_be_sent_is_said_beside_the_setting(
    bob: Client, connection: Connection, model_id: str, lane: dict[str, str], field: str, words: str
) -> None:
    assert words in told(run(bob, connection, model_id, **lane), field)
    assert not Run.objects.exists()


@pytest.mark.parametrize("thinking", ["", "disabled"])
def test_without_asked_for_thinking_a_model_can_be_made_to(bob: Client, connection: Connection, thinking: str) -> None:
    assert run(bob, connection, "claude-sonnet-5", tool_choice="any", thinking=thinking).status_code == 200


def test_a_model_that_takes_no_server_tools_is_not_sent_any(bob: Client, connection: Connection) -> None:
    answer = run(bob, connection, "gpt", tools=[TOOL, WEB])
    assert told(answer, "model").startswith("Mo does not take web_search: the provider’s own tools")


def test_types_that_are_not_known_here_are_let_through(bob: Client, connection: Connection) -> None:
    new = {"type": "telescope_20270101", "name": "telescope"}
    assert run(bob, connection, "gpt", tools=[new]).status_code == 200
    assert sent()["tools"] == [new]


def test_a_model_without_tools_says_so(bob: Client, connection: Connection) -> None:
    CatalogModel.objects.create(connection=connection, model_id="gpt", display_name="Mo")
    Connection.objects.filter(pk=connection.pk).update(kind=Kind.LOCAL)
    assert told(run(bob, connection, "gpt"), "model") == "Mo takes no tools."


def test_choices_that_a_model_never_takes_are_shown_and_barred(bob: Client, connection: Connection) -> None:
    Connection.objects.filter(pk=connection.pk).update(kind=Kind.ANTHROPIC)
    CatalogModel.objects.create(connection=connection, model_id="claude-opus-5-5")
    page = bob.get("/w/main/").text
    assert '<option value="any" disabled>' in page
    assert '<option value="none">' in page
    assert "This model cannot be made to use a tool; it chooses itself." in page


@pytest.mark.parametrize(
    "choice",
    [
        {"type": "auto"},
        {"type": "none"},
        {"type": "any", "disable_parallel_tool_use": True},
        {"type": "tool", "name": "weather"},
        {"type": "auto", "disable_parallel_tool_use": True},
    ],
)
def test_a_pasted_choice_becomes_settings(choice: dict[str, Any]) -> None:
    request = {"messages": [{"role": "user", "content": "Hi"}], "tools": [TOOL], "tool_choice": choice}
    pasted = read_pasted(json.dumps(request))
    assert pasted.left_out == []
    assert choice_of(pasted.draft["lanes"][0]) == choice


@pytest.mark.parametrize("choice", [None, "auto", {}, {"type": 5}, {"type": "auto", "more": 1}, {"type": "tool"}])
def test_a_choice_that_has_no_setting_gives_none(choice: object) -> None:
    assert settings_of_choice(choice) == {}
