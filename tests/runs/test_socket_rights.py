"""Who may open the websocket, follow and stop: looked at when it opens, at every command, and while it stays open."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any
from uuid import uuid4

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from tests.runs.following import Reading, Tab
from tests.runs.people import NO_RIGHT_AFTER_S, NOT_HERE, SIGNED_OUT, browser_of, cookie_of, join, open_as
from tests.server import Server
from tests.upstream import Upstream, answer_text

pytestmark = [pytest.mark.reliability, pytest.mark.security]

LONG = "[[n=5000 delay_ms=10]]"


@pytest.fixture(scope="module", autouse=True)
def people(server: Server) -> None:
    """More people: editors who lose their rights, a viewer, and the owner of another workspace."""
    editors = dict.fromkeys(("leaver", "removed", "closed", "renewed", "demoted"), ("main", "editor"))
    join(server, **editors, viewer=("main", "viewer"), mallory=("other", "owner"))


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "http://evil.example",
        "{url}.evil.example",
        "{url}@evil.example",
        "http://127.0.0.1.evil.example:{port}",
        "http://evil.example/{url}",
        "http://evil.example#{url}",
        "{url}0",
        "https://127.0.0.1:{port}",
        "http://localhost:{port}",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        "http://127.0.0.2:{port}",
        "http://[::1]:{port}",
        "file://",
        "http://",
        "://",
    ],
)
async def test_a_foreign_origin_is_refused_before_accept(
    server: Server, owner_browser: httpx.Client, origin: str | None
) -> None:
    given = origin and origin.format(url=server.url, port=server.port)
    # 400 where the websocket library already finds that it is no origin at all.
    assert await open_as(server, origin=given, cookie=cookie_of(owner_browser)) in {400, 403}
    assert "Traceback" not in server.log


async def test_our_own_origin_is_accepted(server: Server, owner_browser: httpx.Client) -> None:
    assert await open_as(server, origin=server.url, cookie=cookie_of(owner_browser)) == 101


@pytest.mark.parametrize("cookie", ["", "workbench_session=", "workbench_session=guessed", "workbench_session=%00'"])
async def test_nobody_signed_in_is_refused_before_accept(server: Server, cookie: str) -> None:
    assert await open_as(server, origin=server.url, cookie=cookie) == 403


async def test_a_session_that_expired_or_ended_is_refused_before_accept(server: Server) -> None:
    expired, ended = server.browser(), server.browser()
    server.rows(
        "UPDATE django_session SET expire_date = '2020-01-01' WHERE session_key = ?",
        expired.cookies["workbench_session"],
    )
    cookie = cookie_of(ended)
    server.post(ended, "/accounts/logout/", {})
    assert await open_as(server, origin=server.url, cookie=cookie_of(expired)) == 403
    assert await open_as(server, origin=server.url, cookie=cookie) == 403


@pytest.mark.parametrize("workspace", ["main", "nowhere"])
async def test_a_workspace_of_others_is_closed_like_one_that_is_none(server: Server, workspace: str) -> None:
    client = browser_of(server, "mallory")
    async with server.socket(client, workspace) as socket:
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(socket.recv(), 10)
        assert socket.close_code == NOT_HERE


def sign_out(server: Server, client: httpx.Client) -> None:
    server.post(client, "/accounts/logout/", {})


def change(statement: str) -> Any:  # noqa: ANN401 - a function
    def made(server: Server, _client: httpx.Client) -> None:
        server.rows(statement)

    return made


@pytest.mark.parametrize(
    ("name", "lose"),
    [
        ("leaver", sign_out),
        (
            "removed",
            change("DELETE FROM teams_member WHERE user_id = (SELECT id FROM teams_user WHERE email LIKE 'removed@%')"),
        ),
        ("closed", change("UPDATE teams_user SET is_active = FALSE WHERE email LIKE 'closed@%'")),
        ("renewed", change("UPDATE teams_user SET password = '!' WHERE email LIKE 'renewed@%'")),
    ],
    ids=["signs out elsewhere", "is removed", "is deactivated", "changes the password"],
)
async def test_who_loses_the_right_to_be_here_gets_nothing_more(
    server: Server,
    tab: Tab,
    name: str,
    lose: Any,  # noqa: ANN401 - a function
) -> None:
    run = (await tab.run(f"Seen by {name} {LONG}")).run
    client = browser_of(server, name)
    async with Tab(server, client) as theirs:
        reading = await theirs.until(await theirs.follow(run), 5)
        await asyncio.to_thread(lose, server, client)
        lost_at = time.monotonic()
        with pytest.raises(ConnectionClosed):
            await theirs.end(reading)
        assert time.monotonic() - lost_at < NO_RIGHT_AFTER_S
        assert theirs.socket.close_code == SIGNED_OUT
    assert server.status_of(run) == "running", "the run goes on for the others"
    await tab.stop(run)
    await tab.end(tab.readings[run])


async def test_who_becomes_a_viewer_goes_on_reading_and_stops_nothing(server: Server, tab: Tab) -> None:
    reading = await tab.run(f"Not to be stopped {LONG}")
    client = browser_of(server, "demoted")
    async with Tab(server, client) as theirs:
        seen = await theirs.until(await theirs.follow(reading.run), 5)
        server.rows(
            "UPDATE teams_member SET role = 'viewer'"
            " WHERE user_id = (SELECT id FROM teams_user WHERE email LIKE 'demoted@%')"
        )
        lost_at = time.monotonic()
        while time.monotonic() - lost_at < NO_RIGHT_AFTER_S:
            await theirs.frame()
        position = seen.position
        await theirs.stop(reading.run)
        while not seen.error:
            await theirs.frame()
        assert seen.error == 403
        while seen.position <= position:
            await theirs.frame()
    assert server.status_of(reading.run) == "running"
    await tab.stop(reading.run)
    await tab.end(reading)


async def test_a_viewer_follows_and_cannot_stop(server: Server, tab: Tab, upstream: Upstream) -> None:
    reading = await tab.run("Watched [[n=200 delay_ms=10]]")
    client = await asyncio.to_thread(browser_of, server, "viewer")
    async with Tab(server, client) as theirs:
        seen = await theirs.until(await theirs.follow(reading.run), 5)
        await theirs.stop(reading.run)
        while not seen.error:
            await theirs.frame()
        assert seen.error == 403
        answer = await asyncio.to_thread(server.post, client, f"/w/main/runs/{reading.run}/stop/", {})
        assert answer.status_code == 403
        seen.error = 0
        await theirs.end(seen)
    assert seen.text == answer_text(upstream.calls()[-1].json, 200)
    assert server.status_of((await tab.end(reading)).run) == "succeeded"


async def answers_to(tab: Tab, command: str, run: str) -> dict[str, Any]:
    """What is answered to a command about a run, without its id."""
    reading = tab.readings[run] = Reading(run)
    await tab.send(**{command: {run: 0} if command == "follow" else run})
    while not reading.error:
        frame = await tab.frame()
        assert frame.get("run") == run
    return {name: value for name, value in frame.items() if name != "run"}


@pytest.mark.parametrize("command", ["follow", "stop"])
async def test_a_run_of_another_workspace_is_like_one_that_is_none(server: Server, tab: Tab, command: str) -> None:
    living = await tab.until(await tab.run(f"Private {LONG}"), 3)
    ended = await tab.end(await tab.run("Private, too [[n=2]]"))
    client = await asyncio.to_thread(browser_of, server, "mallory")
    async with Tab(server, client, "other") as theirs:
        random = await answers_to(theirs, command, str(uuid4()))
        assert random == {"error": 404}
        assert await answers_to(theirs, command, living.run) == random
        assert await answers_to(theirs, command, ended.run) == random
    before = living.position
    await tab.until(living, before + 10)
    assert server.status_of(living.run) == "running"
    await tab.stop(living.run)
    await tab.end(living)


async def test_a_queued_run_of_another_workspace_is_not_started_by_asking(
    server: Server, owner_browser: httpx.Client
) -> None:
    client = await asyncio.to_thread(browser_of, server, "mallory")
    async with Tab(server, client, "other") as theirs:
        run = await asyncio.to_thread(server.run, owner_browser, "Waits for the sweeper [[n=2]]")
        assert await answers_to(theirs, "follow", run) == {"error": 404}
        assert await answers_to(theirs, "stop", run) == {"error": 404}
    assert await asyncio.to_thread(server.wait_for, run) == "succeeded"
    assert server.stored_run(run)["queued_ms"] >= 2000  # workbench.runs.claims.UNCLAIMED_AFTER


async def test_pages_of_a_run_of_another_workspace_are_like_those_of_none(server: Server, tab: Tab) -> None:
    run = (await tab.end(await tab.run("Private page [[n=2]]"))).run
    client = await asyncio.to_thread(browser_of, server, "mallory")
    for workspace in ("other", "main"):
        for path in ("", "?tab=request", "answer/"):
            foreign = client.get(f"/w/{workspace}/runs/{run}/{path}")
            random = client.get(f"/w/{workspace}/runs/{uuid4()}/{path}")
            assert foreign.status_code == random.status_code == 404
            assert "Private page" not in foreign.text
        assert server.post(client, f"/w/{workspace}/runs/{run}/stop/", {}).status_code == 404
    assert json.loads(server.stored_run(run)["message"])["content"]
