"""Large files at the provider: uploaded once a connection, reused by id, again when forgotten, inline where not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from tests.conftest import MakeConnection
from tests.files import making
from tests.files.conftest import Store
from tests.upstream import Script, Upstream
from tests.upstream_files import FileShelf
from workbench.claude import Client
from workbench.claude.errors import NotFoundError, RateLimitError
from workbench.connections.models import Connection
from workbench.files.blocks import FileData, Takes, blocks_of
from workbench.files.models import ProviderFile, StoredFile
from workbench.files.options import FileOptions
from workbench.files.provider import forget_provider_files, is_for_provider, is_gone, provider_id_of

pytestmark = pytest.mark.django_db(transaction=True)

TAKES = Takes(images=True, pdf=True, documents=True, provider_files=True)


@pytest.fixture
def connection(make_connection: MakeConnection) -> Connection:
    return make_connection()


@pytest.fixture
def file(store: Store) -> StoredFile:
    """A PDF of more than a megabyte: what follows its end is no part of it, but of the file."""
    return store("large.pdf", making.pdf("one", "two") + b"%" * 1_200_000)


@pytest.fixture
async def client(upstream: Upstream) -> AsyncIterator[Client]:
    async with Client(upstream.url, "sk-test", max_retries=0) as made:
        yield made


def shelf(upstream: Upstream) -> FileShelf:
    assert upstream.files is not None
    return upstream.files


async def test_it_is_uploaded_once(
    client: Client, connection: Connection, file: StoredFile, upstream: Upstream
) -> None:
    first = await provider_id_of(client, connection, file)
    assert await provider_id_of(client, connection, file) == first
    [content] = shelf(upstream).contents.values()
    assert content == making.pdf("one", "two") + b"%" * 1_200_000
    assert len(upstream.requests) == 1
    [block] = await sync_to_async(blocks_of)(file, FileOptions(), TAKES, str(first))
    assert block["source"] == {"type": "file", "file_id": first}


async def test_each_connection_has_its_own(
    client: Client, connection: Connection, make_connection: MakeConnection, file: StoredFile
) -> None:
    other = await sync_to_async(make_connection)(name="Other")
    assert await provider_id_of(client, connection, file) != await provider_id_of(client, other, file)


async def test_one_that_the_server_forgot_is_uploaded_again(
    client: Client, connection: Connection, file: StoredFile, upstream: Upstream
) -> None:
    first = str(await provider_id_of(client, connection, file))
    shelf(upstream).expired.add(first)
    with pytest.raises(NotFoundError) as error:
        await client.files.retrieve(first)
    assert is_gone(error.value, [first])
    assert not is_gone(error.value, [])
    await sync_to_async(forget_provider_files)(connection, [first])
    again = await provider_id_of(client, connection, file)
    assert again not in (None, first)


async def test_one_that_expires_soon_is_uploaded_again(
    client: Client, connection: Connection, file: StoredFile
) -> None:
    first = await provider_id_of(client, connection, file)
    soon = timezone.now() + timedelta(minutes=1)
    await sync_to_async(ProviderFile.objects.update)(expires_at=soon)
    assert await provider_id_of(client, connection, file) != first
    assert await sync_to_async(ProviderFile.objects.count)() == 1


@pytest.mark.parametrize("status", [404, 405, 501])
async def test_a_server_without_files_is_remembered(
    client: Client, connection: Connection, file: StoredFile, upstream: Upstream, status: int
) -> None:
    shelf(upstream).refuses = Script(status=status)
    assert is_for_provider(file, FileOptions(), TAKES, connection)
    assert await provider_id_of(client, connection, file) is None
    stored = await sync_to_async(Connection.objects.get)(pk=connection.pk)
    assert stored.features["files"] is False
    assert not is_for_provider(file, FileOptions(), TAKES, connection)


async def test_any_other_refusal_is_the_callers(
    client: Client, connection: Connection, file: StoredFile, upstream: Upstream
) -> None:
    shelf(upstream).refuses = Script(status=429)
    with pytest.raises(RateLimitError):
        await provider_id_of(client, connection, file)
    assert connection.features == {}


def test_only_large_whole_files_go_there(store: Store, file: StoredFile, connection: Connection) -> None:
    small, text = store("a.pdf", making.pdf("one")), store("a.txt", b"x" * 2_000_000)
    assert is_for_provider(file, FileOptions(), TAKES, connection)
    for other, options in [
        (small, FileOptions()),
        (text, FileOptions()),
        (file, FileOptions(pages="1")),
        (file, FileOptions(as_text=True)),
    ]:
        assert not is_for_provider(other, options, TAKES, connection)
    [block] = blocks_of(file, FileOptions(pages="1"), TAKES, "file_1")
    assert block["source"]["data"] == FileData(file.pk, "pages-1")
