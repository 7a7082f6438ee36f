"""llama.cpp's server as any other server: named by the environment, its models listed, an answer streamed."""

from __future__ import annotations

import json

import pytest

from tests.conftest import MakeServer


@pytest.mark.reliability
async def test_a_prompt_is_answered_by_a_server_that_the_environment_names(
    make_server: MakeServer, base_url: str
) -> None:
    server = make_server(base_url)
    browser = server.browser()
    assert server.first_model(browser).endswith(":smollm2-135m")
    run = server.run(browser, "Tell me about the sea.", **{"lane-0-max_tokens": "12", "lane-0-temperature": "0"})
    pieces = []
    async with server.socket(browser) as socket:
        await socket.send(json.dumps({"follow": {run: 0}}))
        async for message in socket:
            frame = json.loads(message)
            pieces.append(frame.get("text", ""))
            if "html" in frame:
                break
    assert server.wait_for(run) == "succeeded"
    stored = server.stored_run(run)
    text = json.loads(stored["message"])["content"][0]["text"]
    assert "".join(pieces) == text
    assert len(pieces) > 3
    assert stored["output_tokens"] > 0
    headers = dict(json.loads(stored["request_headers"]))
    assert {name: headers[name] for name in ("content-type", "anthropic-version")} == {
        "content-type": "application/json",
        "anthropic-version": "2023-06-01",
    }
