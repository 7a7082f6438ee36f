"""Saved settings: applied to a lane, saved back or as new; what another model does not take is told."""

from __future__ import annotations

import json
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from tests.conftest import MakeConnection
from workbench.connections.models import Connection
from workbench.prompts.models import ParameterSet
from workbench.prompts.parameter_sets import create_set
from workbench.runs.models import Run
from workbench.teams.models import Member

pytestmark = pytest.mark.django_db
OLD, NEW = "claude-haiku-4-5", "claude-opus-4-8"  # one that takes a temperature, and one that does not


@pytest.fixture
def connection(make_connection: MakeConnection) -> Connection:
    return make_connection(kind="anthropic", models=(OLD, NEW))


def lane(connection: Connection, model: str = OLD, **settings: str) -> dict[str, str]:
    """A lane's fields."""
    fields = {"model": f"{connection.pk}:{model}", "max_tokens": "50", **settings}
    return {f"lane-0-{name}": value for name, value in fields.items()}


@pytest.fixture
def precise(owner: Member, connection: Connection) -> ParameterSet:
    typed = {"model": "x:y", "max_tokens": "20", "temperature": "0.0", "stop_sequences": "END\r\n\\n"}
    return create_set(owner, "Precise", typed, description="For sums", with_model=False)


def again(client: Client, asked: str = "plainly", **fields: Any) -> Any:  # noqa: ANN401 - a response with its context
    return client.get("/w/main/lanes/0/", {asked: "", **fields}).context


def test_a_set_holds_the_settings_by_their_api_names(precise: ParameterSet) -> None:
    assert precise.settings == {"max_tokens": 20, "temperature": 0.0, "stop_sequences": ["END", "\n"]}


def test_a_set_replaces_the_settings_and_keeps_the_model(
    charlie: Client, connection: Connection, precise: ParameterSet
) -> None:
    typed = lane(connection, top_p="0.9", parameter_set=str(precise.pk))
    shown = again(charlie, "apply", **typed)["lane"]
    assert {name: shown.form[name].value() for name in ("max_tokens", "temperature", "top_p")} == {
        "max_tokens": 20,
        "temperature": 0.0,
        "top_p": None,
    }
    assert (shown.model.model_id, shown.parameter_set, shown.is_set_changed) == (OLD, precise, False)


def test_a_set_with_a_model_brings_it(bob: Client, owner: Member, connection: Connection) -> None:
    made = create_set(owner, "Opus", {"model": f"{connection.pk}:{NEW}", "max_tokens": "9"})
    answer = bob.get("/w/main/lanes/0/", {"apply": "", **lane(connection, parameter_set=str(made.pk))})
    assert answer.context["lane"].model.model_id == NEW
    assert 'hx-swap-oob="true"' in answer.content.decode()


def test_settings_that_were_changed_since_are_marked(
    bob: Client, connection: Connection, precise: ParameterSet
) -> None:
    typed = lane(connection, temperature="0.7", parameter_set=str(precise.pk))
    assert again(bob, **typed)["lane"].is_set_changed is True


def test_settings_are_saved_as_a_new_set(bob: Client, editor: Member, connection: Connection) -> None:
    typed = lane(connection, temperature="0.7")
    answer = bob.post("/w/main/lanes/0/set/", {**typed, "set-name": " Warm  one ", "set-description": "For verse"})
    made = ParameterSet.objects.get()
    assert (made.name, made.description, made.settings) == (
        "Warm one",
        "For verse",
        {"max_tokens": 50, "temperature": 0.7},
    )
    assert answer.context["lane"].parameter_set == made
    bob.post("/w/main/lanes/0/set/", {**typed, "set-name": "With model", "set-model": "1"})
    assert ParameterSet.objects.get(name="With model").settings["model"] == OLD


