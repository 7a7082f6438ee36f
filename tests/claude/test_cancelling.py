"""Stopping: the server sees the close at once, and the pool answers after thousands of cancelled requests."""

import asyncio

import pytest

from tests.upstream import Script, Upstream, answer_text, until
from workbench.claude import Client, Limits, TextDelta, errors

from .conftest import BODY, MakeClient

ROUNDS = 2500


async def closed_within_a_second(upstream: Upstream) -> None:
    await until(lambda: not upstream.open_streams and upstream.requests[-1].client_closed_at is not None, 1)


async def first_delta(client: Client, came: asyncio.Event) -> None:
    async with client.messages.stream(BODY) as stream:
        async for event in stream:
            if isinstance(event, TextDelta):
                came.set()


@pytest.mark.reliability
async def test_cancelling_the_reader_closes_the_connection(upstream: Upstream, client: Client) -> None:
    upstream.default = Script(stall_after=1)
    came = asyncio.Event()
    task = asyncio.create_task(first_delta(client, came))
    await came.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await closed_within_a_second(upstream)


@pytest.mark.reliability
async def test_leaving_the_stream_closes_the_connection_and_keeps_what_came(upstream: Upstream, client: Client) -> None:
    upstream.default = Script(stall_after=2)
    async with client.messages.stream(BODY) as stream:
        async for event in stream:
            if isinstance(event, TextDelta) and event.text == answer_text(BODY, 2).split(" ")[1] + " ":
                break
    await closed_within_a_second(upstream)
    assert stream.message["content"] == [{"type": "text", "text": answer_text(BODY, 2)}]
    assert not stream.complete


@pytest.mark.reliability
async def test_closing_from_outside_ends_the_reader(upstream: Upstream, client: Client) -> None:
    upstream.default = Script(stall_after=1)
    stream = client.messages.stream(BODY)
    task = asyncio.create_task(stream.final_message())
    await until(lambda: stream.exchange.first_event_at is not None)
    await stream.aclose()
    with pytest.raises(errors.StreamInterruptedError):
        await task
    await closed_within_a_second(upstream)
    assert len(upstream.requests) == 1


@pytest.mark.reliability
async def test_thousands_of_cancelled_requests_never_harm_the_pool(upstream: Upstream, make_client: MakeClient) -> None:
    client = make_client(limits=Limits(connections=10))
    upstream.default = Script(n=50, delay_ms=1)
    for start in range(0, ROUNDS, 50):
        tasks = [asyncio.create_task(client.messages.stream(BODY).final_message()) for _ in range(50)]
        # From none to many turns of the loop: before, while and after connecting, and while streaming.
        for turn in range((start // 50) % 40):
            await asyncio.sleep(0 if turn < 20 else 0.0005)
        for task in tasks:
            task.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(end, asyncio.CancelledError) for end in ends)
    assert upstream.peak_streams, "some were streaming"
    assert len(upstream.requests) < ROUNDS, "some were not even connected"
    upstream.default = Script()
    async with asyncio.timeout(20):
        answers = await asyncio.gather(*(client.messages.stream(BODY).final_message() for _ in range(30)))
    assert {message["content"][0]["text"] for message in answers} == {answer_text(BODY)}
    await until(lambda: upstream.open_streams == 0)


@pytest.mark.reliability
async def test_requests_cancelled_while_waiting_for_a_connection_free_their_place(
    upstream: Upstream, make_client: MakeClient
) -> None:
    client = make_client(limits=Limits(connections=1))
    upstream.then(Script(stall_after=1))
    came = asyncio.Event()
    holder = asyncio.create_task(first_delta(client, came))
    await came.wait()
    waiting = [asyncio.create_task(client.messages.create(BODY)) for _ in range(200)]
    await asyncio.sleep(0.01)
    for task in [*waiting, holder]:
        task.cancel()
    await asyncio.gather(*waiting, holder, return_exceptions=True)
    async with asyncio.timeout(5):
        assert (await client.messages.create(BODY)).data["content"]
