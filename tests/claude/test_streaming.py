"""A streamed message from a real server: what is given out, what is kept, and how it may end."""

import tracemalloc

import pytest

from tests.upstream import Script, Upstream, answer_text, delta
from workbench.claude import Client, Event, MessageStream, Ping, TextDelta, UnknownDelta, UnknownEvent, errors

from .conftest import BODY
from .sdk_events import STOP, TEXT, begin, closing, end, more, scene

ANSWER = answer_text(BODY)


async def read(stream: MessageStream) -> tuple[list[Event], errors.ClaudeError | None]:
    """Everything that was given out, and the error that ended it."""
    events: list[Event] = []
    async with stream:
        try:
            async for some in stream.reads():
                assert some
                events += some
        except errors.ClaudeError as error:
            return events, error
    return events, None


def text_of(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


async def test_it_streams_a_message(upstream: Upstream, client: Client) -> None:
    events, error = await read(stream := client.messages.stream(BODY))
    assert error is None
    assert text_of(events) == ANSWER
    assert stream.complete
    assert stream.message["content"] == [{"type": "text", "text": ANSWER}]
    assert stream.message["usage"]["output_tokens"] == 5
    assert upstream.open_streams == 0


async def test_iterating_gives_the_events_one_by_one(client: Client) -> None:
    async with client.messages.stream(BODY) as stream:
        assert text_of([event async for event in stream]) == ANSWER


async def test_a_stream_is_read_once(client: Client) -> None:
    async with client.messages.stream(BODY) as stream:
        await stream.final_message()
        with pytest.raises(RuntimeError):
            stream.reads()


async def test_bytes_are_sent_exactly_as_given(upstream: Upstream, client: Client) -> None:
    body = b'{ "stream":true,"model": "m",\n "messages":[{"role":"user","content":"x"}] , "max_tokens":1 }'
    await client.messages.stream(body).final_message()
    assert upstream.requests[0].body == body


@pytest.mark.filterwarnings("error::ResourceWarning")  # aiohttp's, for a body that would hold up the event loop
async def test_a_body_of_several_mebibytes_arrives_whole(upstream: Upstream, client: Client) -> None:
    body = {**BODY, "messages": [{"role": "user", "content": "ab世" * 1_000_000}]}
    await client.messages.stream(body).final_message()
    assert upstream.requests[0].json == {**body, "stream": True}
    assert upstream.requests[0].header("transfer-encoding") is None


async def test_the_raw_bytes_of_the_answer_can_be_kept(upstream: Upstream, client: Client) -> None:
    reads: list[bytes] = []
    upstream.then(*scene(begin(), delta("a"), end()))
    await client.messages.stream(BODY, on_bytes=reads.append).final_message()
    whole = b"".join(reads)
    assert whole.startswith(b"event: message_start\ndata: {")
    assert whole.endswith(b'event: message_stop\ndata: {"type":"message_stop"}\n\n')


@pytest.mark.reliability
@pytest.mark.parametrize("framing", ["lf", "crlf", "cr", "bytes", "comments", "no_names", "gzip"])
async def test_it_reads_every_framing_alike(upstream: Upstream, client: Client, framing: str) -> None:
    upstream.then(Script(framing=framing))
    assert (await client.messages.stream(BODY).final_message())["content"][0]["text"] == ANSWER


@pytest.mark.reliability
async def test_unknown_parts_are_kept_raw_and_change_no_text(upstream: Upstream, client: Client) -> None:
    upstream.then(
        *scene(
            {"type": "weather", "sky": "blue"},
            begin(),
            delta("a"),
            more("smell_delta", smell="rose"),
            b"data: [DONE]\n\n",
            b"event: list\ndata: [1]\n\n",
            delta("b"),
            end(),
            begin(1, type="hologram", depth=3),
            end(1),
        )
    )
    events, error = await read(stream := client.messages.stream(BODY))
    assert error is None
    assert stream.message["content"] == [{"type": "text", "text": "ab"}, {"type": "hologram", "depth": 3}]
    assert UnknownEvent("weather", {"type": "weather", "sky": "blue"}) in events
    assert UnknownDelta(0, {"type": "smell_delta", "smell": "rose"}) in events
    assert any(isinstance(event, Ping) for event in events)
    assert stream.accumulator.unknown == [
        {"type": "weather", "sky": "blue"},
        {"type": "smell_delta", "smell": "rose"},
        [1],
    ]


@pytest.mark.reliability
async def test_a_connection_closed_in_the_middle_is_an_interruption(upstream: Upstream, client: Client) -> None:
    upstream.default = Script(n=20, cut_after=10)
    events, error = await read(stream := client.messages.stream(BODY))
    assert isinstance(error, errors.StreamInterruptedError)
    assert error.request_id == "req_1"
    assert text_of(events) == answer_text(BODY, 10) == stream.message["content"][0]["text"]
    assert not stream.complete
    assert len(upstream.requests) == 1, "never retried once something was shown"


@pytest.mark.reliability
@pytest.mark.parametrize(
    "events",
    [
        (*TEXT, closing()),
        (*TEXT, closing(), b'event: message_stop\ndata: {"type":"message_stop"}\n'),
    ],
    ids=["no message_stop", "message_stop without its blank line"],
)
async def test_a_proper_end_without_message_stop_is_an_interruption(
    upstream: Upstream, client: Client, events: tuple[bytes, ...]
) -> None:
    upstream.then(*scene(*events, stop=False))
    given, error = await read(client.messages.stream(BODY))
    assert isinstance(error, errors.StreamInterruptedError)
    assert text_of(given) == "Hello 世界 😀\u2028\x85 end"


@pytest.mark.reliability
@pytest.mark.parametrize(
    ("script", "family", "status", "text"),
    [
        (Script(error_after=2), errors.OverloadedError, 529, answer_text(BODY, 2)),
        (Script(error_after=2, type="rate_limit_error"), errors.RateLimitError, 429, answer_text(BODY, 2)),
        (Script(error_after=0, type="invalid_request_error"), errors.BadRequestError, 400, ""),
        (Script(error_after=0, type="never_heard_of"), errors.ServerError, 500, ""),
        (Script(error_after_stop=True), errors.OverloadedError, 529, ANSWER),
    ],
)
async def test_an_error_event_raises_the_family_of_its_type(
    upstream: Upstream, client: Client, script: Script, family: type[errors.ClaudeError], status: int, text: str
) -> None:
    upstream.then(script)
    events, error = await read(stream := client.messages.stream(BODY))
    assert type(error) is family
    assert (error.status, error.http_status, error.request_id) == (status, 200, "req_1")
    assert text_of(events) == text
    assert not stream.complete
    assert len(upstream.requests) == 1


async def test_a_server_that_keeps_the_connection_after_message_stop_does_not_hold_us(
    upstream: Upstream, client: Client
) -> None:
    upstream.then(Script(linger=True))
    message = await client.messages.stream(BODY).final_message()
    assert message["content"][0]["text"] == ANSWER
    assert upstream.requests[0].ended_at is None


async def test_a_json_message_that_answers_a_stream_request_is_understood(upstream: Upstream, client: Client) -> None:
    upstream.then(Script(json=True))
    events, error = await read(stream := client.messages.stream(BODY))
    assert error is None
    assert stream.complete
    assert stream.message["content"] == [{"type": "text", "text": ANSWER}]
    assert stream.message["stop_reason"] == "end_turn"
    assert events


async def test_json_without_a_content_type_of_its_own_is_understood(upstream: Upstream, client: Client) -> None:
    upstream.then(Script(body=b' {"content": "plain"}', content_type="text/plain"))
    assert (await client.messages.stream(BODY).final_message())["content"] == [{"type": "text", "text": "plain"}]


@pytest.mark.parametrize(
    ("body", "family"),
    [
        (b'{"type":"error","error":{"type":"overloaded_error","message":"o"}}', errors.OverloadedError),
        (b'{"error":"no"}', errors.ServerError),
        (b"[1]", errors.MalformedAnswerError),
        (b"{oops", errors.MalformedAnswerError),
        (b"[" * 100_000, errors.MalformedAnswerError),
    ],
)
async def test_a_useless_json_body_is_a_clean_error(
    upstream: Upstream, client: Client, body: bytes, family: type[errors.ClaudeError]
) -> None:
    upstream.then(*[Script(body=body, content_type="application/json")] * 3)
    assert type((await read(client.messages.stream(BODY)))[1]) is family


async def test_a_web_page_that_answers_a_stream_request_is_a_clean_error(upstream: Upstream, client: Client) -> None:
    upstream.then(Script(body=b"<html>hello</html>", content_type="text/html"))
    error = (await read(client.messages.stream(BODY)))[1]
    assert isinstance(error, errors.MalformedAnswerError)
    assert "hello" in error.body


@pytest.mark.reliability
@pytest.mark.parametrize(
    ("sent", "text"),
    [
        (rb'"a\u0000b"', "a\x00b"),
        (rb'"a\ud800b"', "a\ufffdb"),
        (rb'"\ud83d\ude00"', "😀"),
        (b'"a\xffb"', "a\ufffdb"),
        (b'"a\x00b"', "a\x00b"),
    ],
    ids=["NUL", "lone surrogate", "pair", "broken UTF-8", "raw NUL"],
)
async def test_strange_characters_are_kept_or_replaced_but_can_always_be_stored(
    upstream: Upstream, client: Client, sent: bytes, text: str
) -> None:
    part = b'event: content_block_delta\ndata: {"index":0,"delta":{"type":"text_delta","text":' + sent + b"}}\n\n"
    upstream.then(*scene(begin(), part, end()))
    message = await client.messages.stream(BODY).final_message()
    assert message["content"][0]["text"] == text
    text.encode()


@pytest.mark.reliability
@pytest.mark.parametrize("bad", [b"{oops", b'{"a":', b"[" * 5000, b'{"type": }'])
async def test_malformed_json_fails_after_what_came_before_it(upstream: Upstream, client: Client, bad: bytes) -> None:
    upstream.then(*scene(begin(), delta("kept"), b"event: content_block_delta\ndata: " + bad + b"\n\n"))
    events, error = await read(stream := client.messages.stream(BODY))
    assert isinstance(error, errors.MalformedAnswerError)
    assert text_of(events) == "kept" == stream.message["content"][0]["text"]


@pytest.mark.parametrize(
    "data",
    [
        b"{}",
        b'{"index":"x","delta":5}',
        b'{"index":null,"delta":{"type":["text_delta"]}}',
        b'{"delta":{"type":"text_delta","text":7}}',
        b'{"index":3,"delta":{"type":"input_json_delta","partial_json":"{"}}',
    ],
)
@pytest.mark.parametrize("name", [b"content_block_delta", b"content_block_start", b"message_delta", b"message_start"])
async def test_events_of_the_wrong_shape_never_crash(
    upstream: Upstream, client: Client, name: bytes, data: bytes
) -> None:
    upstream.then(*scene(begin(), delta("a"), b"event: " + name + b"\ndata: " + data + b"\n\n", end()))
    stream = client.messages.stream(BODY)
    await stream.final_message()
    assert stream.complete
    assert stream.message["content"][0]["text"] == "a"


@pytest.mark.reliability
async def test_an_event_of_64_mib_is_ended_at_one_and_costs_little_memory(upstream: Upstream, client: Client) -> None:
    upstream.then(Script(huge_bytes=64 * 1024 * 1024))
    tracemalloc.start()
    try:
        _, error = await read(client.messages.stream(BODY))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert isinstance(error, errors.EventTooLargeError)
    assert peak < 20 * 1024 * 1024
    assert (await client.messages.stream(BODY).final_message())["content"][0]["text"] == ANSWER


async def test_a_message_without_a_start_is_still_a_message(upstream: Upstream, client: Client) -> None:
    upstream.then(Script(events=(delta("a"), delta("b"), STOP)))
    stream = client.messages.stream(BODY)
    message = await stream.final_message()
    assert stream.complete
    assert message["content"] == [{"type": "text", "text": "ab"}]
    assert message["role"] == "assistant"
