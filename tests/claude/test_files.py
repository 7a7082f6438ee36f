"""The provider's Files API: uploaded in pieces, found, listed, deleted; and servers that have none."""

from collections.abc import AsyncIterator

import pytest

from tests.upstream import Script, Upstream
from workbench.claude import Client, Pieces, errors
from workbench.claude.files import read_file


def pieces(content: bytes, size: int = 3) -> Pieces:
    """A body whose bytes come a few at a time."""

    async def begin() -> AsyncIterator[bytes]:
        for start in range(0, len(content), size):
            yield content[start : start + size]

    return Pieces(begin, len(content))


def shelf(upstream: Upstream) -> dict[str, bytes]:
    assert upstream.files is not None
    return upstream.files.contents


async def test_it_uploads_a_file(upstream: Upstream, client: Client) -> None:
    file = await client.files.upload("report.pdf", "application/pdf", pieces(b"%PDF-1.4 some bytes"))
    assert (file.filename, file.mime_type, file.size_bytes) == ("report.pdf", "application/pdf", 19)
    assert shelf(upstream) == {file.id: b"%PDF-1.4 some bytes"}
    [request] = upstream.requests
    assert int(str(request.header("content-length"))) == len(request.body)


async def test_a_large_file_arrives_whole(upstream: Upstream, client: Client) -> None:
    content = bytes(range(256)) * 20_000
    file = await client.files.upload("a.bin", "application/octet-stream", pieces(content, 100_000))
    assert shelf(upstream)[file.id] == content


@pytest.mark.security
async def test_a_name_cannot_break_out_of_its_header(upstream: Upstream, client: Client) -> None:
    file = await client.files.upload('a"\r\nX-Evil: 1\r\n名.txt', "text/plain", pieces(b"hello"))
    assert shelf(upstream)[file.id] == b"hello"
    assert b"\r\nX-Evil" not in upstream.requests[0].body


async def test_an_upload_that_fails_is_sent_again_from_its_start(upstream: Upstream, client: Client) -> None:
    assert upstream.files is not None
    upstream.files.refuses = Script(status=529)
    with pytest.raises(errors.OverloadedError):
        await client.files.upload("a.txt", "text/plain", pieces(b"hello"))
    first, *others = [request.body for request in upstream.requests]
    assert len(others) == 2
    assert all(body == first for body in others)


async def test_it_finds_and_deletes_a_file(upstream: Upstream, client: Client) -> None:
    file = await client.files.upload("a.txt", "text/plain", pieces(b"hello"))
    assert await client.files.retrieve(file.id) == file
    await client.files.delete(file.id)
    with pytest.raises(errors.NotFoundError):
        await client.files.retrieve(file.id)
    assert shelf(upstream) == {}


async def test_an_expired_file_says_so(upstream: Upstream, client: Client) -> None:
    file = await client.files.upload("a.txt", "text/plain", pieces(b"hello"))
    assert upstream.files is not None
    upstream.files.expired.add(file.id)
    with pytest.raises(errors.NotFoundError, match="expired"):
        await client.files.retrieve(file.id)


async def test_it_lists_every_page(upstream: Upstream, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.claude.files.PAGE", 2)
    made = [await client.files.upload(f"{number}.txt", "text/plain", pieces(b"hello")) for number in range(5)]
    assert await client.files.list() == made
    assert len([request for request in upstream.requests if request.method == "GET"]) == 3


@pytest.mark.parametrize("status", [404, 405, 501])
async def test_a_server_without_files_refuses(upstream: Upstream, client: Client, status: int) -> None:
    assert upstream.files is not None
    upstream.files.refuses = Script(status=status)
    with pytest.raises(errors.StatusError) as refused:
        await client.files.upload("a.txt", "text/plain", pieces(b"hello"))
    assert refused.value.status == status


@pytest.mark.parametrize("row", [None, 5, {}, {"id": ""}, {"id": 7}, []])
def test_what_is_no_file_is_none(row: object) -> None:
    assert read_file(row) is None
