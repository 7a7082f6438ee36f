"""Retries: what is tried again, after which wait, and what everybody is told about it."""

import asyncio
from email.utils import formatdate

import pytest

from tests.upstream import Script, Upstream, answer_text
from workbench.claude import Attempt, Client, Moment, RetryPolicy, Timeouts, errors

from .conftest import BODY, MakeClient

ANSWER = answer_text(BODY)


async def test_it_tries_again_until_the_answer_begins(upstream: Upstream, client: Client, waits: list[float]) -> None:
    upstream.then(Script(status=529), Script(hang_up=True))
    stream = client.messages.stream(BODY)
    assert (await stream.final_message())["content"][0]["text"] == ANSWER
    assert waits == [0.5, 1.0]
    assert [(a.number, a.status, a.error_type, a.wait_s) for a in stream.attempts] == [
        (1, 529, "overloaded_error", 0.5),
        (2, None, "ServerHungUpError", 1.0),
        (3, 200, None, None),
    ]
    assert [a.request_id for a in stream.attempts] == ["req_1", None, "req_3"]


async def test_it_gives_up_with_the_last_error(upstream: Upstream, client: Client, waits: list[float]) -> None:
    upstream.default = Script(status=529, message="busy")
    with pytest.raises(errors.OverloadedError, match="busy"):
        await client.messages.create(BODY)
    assert waits == [0.5, 1.0]
    assert len(upstream.requests) == 3


async def test_backoff_grows_to_its_longest_and_is_shortened_at_random() -> None:
    assert [RetryPolicy(random=lambda: 0.0).backoff_s(n) for n in range(6)] == [0.5, 1, 2, 4, 8, 8]
    assert RetryPolicy(random=lambda: 1.0).backoff_s(0) == 0.375


@pytest.mark.reliability
@pytest.mark.parametrize(
    ("asked", "wait"),
    [("7", 7), ("1.5", 1.5), ("60", 60), ("0", 0.5), ("-3", 0.5), ("soon", 0.5), ("nan", 0.5), ("", 0.5)],
)
async def test_it_waits_what_is_sensible(
    upstream: Upstream, client: Client, waits: list[float], asked: str, wait: float
) -> None:
    upstream.then(Script(status=429, retry_after=asked))
    await client.messages.stream(BODY).final_message()
    assert waits == [wait]


@pytest.mark.reliability
@pytest.mark.parametrize(("ahead", "wait"), [(30, 30), (-30, 0.5)])
async def test_it_waits_until_a_date(
    upstream: Upstream, make_client: MakeClient, waits: list[float], ahead: int, wait: float
) -> None:
    async def note(seconds: float) -> None:
        waits.append(seconds)

    now = Moment(1_790_000_000.0, 0)
    client = make_client(retry=RetryPolicy(sleep=note, random=lambda: 0.0, now=lambda: now))
    upstream.then(Script(status=429, retry_after=formatdate(now.wall + ahead, usegmt=True)))
    await client.messages.stream(BODY).final_message()
    assert waits == [wait]


@pytest.mark.reliability
@pytest.mark.parametrize("asked", ["61", "86400", "1e300", "inf", formatdate(4_000_000_000, usegmt=True)])
async def test_a_wait_above_the_ceiling_fails_and_says_what_was_asked(
    upstream: Upstream, client: Client, waits: list[float], asked: str
) -> None:
    upstream.then(Script(status=429, retry_after=asked))
    with pytest.raises(errors.RateLimitError) as caught:
        await client.messages.stream(BODY).final_message()
    assert waits == []
    assert caught.value.retry_after_s is not None
    assert caught.value.retry_after_s > 60


@pytest.mark.reliability
@pytest.mark.parametrize(
    "code", ["enforced_spend_limit_reached", "contract_spend_limit_reached", "ramp_limit_exceeded"]
)
async def test_a_spend_limit_is_never_tried_again(
    upstream: Upstream, client: Client, waits: list[float], code: str
) -> None:
    upstream.default = Script(status=429, code=code, headers=(("x-should-retry", "true"),))
    with pytest.raises(errors.SpendLimitError) as caught:
        await client.messages.stream(BODY).final_message()
    assert (caught.value.code, caught.value.retryable, waits) == (code, False, [])


@pytest.mark.reliability
@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422])
async def test_a_mistake_is_never_tried_again(upstream: Upstream, client: Client, status: int) -> None:
    upstream.default = Script(status=status)
    with pytest.raises(errors.StatusError):
        await client.messages.stream(BODY).final_message()
    assert len(upstream.requests) == 1


@pytest.mark.parametrize(("status", "attempts"), [(500, 1), (501, 1), (502, 3), (503, 3), (504, 3), (529, 3)])
async def test_a_plain_500_of_a_foreign_server_is_not_tried_again(
    upstream: Upstream, client: Client, status: int, attempts: int
) -> None:
    upstream.default = Script(status=status)
    with pytest.raises(errors.ServerError):
        await client.messages.stream(BODY).final_message()
    assert len(upstream.requests) == attempts


async def test_an_empty_stream_is_tried_again(upstream: Upstream, client: Client) -> None:
    upstream.then(Script(events=()), Script(events=(b": nothing\n\n",)))
    assert (await client.messages.stream(BODY).final_message())["content"][0]["text"] == ANSWER


async def test_each_attempt_is_told_before_its_wait(upstream: Upstream, make_client: MakeClient) -> None:
    told: list[object] = []

    async def note(attempt: Attempt) -> None:
        told.append((attempt.number, attempt.wait_s, attempt.message))

    async def sleep(seconds: float) -> None:
        told.append(seconds)

    client = make_client(retry=RetryPolicy(sleep=sleep, random=lambda: 0.0))
    upstream.then(Script(status=429, retry_after="9", message="slow down"))
    stream = client.messages.stream(BODY, on_attempt=note)
    await stream.final_message()
    assert told == [(1, 9.0, "slow down"), 9.0, (2, None, None)]
    assert stream.attempts[0].ended.monotonic_ns >= stream.attempts[0].started.monotonic_ns


@pytest.mark.reliability
async def test_a_wait_can_be_cancelled(upstream: Upstream, make_client: MakeClient) -> None:
    waiting = asyncio.Event()
    client = make_client(retry=RetryPolicy(sleep=asyncio.sleep))
    upstream.default = Script(status=429, retry_after="50")
    stream = client.messages.stream(BODY, on_attempt=lambda _: waiting.set())
    task = asyncio.create_task(stream.final_message())
    await waiting.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [attempt.wait_s for attempt in stream.attempts] == [50.0]
    assert len(upstream.requests) == 1


async def test_a_wait_that_would_pass_the_deadline_is_not_begun(
    upstream: Upstream, make_client: MakeClient, waits: list[float]
) -> None:
    client = make_client(timeout=Timeouts(total=5))
    upstream.default = Script(status=429, retry_after="30")
    with pytest.raises(errors.RateLimitError):
        await client.messages.stream(BODY).final_message()
    assert waits == []
