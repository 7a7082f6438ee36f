"""Adding and changing a connection: what is kept, what is wiped, what is refused beside its field."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.conftest import KEY, MakeConnection, SetEnvironment
from tests.connections.conftest import form_of, url
from tests.upstream import Upstream
from workbench.connections.models import Connection, Health, Kind

NEW_KEY = "sk-ant-another-key-7777"


def test_it_stores_a_connection_with_its_key_sealed(alice: Client) -> None:
    answer = alice.post(url("connection_add"), form_of(base_url="http://127.0.0.1:9/v1/", key=KEY, betas="a-1 b-2,a-1"))
    stored = Connection.objects.get()
    assert answer.status_code == 302
    assert answer.headers["Location"] == url("connection_edit", stored)
    assert (stored.base_url, stored.kind, stored.betas) == ("http://127.0.0.1:9", Kind.COMPATIBLE, ["a-1", "b-2"])
    assert stored.open_key() == KEY
    assert KEY not in stored.sealed_key
    assert stored.key_hint == "…0001"


def test_it_knows_the_vendors_own_host(alice: Client) -> None:
    alice.post(url("connection_add"), form_of(base_url="https://api.anthropic.com"))
    assert Connection.objects.get().kind == Kind.ANTHROPIC


def test_it_takes_a_look_alike_of_the_vendors_host_for_another_server() -> None:
    assert Kind.of_address("https://api.anthropic.com.example.org") == Kind.COMPATIBLE
    assert Kind.of_address("https://notanthropic.com") == Kind.COMPATIBLE


def test_it_keeps_the_key_when_the_field_is_left_empty(alice: Client, make_connection: MakeConnection) -> None:
    connection = make_connection()
    alice.post(url("connection_edit", connection), form_of(connection, name="Renamed"))
    connection.refresh_from_db()
    assert (connection.name, connection.open_key()) == ("Renamed", KEY)


def test_it_replaces_the_key(alice: Client, make_connection: MakeConnection) -> None:
    connection = make_connection(health=Health.KEY_REFUSED, report=[{"name": "key", "result": "failed"}])
    alice.post(url("connection_edit", connection), form_of(connection, key=NEW_KEY))
    connection.refresh_from_db()
    assert (connection.open_key(), connection.key_hint) == (NEW_KEY, "…7777")
    assert (connection.health, connection.report) == (Health.UNKNOWN, [])


def test_it_removes_the_key_when_asked(alice: Client, make_connection: MakeConnection) -> None:
    connection = make_connection()
    page = alice.post(url("connection_edit", connection), form_of(connection, remove_key="on"), follow=True)
    connection.refresh_from_db()
    assert (connection.sealed_key, connection.key_hint, connection.open_key()) == ("", "", None)
    assert "belonged to the former address" not in page.content.decode()


@pytest.mark.security
def test_it_wipes_the_key_when_the_base_url_changes_and_says_so(alice: Client, make_connection: MakeConnection) -> None:
    connection = make_connection(health=Health.OK)
    form = alice.get(url("connection_edit", connection)).content.decode()
    assert "saving another one removes the stored key" in form
    page = alice.post(
        url("connection_edit", connection), form_of(connection, base_url="http://127.0.0.1:10"), follow=True
    )
    connection.refresh_from_db()
    assert (connection.sealed_key, connection.key_hint, connection.health) == ("", "", Health.UNKNOWN)
    assert "it belonged to the former address" in page.content.decode()


@pytest.mark.security
def test_it_sends_no_key_to_a_changed_base_url(
    alice: Client, make_connection: MakeConnection, upstream: Upstream
) -> None:
    connection = make_connection()
    alice.post(url("connection_edit", connection), form_of(connection, base_url=upstream.url, test="1"))
    assert upstream.requests
    assert not any(KEY in str(request.headers) for request in upstream.requests)


def test_a_key_entered_with_a_new_address_is_kept(alice: Client, make_connection: MakeConnection) -> None:
    connection = make_connection()
    alice.post(url("connection_edit", connection), form_of(connection, base_url="http://127.0.0.1:10", key=NEW_KEY))
    connection.refresh_from_db()
    assert connection.open_key() == NEW_KEY


def test_the_same_address_in_another_spelling_of_its_end_keeps_the_key(
    alice: Client, make_connection: MakeConnection
) -> None:
    connection = make_connection()
    alice.post(url("connection_edit", connection), form_of(connection, base_url="http://127.0.0.1:9/v1/"))
    connection.refresh_from_db()
    assert connection.open_key() == KEY


def test_it_saves_and_tests_in_one_go(alice: Client, make_connection: MakeConnection, upstream: Upstream) -> None:
    alice.post(url("connection_add"), form_of(base_url=upstream.url, key=KEY, test="1"))
    stored = Connection.objects.get()
    assert stored.health == Health.OK
    assert stored.models.count() == 2


def test_saving_only_sends_nothing(alice: Client, upstream: Upstream) -> None:
    alice.post(url("connection_add"), form_of(base_url=upstream.url, key=KEY))
    assert Connection.objects.get().health == Health.UNKNOWN
    assert upstream.requests == []


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "Taken", "There is a connection with this name already"),
        ("name", "", "required"),
        ("base_url", "", "required"),
        ("base_url", "api.example.org", "Give a full address"),
        ("base_url", "ftp://127.0.0.1", "Give a full address"),
        ("base_url", "http://user:pw@127.0.0.1", "Leave user name and password out"),
        ("base_url", "http://127.0.0.1/?a=b", "Leave out what follows"),
        ("base_url", "http://127.0.0.1:99999", "not an address"),
        ("base_url", "http://[fe80::1%25eth0]", "not an address"),
        ("key", "two words", "no spaces"),
        ("key", "schlüssel", "no spaces"),
        ("betas", "good-1, b@d", "is not the name of a beta feature"),
        ("idle_timeout", "0", "greater than or equal to 1"),
        ("deadline", "100000", "less than or equal to 86400"),
        ("max_retries", "11", "less than or equal to 10"),
        ("api_version", "1999-01-01", "Select a valid choice"),
        ("proxy", "socks5://127.0.0.1", "Give a full address"),
    ],
)
def test_it_refuses_a_wrong_value_beside_its_field(
    alice: Client, make_connection: MakeConnection, field: str, value: str, words: str
) -> None:
    make_connection(name="Taken")
    answer = alice.post(url("connection_add"), form_of(name="Mine") | {field: value})
    assert answer.status_code == 422
    assert Connection.objects.count() == 1
    problem = answer.context["form"].errors
    assert list(problem) == [field]
    assert words in problem[field][0]
    assert f'id="id_{field}_error"' in answer.content.decode()


def test_a_wrong_form_keeps_what_was_typed_but_never_the_key(alice: Client) -> None:
    page = alice.post(url("connection_add"), form_of(name="Kept name", base_url="nonsense", key=KEY)).content.decode()
    assert "Kept name" in page
    assert "nonsense" in page
    assert KEY not in page


@pytest.mark.security
@pytest.mark.parametrize("field", ["base_url", "proxy"])
@pytest.mark.parametrize(
    "address",
    [
        "http://10.0.0.1",
        "http://192.168.1.1:8080",
        "http://169.254.169.254/latest",
        "http://[fd00:ec2::254]",
        "http://[::ffff:10.0.0.1]",
        "http://[64:ff9b::a00:1]",
        "http://100.64.0.1",
        "http://0.0.0.0",
        "http://167772161",
        "http://0x0a000001",
        "http://012.0.0.1",
        "http://10.1",
        "http://[fe80::1]",
        "http://224.0.0.1",
    ],
)
def test_it_refuses_private_addresses_in_every_spelling(alice: Client, field: str, address: str) -> None:
    answer = alice.post(url("connection_add"), form_of() | {field: address})
    assert answer.status_code == 422
    assert "private address" in answer.context["form"].errors[field][0]


@pytest.mark.security
def test_this_machine_is_refused_when_the_operator_does_not_allow_it(
    alice: Client, set_environment: SetEnvironment
) -> None:
    set_environment(private_hosts=[])
    answer = alice.post(url("connection_add"), form_of(base_url="http://localhost:9"))
    assert answer.context["form"].errors["base_url"]


def test_a_network_that_the_operator_allows_is_accepted(alice: Client, set_environment: SetEnvironment) -> None:
    set_environment(private_hosts=["10.0.0.0/8"])
    assert alice.post(url("connection_add"), form_of(base_url="http://10.1.2.3:8080")).status_code == 302
    assert alice.post(url("connection_add"), form_of(name="b", base_url="http://192.168.1.1")).status_code == 422


def test_it_warns_when_the_key_would_travel_readable(alice: Client, set_environment: SetEnvironment) -> None:
    set_environment(private_hosts=["10.0.0.0/8"])
    page = alice.post(url("connection_add"), form_of(base_url="http://10.1.2.3", key=KEY), follow=True)
    assert "travels readable" in page.content.decode()


def test_it_does_not_warn_about_this_machine(alice: Client) -> None:
    page = alice.post(url("connection_add"), form_of(key=KEY), follow=True)
    assert "travels readable" not in page.content.decode()


def test_the_local_connection_has_no_address_and_no_key_to_change(
    alice: Client, make_connection: MakeConnection
) -> None:
    connection = make_connection(kind=Kind.LOCAL, base_url="", name="This machine")
    alice.post(url("connection_edit", connection), form_of(connection, base_url="http://127.0.0.1:10", key=KEY))
    connection.refresh_from_db()
    assert (connection.base_url, connection.sealed_key, connection.kind) == ("", "", Kind.LOCAL)


def test_a_connection_of_the_environment_has_no_address_and_no_key_to_change(
    alice: Client, make_connection: MakeConnection, set_environment: SetEnvironment
) -> None:
    connection = make_connection(from_environment=True)
    set_environment(anthropic_api_key=KEY)
    posted = form_of(connection, base_url="http://127.0.0.1:10", key=NEW_KEY, name="Ours")
    alice.post(url("connection_edit", connection), posted)
    connection.refresh_from_db()
    assert (connection.base_url, connection.open_key(), connection.name) == ("http://127.0.0.1:9", KEY, "Ours")
    page = alice.get(url("connection_edit", connection)).content.decode()
    assert "ANTHROPIC_API_KEY" in page


@pytest.mark.security
def test_a_locked_key_is_no_obstacle_to_entering_it_again(alice: Client, make_connection: MakeConnection) -> None:
    connection = make_connection()
    Connection.objects.update(sealed_key="0000000000:not-a-token")
    assert alice.get(url("connection_edit", connection)).status_code == 200
    alice.post(url("connection_edit", connection), form_of(connection, key=NEW_KEY))
    connection.refresh_from_db()
    assert connection.open_key() == NEW_KEY
