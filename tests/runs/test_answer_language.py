"""What comes over the socket is in the language of the page that it comes to."""

from __future__ import annotations

import json

import websockets

from tests.conftest import MakeServer
from tests.upstream import Upstream


async def test_an_answer_comes_in_the_language_that_the_browser_asks_for(
    make_server: MakeServer, upstream: Upstream
) -> None:
    server = make_server(upstream.url)
    page = server.browser()
    run = server.run(page, "Hello [[n=2]]")
    server.wait_for(run)
    headers = {
        "cookie": "; ".join(f"{name}={value}" for name, value in page.cookies.items()),
        "accept-language": "zh-CN,zh;q=0.9,en;q=0.5",
    }
    url = f"{server.url.replace('http', 'ws')}/ws/w/main/"
    origin = websockets.Origin(server.url)
    async with websockets.connect(url, origin=origin, additional_headers=headers) as socket:
        await socket.send(json.dumps({"follow": {run: 0}}))
        frames = [json.loads(await socket.recv())]
        while "html" not in frames[-1]:
            frames.append(json.loads(await socket.recv()))
    assert "打开运行" in frames[-1]["html"], "the texts are compiled by `make test`"
