"""Connections that fail: each way has a class and words of its own, below httpx's one name for all."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator

import pytest

from tests.upstream import Script, Upstream, never_accepting
from workbench.claude import AddressRules, Timeouts, errors

from .conftest import BODY, MakeClient, Resolver


async def failure(make_client: MakeClient, url: str, **settings: object) -> errors.ClaudeError:
    client = make_client(url, max_retries=0, retry=None, timeout=Timeouts(connect=0.3, idle=2), **settings)
    with pytest.raises(errors.ClaudeError) as caught:
        await client.messages.stream(BODY).final_message()
    assert caught.value.exchange is not None
    assert caught.value.status is None
    return caught.value


@contextlib.asynccontextmanager
async def answering(reply: bytes) -> AsyncIterator[str]:
    """A server that says the same bytes to everybody and closes."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1024)
        writer.write(reply)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_a_name_that_nobody_knows(make_client: MakeClient) -> None:
    error = await failure(
        make_client, "http://api.test", rules=AddressRules(Resolver(socket.gaierror(-2, "Name or service not known")))
    )
    assert type(error) is errors.LookupFailedError
    assert error.message == "The host name api.test could not be found."


async def test_a_port_where_nothing_listens(make_client: MakeClient) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        error = await failure(make_client, f"http://127.0.0.1:{free.getsockname()[1]}")
    assert type(error) is errors.ConnectRefusedError
    assert error.retryable


async def test_a_server_that_never_accepts(make_client: MakeClient) -> None:
    with never_accepting() as url:
        assert type(await failure(make_client, url)) is errors.ConnectTimeoutError


async def test_a_server_without_tls_behind_https(make_client: MakeClient) -> None:
    async with answering(b"HTTP/1.1 400 Bad Request\r\n\r\n") as place:
        error = await failure(make_client, f"https://{place}")
    assert type(error) is errors.TLSFailedError
    assert not error.retryable


async def test_a_certificate_that_nobody_signed(make_client: MakeClient, unsigned_tls: ssl.SSLContext) -> None:
    server = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0, ssl=unsigned_tls)
    async with server:
        error = await failure(make_client, f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    assert type(error) is errors.TLSFailedError
    assert "certificate" in error.message


async def test_a_server_that_hangs_up(upstream: Upstream, make_client: MakeClient) -> None:
    upstream.then(Script(hang_up=True))
    error = await failure(make_client, upstream.url)
    assert type(error) is errors.ServerHungUpError
    assert error.retryable


async def test_a_server_that_does_not_speak_http(make_client: MakeClient) -> None:
    async with answering(b"SSH-2.0-OpenSSH_9.9\r\n\r\n") as place:
        assert type(await failure(make_client, f"http://{place}")) is errors.MalformedAnswerError


async def test_a_proxy_that_is_not_there(make_client: MakeClient) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        proxy = f"http://127.0.0.1:{free.getsockname()[1]}"
        assert type(await failure(make_client, "http://api.test", proxy=proxy)) is errors.ProxyFailedError


async def test_requests_go_through_the_proxy(upstream: Upstream, make_client: MakeClient) -> None:
    client = make_client("http://api.test", proxy=upstream.url)
    upstream.default = Script(status=404)
    with pytest.raises(errors.NotFoundError):
        await client.messages.stream(BODY).final_message()
    assert upstream.requests[0].path.startswith("http://api.test/")


@pytest.mark.security
async def test_the_environment_names_no_proxy(
    upstream: Upstream, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Upstream() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        await make_client().messages.stream(BODY).final_message()
        assert proxy.connections == 0


@pytest.mark.security
async def test_a_resolver_that_refuses_is_heard(make_client: MakeClient) -> None:
    resolver = Resolver(errors.AddressRefusedError("10.0.0.1 is a private address."))
    error = await failure(make_client, "http://api.test", rules=AddressRules(resolver))
    assert type(error) is errors.AddressRefusedError
    assert error.message == "10.0.0.1 is a private address."
    assert not error.retryable


@pytest.mark.security
@pytest.mark.parametrize("host", ["127.0.0.1", "0x7f.1", "named.test"])
async def test_every_address_is_checked_before_it_is_connected_to(
    upstream: Upstream, make_client: MakeClient, host: str
) -> None:
    asked: list[tuple[str, int]] = []

    def check(address: str, port: int) -> None:
        asked.append((address, port))
        raise errors.AddressRefusedError(f"{address} is refused.")

    port = int(upstream.url.rpartition(":")[2])
    rules = AddressRules(Resolver("127.0.0.1"), check)
    error = await failure(make_client, f"http://{host}:{port}", rules=rules)
    assert type(error) is errors.AddressRefusedError
    assert asked == [("127.0.0.1", port)]
    assert upstream.connections == 0


@pytest.mark.security
async def test_a_decimal_address_is_no_way_around_the_check(upstream: Upstream, make_client: MakeClient) -> None:
    port = upstream.url.rpartition(":")[2]
    assert type(await failure(make_client, f"http://2130706433:{port}")) is errors.InvalidAddressError
    assert upstream.connections == 0


@pytest.mark.parametrize(
    "url", ["", "api.test", "ftp://api.test", "http://", "http://user:word@api.test", "http://[::1"]
)
async def test_an_address_that_cannot_be_used_is_refused_at_once(make_client: MakeClient, url: str) -> None:
    with pytest.raises(errors.InvalidAddressError):
        make_client(url or " ")


async def test_a_proxy_that_cannot_be_used_is_refused_at_once(make_client: MakeClient) -> None:
    with pytest.raises(errors.InvalidAddressError):
        make_client("http://api.test", proxy="socks5://proxy.test")
