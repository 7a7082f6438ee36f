"""The scripted server itself: directives, its log, as a thread and as a process."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator

import pytest

from tests.upstream import Script, Upstream, answer_text
from tests.upstream_script import Script as Plain
from workbench.claude import Client, errors

from .conftest import BODY


def asking(directive: str, content: object = None) -> dict[str, object]:
    return {**BODY, "messages": [{"role": "user", "content": content or f"please [[{directive}]] now"}]}


def post(url: str, body: object) -> str:
    request = urllib.request.Request(f"{url}/v1/messages", json.dumps(body).encode())  # noqa: S310 - our own server
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        text: str = answer.read().decode()
    return text


def test_a_directive_is_a_script() -> None:
    assert Plain.of("n=20 delay_ms=2.5 json=1 error_after_stop=0 message=slow_down unknown=1 junk") == Script(
        n=20, delay_ms=2.5, json=True, message="slow down"
    )


async def test_the_last_user_message_directs(upstream: Upstream, client: Client) -> None:
    body = asking("", [{"type": "text", "text": "[[n=2]]"}, {"type": "text", "text": "[[n=3]]"}])
    message = await client.messages.stream(body).final_message()
    assert message["content"][0]["text"] == answer_text(body, 3) == upstream.requests[0].answer
    assert message["usage"]["output_tokens"] == 3


async def test_a_failure_can_pass(upstream: Upstream, client: Client) -> None:
    body = asking("status=529 fail_times=2 n=1")
    stream = client.messages.stream(body)
    assert (await stream.final_message())["content"][0]["text"] == answer_text(body, 1)
    assert [attempt.status for attempt in stream.attempts] == [529, 529, 200]


async def test_a_text_of_ones_own_is_cut_into_deltas(client: Client, upstream: Upstream) -> None:
    upstream.then(Script(text="a **bold** word 世界", n=4))
    assert (await client.messages.stream(BODY).final_message())["content"][0]["text"] == "a **bold** word 世界"


def test_it_runs_in_a_thread() -> None:
    with Upstream.in_thread() as upstream:
        upstream.then(Script(n=1))
        assert json.dumps(answer_text(BODY, 1), ensure_ascii=False) in post(upstream.url, BODY | {"stream": True})
        assert upstream.calls()[0].json["model"] == "test-model"


@pytest.fixture
def standalone() -> Iterator[str]:
    process = subprocess.Popen([sys.executable, "-m", "tests.upstream"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().split()[-1]
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


def test_it_runs_as_a_process_and_shows_its_log(standalone: str) -> None:
    body = asking("n=2") | {"stream": True}
    assert "message_stop" in post(standalone, body)
    with urllib.request.urlopen(f"{standalone}/_log", timeout=10) as answer:  # noqa: S310
        log = json.loads(answer.read())
    assert log["open_streams"] == 0
    assert [(seen["method"], seen["path"], seen["answer"]) for seen in log["requests"]] == [
        ("POST", "/v1/messages", answer_text(body, 2))
    ]


async def test_bodies_that_are_no_request_are_refused(client: Client) -> None:
    with pytest.raises(errors.BadRequestError, match="not a JSON object"):
        await client.messages.create(b"[")
