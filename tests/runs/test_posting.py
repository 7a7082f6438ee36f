"""Pressing Run: once is once, what cannot be run is said beside its field, what breaks before it leaves is told."""

from __future__ import annotations

import asyncio
import re
import time
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from django.test import Client

from tests.conftest import MakeConnection, MakeServer
from tests.environment import DATABASE_URL
from tests.runs.following import Tab
from tests.server import Server
from tests.upstream import Upstream
from workbench.runs.models import Run

pytestmark = pytest.mark.reliability


def form(model: str, text: str = "Hello", **fields: object) -> dict[str, Any]:
    """What the page posts for one message to one model."""
    return {
        "submission": str(uuid4()),
        "system": "",
        "role": ["user"],
        "text": [text],
        "lane-0-model": model,
        "lane-0-max_tokens": "64",
        **fields,
    }


def runs_in(page: str) -> set[str]:
    return set(re.findall(r'data-run="([0-9a-f-]{36})"', page))


def calls_with(upstream: Upstream, words: str) -> int:
    return sum(words.encode() in call.body for call in upstream.calls())


@pytest.mark.parametrize("times", [2, 12])
async def test_the_same_form_at_the_same_moment_is_one_request(
    server: Server, owner_browser: httpx.Client, tab: Tab, upstream: Upstream, times: int
) -> None:
    await tab.ready()
    data = form(server.first_model(owner_browser), f"Pressed {times} times")
    posts = (
        asyncio.to_thread(server.post, owner_browser, "/w/main/runs/", data, **{"hx-request": "true"})
        for _ in range(times)
    )
    answers = await asyncio.gather(*posts)
    assert [answer.status_code for answer in answers] == [200] * times
    (run,) = set.union(*(runs_in(answer.text) for answer in answers))
    await tab.end(await tab.follow(run))
    assert server.status_of(run) == "succeeded"
    assert calls_with(upstream, f"Pressed {times} times") == 1


async def test_the_same_form_after_its_answer_gives_that_answer_again(
    server: Server, owner_browser: httpx.Client, tab: Tab, upstream: Upstream
) -> None:
    await tab.ready()
    data = form(server.first_model(owner_browser), "Posted again")
    first = server.post(owner_browser, "/w/main/runs/", data, **{"hx-request": "true"})
    (run,) = runs_in(first.text)
    await tab.end(await tab.follow(run))
    again = server.post(owner_browser, "/w/main/runs/", data, **{"hx-request": "true"})
    assert runs_in(again.text) == {run}
    assert 'data-status="succeeded"' in again.text
    # Without scripts the browser is sent to the run.
    assert run in str(server.post(owner_browser, "/w/main/runs/", data).url)
    assert calls_with(upstream, "Posted again") == 1


async def test_a_new_key_is_a_new_request(
    server: Server, owner_browser: httpx.Client, tab: Tab, upstream: Upstream
) -> None:
    await tab.ready()
    model = server.first_model(owner_browser)
    answers = [
        server.post(owner_browser, "/w/main/runs/", form(model, "Run twice"), **{"hx-request": "true"})
        for _ in range(2)
    ]
    runs = set.union(*(runs_in(answer.text) for answer in answers))
    assert len(runs) == 2
    for run in runs:
        await tab.end(await tab.follow(run))
    assert calls_with(upstream, "Run twice") == 2


@pytest.fixture
def model(make_connection: MakeConnection) -> str:
    """The picker's value of a model that is there."""
    connection = make_connection(models=("test-model",))
    return f"{connection.id}:test-model"


WRONG = [
    ("text-0", {"text": [""]}),
    ("text-0", {"text": ["  \n\t"]}),
    ("text-1", {"role": ["user", "assistant", "user"], "text": ["Hello", "", "And?"]}),
    ("text-0", {"role": ["assistant"], "text": ["Hello"]}),
    ("form", {"role": [], "text": []}),
    ("form", {"submission": ""}),
    ("form", {"submission": "again"}),
    ("lane-0-model", {"lane-0-model": ""}),
    ("lane-0-model", {"lane-0-model": "nothing:like-it"}),
    ("lane-0-model", {"lane-0-model": f"{UUID(int=1)}:test-model"}),
    ("lane-0-max_tokens", {"lane-0-max_tokens": ""}),
    ("lane-0-max_tokens", {"lane-0-max_tokens": "many"}),
    ("lane-0-max_tokens", {"lane-0-max_tokens": "-1"}),
    ("lane-0-max_tokens", {"lane-0-max_tokens": "1.5"}),
    ("lane-0-max_tokens", {"lane-0-max_tokens": "9" * 5000}),
    ("lane-0-temperature", {"lane-0-temperature": "7"}),
    ("lane-0-temperature", {"lane-0-temperature": "NaN"}),
    ("lane-0-temperature", {"lane-0-temperature": "1e999"}),
    ("lane-0-top_p", {"lane-0-top_p": "5"}),
    ("lane-0-top_k", {"lane-0-top_k": "-1"}),
    ("lane-0-top_k", {"lane-0-top_k": "0x10"}),
]


