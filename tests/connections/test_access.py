"""Who may look at connections, and who may change them."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import KEY, MakeConnection
from tests.connections.conftest import form_of, url
from workbench.connections import urls
from workbench.connections.models import Connection

OF_ONE = ["edit", "test", "models", "refresh", "delete"]
# (name, method) → what a viewer, an editor and an owner get; 403 is a page with words.
TABLE = {
    ("settings", "get"): (302, 302, 302),
    ("connections", "get"): (200, 200, 200),
    ("connection_add", "get"): (403, 403, 200),
    ("connection_add", "post"): (403, 403, 302),
    ("connection_edit", "get"): (200, 200, 200),
    ("connection_edit", "post"): (403, 403, 302),
    ("connection_test", "get"): (405, 405, 405),
    ("connection_test", "post"): (403, 403, 302),
    ("connection_models", "get"): (200, 200, 200),
    ("connection_models", "post"): (403, 403, 302),
    ("connection_refresh", "get"): (405, 405, 405),
    ("connection_refresh", "post"): (403, 403, 302),
    ("connection_delete", "get"): (403, 403, 200),
    ("connection_delete", "post"): (403, 403, 302),
}


def send(browser: Client, name: str, method: str, connection_id: object) -> int:
    args = ["main"] if name in ("settings", "connections", "connection_add") else ["main", connection_id]
    data = form_of(name="Another") if method == "post" else {}
    return getattr(browser, method)(reverse(name, args=args), data).status_code  # type: ignore[no-any-return] # by name


def test_every_route_stands_in_the_table() -> None:
    assert {pattern.name for pattern in urls.urlpatterns} == {name for name, _method in TABLE}


@pytest.mark.security
@pytest.mark.parametrize(("name", "method"), TABLE)
def test_roles_get_what_the_table_says(
    charlie: Client, bob: Client, alice: Client, make_connection: MakeConnection, name: str, method: str
) -> None:
    connection = make_connection()
    found = tuple(send(browser, name, method, connection.id) for browser in (charlie, bob, alice))
    assert found == TABLE[name, method]


@pytest.mark.security
@pytest.mark.parametrize(("name", "method"), [row for row in TABLE if TABLE[row] != (405, 405, 405)])
def test_a_stranger_gets_the_same_404_as_for_what_does_not_exist(
    mallory: Client, make_connection: MakeConnection, name: str, method: str
) -> None:
    connection = make_connection()
    assert send(mallory, name, method, connection.id) == 404
    assert Connection.objects.get().name == "Test server"


@pytest.mark.security
@pytest.mark.parametrize("action", OF_ONE)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_foreign_connection_is_the_same_404_as_a_random_id(
    mallory: Client, make_connection: MakeConnection, action: str, method: str
) -> None:
    """Under the stranger's own workspace, where they are owner."""
    connection = make_connection()
    answers = [
        getattr(mallory, method)(reverse(f"connection_{action}", args=["other", wanted]), form_of(name="Mine"))
        for wanted in (connection.id, uuid4())
    ]
    assert answers[0].status_code == answers[1].status_code
    assert answers[0].status_code in (404, 405)
    assert connection.name not in answers[0].content.decode()
    stored = Connection.objects.get()
    assert (stored.name, stored.open_key()) == ("Test server", KEY)


@pytest.mark.security
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_is_not_signed_in_is_sent_to_the_sign_in(make_connection: MakeConnection, method: str) -> None:
    connection = make_connection()
    for action in OF_ONE:
        answer = getattr(Client(headers={"host": "127.0.0.1"}), method)(url(f"connection_{action}", connection))
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/accounts/login/")


@pytest.mark.security
def test_a_form_without_its_token_is_refused(alice: Client, make_connection: MakeConnection) -> None:
    connection = make_connection()
    strict = Client(enforce_csrf_checks=True, headers={"host": "127.0.0.1"})
    strict.cookies = alice.cookies
    assert strict.post(url("connection_delete", connection)).status_code == 403
    assert Connection.objects.exists()


def test_a_viewer_sees_how_it_is_set_but_no_form(charlie: Client, make_connection: MakeConnection) -> None:
    page = charlie.get(url("connection_edit", make_connection())).content.decode()
    assert "http://127.0.0.1:9" in page
    assert "…0001" in page
    assert 'name="base_url"' not in page
    assert 'name="key"' not in page
