"""From a connection to a client: whose key goes where, which clients are shared, and when they are closed."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import KEY, MakeConnection, SetEnvironment
from tests.upstream import Upstream, until
from workbench.claude import Client
from workbench.claude.errors import AddressRefusedError, InvalidAddressError
from workbench.connections import clients
from workbench.connections.clients import (
    ConnectionAccess,
    ConnectionGone,
    ConnectionLocked,
    ConnectionMisconfigured,
    LocalModelOff,
    LocalModelStarting,
    client_for,
    close_clients,
    make_client,
    open_connection,
)
from workbench.connections.models import Connection, Health, Kind

VERSION = "2026-10-21"


@pytest.fixture
async def server() -> AsyncIterator[Upstream]:
    async with Upstream() as upstream:
        yield upstream
        await close_clients()


def access_to(url: str, **changes: object) -> ConnectionAccess:
    plain = ConnectionAccess("1", url, KEY, (), idle_timeout=5, deadline=10, max_retries=0, proxy="")
    return dataclasses.replace(plain, **changes)  # type: ignore[arg-type] # fields of any kind


async def keys_sent(server: Upstream) -> list[str | None]:
    return [request.header("x-api-key") for request in server.requests]


async def test_the_same_access_shares_its_open_connection(server: Upstream) -> None:
    for _ in range(3):
        await client_for(access_to(server.url), VERSION).models.list()
    assert (len(server.requests), server.connections) == (3, 1)


async def test_versions_share_an_open_connection_and_keep_to_themselves(server: Upstream) -> None:
    for version in (VERSION, "2023-06-01", VERSION):
        await client_for(access_to(server.url), version).models.list()
    assert [request.header("anthropic-version") for request in server.requests] == [VERSION, "2023-06-01", VERSION]
    assert server.connections == 1


@pytest.mark.security
async def test_two_connections_to_one_server_never_share_a_key(server: Upstream) -> None:
    ours, theirs = access_to(server.url), access_to(server.url, connection_id="2", key="sk-ant-theirs-2222")
    for access in (ours, theirs, ours):
        await client_for(access, VERSION).models.list()
    assert await keys_sent(server) == [KEY, "sk-ant-theirs-2222", KEY]
    assert server.connections == 2


@pytest.mark.security
async def test_without_a_key_none_is_sent(server: Upstream) -> None:
    await client_for(access_to(server.url), VERSION).models.list()
    await client_for(access_to(server.url, connection_id="2", key=""), VERSION).models.list()
    assert await keys_sent(server) == [KEY, None]


@pytest.mark.parametrize(
    "change",
    [
        {"key": "sk-ant-new-key-3333"},
        {"betas": ("feature-1",)},
        {"idle_timeout": 6},
        {"deadline": 11},
        {"max_retries": 1},
        {"proxy": "http://127.0.0.1:9"},
        {"base_url": "http://127.0.0.1:9"},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_a_change_of_anything_takes_a_new_client(server: Upstream, change: dict[str, object]) -> None:
    before = client_for(access_to(server.url), VERSION)
    after = client_for(access_to(server.url, **change), VERSION)
    assert after is not before
    assert client_for(access_to(server.url, **change), VERSION) is after


async def test_the_client_is_made_as_the_connection_says(server: Upstream) -> None:
    access = access_to(server.url, betas=("one-1", "two-2"), idle_timeout=7, deadline=70, max_retries=4)
    client = client_for(access, VERSION)
    await client.models.list()
    assert server.requests[0].header("anthropic-beta") == "one-1,two-2"
    assert (client.timeout.idle, client.timeout.total, client.max_retries) == (7, 70, 4)


async def test_a_replaced_client_is_closed_once_its_answers_must_have_ended(server: Upstream) -> None:
    await client_for(access_to(server.url, deadline=1), VERSION).models.list()
    await client_for(access_to(server.url, deadline=1, key="sk-ant-new-key-3333"), VERSION).models.list()
    assert len(server._tasks) == 2
    await until(lambda: len(server._tasks) == 1)


async def test_the_client_unused_for_longest_goes_when_there_are_too_many(
    server: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "MAX_CLIENTS", 2)
    made = {name: client_for(access_to(server.url, connection_id=name), VERSION) for name in "abc"}
    assert client_for(access_to(server.url, connection_id="c"), VERSION) is made["c"]
    assert client_for(access_to(server.url, connection_id="a"), VERSION) is not made["a"]


def test_clients_are_closed_when_their_loop_ends(upstream: Upstream) -> None:
    kept: list[Client] = []

    async def use() -> None:
        kept.append(client_for(access_to(upstream.url), VERSION))
        await kept[0].models.list()
        assert len(upstream._tasks) == 1

    asyncio.run(use())
    asyncio.run(until(lambda: not upstream._tasks))


@pytest.mark.security
async def test_an_address_is_checked_when_connecting_however_it_was_found(
    server: Upstream, set_environment: SetEnvironment
) -> None:
    set_environment(private_hosts=[])
    for host in ("127.0.0.1", "localhost", "2130706433", "127.1"):
        client = make_client(access_to(server.url.replace("127.0.0.1", host)), VERSION)
        async with client:
            # The client understands no other spellings of numbers, and refuses them as such.
            with pytest.raises((AddressRefusedError, InvalidAddressError)):
                await client.models.list()
    assert server.connections == 0


@pytest.mark.security
async def test_the_address_of_a_proxy_is_checked_too(server: Upstream, set_environment: SetEnvironment) -> None:
    set_environment(private_hosts=[])
    async with make_client(access_to("http://example.org", proxy=server.url), VERSION) as client:
        with pytest.raises(AddressRefusedError):
            await client.models.list()
    assert server.connections == 0


@pytest.mark.security
def test_an_access_shows_neither_key_nor_proxy() -> None:
    access = access_to("http://127.0.0.1:9", proxy="http://me:secret@127.0.0.1")
    assert KEY not in repr(access) + str(access)
    assert "secret" not in repr(access) + access.identity
    assert KEY not in access.identity


async def test_an_address_that_is_none_says_so() -> None:
    with pytest.raises(ConnectionMisconfigured, match="cannot be used"):
        client_for(access_to("nonsense"), VERSION)


def test_it_opens_what_is_stored(make_connection: MakeConnection) -> None:
    connection = make_connection(betas=["one-1"], idle_timeout=7, deadline=70, max_retries=4)
    access = open_connection(connection)
    assert access == ConnectionAccess(str(connection.id), "http://127.0.0.1:9", KEY, ("one-1",), 7, 70, 4, "")


def test_a_deleted_connection_is_gone() -> None:
    with pytest.raises(ConnectionGone, match="was deleted"):
        open_connection(None)


@pytest.mark.security
def test_a_key_moved_here_from_another_row_is_locked(make_connection: MakeConnection) -> None:
    victim, attacker = make_connection(), make_connection(name="Mine", key="")
    Connection.objects.filter(pk=attacker.pk).update(sealed_key=victim.sealed_key)
    attacker.refresh_from_db()
    with pytest.raises(ConnectionLocked, match="Mine") as caught:
        open_connection(attacker)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(("health", "raised"), [("unknown", LocalModelStarting), (Health.OFF, LocalModelOff)])
def test_a_local_model_that_does_not_listen_says_why(
    make_connection: MakeConnection,
    set_environment: SetEnvironment,
    tmp_path: Path,
    health: str,
    raised: type[Exception],
) -> None:
    set_environment(data_dir=tmp_path)
    local = make_connection(kind=Kind.LOCAL, base_url="", name="This machine", health=health)
    with pytest.raises(raised):
        open_connection(local)
