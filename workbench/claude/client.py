"""The client: where requests go, with which headers and limits, and how one request is carried out.

Knows one server and one key for its whole life, and one event loop. Never logs, never stores, never shows the key.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import TracebackType
from typing import Any, Literal, Self

import httpx

from .envelope import status_error
from .errors import BodyBrokenError, ClaudeError, InvalidAddressError, ServerHungUpError, UnsendableError
from .exchange import Exchange, Moment, current_exchange
from .failures import NETWORK_ERRORS, connection_error
from .files import Files
from .jsontext import read_json
from .messages import Messages
from .models import Models
from .pieces import Body, Pieces
from .reading import read_whole, unpacked, within
from .retry import Attempt, OnAttempt, Retrier, RetryPolicy
from .transport import AddressRules, Limits, default_tls, make_transport

API_VERSION = "2026-10-21"  # the newest; 2023-06-01 is the one before, still served
USER_AGENT = "workbench"
MAX_ERROR_BODY = 1024 * 1024  # bytes of a refusal that are read
LARGE_BODY = 1024 * 1024  # bytes from which a request is handed to the socket in pieces
PIECE = 256 * 1024


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Limits in seconds. `connect`: until connected. `idle`: between two reads of a stream, however small.

    `answer`: until an answer that is not streamed begins. `total`: a whole call with its retries and waits.
    """

    connect: float = 10.0
    idle: float = 120.0
    answer: float = 600.0
    total: float = 3600.0


@dataclass(slots=True)
class Answer:
    """A whole answer: its JSON, the exchange it came in, and every attempt made."""

    data: Any
    exchange: Exchange
    attempts: list[Attempt]


