"""Answers, pieces and words larger than one websocket message: the page gets all of it, and its end."""

from __future__ import annotations

import html
import json
import re

import httpx
import pytest

from tests.runs.following import Tab
from tests.server import Server
from tests.upstream import Script, Upstream

pytestmark = pytest.mark.reliability

MESSAGE = 1024 * 1024  # largest websocket message, workbench.serving.MAX_SOCKET_MESSAGE
WORDS = "0123456789 abc é 漢字 🙂 <b> & \n"


def shown(article: str) -> str:
    """The text in an article's answer."""
    found = re.findall(r'<pre class="plain"[^>]*>(.*?)</pre>', article, re.DOTALL)[0]
    return html.unescape(found).removeprefix("\n")  # browsers drop the first line break in a <pre>


@pytest.mark.parametrize("pieces", [1000, 8, 1])
async def test_a_long_answer_streams_and_ends(tab: Tab, upstream: Upstream, pieces: int) -> None:
    text = WORDS * (MESSAGE * 3 // len(WORDS) if pieces > 1 else MESSAGE // 2 // len(WORDS))
    upstream.then(Script(text=text, n=pieces, first_ms=300))
    reading = await tab.end(await tab.run("A long answer"))
    assert text.startswith(reading.text)
    assert len(reading.text) > len(text) // 2 or pieces == 1
    assert shown(reading.html) == text
    assert json.loads(tab.server.stored_run(reading.run)["message"])["content"][0]["text"] == text


async def test_a_whole_message_instead_of_a_stream(tab: Tab, upstream: Upstream) -> None:
    text = WORDS * (MESSAGE * 3 // len(WORDS))
    upstream.then(Script(text=text, n=1, json=True, first_ms=300))
    reading = await tab.end(await tab.run("In one piece"))
    assert text.startswith(reading.text)
    assert shown(reading.html) == text


async def test_characters_that_json_writes_in_six_bytes(tab: Tab, upstream: Upstream) -> None:
    text = "\x01" * 170_000
    upstream.then(Script(text=text, n=1, first_ms=300, delay_ms=300))
    reading = await tab.end(await tab.run("Control characters"))
    assert reading.text == text


async def test_a_provider_that_is_wordy_while_it_asks_to_wait(tab: Tab, upstream: Upstream) -> None:
    upstream.then(Script(status=429, retry_after="30", message="busy " * 200_000))
    reading = await tab.run("Wordy")
    assert (await tab.phase(reading, "waiting"))["reason"].startswith("busy busy")
    await tab.stop(reading.run)
    assert (await tab.end(reading)).html


async def test_a_reader_who_is_cut_within_the_html_gets_it_whole_the_next_time(
    server: Server, owner_browser: httpx.Client, tab: Tab, upstream: Upstream
) -> None:
    text = WORDS * (MESSAGE // len(WORDS))
    upstream.then(Script(text=text, n=100))
    whole = await tab.end(await tab.run("Cut within"))
    async with Tab(server, owner_browser) as other:
        reading = await other.follow(whole.run, whole.position, whole.text)
        while len(reading.parts) < 3:
            await other.frame()
        await other.send(follow={whole.run: 0})
        await other.end(reading)
    assert reading.html == whole.html
