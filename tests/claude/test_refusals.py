"""Refusals: the family, words and fields of an error, whatever envelope the server uses."""

import pytest

from tests.upstream import Script, Upstream
from workbench.claude import Client, errors

from .conftest import BODY, KEY, MakeClient


async def refused(upstream: Upstream, client: Client, script: Script) -> errors.ClaudeError:
    upstream.default = script
    with pytest.raises(errors.ClaudeError) as caught:
        await client.messages.stream(BODY).final_message()
    return caught.value


@pytest.mark.parametrize(
    ("envelope", "words"),
    [
        ("anthropic", "too <b>hot</b>"),
        ("nested", "too <b>hot</b>"),
        ("text", "too <b>hot</b>"),
        ("detail", "body.messages: too <b>hot</b>"),
        ("message", "too <b>hot</b>"),
        ("html", "The server answered 400 with a web page instead of an API error."),
        ("empty", "The server answered 400 without saying why."),
    ],
)
async def test_every_envelope_is_read(upstream: Upstream, client: Client, envelope: str, words: str) -> None:
    error = await refused(upstream, client, Script(status=400, envelope=envelope, message="too <b>hot</b>"))
    assert isinstance(error, errors.BadRequestError)
    assert (error.message, error.status, error.request_id) == (words, 400, "req_1")
    assert not error.retryable
    assert ("request-id", "req_1") in error.headers
    assert envelope == "empty" or "hot" in error.body


@pytest.mark.parametrize(
    "body", [b"[]", b"null", b'{"error":[1]}', b'{"error":{"message":{"a":1}}}', b'"why"', b"\xff"]
)
async def test_no_envelope_can_break_the_reader(upstream: Upstream, client: Client, body: bytes) -> None:
    error = await refused(upstream, client, Script(status=418, body=body))
    assert type(error) is errors.BadRequestError
    assert error.message


async def test_plain_text_is_shown_as_it_is(upstream: Upstream, client: Client) -> None:
    error = await refused(upstream, client, Script(status=404, body=b"File Not Found", content_type="text/plain"))
    assert error.message == "The server answered 404: File Not Found"


async def test_the_error_code_is_kept(upstream: Upstream, client: Client) -> None:
    error = await refused(upstream, client, Script(status=413, code="request_body_too_large_after_decoding"))
    assert type(error) is errors.RequestTooLargeError
    assert (error.type, error.code) == ("request_too_large", "request_body_too_large_after_decoding")


async def test_a_body_without_end_is_cut_not_gathered(upstream: Upstream, client: Client) -> None:
    error = await refused(upstream, client, Script(status=400, body=b"x" * 8_000_000, content_type="text/plain"))
    assert len(error.body) == errors.EXCERPT


@pytest.mark.security
async def test_a_redirect_is_refused_and_the_key_goes_nowhere(upstream: Upstream, client: Client) -> None:
    async with Upstream() as elsewhere:
        error = await refused(upstream, client, Script(redirect=f"{elsewhere.url}/v1/messages"))
        assert isinstance(error, errors.RedirectError)
        assert elsewhere.url in error.message
        assert elsewhere.connections == 0
    assert len(upstream.requests) == 1


@pytest.mark.security
async def test_no_error_shows_the_key(upstream: Upstream, make_client: MakeClient) -> None:
    client = make_client()
    error = await refused(upstream, client, Script(status=401))
    assert KEY not in f"{error!r} {error} {error.__dict__} {client!r}"


async def test_a_request_that_is_not_json_is_never_sent(upstream: Upstream, client: Client) -> None:
    with pytest.raises(errors.UnsendableError):
        client.messages.stream({**BODY, "system": "a\ud800"})
    assert upstream.requests == []


async def test_a_whole_answer_that_cannot_be_unpacked_is_a_clean_error(upstream: Upstream, client: Client) -> None:
    upstream.then(Script(body=b"not gzip", headers=(("content-encoding", "gzip"),)))
    with pytest.raises(errors.MalformedAnswerError):
        await client.messages.create(BODY)


async def test_a_whole_answer_that_is_cut_is_tried_again(
    upstream: Upstream, client: Client, waits: list[float]
) -> None:
    upstream.then(Script(body=b'{"content": [', headers=(("content-length", "999"),), close=True))
    assert (await client.messages.create(BODY)).data["content"]
    assert waits == [0.5]


@pytest.mark.security
async def test_a_key_that_the_server_repeats_is_masked(upstream: Upstream, client: Client) -> None:
    echo = Script(status=400, message=f"x-api-key {KEY} is wrong", headers=(("x-echo", f"Bearer {KEY}"),))
    upstream.then(echo)
    with pytest.raises(errors.BadRequestError) as raised:
        await client.messages.create(BODY)
    error = raised.value
    assert error.message == "x-api-key …last is wrong"
    assert KEY not in f"{error} {error.body} {error.headers} {error.args}"
