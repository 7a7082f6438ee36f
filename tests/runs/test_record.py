"""What is sent is what is shown: everything about a run is stored, and its page shows it, with the key masked."""

from __future__ import annotations

import html
import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.runs.following import Tab
from tests.server import KEY
from tests.upstream import Request, Script, Upstream

pytestmark = pytest.mark.reliability

USAGE = {"input_tokens": 1000, "cache_creation_input_tokens": 200, "cache_read_input_tokens": 3000}
TABS = ("answer", "request", "response", "headers", "timing", "attempts")


def counted_answer() -> Script:
    """An answer whose usage has a part in every price."""
    start = {"id": "msg_1", "type": "message", "role": "assistant", "model": "test-model", "content": []}
    return Script(
        headers=(("request-id", "req_exact"), ("anthropic-organization-id", "org_exact"), ("x-odd", "<b>odd</b>")),
        events=(
            {"type": "message_start", "message": {**start, "usage": {**USAGE, "output_tokens": 1}}},
            {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
            {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "All is told."}},
            {"type": "content_block_stop", "index": 0},
            {"type": "message_delta", "delta": {"stop_reason": "max_tokens"}, "usage": {"output_tokens": 50}},
            {"type": "message_stop"},
        ),
    )


def text_of(page: str) -> str:
    """What a page shows, without its markup."""
    return html.unescape(re.sub(r"<[^>]*>", "", page))


def shown(tab: Tab, run: str, name: str) -> str:
    return text_of(tab.client.get(f"/w/main/runs/{run}/", params={"tab": name}).text)


async def run_to_its_end(tab: Tab, upstream: Upstream, text: str, *scripts: Script, **fields: object) -> Any:  # noqa: ANN401 - a row
    upstream.then(*scripts)
    reading = await tab.end(await tab.run(text, **fields))
    return tab.server.stored_run(reading.run)


def last_call(upstream: Upstream) -> Request:
    return upstream.calls()[-1]


def id_of(stored: Any) -> str:  # noqa: ANN401 - a row
    raw = str(stored["id"])
    return "-".join((raw[:8], raw[8:12], raw[12:16], raw[16:20], raw[20:]))


async def test_the_request_is_stored_and_shown_byte_for_byte(tab: Tab, upstream: Upstream) -> None:
    typed = 'Tabs\tand  spaces, “quotes”, \\u0041, <b>&amp;</b>, {"a": 1}, 漢字, 🙂, trailing  '
    fields = {"system": "  Be exact.\n", "lane-0-temperature": "0.3", "lane-0-stop_sequences": "END\n\\n\\n"}
    stored = await run_to_its_end(tab, upstream, typed, counted_answer(), **fields)
    sent = last_call(upstream)
    assert stored["request_body"].encode() == sent.body
    assert sent.json["messages"] == [{"role": "user", "content": typed}]
    assert sent.json["system"] == "  Be exact.\n"
    assert (sent.json["temperature"], sent.json["stop_sequences"]) == (0.3, ["END", "\n\n"])
    assert stored["request_body"] in shown(tab, id_of(stored), "request")
    assert stored["request_url"] == f"{upstream.url}/v1/messages"
    assert stored["request_url"] in shown(tab, id_of(stored), "request")


async def test_headers_are_stored_as_sent_except_for_the_key(tab: Tab, upstream: Upstream) -> None:
    stored = await run_to_its_end(tab, upstream, "Headers", counted_answer())
    sent = last_call(upstream)
    assert sent.header("x-api-key") == KEY
    kept = {name.lower(): value for name, value in json.loads(stored["request_headers"])}
    assert kept == {**{name.lower(): value for name, value in sent.headers}, "x-api-key": f"…{KEY[-4:]}"}
    received = {name.lower(): value for name, value in json.loads(stored["response_headers"])}
    assert (received["request-id"], received["x-odd"]) == ("req_exact", "<b>odd</b>")
    page = shown(tab, id_of(stored), "headers")
    assert all(value in page for value in [*kept.values(), *received.values()])


async def test_the_key_is_in_no_tab(tab: Tab, upstream: Upstream) -> None:
    stored = await run_to_its_end(tab, upstream, "Secret", counted_answer())
    for name in TABS:
        assert KEY not in tab.client.get(f"/w/main/runs/{id_of(stored)}/?tab={name}").text
    assert all(KEY not in str(value) for value in tuple(stored))
    assert KEY not in tab.server.log


