"""What an answer holds goes back as it came: what we keep of each block is what the official SDK would send again."""

from __future__ import annotations

from typing import Any

import anthropic
import orjson
import pytest

from tests.upstream import Script, Upstream
from tests.upstream_scenes import SCENES
from workbench.claude import Client

from .sdk_differences import SENT_BACK

KEY = "sk-ant-test-key-0000-last"
BODY: dict[str, Any] = {
    "model": "test-model",
    "max_tokens": 64,
    "messages": [{"role": "user", "content": "Go on"}],
}


async def kept(scene: str) -> list[dict[str, Any]]:
    """The content that we keep."""
    async with Upstream() as upstream, Client(upstream.url, KEY, "2026-10-21") as client:
        upstream.then(Script(scene=scene))
        async with client.messages.stream(BODY) as stream:
            message = await stream.final_message()
    content: list[dict[str, Any]] = message["content"]
    return content


async def sent_by_the_sdk(scene: str) -> bytes:
    """The assistant's message as the SDK puts it into its next request."""
    async with Upstream() as upstream:
        upstream.then(Script(scene=scene))
        async with anthropic.AsyncAnthropic(api_key=KEY, base_url=upstream.url, max_retries=0) as client:
            async with client.messages.stream(**BODY) as stream:
                message = await stream.get_final_message()
            turns = [*BODY["messages"], {"role": "assistant", "content": message.content}]
            await client.messages.create(**{**BODY, "messages": turns})
        return upstream.calls()[-1].body


def in_order(value: object) -> bytes:
    """JSON with the names of every object sorted: the SDK writes its own order, ours is the wire's."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")  # the SDK's own view of an unknown block
@pytest.mark.parametrize("name", SCENES)
async def test_every_block_is_kept_as_it_came(name: str) -> None:
    content = await kept(name)
    assert orjson.dumps(content) == orjson.dumps(list(SCENES[name].content)), "byte for byte, in the wire's order"


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
@pytest.mark.parametrize("name", SCENES)
async def test_every_block_goes_back_as_the_sdk_would_send_it(name: str) -> None:
    content = await kept(name)
    theirs = orjson.loads(await sent_by_the_sdk(name))["messages"][-1]["content"]
    assert (in_order(content) == in_order(theirs)) is (name not in SENT_BACK), theirs


def test_every_difference_belongs_to_a_scene() -> None:
    assert SENT_BACK.keys() <= SCENES.keys()
