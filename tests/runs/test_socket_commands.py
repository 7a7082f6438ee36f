"""Every command of the socket with every kind of person: exactly what they get, and that a refusal changes nothing."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, suppress
from dataclasses import replace

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from tests.runs.commanding import (
    NOWHERE,
    QUIET,
    Ids,
    commands_of_the_consumer,
    everything_stored,
    save,
    saved_twice,
    what_comes,
)
from tests.runs.following import LIMIT_S, Reading, Tab
from tests.runs.people import NO_RIGHT_AFTER_S, NOT_HERE, SIGNED_OUT, browser_of, join, open_as
from tests.server import Server
from tests.upstream import until

pytestmark = [pytest.mark.reliability, pytest.mark.security]

# What each command gives. A stranger owns another workspace: `elsewhere` is their asking there for what is in the
# first one. A socket of who is not signed in, or is a stranger where it opens, takes no command at all.
TABLE: dict[str, dict[str, str]] = {
    "ping": {"elsewhere": "pong", "viewer": "pong", "editor": "pong", "owner": "pong"},
    "ack": {"elsewhere": "silence", "viewer": "silence", "editor": "silence", "owner": "silence"},
    "follow": {"elsewhere": "error 404", "viewer": "the answer", "editor": "the answer", "owner": "the answer"},
    "stop": {"elsewhere": "error 404", "viewer": "error 403", "editor": "stopped", "owner": "stopped"},
    "open": {
        "elsewhere": "silence",
        "viewer": "news of version 2",
        "editor": "news of version 2",
        "owner": "news of version 2",
    },
}
LATE_S = 0.5  # in which what is on its way arrives
# How silence about a prompt is heard has a test of its own.
ASKED = [
    (command, person) for command, row in TABLE.items() for person in row if (command, person) != ("open", "elsewhere")
]


def test_every_command_has_a_row_for_everyone() -> None:
    assert sorted(commands_of_the_consumer()) == sorted(TABLE)
    assert {tuple(row) for row in TABLE.values()} == {("elsewhere", "viewer", "editor", "owner")}


@pytest.fixture(scope="module")
def browsers(server: Server, owner_browser: httpx.Client) -> Iterator[dict[str, httpx.Client]]:
    """A browser of everyone: of each role, of two who lose theirs, and of the owner of another workspace."""
    join(
        server,
        viewer=("main", "viewer"),
        editor=("main", "editor"),
        removed=("main", "owner"),
        demoted=("main", "editor"),
        elsewhere=("other", "owner"),
    )
    opened = {name: browser_of(server, name) for name in ("viewer", "editor", "removed", "demoted", "elsewhere")}
    yield {**opened, "owner": owner_browser}
    for browser in opened.values():
        browser.close()


@pytest.fixture(scope="module")
def prompt(server: Server, owner_browser: httpx.Client) -> str:
    return saved_twice(server, owner_browser, "main")


@pytest.fixture
async def ids(server: Server, browsers: dict[str, httpx.Client], tab: Tab, prompt: str) -> AsyncIterator[Ids]:
    """Things to be asked for, of the owner's."""
    ended = await tab.end(await tab.run("Told [[n=3]]"))
    running = await tab.until(await tab.run(f"Quiet {QUIET}"), 3)
    await until(lambda: server.rows("SELECT 1 FROM runs_runcheckpoint"))
    yield Ids(ended.run, ended.text, running.run, prompt)
    await tab.stop(running.run)
    await tab.end(running)


async def test_who_is_not_signed_in_sends_no_command(server: Server, ids: Ids) -> None:
    before = everything_stored(server)
    assert await open_as(server, origin=server.url, cookie="") == 403
    assert everything_stored(server) == before


@pytest.mark.parametrize("command", TABLE)
async def test_a_stranger_is_sent_away_whatever_they_send(
    server: Server, browsers: dict[str, httpx.Client], ids: Ids, command: str
) -> None:
    before = everything_stored(server)
    async with server.socket(browsers["elsewhere"], "main") as socket:
        with suppress(ConnectionClosed):
            await socket.send(json.dumps(ids.command(command)))
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(socket.recv(), LIMIT_S)
        assert socket.close_code == NOT_HERE
    assert everything_stored(server) == before


