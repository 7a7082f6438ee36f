"""Packed answers are unpacked piece by piece: what a server packs into a few bytes costs us no memory."""

from __future__ import annotations

import gzip
import json
import tracemalloc
import zlib

import pytest

from tests.upstream import Script, Upstream
from workbench.claude import Client, errors

MIB = 1024 * 1024
BODY = {"model": "m", "max_tokens": 5, "messages": [{"role": "user", "content": "Hi"}]}


def packed(body: bytes, encoding: str, kind: str = "application/json", **more: object) -> Script:
    headers = (("content-encoding", encoding),)
    return Script(body=body, content_type=kind, headers=headers, **more)  # type: ignore[arg-type]  # any field


@pytest.mark.security
@pytest.mark.parametrize("status", [200, 400])
async def test_a_bomb_costs_no_memory(client: Client, upstream: Upstream, status: int) -> None:
    bomb = gzip.compress(b"x" * (200 * MIB))
    upstream.then(packed(bomb, "gzip", "text/event-stream", status=status))
    tracemalloc.start()
    try:
        with pytest.raises(errors.ClaudeError):
            await client.messages.stream(BODY).final_message()
        assert tracemalloc.get_traced_memory()[1] < 16 * MIB
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda data: zlib.compress(data, wbits=-zlib.MAX_WBITS)),
    ],
)
async def test_a_packed_answer_is_read(client: Client, upstream: Upstream, encoding: str, pack: object) -> None:
    message = {
        "type": "message",
        "role": "assistant",
        "content": [{"type": "text", "text": "é" * 100_000}],
        "usage": {},
    }
    upstream.then(packed(pack(json.dumps(message).encode()), encoding))  # type: ignore[operator]  # a function
    answer = await client.messages.create(BODY)
    assert answer.data == message


@pytest.mark.security
@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "zstd", "x" * 1000])
async def test_an_encoding_that_was_not_asked_for_is_refused(client: Client, upstream: Upstream, encoding: str) -> None:
    upstream.then(*(packed(gzip.compress(gzip.compress(b"{}")), encoding) for _try in range(3)))
    with pytest.raises(errors.MalformedAnswerError, match="was not asked for"):
        await client.messages.create(BODY)


async def test_broken_data_is_told(client: Client, upstream: Upstream) -> None:
    upstream.then(*(packed(b"not packed at all", "gzip") for _try in range(3)))
    with pytest.raises(errors.MalformedAnswerError, match="could not be unpacked"):
        await client.messages.create(BODY)
