"""Catalogs that keep themselves: models come without a test, failures are told, and nobody is asked too often."""

from __future__ import annotations

from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.test import Client
from django.utils import timezone

from tests.conftest import KEY, MakeConnection, MakeServer
from tests.server import free_port
from tests.upstream import Upstream
from workbench.connections.models import Connection, Health
from workbench.connections.upkeep import FRESH_FOR, LONGEST_PAUSE, Upkeep

pytestmark = pytest.mark.django_db(transaction=True)
NOW = timezone.now()


def models_of(connection: Connection) -> list[str]:
    return list(connection.models.filter(is_listed=True).values_list("model_id", flat=True))


async def test_a_new_connection_gets_its_models_by_itself(upstream: Upstream, make_connection: MakeConnection) -> None:
    connection = await make_async(make_connection, base_url=upstream.url)
    await Upkeep().refresh_due(NOW)
    assert await listed(connection)
    assert upstream.calls("/v1/models")[0].header("x-api-key") == KEY


async def test_a_fresh_list_is_not_asked_for_again(upstream: Upstream, make_connection: MakeConnection) -> None:
    await make_async(make_connection, base_url=upstream.url)
    upkeep = Upkeep()
    await upkeep.refresh_due(NOW)
    asked = len(upstream.requests)
    await upkeep.refresh_due(NOW + FRESH_FOR / 2)
    assert len(upstream.requests) == asked
    await upkeep.refresh_due(NOW + FRESH_FOR * 1.1)
    assert len(upstream.requests) > asked


async def test_a_refused_key_is_told_and_not_tried_again(make_connection: MakeConnection) -> None:
    async with Upstream(key="another-key") as upstream:
        connection = await make_async(make_connection, base_url=upstream.url)
        upkeep = Upkeep()
        await upkeep.refresh_due(NOW)
        await upkeep.refresh_due(NOW + LONGEST_PAUSE)
        assert len(upstream.calls("/v1/models")) == 1
    await connection.arefresh_from_db()
    assert connection.health == Health.KEY_REFUSED


async def test_a_corrected_key_is_tried_at_once(make_connection: MakeConnection) -> None:
    async with Upstream(key="right-key") as upstream:
        connection = await make_async(make_connection, base_url=upstream.url)
        upkeep = Upkeep()
        await upkeep.refresh_due(NOW)
        connection.set_key("right-key")
        connection.forget_health()
        await connection.asave()
        await upkeep.refresh_due(NOW)
        assert await listed(connection)


async def test_a_server_that_comes_up_later_is_found(make_connection: MakeConnection) -> None:
    port = free_port()
    connection = await make_async(make_connection, base_url=f"http://127.0.0.1:{port}")
    upkeep = Upkeep()
    await upkeep.refresh_due(NOW)
    await connection.arefresh_from_db()
    assert connection.health == Health.UNREACHABLE
    async with Upstream(port=port):
        await upkeep.refresh_due(NOW + timedelta(seconds=1))
        assert not await listed(connection), "asked again too soon"
        await upkeep.refresh_due(NOW + timedelta(seconds=6))
        assert await listed(connection)
    await connection.arefresh_from_db()
    assert connection.health == Health.UNKNOWN


def test_the_models_of_the_environments_connection_are_there_after_the_start(
    make_server: MakeServer, upstream: Upstream
) -> None:
    server = make_server(upstream.url)
    assert server.first_model(server.browser()).endswith(":test-model")


def test_a_page_without_models_asks_again_while_they_are_fetched(
    alice: Client, make_connection: MakeConnection
) -> None:
    make_connection(name="New server")
    page = alice.get("/w/main/").content.decode()
    assert "Asking “New server” for its models" in page
    assert 'hx-trigger="load delay:1s"' in page


def test_a_page_without_models_says_why(alice: Client, charlie: Client, make_connection: MakeConnection) -> None:
    make_connection(name="New server", health=Health.KEY_REFUSED)
    for browser in (alice, charlie):
        page = browser.get("/w/main/").content.decode()
        assert "New server" in page
        assert "Key refused" in page
        assert 'hx-trigger="load delay:1s"' not in page


async def make_async(make_connection: MakeConnection, **fields: object) -> Connection:
    return await sync_to_async(make_connection)(**fields)


async def listed(connection: Connection) -> list[str]:
    return await sync_to_async(models_of)(connection)
