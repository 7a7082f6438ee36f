"""Connections to servers: httpx over aiohttp, with our limits, our address rules, and no environment.

Never follows redirects, never keeps cookies, never reads proxy variables. One transport belongs to one event loop.
"""

import functools
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver
from httpx_aiohttp import AiohttpTransport

from .errors import InvalidAddressError
from .exchange import Moment, current_exchange


@dataclass(frozen=True, slots=True)
class Limits:
    """`connections`: at once, all hosts together; `keepalive_s`: how long an idle one is kept, in seconds."""

    connections: int = 1000
    keepalive_s: float = 60.0


@dataclass(frozen=True, slots=True)
class AddressRules:
    """Who may be connected to. Both parts refuse by raising AddressRefusedError with words for a person.

    `resolver` answers for host names; addresses written as numbers never reach it. `check(ip, port)` is asked for
    every single address just before connecting to it, however it was found (with a proxy: the proxy's).
    """

    resolver: AbstractResolver | None = None
    check: Callable[[str, int], None] | None = None


@functools.cache
def default_tls() -> ssl.SSLContext:
    """The TLS settings that all clients share; making them costs tens of milliseconds. Reads no environment."""
    return httpx.create_ssl_context(trust_env=False)


def make_transport(
    limits: Limits | None = None,
    *,
    proxy: str | None = None,
    rules: AddressRules | None = None,
    tls: ssl.SSLContext | None = None,
) -> AiohttpTransport:
    """A transport of its own pool. `proxy` is an http(s) URL. Raises InvalidAddressError for any other."""
    limits, rules, tls = limits or Limits(), rules or AddressRules(), tls or default_tls()
    return AiohttpTransport(
        verify=tls,
        trust_env=False,
        proxy=_proxy(proxy) if proxy else None,
        client=lambda: make_session(limits, rules, tls),
    )


def make_session(limits: Limits, rules: AddressRules, tls: ssl.SSLContext) -> aiohttp.ClientSession:
    """The aiohttp session below a transport: our connector, no cookies, and times and headers as really sent."""
    connector = aiohttp.TCPConnector(
        limit=limits.connections,
        keepalive_timeout=limits.keepalive_s,
        ssl=tls,
        resolver=rules.resolver,
        socket_factory=functools.partial(_open_socket, rules.check) if rules.check else None,
    )
    trace = aiohttp.TraceConfig()
    trace.on_request_headers_sent.append(_note_sent)
    return aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False, trace_configs=[trace]
    )


def _open_socket(check: Callable[[str, int], None], address: aiohttp.AddrInfoType) -> socket.socket:
    family, kind, protocol, _, target = address
    check(str(target[0]), int(target[1]))
    return socket.socket(family, kind, protocol)


async def _note_sent(
    _session: aiohttp.ClientSession, _context: SimpleNamespace, sent: aiohttp.TraceRequestHeadersSentParams
) -> None:
    exchange = current_exchange.get()
    if exchange is not None:
        exchange.sent_headers = tuple(sent.headers.items())
        exchange.sent_at = Moment.now()


def _proxy(url: str) -> httpx.Proxy:
    try:
        proxy = httpx.Proxy(url)
    except (ValueError, httpx.InvalidURL) as error:
        raise InvalidAddressError(f"The proxy {url!r} cannot be used: {error}") from error
    if proxy.url.scheme not in {"http", "https"}:
        raise InvalidAddressError("Only http and https proxies can be used.")
    return proxy
