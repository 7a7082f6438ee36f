"""Three standing people of one workspace, a stranger of another, a scripted server, and connections in one line."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.upstream import Upstream
from workbench.connections.addresses import operator_rules
from workbench.connections.models import CatalogModel, Connection, Kind
from workbench.teams.models import Member, Role, User, Workspace

# What must never be seen outside of a request's header.
KEY = "sk-ant-canary-do-not-show-0001"

MakeConnection = Callable[..., Connection]
SetEnvironment = Callable[..., None]


@pytest.fixture(autouse=True)
def plain_static_names(settings: Settings) -> None:
    """Static files by their own names: nothing has been collected and hashed for these tests."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def workspace(db: None) -> Workspace:
    return Workspace.objects.create(slug="main", name="Main")


@pytest.fixture
def other_workspace(db: None) -> Workspace:
    return Workspace.objects.create(slug="other", name="Other")


def _browser(email: str, workspace: Workspace, role: Role) -> Client:
    user = User.objects.create_user(email)
    Member.objects.create(workspace=workspace, user=user, role=role)
    browser = Client(headers={"host": "127.0.0.1"})
    browser.force_login(user)
    return browser


@pytest.fixture
def alice(workspace: Workspace) -> Client:
    """The browser of the owner."""
    return _browser("alice@example.org", workspace, Role.OWNER)


@pytest.fixture
def bob(workspace: Workspace) -> Client:
    """The browser of an editor."""
    return _browser("bob@example.org", workspace, Role.EDITOR)


@pytest.fixture
def charlie(workspace: Workspace) -> Client:
    """The browser of a viewer."""
    return _browser("charlie@example.org", workspace, Role.VIEWER)


@pytest.fixture
def mallory(other_workspace: Workspace) -> Client:
    """The browser of the owner of another workspace."""
    return _browser("mallory@example.org", other_workspace, Role.OWNER)


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream.in_thread() as server:
        yield server


class _Bare(BaseHTTPRequestHandler):
    """Knows one endpoint only: no models, no counting, no streams, no ids and no usage."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        if self.path == "/v1/messages":
            self._answer(200, "application/json", b'{"content":[{"type":"text","text":"Hi"}]}')
        else:
            self.do_GET()

    def do_GET(self) -> None:
        self._answer(404, "text/plain", b"404 page not found")

    def log_message(self, *_arguments: object) -> None:
        pass

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def bare_server() -> Iterator[str]:
    """The address of a server that answers messages and nothing else."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Bare) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def make_connection(workspace: Workspace) -> MakeConnection:
    """Stored connections: `key` is sealed, `models` are ids to catalogue, the rest are fields."""

    def make(key: str = KEY, models: tuple[str, ...] = (), **fields: Any) -> Connection:  # noqa: ANN401 - fields of the model
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

    def change(**values: Any) -> None:  # noqa: ANN401 - fields of Environment
        settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, **values)
        operator_rules.cache_clear()

    yield change
    operator_rules.cache_clear()


def url(name: str, connection: Connection | None = None, workspace: str = "main") -> str:
    """The address of one of this room's pages."""
    return reverse(name, args=[workspace, connection.pk] if connection else [workspace])


def form_of(connection: Connection | None = None, **changes: str) -> dict[str, str]:
    """What a browser posts for a connection whose page was opened, with some fields changed."""
    found = connection or Connection(name="New server", base_url="http://127.0.0.1:9")
    return {
        "name": found.name,
        "base_url": found.base_url,
        "key": "",
        "api_version": found.api_version,
        "betas": ", ".join(found.betas),
        "idle_timeout": str(found.idle_timeout),
        "deadline": str(found.deadline),
        "max_retries": str(found.max_retries),
        "proxy": found.proxy,
        **changes,
    }