@pytest.mark.parametrize(("command", "person"), ASKED)
async def test_a_command_gives_what_the_table_says(
    server: Server, browsers: dict[str, httpx.Client], ids: Ids, command: str, person: str
) -> None:
    before = everything_stored(server)
    async with Tab(server, browsers[person], "other" if person == "elsewhere" else "main") as theirs:
        assert await what_comes(theirs, ids, command) == TABLE[command][person]
    has_stopped = TABLE[command][person] == "stopped"
    assert server.status_of(ids.running) == ("stopped" if has_stopped else "running")
    assert (everything_stored(server) != before) == has_stopped


async def test_nobody_is_told_of_a_prompt_of_another_workspace(
    server: Server, browsers: dict[str, httpx.Client]
) -> None:
    own = saved_twice(server, browsers["elsewhere"], "other")
    foreign = saved_twice(server, browsers["owner"], "main")
    async with Tab(server, browsers["elsewhere"], "other") as theirs:
        await theirs.send(open=own, base=2)
        for place in (replace(NOWHERE, prompt=foreign), NOWHERE):
            await theirs.send(**place.command("open"))
        await theirs.ready()
        save(server, browsers["owner"], "main", foreign, "Three, for none but its readers")
        save(server, browsers["elsewhere"], "other", own, "Three of one's own")
        # The one that was open stays so: the others were as if they had never been asked for.
        frame = await theirs.frame()
        assert (frame["newer"], own in frame["html"], foreign in frame["html"]) == (3, True, False)


async def test_who_was_removed_sends_no_command_after_five_seconds(
    server: Server, browsers: dict[str, httpx.Client], ids: Ids
) -> None:
    async with AsyncExitStack() as opened:
        tabs = {name: await opened.enter_async_context(Tab(server, browsers["removed"])) for name in TABLE}
        for tab in tabs.values():
            await tab.ready()
        server.rows("DELETE FROM teams_member WHERE user_id = (SELECT id FROM teams_user WHERE email LIKE 'removed@%')")
        before, removed_at = everything_stored(server), time.monotonic()
        for name, tab in tabs.items():
            with pytest.raises(ConnectionClosed):
                await asyncio.wait_for(tab.socket.recv(), LIMIT_S)
            assert tab.socket.close_code == SIGNED_OUT
            with pytest.raises(ConnectionClosed):
                await tab.send(**ids.command(name))
        assert time.monotonic() - removed_at < NO_RIGHT_AFTER_S
        assert everything_stored(server) == before
    async with server.socket(browsers["removed"]) as again:
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(again.recv(), LIMIT_S)
        assert again.close_code == NOT_HERE


async def test_who_became_a_viewer_is_one_at_every_command(
    server: Server, browsers: dict[str, httpx.Client], ids: Ids
) -> None:
    async with Tab(server, browsers["demoted"]) as theirs:
        await theirs.ready()
        server.rows(
            "UPDATE teams_member SET role = 'viewer'"
            " WHERE user_id = (SELECT id FROM teams_user WHERE email LIKE 'demoted@%')"
        )
        before, lost_at = everything_stored(server), time.monotonic()
        # A run that has ended can be stopped as often as one likes; from some moment on, even that is refused.
        refused = theirs.readings[ids.ended] = Reading(ids.ended)
        while refused.error != 403:
            await asyncio.sleep(0.1)
            await theirs.stop(ids.ended)
            await theirs.ready()
        assert time.monotonic() - lost_at < NO_RIGHT_AFTER_S
        # Answers to stops are not in line with those to pings: the last one may be on its way still.
        with suppress(TimeoutError):
            while True:
                await asyncio.wait_for(theirs.frame(), LATE_S)
        for command, row in TABLE.items():
            assert await what_comes(theirs, ids, command) == row["viewer"]
    assert everything_stored(server) == before