def told(page: str) -> dict[str, str]:
    """The error slots of an answer that have words."""
    found = re.findall(r'<p[^>]*id="error-([^"]+)"[^>]*>(.*?)</p>', page, re.DOTALL)
    return {name: words.strip() for name, words in found if words.strip()}


@pytest.mark.parametrize(("field", "change"), WRONG, ids=[f"{field} {change}"[:50] for field, change in WRONG])
def test_what_cannot_be_run_is_said_beside_its_field(
    alice: Client, model: str, field: str, change: dict[str, Any]
) -> None:
    answer = alice.post("/w/main/runs/", form(model) | change, headers={"hx-request": "true"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert set(told(page)) == {field}
    assert "<textarea" not in page, "what was typed stays as it stands in the page"
    assert not Run.objects.exists()


def test_several_wrong_fields_are_said_at_once_and_only_those(alice: Client, model: str) -> None:
    data = form(model, "", **{"lane-0-temperature": "7", "lane-0-top_p": "0.5", "lane-0-max_tokens": "x"})
    page = alice.post("/w/main/runs/", data, headers={"hx-request": "true"}).content.decode()
    assert set(told(page)) == {"text-0", "lane-0-temperature", "lane-0-max_tokens"}
    assert 'id="error-lane-0-top_p"' in page, "an error from before is taken away"


def test_one_wrong_lane_starts_none(alice: Client, model: str) -> None:
    data = form(model, **{"lane-1-model": model, "lane-1-max_tokens": "0.5"})
    page = alice.post("/w/main/runs/", data, headers={"hx-request": "true"}).content.decode()
    assert set(told(page)) == {"lane-1-max_tokens"}
    assert not Run.objects.exists()


def test_without_scripts_a_page_says_what_is_wrong_and_how_to_go_back(alice: Client, model: str) -> None:
    answer = alice.post("/w/main/runs/", form(model, ""))
    assert answer.status_code == 422
    assert "This message is empty" in answer.content.decode()
    assert "what you typed is still there" in answer.content.decode()


async def test_a_connection_that_is_deleted_while_its_run_waits(make_server: MakeServer, upstream: Upstream) -> None:
    server = make_server(upstream.url)
    browser = server.browser()
    run = server.run(browser, "Nowhere to go", model=server.first_model(browser))
    (connection,) = server.rows("SELECT id, name FROM connections_connection")
    answer = server.post(browser, f"/w/main/settings/connections/{uuid_of(connection['id'])}/delete/", {})
    assert answer.status_code == 200
    assert not server.rows("SELECT id FROM connections_connection")
    assert server.wait_for(run) == "failed"
    page = browser.get(f"/w/main/runs/{run}/").text
    assert "This connection was deleted. Choose another model." in page
    assert connection["name"] in page, "where it was meant to go is still told"
    assert calls_with(upstream, "Nowhere to go") == 0


async def test_a_key_that_cannot_be_opened(server: Server, tab: Tab, upstream: Upstream) -> None:
    (connection,) = server.rows("SELECT sealed_key FROM connections_connection")
    server.rows("UPDATE connections_connection SET sealed_key = substr(sealed_key, 1, 40) || 'broken'")
    reading = await tab.end(await tab.run("Locked out"))
    server.rows("UPDATE connections_connection SET sealed_key = ?", connection["sealed_key"])
    stored = server.stored_run(reading.run)
    assert (stored["status"], stored["error_type"]) == ("failed", "connection_unavailable")
    assert "is locked" in reading.html
    assert "An owner can enter the key again" in reading.html
    assert calls_with(upstream, "Locked out") == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param(
            "idle_timeout",
            "soon",
            marks=pytest.mark.skipif(bool(DATABASE_URL), reason="PostgreSQL keeps no text in the place of a number"),
        ),
        ("betas", "7"),
    ],
)
async def test_a_fault_of_ours_is_told_in_words(server: Server, tab: Tab, field: str, value: str) -> None:
    """A stored value that the application never writes stands for any fault before the request leaves."""
    (before,) = server.rows(f"SELECT {field} FROM connections_connection")  # noqa: S608 - a name of ours
    server.rows(f"UPDATE connections_connection SET {field} = ?", value)  # noqa: S608
    began = time.monotonic()
    try:
        reading = await tab.end(await tab.run(f"Broken inside: {field}"))
    finally:
        server.rows(f"UPDATE connections_connection SET {field} = ?", before[field])  # noqa: S608
    stored = server.stored_run(reading.run)
    assert (stored["status"], stored["error_type"], stored["error_message"]) == ("failed", "internal_error", "")
    assert time.monotonic() - began < 8, "not only when its lease has run out"
    assert "Workbench failed" in reading.html
    assert "Traceback" not in reading.html
    assert "run.crashed" in server.log
    whole = await tab.end(await tab.run("And now [[n=3]]"))
    assert server.status_of(whole.run) == "succeeded"


def uuid_of(stored: str) -> str:
    return "-".join((stored[:8], stored[8:12], stored[12:16], stored[16:20], stored[20:]))