@pytest.mark.parametrize("name", ["", "Precise", "x" * 301])
def test_a_name_that_cannot_be_taken_is_told_and_nothing_is_lost(
    bob: Client, connection: Connection, precise: ParameterSet, name: str
) -> None:
    answer = bob.post("/w/main/lanes/0/set/", {**lane(connection, temperature="0.7"), "set-name": name})
    assert answer.status_code == 422
    assert answer.context["set_problem"]
    assert 'value="0.7"' in answer.content.decode()
    assert ParameterSet.objects.count() == 1


def test_settings_are_saved_back(bob: Client, editor: Member, connection: Connection, precise: ParameterSet) -> None:
    typed = lane(connection, temperature="0.2", parameter_set=str(precise.pk))
    answer = bob.post("/w/main/lanes/0/set/?back", typed)
    precise.refresh_from_db()
    assert (precise.settings, precise.updated_by) == ({"max_tokens": 50, "temperature": 0.2}, editor.user)
    assert answer.context["lane"].is_set_changed is False


def test_what_another_model_does_not_take_is_told_with_a_way_back(bob: Client, connection: Connection) -> None:
    typed = lane(connection, NEW, temperature="0.7", top_k="4", was=f"{connection.pk}:{OLD}")
    answer = bob.get("/w/main/lanes/0/", typed)
    assert answer.context["left_out"] == ["Temperature: 0.7", "Top k: 4"]
    back = json.loads(answer.context["before"])
    assert unescape(answer.content.decode()).count("Temperature: 0.7, Top k: 4") == 1
    shown = again(bob, "back", **back)
    assert shown["lane"].model.model_id == OLD
    assert shown["lane"].form["temperature"].value() == "0.7"
    assert shown["left_out"] == []


def test_a_run_remembers_its_set(alice: Client, connection: Connection, precise: ParameterSet) -> None:
    form = {"submission": str(uuid4()), "role": "user", "text": "Hello"}
    alice.post("/w/main/runs/", {**form, **lane(connection, parameter_set=str(precise.pk))})
    run = Run.objects.get()
    assert run.parameter_set == precise
    assert "parameter_set" not in run.request_body


def test_a_set_is_deleted_and_brought_back(bob: Client, connection: Connection, precise: ParameterSet) -> None:
    assert "Precise" in bob.get("/w/main/parameter-sets/").content.decode()
    bob.post(f"/w/main/parameter-sets/{precise.pk}/delete/")
    assert "stop_sequences" not in bob.get("/w/main/parameter-sets/").content.decode()
    bob.post(f"/w/main/parameter-sets/{precise.pk}/delete/?undo")
    assert "stop_sequences" in bob.get("/w/main/parameter-sets/").content.decode()


def test_a_deleted_sets_name_can_be_used_again(bob: Client, connection: Connection, precise: ParameterSet) -> None:
    bob.post(f"/w/main/parameter-sets/{precise.pk}/delete/")
    bob.post("/w/main/lanes/0/set/", {**lane(connection), "set-name": "Precise"})
    answer = bob.post(f"/w/main/parameter-sets/{precise.pk}/delete/?undo", follow=True)
    assert "There is a set of this name already." in answer.content.decode()
    assert ParameterSet.objects.filter(deleted_at__isnull=True).count() == 1


@pytest.mark.security
def test_a_set_of_another_workspace_is_as_if_it_were_not(
    alice: Client, stranger: Member, connection: Connection
) -> None:
    theirs = create_set(stranger, "Secret", {"max_tokens": "7"})
    typed = lane(connection, parameter_set=str(theirs.pk))
    assert alice.get("/w/main/lanes/0/", {"apply": "", **typed}).status_code == 404
    assert alice.post("/w/main/lanes/0/set/?back", typed).status_code == 404
    assert alice.post(f"/w/main/parameter-sets/{theirs.pk}/delete/").status_code == 404
    alice.post("/w/main/runs/", {"submission": str(uuid4()), "role": "user", "text": "Hello", **typed})
    assert Run.objects.get().parameter_set is None