@dataclass(eq=False)
class Client:
    """A Messages API server and how to talk to it. Use it in one event loop and close it with `aclose()`.

    `base_url` may end in `/` or `/v1`. `auth` chooses the header the key goes into. `headers` are added to every
    request and win over ours. `retry` replaces `max_retries` and carries the clock. `rules` restrict addresses;
    with an own `transport` they, `limits` and `proxy` are the transport's business. Raises InvalidAddressError.
    """

    base_url: str
    api_key: str = field(default="", repr=False)
    api_version: str = API_VERSION
    betas: Sequence[str] = ()
    timeout: Timeouts = field(default_factory=Timeouts)
    max_retries: int = 2
    limits: Limits = field(default_factory=Limits)
    proxy: str | None = field(default=None, repr=False)
    transport: httpx.AsyncBaseTransport | None = field(default=None, repr=False)
    auth: Literal["x-api-key", "bearer", "none"] = "x-api-key"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    rules: AddressRules | None = None
    retry: RetryPolicy | None = None

    def __post_init__(self) -> None:
        self._base = _root(self.base_url)
        self._policy = self.retry or RetryPolicy(max_retries=self.max_retries)
        host = httpx.URL(self._base).host
        self._anthropic = host == "anthropic.com" or host.endswith(".anthropic.com")
        if self.transport is None:
            self.transport = make_transport(self.limits, proxy=self.proxy, rules=self.rules)
        self._transport = self.transport

    @cached_property
    def messages(self) -> Messages:
        """Create, stream and count."""
        return Messages(self)

    @cached_property
    def models(self) -> Models:
        """The models that the server offers."""
        return Models(self)

    @cached_property
    def files(self) -> Files:
        """The files that the server keeps for us."""
        return Files(self)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Closes every connection."""
        await self._transport.aclose()

    async def warm(self) -> None:
        """Does now what the first request would otherwise wait for: TLS settings, lazy imports, the session.

        Opens no connection and sends nothing.
        """
        default_tls()
        "localhost".encode("idna")
        get_client = getattr(self._transport, "get_client", None)
        if get_client and callable(getattr(self._transport, "client", None)):
            self._transport.client = get_client()  # type: ignore[attr-defined] # httpx-aiohttp keeps its session there

    def retrier(self, on_attempt: OnAttempt | None, deadline: float) -> Retrier:
        """The attempts of one new call."""
        return Retrier(self._policy, anthropic=self._anthropic, deadline=deadline, on_attempt=on_attempt)

    def deadline(self) -> float:
        """When a call that starts now must have ended, in the event loop's time."""
        return asyncio.get_running_loop().time() + self.timeout.total

    def exchange(self, method: str, path: str) -> Exchange:
        """A record for a request that is about to be sent. `path` begins with `/v1/` and is already encoded."""
        return Exchange(method, self._base + path)

    async def send(
        self, exchange: Exchange, body: Body | None, *, idle_s: float, deadline: float, streamed: bool = False
    ) -> httpx.Response:
        """Sends one request and returns its answer, still to be read and closed; never one that refuses.

        Raises the StatusError that a refusal stands for, BodyBrokenError, ConnectionFailedError and TimeLimitError.
        """
        broken: list[Exception] = []
        try:
            request = httpx.Request(
                exchange.method,
                exchange.url,
                headers=self._headers(body, identity=streamed),
                content=_content(body, broken),
                extensions={"timeout": {"connect": self.timeout.connect, "pool": self.timeout.connect}},
            )
            exchange.sent_headers, exchange.sent_at = tuple(request.headers.items()), Moment.now()
            token = current_exchange.set(exchange)
            try:
                response = await within(self._transport.handle_async_request(request), idle_s, deadline)
            finally:
                current_exchange.reset(token)
        except NETWORK_ERRORS as error:
            if broken:
                raise BodyBrokenError("The request could not be sent to its end.") from broken[0]
            raise connection_error(error, httpx.URL(self._base)) from error
        exchange.headers_at = Moment.now()
        exchange.status = response.status_code
        exchange.received_headers = tuple(
            (name, exchange.without_secrets(value)) for name, value in response.headers.multi_items()
        )
        if not response.is_success:
            try:
                refusal = await self._read_refusal(response, idle_s, deadline)
            finally:
                await response.aclose()
            raise status_error(exchange, refusal)
        return response

    async def call(
        self, method: str, path: str, body: Body | None = None, *, on_attempt: OnAttempt | None = None
    ) -> Answer:
        """Sends a request whose answer is one JSON document, with retries. Raises ClaudeError."""
        deadline = self.deadline()
        retrier = self.retrier(on_attempt, deadline)
        while True:
            retrier.begin()
            exchange = self.exchange(method, path)
            try:
                data = await self._call_once(exchange, body, deadline)
            except ClaudeError as error:
                await retrier.failed(error.about(exchange), exchange, may_retry=True)
            else:
                await retrier.succeeded(exchange)
                return Answer(data, exchange, retrier.attempts)

    async def _call_once(self, exchange: Exchange, body: Body | None, deadline: float) -> Any:  # noqa: ANN401 - JSON
        try:
            response = await self.send(exchange, body, idle_s=self.timeout.answer, deadline=deadline)
            try:
                content = await read_whole(unpacked(response), self.timeout.answer, deadline)
            except NETWORK_ERRORS as error:
                raise ServerHungUpError(f"The connection broke before the answer was whole: {error}") from error
            finally:
                await response.aclose()
            exchange.first_event_at = Moment.now()
            return read_json(content)
        finally:
            exchange.ended_at = Moment.now()

    def _headers(self, body: Body | None, *, identity: bool) -> dict[str, str]:
        headers = {
            "accept": "application/json",
            # A stream is asked for unpacked: its bytes are read as they come, and deltas are not held back.
            "accept-encoding": "identity" if identity else "gzip, deflate",
            "user-agent": USER_AGENT,
            "anthropic-version": self.api_version,
        }
        if body is not None:
            media_type = body.media_type if isinstance(body, Pieces) else "application/json"
            headers |= {"content-type": media_type, "content-length": str(len(body))}
        if self.api_key and self.auth == "x-api-key":
            headers["x-api-key"] = self.api_key
        elif self.api_key and self.auth == "bearer":
            headers["authorization"] = f"Bearer {self.api_key}"
        if self.betas:
            headers["anthropic-beta"] = ",".join(self.betas)
        headers |= {name.lower(): value for name, value in self.headers.items()}
        for name, value in headers.items():
            if not (value.isascii() and value.isprintable()):
                # Without the value: it may be a key with a line break that came along when it was pasted.
                raise UnsendableError(f"The header {name} holds characters that no header may hold.")
        return headers

    async def _read_refusal(self, response: httpx.Response, idle_s: float, deadline: float) -> bytes:
        try:
            return await read_whole(unpacked(response), idle_s, deadline, cap=MAX_ERROR_BODY, cut=True)
        except (*NETWORK_ERRORS, ClaudeError):
            return b""  # the status alone says enough


def _content(body: Body | None, broken: list[Exception]) -> AsyncIterator[bytes] | bytes | None:
    if isinstance(body, Pieces):
        return _whole(body, broken)
    return _pieces(body) if body and len(body) > LARGE_BODY else body


async def _whole(body: Pieces, broken: list[Exception]) -> AsyncIterator[bytes]:
    """The pieces of a body, which make up its length; what keeps them from it is noted, since httpx would hide it."""
    left = len(body)
    try:
        async for piece in body.begin():
            left -= len(piece)
            if left < 0:
                break
            yield piece
    except Exception as error:
        broken.append(error)
        raise
    if left:
        # The server would wait for the rest, and we for the server.
        broken.append(EOFError("the body has another length than was said"))
        raise broken[0]


async def _pieces(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), PIECE):
        yield body[start : start + PIECE]


def _root(base_url: str) -> str:
    try:
        url = httpx.URL(base_url.strip())
    except httpx.InvalidURL as error:
        raise InvalidAddressError(f"The address {base_url!r} cannot be used: {error}") from error
    if url.scheme not in {"http", "https"} or not url.host or url.userinfo:
        raise InvalidAddressError("A base URL begins with http:// or https://, names a host, and holds no password.")
    return str(url.copy_with(query=None, fragment=None)).rstrip("/").removesuffix("/v1")


def with_options(client: Client, **changes: Any) -> Client:  # noqa: ANN401 - fields of Client
    """The same client with other settings (for instance `api_version` of one run); closing either closes both."""
    return replace(client, transport=client.transport, **changes)