async def test_usage_cost_and_price_are_stored_as_they_held(tab: Tab, upstream: Upstream) -> None:
    tab.server.rows("UPDATE connections_catalogmodel SET input_price = 3, output_price = 15")
    stored = await run_to_its_end(tab, upstream, "Costs", counted_answer())
    assert (stored["input_tokens"], stored["output_tokens"]) == (4200, 50)
    assert Decimal(str(stored["cost"])) == Decimal("0.0054")
    price = json.loads(stored["price"])
    assert {name: Decimal(price[name]) for name in ("input", "output", "write_5m", "read")} == {
        "input": Decimal(3),
        "output": Decimal(15),
        "write_5m": Decimal("3.75"),
        "read": Decimal("0.3"),
    }
    tab.server.rows("UPDATE connections_catalogmodel SET input_price = 300, output_price = 1500")
    answer = shown(tab, id_of(stored), "answer")
    tab.server.rows("UPDATE connections_catalogmodel SET input_price = NULL, output_price = NULL")
    assert "$0.0054" in answer, "a later price changes nothing"
    assert "4,200" in answer


async def test_the_answer_and_its_ids_are_stored_and_shown(tab: Tab, upstream: Upstream) -> None:
    stored = await run_to_its_end(tab, upstream, "Answer", counted_answer())
    run, message = id_of(stored), json.loads(stored["message"])
    assert (stored["status"], stored["stop_reason"], stored["response_status"]) == ("succeeded", "max_tokens", 200)
    assert message["content"] == [{"type": "text", "text": "All is told."}]
    assert message["usage"] == {**USAGE, "output_tokens": 50}
    assert (stored["request_id"], stored["organization_id"]) == ("req_exact", "org_exact")
    answer = shown(tab, run, "answer")
    assert all(words in answer for words in ("All is told.", "max tokens reached", "req_exact", "org_exact"))
    response = shown(tab, run, "response")
    assert all(words in response for words in ('"msg_1"', '"cache_read_input_tokens": 3000', '"max_tokens"'))


async def test_times_are_in_order_and_shown(tab: Tab, upstream: Upstream) -> None:
    stored = await run_to_its_end(tab, upstream, "Times [[n=5 first_ms=60 delay_ms=20]]")
    created, sent, finished = (moment(stored[name]) for name in ("created_at", "sent_at", "finished_at"))
    assert created < sent < finished <= datetime.now(UTC)
    assert abs((sent - created).total_seconds() * 1000 - stored["queued_ms"]) < 1
    assert 60 <= stored["first_token_ms"] <= stored["duration_ms"]
    assert stored["duration_ms"] <= (finished - sent).total_seconds() * 1000 + 5
    timing = shown(tab, id_of(stored), "timing")
    for name in ("created_at", "sent_at", "finished_at"):
        assert f"{moment(stored[name]):%H:%M:%S}.{moment(stored[name]).microsecond // 1000:03}" in timing


async def test_every_attempt_is_stored_and_listed(tab: Tab, upstream: Upstream) -> None:
    busy = Script(status=529, retry_after="1", message="<u>busy</u>", headers=(("request-id", "req_first"),))
    stored = await run_to_its_end(tab, upstream, "Twice", busy, counted_answer())
    attempts = tab.server.rows("SELECT * FROM runs_runattempt WHERE run_id = ? ORDER BY number", stored["id"])
    assert [(row["number"], row["status"], row["request_id"]) for row in attempts] == [
        (1, 529, "req_first"),
        (2, 200, "req_exact"),
    ]
    assert (attempts[0]["error_type"], attempts[0]["error_message"]) == ("overloaded_error", "<u>busy</u>")
    assert 1000 <= attempts[0]["wait_ms"] < 3000
    assert attempts[1]["wait_ms"] is None
    assert moment(attempts[0]["started_at"]) < moment(attempts[1]["started_at"])
    raw = tab.client.get(f"/w/main/runs/{id_of(stored)}/?tab=attempts").text
    assert "&lt;u&gt;busy&lt;/u&gt;" in raw
    assert all(words in text_of(raw) for words in ("529 overloaded_error", "req_first", "req_exact"))


async def test_who_and_where_from_are_stored_and_shown(tab: Tab, upstream: Upstream) -> None:
    stored = await run_to_its_end(tab, upstream, "Who asks?")
    assert (stored["source"], stored["model"], stored["preview"]) == ("playground", "test-model", "Who asks?")
    assert stored["api_version"] == last_call(upstream).header("anthropic-version")
    page = shown(tab, id_of(stored), "answer")
    assert all(words in page for words in (stored["model_label"], stored["connection_name"], "owner"))


async def test_a_living_run_has_every_tab(tab: Tab, upstream: Upstream) -> None:
    reading = await tab.until(await tab.run("Still going [[n=500 delay_ms=20]]"), 3)
    for name in TABS:
        answer = tab.client.get(f"/w/main/runs/{reading.run}/?tab={name}")
        assert answer.status_code == 200
    assert last_call(upstream).body.decode() in shown(tab, reading.run, "request")
    await tab.stop(reading.run)
    await tab.end(reading)


def moment(text: str) -> datetime:
    """A time as SQLite keeps it."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
