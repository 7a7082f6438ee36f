"""The list of connections, the picker's models, and deleting."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.test import Client

from tests.conftest import KEY, MakeConnection, SetEnvironment
from tests.connections.conftest import url
from workbench.connections.models import Connection, Health, Kind
from workbench.connections.queries import models_for_picker, picker_models, picker_value
from workbench.runs.models import Run, Status
from workbench.teams.models import Workspace


def test_an_empty_list_says_how_to_begin(alice: Client, charlie: Client) -> None:
    owners, viewers = (browser.get(url("connections")).content.decode() for browser in (alice, charlie))
    assert "No connections yet" in owners
    assert url("connection_add") in owners
    assert "An owner of this workspace can add one" in viewers
    assert url("connection_add") not in viewers


def test_it_says_why_there_is_no_local_model(alice: Client, set_environment: SetEnvironment) -> None:
    set_environment(local_model="/nowhere/model.gguf", anthropic_api_key="")
    assert "weights" in alice.get(url("connections")).content.decode()
    set_environment(local_model="off")
    assert "switched off" not in alice.get(url("connections")).content.decode()


def test_it_shows_each_connection_with_its_health_and_models(alice: Client, make_connection: MakeConnection) -> None:
    later = make_connection(name="Second", health=Health.UNREACHABLE, base_url="https://api.example.org")
    make_connection(name="First", health=Health.OK, models=("a", "b"))
    make_connection(name="Older", created_at=later.created_at - timedelta(days=1))
    page = alice.get(url("connections")).content.decode()
    for words in ("First", "Works", "2 models", "Second", "Not reachable", "0 models", "api.example.org", "…0001"):
        assert words in page
    assert page.index(">Older<") < page.index(">First<")


def test_it_takes_the_same_number_of_queries_for_one_and_for_many(
    alice: Client,
    make_connection: MakeConnection,
    django_assert_max_num_queries: Any,  # noqa: ANN401 - the plugin's type is private
) -> None:
    for number in range(10):
        make_connection(name=f"Connection {number}", models=("a", "b", "c"))
    with django_assert_max_num_queries(5):
        alice.get(url("connections"))


def test_the_settings_begin_with_the_connections(charlie: Client) -> None:
    assert charlie.get(url("settings")).headers["Location"] == url("connections")


def test_the_picker_offers_listed_models_in_two_queries(
    workspace: Workspace,
    make_connection: MakeConnection,
    django_assert_num_queries: Any,  # noqa: ANN401 - the plugin's type is private
) -> None:
    first, second = make_connection(name="First", models=("a", "b")), make_connection(name="Second", models=("c",))
    first.models.filter(model_id="a").update(is_listed=False)
    with django_assert_num_queries(2):
        found = models_for_picker(workspace)
        assert [(model.connection.name, model.model_id) for _, models in found for model in models] == [
            ("First", "b"),
            ("Second", "c"),
        ]
    assert set(picker_models(workspace)) == {f"{first.id}:b", f"{second.id}:c"}
    assert picker_value(second.models.get()) == f"{second.id}:c"


def test_the_picker_leaves_out_what_is_switched_off_and_what_is_not_ours(
    workspace: Workspace, other_workspace: Workspace, make_connection: MakeConnection
) -> None:
    make_connection(kind=Kind.LOCAL, base_url="", health=Health.OFF, models=("local",))
    make_connection(workspace=other_workspace, models=("theirs",))
    make_connection(name="Empty")
    found = models_for_picker(workspace)
    assert [(connection.name, models) for connection, models in found] == [("Empty", [])]


def test_deleting_asks_first_and_says_what_depends_on_it(
    alice: Client, workspace: Workspace, make_connection: MakeConnection
) -> None:
    connection = make_connection(models=("a", "b"))
    connection.models.filter(model_id="a").update(input_price=1, output_price=1)
    run = Run.objects.create(
        workspace=workspace,
        connection=connection,
        connection_name=connection.name,
        model="a",
        status=Status.SUCCEEDED,
        submission=uuid4(),
        request_body="{}",
    )
    page = alice.get(url("connection_delete", connection)).content.decode()
    assert "1 run was made with it" in page
    assert "The price entered for 1 model is lost" in page
    assert "comes back" not in page
    assert Connection.objects.exists()
    assert alice.post(url("connection_delete", connection)).headers["Location"] == url("connections")
    assert not Connection.objects.exists()
    run.refresh_from_db()
    assert (run.connection, run.connection_name) == (None, "Test server")


def test_deleting_what_the_settings_make_says_that_it_comes_back(
    alice: Client, make_connection: MakeConnection, set_environment: SetEnvironment
) -> None:
    connection = make_connection(from_environment=True)
    set_environment(anthropic_api_key=KEY)
    assert "comes back at the next start" in alice.get(url("connection_delete", connection)).content.decode()
