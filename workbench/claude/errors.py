"""Everything that can go wrong between us and a Messages API server, as one tree. Never decides about retries.

ClaudeError
├── UnsendableError              the request cannot be written as JSON
│   └── BodyBrokenError          its body in pieces broke off, or has another length than was said
├── ConnectionFailedError        no connection, or none that held until an answer came
│   ├── InvalidAddressError      the base URL or proxy is not an address we can use
│   ├── LookupFailedError        the host name has no address (DNS)
│   ├── AddressRefusedError      our own rules forbid the address; resolvers raise this one themselves
│   ├── ConnectRefusedError      nothing listens there
│   ├── ConnectTimeoutError      no connection in time (waiting for a free one in the pool included)
│   ├── TLSFailedError           handshake or certificate
│   ├── ProxyFailedError         the proxy could not be reached, or refused
│   └── ServerHungUpError        connected, then closed before answering
├── TimeLimitError
│   ├── IdleTimeoutError         no byte for too long
│   └── DeadlineError            the whole call took too long
├── AnswerError                  an answer came, but not one we can use
│   ├── StreamInterruptedError   the stream ended without `message_stop`
│   ├── EventTooLargeError       one event, or one answer, above our cap
│   └── MalformedAnswerError     not JSON, not HTTP, or not the expected shape
└── StatusError                  the server said no: by status, or by `event: error` in a stream
    ├── RedirectError            3xx: never followed
    ├── BadRequestError          400, 412, 431 and other 4xx
    │   ├── RequestTooLargeError 413
    │   └── UnprocessableError   422
    ├── AuthenticationError      401
    ├── BillingError             402
    ├── PermissionDeniedError    403
    ├── NotFoundError            404
    ├── RequestTimeoutError      408
    ├── ConflictError            409
    ├── RateLimitError           429
    │   └── SpendLimitError      a spending cap is reached: waiting does not help
    └── ServerError              5xx
        ├── NotOfferedError      501
        ├── UnavailableError     503
        ├── GatewayTimeoutError  504
        └── OverloadedError      529
"""

from collections.abc import Mapping
from typing import Any

from .exchange import Exchange, Headers

EXCERPT = 4096  # characters of a body kept with an error


class ClaudeError(Exception):
    """Base of all. Every attribute is always there; what is unknown is None or empty.

    `status` is the HTTP status, or for an error inside a stream the status its type stands for (`http_status` then
    says 200). `type` and `code` are the provider's `error.type` and `error.details.error_code`. `retryable` says
    whether the same request could succeed later. `retry_after_s` is the wait the server asked for, in seconds.
    """

    retryable = False

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        type: str | None = None,  # noqa: A002 - the provider's own word for it
        code: str | None = None,
        details: Mapping[str, Any] | None = None,
        body: str = "",
        request_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.type = type
        self.code = code
        self.details = details
        self.body = body[:EXCERPT]
        self.request_id = request_id
        self.retry_after_s: float | None = None
        self.http_status: int | None = None
        self.headers: Headers = ()
        self.exchange: Exchange | None = None

    def about(self, exchange: Exchange) -> "ClaudeError":
        """The same error, knowing which request it belongs to."""
        self.exchange = exchange
        self.message, self.body = map(exchange.without_secrets, (self.message, self.body))
        self.args = (self.message,)
        self.headers = exchange.received_headers
        self.http_status = exchange.status
        self.status = self.status or exchange.status
        self.request_id = exchange.request_id or self.request_id
        return self


class UnsendableError(ClaudeError):
    """The request cannot be written as JSON, or holds characters that no JSON text may hold."""


class BodyBrokenError(UnsendableError):
    """A body in pieces could not be given to its end: its cause is what giving it raised, if it raised anything."""


class ConnectionFailedError(ClaudeError):
    """No connection to the server, or none that held until an answer came."""

    retryable = True


class InvalidAddressError(ConnectionFailedError):
    """The base URL, or the proxy's, is not an address that can be used."""

    retryable = False


class LookupFailedError(ConnectionFailedError):
    """The host name could not be resolved."""


class AddressRefusedError(ConnectionFailedError):
    """The address is forbidden by our own rules. Injected resolvers and address checks raise it with their words."""

    retryable = False


class ConnectRefusedError(ConnectionFailedError):
    """Nothing listens at the address."""


class ConnectTimeoutError(ConnectionFailedError):
    """No connection within the limit, waiting for a free one included."""


class TLSFailedError(ConnectionFailedError):
    """TLS handshake or certificate check failed; trying again changes neither."""

    retryable = False


class ProxyFailedError(ConnectionFailedError):
    """The proxy could not be reached or refused to connect."""


class ServerHungUpError(ConnectionFailedError):
    """The server closed the connection before it answered."""


class TimeLimitError(ClaudeError):
    """One of our own time limits ended the call."""


class IdleTimeoutError(TimeLimitError):
    """Not one byte came for the idle limit."""

    retryable = True


class DeadlineError(TimeLimitError):
    """The whole call, attempts and waits included, took longer than allowed."""


class AnswerError(ClaudeError):
    """An answer came that cannot be used, or not to its end."""


class StreamInterruptedError(AnswerError):
    """The stream ended without `message_stop`, cleanly or not: the answer is incomplete."""

    retryable = True


class EventTooLargeError(AnswerError):
    """One event or one whole answer is larger than our cap."""


class MalformedAnswerError(AnswerError):
    """What came is not HTTP, not JSON, or not of the expected shape."""


class StatusError(ClaudeError):
    """The server refused: by its status, or by an error event inside a stream."""


class RedirectError(StatusError):
    """The server points elsewhere. Never followed: the key belongs to the configured address only."""


class BadRequestError(StatusError):
    """The request is wrong (400), or another 4xx without a class of its own."""


class RequestTooLargeError(BadRequestError):
    """413: the request is above the server's size limit."""


class UnprocessableError(BadRequestError):
    """422: validation by servers that are not Anthropic's."""


class AuthenticationError(StatusError):
    """401: the key is missing, wrong or revoked."""


class BillingError(StatusError):
    """402: a matter of payment."""


class PermissionDeniedError(StatusError):
    """403: the key may not do this."""


class NotFoundError(StatusError):
    """404: no such model, file or address."""


class RequestTimeoutError(StatusError):
    """408: the server gave up waiting."""


class ConflictError(StatusError):
    """409."""


class RateLimitError(StatusError):
    """429: too many requests or tokens."""


class SpendLimitError(RateLimitError):
    """A spending cap of the month is reached: retrying is pointless."""


class ServerError(StatusError):
    """500 and other 5xx."""


class NotOfferedError(ServerError):
    """501: the server does not offer this."""


class UnavailableError(ServerError):
    """503."""


class GatewayTimeoutError(ServerError):
    """504."""


class OverloadedError(ServerError):
    """529: the provider is overloaded."""
