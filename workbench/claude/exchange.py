"""What was sent and what came back in one HTTP request, with times: for the pages that show a run exactly.

Never decides anything; it is filled in by the client and read by callers.
"""

import time
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field

type Headers = tuple[tuple[str, str], ...]

SECRET_HEADERS = frozenset({"x-api-key", "authorization", "proxy-authorization", "cookie", "set-cookie"})
# What is shorter could be a word of the server's own.
SHORTEST_SECRET = 8


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant on both clocks: `wall` in seconds since the epoch, `monotonic_ns` for differences."""

    wall: float
    monotonic_ns: int

    @classmethod
    def now(cls) -> "Moment":
        return cls(time.time(), time.monotonic_ns())

    def ms_since(self, earlier: "Moment") -> float:
        """Milliseconds from `earlier` to this moment, unaffected by changes of the wall clock."""
        return (self.monotonic_ns - earlier.monotonic_ns) / 1e6


@dataclass(slots=True)
class Exchange:
    """One HTTP request and its answer. Fields of what has not happened yet are None or empty.

    `sent_headers` holds the API key: show `masked(exchange.sent_headers)`, never the field itself.
    """

    method: str
    url: str
    sent_headers: Headers = field(default=(), repr=False)
    sent_at: Moment | None = None
    status: int | None = None
    received_headers: Headers = ()
    headers_at: Moment | None = None
    first_event_at: Moment | None = None
    ended_at: Moment | None = None

    def without_secrets(self, text: str) -> str:
        """Text that came from the server, without the key that it was sent: some servers repeat it in their errors."""
        for name, value in self.sent_headers:
            secret = value.rpartition(" ")[2]
            if name.lower() in SECRET_HEADERS and len(secret) >= SHORTEST_SECRET:
                text = text.replace(secret, mask(secret))
        return text

    @property
    def request_id(self) -> str | None:
        """The provider's `request-id` header, if it sent one."""
        return header(self.received_headers, "request-id")

    @property
    def organization_id(self) -> str | None:
        """The organization of the key, a response header of the Messages API."""
        return header(self.received_headers, "anthropic-organization-id")


# The transport's trace hooks find the exchange of their own request here: httpx hands nothing of ours through.
current_exchange: ContextVar[Exchange | None] = ContextVar("current_exchange", default=None)


def header(headers: Headers, name: str) -> str | None:
    """The first value of a header, by its lower-case name."""
    for key, value in headers:
        if key.lower() == name:
            return value
    return None


def masked(headers: Iterable[tuple[str, str]]) -> Headers:
    """The same headers with every secret reduced to `…` and its last four characters (long secrets only)."""
    return tuple((name, mask(value) if name.lower() in SECRET_HEADERS else value) for name, value in headers)


def mask(secret: str) -> str:
    """`…last4` of a secret; a scheme such as `Bearer` stays readable, short secrets vanish whole."""
    scheme, space, rest = secret.rpartition(" ")
    return f"{scheme}{space}…{rest[-4:] if len(rest) >= 12 else ''}"
