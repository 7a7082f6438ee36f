"""What every test may use: three standing people of one workspace, a stranger of another, a scripted server."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from django.db import connection
from django.test import Client
from django.utils import translation
from pytest_django import DjangoDbBlocker, Settings

from tests.server import KEY, Server
from tests.upstream import Upstream
from workbench.connections.addresses import operator_rules
from workbench.connections.models import CatalogModel, Connection, Kind
from workbench.teams.models import Member, Role, User, Workspace

# How long an example takes says something of the machine, not of the code.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

MakeConnection = Callable[..., Connection]
SetEnvironment = Callable[..., None]
MakeServer = Callable[..., Server]

__all__ = ["KEY", "MakeConnection", "MakeServer", "SetEnvironment", "join", "sign_in"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Django's test database. PostgreSQL removes none that is in use, and some of our threads stay connected."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(autouse=True)
def plain_static_names(settings: Settings) -> None:
    """Static files by their own names: nothing has been collected and hashed for these tests."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture(autouse=True)
def english() -> None:
    """A request leaves its language to whatever comes next in its thread."""
    translation.activate("en")


@pytest.fixture
def workspace(db: None) -> Workspace:
    return Workspace.objects.create(slug="main", name="Main")


@pytest.fixture
def other_workspace(db: None) -> Workspace:
    return Workspace.objects.create(slug="other", name="Other")


def sign_in(member: Member) -> Client:
    """A browser in which this member is signed in."""
    browser = Client(headers={"host": "127.0.0.1"})
    browser.force_login(member.user)
    return browser


def join(email: str, workspace: Workspace, role: Role) -> Member:
    """A new person in a workspace."""
    return Member.objects.create(workspace=workspace, user=User.objects.create_user(email), role=role)


@pytest.fixture
def owner(workspace: Workspace) -> Member:
    return join("alice@example.org", workspace, Role.OWNER)


@pytest.fixture
def editor(workspace: Workspace) -> Member:
    return join("bob@example.org", workspace, Role.EDITOR)


@pytest.fixture
def viewer(workspace: Workspace) -> Member:
    return join("charlie@example.org", workspace, Role.VIEWER)


@pytest.fixture
def stranger(other_workspace: Workspace) -> Member:
    """The owner of another workspace."""
    return join("mallory@example.org", other_workspace, Role.OWNER)


@pytest.fixture
def alice(owner: Member) -> Client:
    """The browser of the owner."""
    return sign_in(owner)


@pytest.fixture
def bob(editor: Member) -> Client:
    """The browser of an editor."""
    return sign_in(editor)


@pytest.fixture
def charlie(viewer: Member) -> Client:
    """The browser of a viewer."""
    return sign_in(viewer)


@pytest.fixture
def mallory(stranger: Member) -> Client:
    """The browser of the owner of another workspace."""
    return sign_in(stranger)


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream.in_thread() as server:
        yield server


@pytest.fixture
def make_connection(workspace: Workspace) -> MakeConnection:
    """Stored connections: `key` is sealed, `models` are ids to catalogue, the rest are fields."""

    def make(key: str = KEY, models: tuple[str, ...] = (), **fields: object) -> Connection:
        fields = {"workspace": workspace, "name": "Test server", "base_url": "http://127.0.0.1:9", **fields}
        connection = Connection(**fields)
        if connection.kind != Kind.LOCAL:
            connection.set_key(key)
        connection.save()
        for position, model_id in enumerate(models):
            CatalogModel.objects.create(connection=connection, model_id=model_id, position=position)
        return connection

    return make


@pytest.fixture
def set_environment(settings: Settings) -> Iterator[SetEnvironment]:
    """Changes what the operator set, for one test."""

    def change(**values: object) -> None:
        settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, **values)
        operator_rules.cache_clear()

    yield change
    operator_rules.cache_clear()


@pytest.fixture(scope="session")
def prepared_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder after a first start without a model: tables, owner, samples, static files."""
    data_dir = tmp_path_factory.mktemp("prepared") / "data"
    with Server(data_dir):
        pass
    return data_dir


@pytest.fixture
def make_server(prepared_data: Path, tmp_path: Path) -> Iterator[MakeServer]:
    """Workbench processes on data of their own, started, and ended with the test: `make_server(upstream.url)`."""
    made: list[Server] = []

    def make(upstream_url: str = "", **environment: str) -> Server:
        data_dir = tmp_path / f"data{len(made)}"
        shutil.copytree(prepared_data, data_dir)
        server = Server(data_dir, upstream_url, **environment)
        made.append(server)
        server.start()
        return server

    yield make
    for server in made:
        server.stop()
