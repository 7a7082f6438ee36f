"""Tells apart the ways in which a connection fails, by the cause below what httpx raises. Never reads answers.

httpx-aiohttp turns nearly every aiohttp error into `ConnectTimeout`, so only the chain of causes is to be trusted.
"""

import asyncio
import ssl
from collections.abc import Iterator

import aiohttp
import httpx

from . import errors

# What the HTTP libraries raise; anything else is a bug and must not be taken for a failing network.
NETWORK_ERRORS = (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, OSError, errors.AddressRefusedError)

_TLS = (aiohttp.ClientSSLError, aiohttp.ServerFingerprintMismatch, ssl.SSLError)
_PROXY = (aiohttp.ClientProxyConnectionError, aiohttp.ClientHttpProxyError)
_ADDRESS = (aiohttp.InvalidURL, httpx.InvalidURL, httpx.UnsupportedProtocol)
_HUNG_UP = (aiohttp.ServerDisconnectedError, aiohttp.ClientPayloadError, ConnectionResetError, BrokenPipeError)

type _Kind = type[errors.ClaudeError]

# First match along the chain wins, so the order is from the particular to the general.
_TABLE: tuple[tuple[tuple[type[BaseException], ...], _Kind, str], ...] = (
    (_TLS, errors.TLSFailedError, "No secure connection: {cause}"),
    (_PROXY, errors.ProxyFailedError, "The proxy failed: {cause}"),
    ((aiohttp.ClientConnectorDNSError,), errors.LookupFailedError, "The host name {host} could not be found."),
    (_ADDRESS, errors.InvalidAddressError, "The address {url} cannot be used: {cause}"),
    ((aiohttp.SocketTimeoutError,), errors.IdleTimeoutError, "The server sent nothing for too long."),
    ((aiohttp.ConnectionTimeoutError,), errors.ConnectTimeoutError, "{host} did not accept a connection in time."),
    ((ConnectionRefusedError,), errors.ConnectRefusedError, "Nothing answers at {host}: the connection was refused."),
    (_HUNG_UP, errors.ServerHungUpError, "{host} closed the connection before it answered."),
    ((aiohttp.ClientResponseError,), errors.MalformedAnswerError, "{host} did not answer in HTTP: {cause}"),
    ((TimeoutError, asyncio.TimeoutError), errors.ConnectTimeoutError, "{host} did not accept a connection in time."),
)


def connection_error(error: BaseException, url: httpx.URL | str) -> errors.ClaudeError:
    """Our error for one that the HTTP library raised before an answer began."""
    chain = list(causes(error))
    address = str(url)
    host = getattr(url, "host", "") or address
    for link in chain:
        # A new one each time: requests that waited for the same look-up share the original.
        if isinstance(link, errors.AddressRefusedError):
            return errors.AddressRefusedError(link.message)
    for kinds, family, words in _TABLE:
        for link in chain:
            if isinstance(link, kinds):
                return family(words.format(cause=_short(link), host=host, url=address))
    return errors.ConnectionFailedError(f"No connection to {host}: {_short(chain[-1])}")


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error, what caused it, and the operating system's error below aiohttp's."""
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        below = getattr(link, "os_error", None)
        if isinstance(below, BaseException):
            yield below
        link = link.__cause__ or link.__context__


def _short(error: BaseException) -> str:
    return (str(error) or type(error).__name__)[:300]
