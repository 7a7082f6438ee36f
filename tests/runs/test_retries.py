"""What is tried again and what is not: each wait told, each attempt kept, Stop at any time."""

from __future__ import annotations

import asyncio
import time
from email.utils import formatdate

import pytest

from tests.runs.following import Tab
from tests.upstream import Script, Upstream, answer_text

pytestmark = pytest.mark.reliability


def http_date(seconds: float) -> str:
    return formatdate(time.time() + seconds, usegmt=True)


@pytest.mark.parametrize(
    ("retry_after", "least_ms", "most_ms"),
    [
        ("7", 7_000, 7_000),
        ("0", 0, 8_000),
        ("-5", 0, 8_000),
        ("soon", 0, 8_000),
        ("in-9-seconds", 7_000, 9_500),
        ("", 0, 8_000),
    ],
)
async def test_it_waits_what_is_sensible_and_says_how_long(
    tab: Tab, upstream: Upstream, retry_after: str, least_ms: int, most_ms: int
) -> None:
    given = http_date(9) if retry_after == "in-9-seconds" else retry_after
    asked = len(upstream.calls())
    upstream.then(Script(status=429, retry_after=given, message="slow down"))
    reading = await tab.run("Again")
    told = await tab.phase(reading, "waiting")
    assert least_ms <= told["retry_in_ms"] <= most_ms
    assert (told["reason"], told["attempt"]) == ("slow down", 2)
    await tab.stop(reading.run)
    await tab.end(reading)
    assert tab.server.status_of(reading.run) == "stopped"
    await asyncio.sleep(0.3)
    assert len(upstream.calls()) <= asked + 2, "nothing is asked after Stop"
    upstream.forget_scripts()


async def test_nobody_waits_longer_than_a_minute(tab: Tab, upstream: Upstream) -> None:
    asked = len(upstream.calls())
    upstream.then(Script(status=429, retry_after="61", message="come back later"))
    reading = await tab.end(await tab.run("Patience"))
    stored = tab.server.stored_run(reading.run)
    assert (stored["status"], stored["error_message"]) == ("failed", "come back later")
    assert len(upstream.calls()) == asked + 1
    assert not [told for told in reading.phases if told["phase"] == "waiting"]


async def test_a_short_limit_is_waited_for_and_then_answered(tab: Tab, upstream: Upstream) -> None:
    upstream.then(Script(status=429, retry_after="1"))
    reading = await tab.end(await tab.run("Wait a second [[n=4 first_ms=100]]"))
    assert tab.server.status_of(reading.run) == "succeeded"
    assert reading.text == answer_text(upstream.calls()[-1].json, 4)
    page = tab.client.get(f"/w/main/runs/{reading.run}/?tab=attempts").text
    assert "429" in page
    assert tab.server.rows("SELECT count(*) FROM runs_runattempt WHERE run_id = ?", reading.run.replace("-", ""))[0][
        0
    ] == len([call for call in upstream.calls() if b"Wait a second" in call.body])


async def test_a_spend_limit_is_not_tried_again(tab: Tab, upstream: Upstream) -> None:
    asked = len(upstream.calls())
    upstream.then(Script(status=429, code="enforced_spend_limit_reached", message="Monthly limit reached"))
    reading = await tab.end(await tab.run("Too dear"))
    stored = tab.server.stored_run(reading.run)
    assert (stored["status"], stored["error_code"]) == ("failed", "enforced_spend_limit_reached")
    assert len(upstream.calls()) == asked + 1
    assert "spend limit is reached" in reading.html


@pytest.mark.parametrize(("status", "kind"), [(529, "overloaded_error"), (500, "api_error")])
async def test_after_some_attempts_it_fails_with_the_providers_words(
    tab: Tab, upstream: Upstream, status: int, kind: str
) -> None:
    asked = len(upstream.calls())
    tab.server.rows("UPDATE connections_connection SET max_retries = 1")
    reading = await tab.end(await tab.run(f"Busy [[status={status} message=so_<b>busy</b>]]"))
    tab.server.rows("UPDATE connections_connection SET max_retries = 2")
    stored = tab.server.stored_run(reading.run)
    attempts = tab.server.rows(
        "SELECT number, status, error_type, wait_ms FROM runs_runattempt WHERE run_id = ? ORDER BY number",
        reading.run.replace("-", ""),
    )
    assert (stored["status"], stored["error_type"], stored["error_message"]) == ("failed", kind, "so <b>busy</b>")
    assert len(upstream.calls()) - asked == len(attempts)
    assert all(attempt["status"] == status and attempt["error_type"] == kind for attempt in attempts)
    assert [attempt["wait_ms"] is not None for attempt in attempts] == [True] * (len(attempts) - 1) + [False]
    assert "so &lt;b&gt;busy&lt;/b&gt;" in reading.html
    assert str(status) in tab.client.get(f"/w/main/runs/{reading.run}/?tab=attempts").text


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422])
async def test_a_refusal_is_final_and_shown_escaped(tab: Tab, upstream: Upstream, status: int) -> None:
    asked = len(upstream.calls())
    reading = await tab.end(await tab.run(f"Refuse [[status={status} message=<i>no</i>]]"))
    stored = tab.server.stored_run(reading.run)
    assert (stored["status"], stored["error_status"], stored["error_message"]) == ("failed", status, "<i>no</i>")
    assert len(upstream.calls()) == asked + 1
    assert "&lt;i&gt;no&lt;/i&gt;" in reading.html
    assert "<i>no</i>" not in reading.html
    assert "Your prompt is kept" in reading.html


async def test_a_refused_key_marks_the_connection_and_a_good_answer_unmarks_it(tab: Tab) -> None:
    await tab.end(await tab.run("Refuse [[status=401]]"))
    await asyncio.to_thread(until_health, tab, "key_refused")
    await tab.end(await tab.run("Fine again"))
    await asyncio.to_thread(until_health, tab, "ok")


def until_health(tab: Tab, health: str) -> None:
    deadline = time.monotonic() + 10
    while (found := tab.server.rows("SELECT health FROM connections_connection")[0]["health"]) != health:
        assert time.monotonic() < deadline, found
        time.sleep(0.02)
