"""Servers that take their time: the idle limit and the deadline end the call, and the pool stays healthy."""

import asyncio

import pytest

from tests.upstream import Script, Upstream, answer_text, until
from workbench.claude import Client, RetryPolicy, Timeouts, errors

from .conftest import BODY, MakeClient


async def ends_with(client: Client, upstream: Upstream, family: type[errors.ClaudeError]) -> errors.ClaudeError:
    """The error of a streamed call; afterwards the server has seen the close, and another call goes well."""
    with pytest.raises(errors.ClaudeError) as caught:
        await client.messages.stream(BODY).final_message()
    assert type(caught.value) is family
    await until(lambda: upstream.requests[-1].client_closed_at is not None)
    upstream.default = Script()
    assert (await client.messages.create(BODY)).data["content"][0]["text"] == answer_text(BODY)
    return caught.value


@pytest.mark.reliability
async def test_a_server_that_never_answers_meets_the_idle_limit(upstream: Upstream, make_client: MakeClient) -> None:
    client = make_client(timeout=Timeouts(idle=0.1))
    upstream.default = Script(never_answer=True)
    error = await ends_with(client, upstream, errors.IdleTimeoutError)
    assert error.message == "The server sent nothing for 0.1 s."
    assert len(upstream.requests) == 4, "three attempts, then the one that went well"


@pytest.mark.reliability
async def test_a_stall_in_the_middle_meets_the_idle_limit_and_is_not_tried_again(
    upstream: Upstream, make_client: MakeClient
) -> None:
    client = make_client(timeout=Timeouts(idle=0.1))
    upstream.default = Script(stall_after=2)
    await ends_with(client, upstream, errors.IdleTimeoutError)
    assert len(upstream.requests) == 2


@pytest.mark.reliability
async def test_single_bytes_for_ever_meet_the_deadline(upstream: Upstream, make_client: MakeClient) -> None:
    client = make_client(timeout=Timeouts(idle=5, total=0.3))
    upstream.default = Script(trickle_ms=20)
    error = await ends_with(client, upstream, errors.DeadlineError)
    assert not error.retryable
    assert len(upstream.requests) == 2


@pytest.mark.reliability
async def test_the_deadline_counts_all_attempts(upstream: Upstream, make_client: MakeClient) -> None:
    quick = RetryPolicy(max_retries=9, first_delay_s=0.001, longest_delay_s=0.001)
    client = make_client(timeout=Timeouts(idle=0.2, total=0.3), retry=quick)
    upstream.default = Script(never_answer=True)
    await ends_with(client, upstream, errors.DeadlineError)
    assert len(upstream.requests) == 3, "two attempts, then the one that went well"


async def test_pings_keep_a_quiet_stream_alive(upstream: Upstream, make_client: MakeClient) -> None:
    client = make_client(timeout=Timeouts(idle=0.3))
    upstream.default = Script(n=10, delay_ms=60)
    message = await client.messages.stream(BODY).final_message()
    assert message["content"][0]["text"] == answer_text(BODY, 10)


async def test_a_whole_answer_has_a_limit_of_its_own(upstream: Upstream, make_client: MakeClient) -> None:
    client = make_client(timeout=Timeouts(idle=0.05, answer=5))
    upstream.default = Script(first_ms=150)
    assert (await client.messages.create(BODY)).data["content"]


async def test_a_reader_that_takes_its_time_is_no_idle_server(upstream: Upstream, make_client: MakeClient) -> None:
    client = make_client(timeout=Timeouts(idle=0.05))
    upstream.default = Script(framing="bytes", n=2)
    async with client.messages.stream(BODY) as stream:
        async for events in stream.reads():
            assert events
            await asyncio.sleep(0.02)
    assert stream.complete


async def test_a_deadline_that_passes_while_the_reader_is_busy_ends_the_next_wait(
    upstream: Upstream, make_client: MakeClient
) -> None:
    client = make_client(timeout=Timeouts(idle=5, total=0.1))
    upstream.default = Script(stall_after=1)
    async with client.messages.stream(BODY) as stream:
        reads = stream.reads()
        await anext(reads)
        await asyncio.sleep(0.15)
        with pytest.raises(errors.DeadlineError):
            async for _ in reads:
                pass
