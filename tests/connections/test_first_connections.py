"""What a start makes from the settings, and how later starts follow them."""

from __future__ import annotations

import pytest

from tests.conftest import KEY, MakeConnection, SetEnvironment
from workbench.connections.actions import ensure_first_connections, free_name
from workbench.connections.models import Connection, Health, Kind
from workbench.local_model.weights import SHIPPED_ID
from workbench.teams.models import Workspace

VENDOR = "https://api.anthropic.com"


@pytest.fixture(autouse=True)
def nothing_is_set(set_environment: SetEnvironment) -> None:
    set_environment(anthropic_api_key="", anthropic_base_url=VENDOR, local_model="off")


def only() -> Connection:
    return Connection.objects.get()


def test_without_settings_nothing_is_made(workspace: Workspace) -> None:
    ensure_first_connections(workspace)
    assert not Connection.objects.exists()


def test_a_key_makes_the_vendors_connection(workspace: Workspace, set_environment: SetEnvironment) -> None:
    set_environment(anthropic_api_key=f"{KEY}\n")
    ensure_first_connections(workspace)
    found = only()
    assert (found.name, found.kind, found.base_url) == ("Claude API", Kind.ANTHROPIC, VENDOR)
    assert (found.open_key(), found.from_environment) == (KEY, True)


def test_another_base_url_makes_a_connection_of_its_host(workspace: Workspace, set_environment: SetEnvironment) -> None:
    set_environment(anthropic_api_key=KEY, anthropic_base_url="http://127.0.0.1:8080/v1")
    ensure_first_connections(workspace)
    found = only()
    assert (found.name, found.kind) == ("127.0.0.1:8080", Kind.COMPATIBLE)
    assert found.base_url == "http://127.0.0.1:8080"


def test_a_second_start_changes_nothing(workspace: Workspace, set_environment: SetEnvironment) -> None:
    set_environment(anthropic_api_key=KEY)
    ensure_first_connections(workspace)
    Connection.objects.update(name="Renamed", health=Health.OK, max_retries=5)
    sealed = only().sealed_key
    ensure_first_connections(workspace)
    found = only()
    assert (found.name, found.health, found.max_retries, found.sealed_key) == ("Renamed", Health.OK, 5, sealed)


def test_a_changed_key_is_followed(workspace: Workspace, set_environment: SetEnvironment) -> None:
    set_environment(anthropic_api_key=KEY)
    ensure_first_connections(workspace)
    Connection.objects.update(health=Health.KEY_REFUSED)
    set_environment(anthropic_api_key="sk-ant-rotated-5555")
    ensure_first_connections(workspace)
    assert (only().open_key(), only().key_hint, only().health) == ("sk-ant-rotated-5555", "…5555", Health.UNKNOWN)


def test_a_changed_address_is_followed(workspace: Workspace, set_environment: SetEnvironment) -> None:
    set_environment(anthropic_api_key=KEY)
    ensure_first_connections(workspace)
    set_environment(anthropic_base_url="http://127.0.0.1:8080")
    ensure_first_connections(workspace)
    assert (only().base_url, only().kind, only().open_key()) == ("http://127.0.0.1:8080", Kind.COMPATIBLE, KEY)


def test_a_locked_key_is_sealed_again(workspace: Workspace, set_environment: SetEnvironment) -> None:
    set_environment(anthropic_api_key=KEY)
    ensure_first_connections(workspace)
    Connection.objects.update(sealed_key="0000000000:not-a-token")
    ensure_first_connections(workspace)
    assert only().open_key() == KEY


def test_what_people_added_is_left_alone(
    workspace: Workspace, make_connection: MakeConnection, set_environment: SetEnvironment
) -> None:
    mine = make_connection(key="sk-ant-mine-6666", name="Claude API", base_url=VENDOR)
    set_environment(anthropic_api_key=KEY)
    ensure_first_connections(workspace)
    mine.refresh_from_db()
    assert mine.open_key() == "sk-ant-mine-6666"
    assert Connection.objects.get(from_environment=True).name == "Claude API 2"


def test_the_local_model_is_there_when_no_key_is_set(workspace: Workspace, set_environment: SetEnvironment) -> None:
    set_environment(local_model="auto")
    ensure_first_connections(workspace)
    ensure_first_connections(workspace)
    found = only()
    (model,) = found.models.all()
    assert (found.kind, found.health) == (Kind.LOCAL, Health.UNKNOWN)
    assert (model.model_id, model.label, model.max_input_tokens) == (SHIPPED_ID, "SmolLM2 135M", 8192)


def test_the_local_model_is_not_made_beside_a_key_unless_asked_for(
    workspace: Workspace, set_environment: SetEnvironment
) -> None:
    set_environment(local_model="auto", anthropic_api_key=KEY)
    ensure_first_connections(workspace)
    assert only().kind == Kind.ANTHROPIC
    set_environment(local_model="on")
    ensure_first_connections(workspace)
    assert Connection.objects.filter(kind=Kind.LOCAL).count() == 1


def test_a_local_model_that_is_not_wanted_any_more_is_switched_off_and_on_again(
    workspace: Workspace, set_environment: SetEnvironment
) -> None:
    set_environment(local_model="auto")
    ensure_first_connections(workspace)
    set_environment(anthropic_api_key=KEY)
    ensure_first_connections(workspace)
    local = Connection.objects.get(kind=Kind.LOCAL)
    assert local.health == Health.OFF
    set_environment(anthropic_api_key="")
    ensure_first_connections(workspace)
    local.refresh_from_db()
    assert local.health == Health.UNKNOWN


def test_a_model_that_cannot_run_here_makes_no_connection(
    workspace: Workspace, set_environment: SetEnvironment
) -> None:
    set_environment(local_model="/nowhere/model.gguf")
    ensure_first_connections(workspace)
    assert not Connection.objects.exists()


def test_another_file_takes_the_place_of_the_model_before(
    workspace: Workspace, set_environment: SetEnvironment, tmp_path_factory: pytest.TempPathFactory
) -> None:
    set_environment(local_model="on")
    ensure_first_connections(workspace)
    weights = tmp_path_factory.mktemp("weights") / "bigger.gguf"
    weights.touch()
    set_environment(local_model=str(weights))
    ensure_first_connections(workspace)
    offered = only().models.filter(is_listed=True)
    assert [model.model_id for model in offered] == ["bigger"]


def test_a_name_that_is_taken_gets_a_number(workspace: Workspace, make_connection: MakeConnection) -> None:
    longest = "x" * 80
    make_connection(name="A")
    make_connection(name="A 2")
    make_connection(name=longest)
    assert free_name(workspace, "A") == "A 3"
    assert free_name(workspace, "B") == "B"
    assert free_name(workspace, longest) == "x" * 78 + " 2"
