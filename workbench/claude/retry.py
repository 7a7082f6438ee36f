"""When a failed request is sent again, and after how long. Never sends anything itself.

The official SDK's rules (2.12), with our own ceiling on waits that a server asks for: a person is waiting too.
"""

import asyncio
import email.utils
import inspect
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import NoReturn

from .errors import ClaudeError, SpendLimitError, StatusError
from .exchange import Exchange, Headers, Moment, header

GATEWAY_FAULTS = frozenset({502, 503, 504, 529})


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request of a call, as it ended. `wait_s`: seconds until the next; None when there is none."""

    number: int
    started: Moment
    ended: Moment
    status: int | None
    error_type: str | None
    message: str | None
    request_id: str | None
    wait_s: float | None


type OnAttempt = Callable[[Attempt], Awaitable[None] | None]


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how patiently. Times in seconds.

    `max_wait_s` is our ceiling: a server that asks for more is not waited for, the call fails and its error says
    how long was asked. `retry_any_5xx=None` decides by host: only Anthropic's 500 and 501 are worth a retry.
    """

    max_retries: int = 2
    max_wait_s: float = 60.0
    first_delay_s: float = 0.5
    longest_delay_s: float = 8.0
    retry_any_5xx: bool | None = None
    random: Callable[[], float] = field(default=random.random, repr=False)
    now: Callable[[], Moment] = field(default=Moment.now, repr=False)
    sleep: Callable[[float], Awaitable[None]] = field(default=asyncio.sleep, repr=False)

    def backoff_s(self, retries: int) -> float:
        """Wait before retry number `retries` (from 0): doubling, capped, less up to a quarter at random."""
        return min(self.first_delay_s * 2.0 ** min(retries, 30), self.longest_delay_s) * (1 - 0.25 * self.random())

    def should_retry(self, error: ClaudeError, *, anthropic: bool) -> bool:
        """Whether the same request may be sent again after this error."""
        if isinstance(error, SpendLimitError) or not isinstance(error, StatusError):
            return error.retryable
        told = header(error.headers, "x-should-retry")
        if told in {"true", "false"}:
            return told == "true"
        status = error.status or 0
        any_5xx = anthropic if self.retry_any_5xx is None else self.retry_any_5xx
        return status in {408, 409, 429} or (status >= 500 if any_5xx else status in GATEWAY_FAULTS)


def asked_wait_s(headers: Headers, now: float) -> float | None:
    """Seconds the server asks us to wait; `now` in seconds since the epoch. None if it asks nothing sensible.

    `retry-after-ms` before `retry-after`, which may be a number of seconds or an HTTP date. Zero, the past and
    garbage count as nothing.
    """
    milliseconds = _number(header(headers, "retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000 if milliseconds > 0 else None
    after = header(headers, "retry-after")
    seconds = _number(after)
    if seconds is None and after and (date := email.utils.parsedate_tz(after)):
        try:
            seconds = email.utils.mktime_tz(date) - now
        except (ValueError, OverflowError):
            return None
    return seconds if seconds is not None and seconds > 0 else None


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


class Retrier:
    """The attempts of one call: begin each, then tell how it ended."""

    def __init__(
        self, policy: RetryPolicy, *, anthropic: bool, deadline: float | None, on_attempt: OnAttempt | None
    ) -> None:
        self._policy = policy
        self._anthropic = anthropic
        self._deadline = deadline  # in the event loop's time
        self._on_attempt = on_attempt
        self._started = policy.now()
        self.attempts: list[Attempt] = []

    def begin(self) -> None:
        """An attempt starts now."""
        self._started = self._policy.now()

    async def succeeded(self, exchange: Exchange) -> None:
        """The attempt brought a whole answer."""
        await self._report(exchange, None, None)

    async def failed(self, error: ClaudeError, exchange: Exchange, *, may_retry: bool) -> None:
        """Waits, then returns, if the request is to be sent again; raises the error if not."""
        retries = len(self.attempts)
        asked = asked_wait_s(exchange.received_headers, self._policy.now().wall)
        error.retry_after_s = asked
        error.retryable = self._policy.should_retry(error, anthropic=self._anthropic)
        patient = asked is None or asked <= self._policy.max_wait_s
        if not (may_retry and error.retryable and patient and retries < self._policy.max_retries):
            await self._give_up(error, exchange)
        wait = asked if asked is not None else self._policy.backoff_s(retries)
        if self._deadline is not None and asyncio.get_running_loop().time() + wait >= self._deadline:
            await self._give_up(error, exchange)
        await self._report(exchange, error, wait)
        await self._policy.sleep(wait)

    async def _give_up(self, error: ClaudeError, exchange: Exchange) -> NoReturn:
        await self._report(exchange, error, None)
        raise error

    async def _report(self, exchange: Exchange, error: ClaudeError | None, wait: float | None) -> None:
        attempt = Attempt(
            number=len(self.attempts) + 1,
            started=self._started,
            ended=self._policy.now(),
            status=exchange.status,
            error_type=(error.type or type(error).__name__) if error else None,
            message=error.message if error else None,
            request_id=exchange.request_id or (error.request_id if error else None),
            wait_s=wait,
        )
        self.attempts.append(attempt)
        if self._on_attempt and inspect.isawaitable(pending := self._on_attempt(attempt)):
            await pending
