"""Tokens and cost before running: counted by the model's own server, else estimated and said to be."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.test import Client

from tests.conftest import MakeConnection
from tests.upstream import Upstream, count_tokens
from tests.upstream_script import Script
from workbench.connections.models import CatalogModel, Connection, Kind

pytestmark = pytest.mark.django_db(transaction=True)


def asked(connection: Connection, **changes: object) -> dict[str, object]:
    form = {"submission": str(uuid4()), "system": "Be brief.", "role": ["user"], "text": ["Count these words please"]}
    model = (
        CatalogModel.objects.filter(connection=connection).order_by("position").values_list("model_id", flat=True)[0]
    )
    return {**form, "lane-0-model": f"{connection.pk}:{model}", "lane-0-max_tokens": "1000", **changes}


def test_it_is_what_the_server_counts(alice: Client, make_connection: MakeConnection, upstream: Upstream) -> None:
    connection = make_connection(base_url=upstream.url, models=("test-model",))
    page = alice.post("/w/main/estimate/", asked(connection)).content.decode()
    whole = next(call for call in upstream.calls("/v1/messages/count_tokens") if "system" in call.json)
    assert f"{count_tokens(whole.json)} tokens" in page
    assert "stream" not in whole.json
    assert "max_tokens" not in whole.json


def test_the_cost_is_a_range_from_the_input_alone_to_the_longest_answer(
    alice: Client, make_connection: MakeConnection, upstream: Upstream
) -> None:
    connection = make_connection(base_url=upstream.url, models=("test-model",))
    CatalogModel.objects.update(input_price=1000, output_price=2000)
    page = alice.post("/w/main/estimate/", asked(connection)).content.decode()
    assert "$2.0" in page
    assert "–" in page


def test_the_same_text_is_counted_once(alice: Client, make_connection: MakeConnection, upstream: Upstream) -> None:
    connection = make_connection(base_url=upstream.url, models=("test-model",))
    alice.post("/w/main/estimate/", asked(connection, text=["Once only"]))
    counted = len(upstream.calls("/v1/messages/count_tokens"))
    alice.post("/w/main/estimate/", asked(connection, text=["Once only"]))
    assert len(upstream.calls("/v1/messages/count_tokens")) == counted


def test_an_incomplete_form_gives_no_number(alice: Client, make_connection: MakeConnection) -> None:
    connection = make_connection(models=("test-model",))
    assert alice.post("/w/main/estimate/", asked(connection, text=[""])).status_code == 200


def test_what_is_empty_yet_is_no_refusal(alice: Client, make_connection: MakeConnection) -> None:
    connection = make_connection(models=("test-model",))
    assert "would be refused" not in words(alice, asked(connection, text=["For {{whom}}"]))


def test_a_server_that_is_not_there_gives_an_estimate_that_says_so(
    alice: Client, make_connection: MakeConnection
) -> None:
    connection = make_connection(base_url="http://127.0.0.1:9", models=("test-model",))
    page = words(alice, asked(connection, text=["four" * 100]))
    assert re.search(r"about 1\d\d tokens in", page)
    assert "Estimated: four bytes of text as one token" in page


def test_a_server_without_counting_is_asked_once(
    alice: Client, make_connection: MakeConnection, upstream: Upstream
) -> None:
    upstream.counting = Script(status=404)
    connection = make_connection(base_url=upstream.url, models=("test-model",))
    assert "about" in words(alice, asked(connection))
    seen = len(upstream.calls("/v1/messages/count_tokens"))
    assert "about" in words(alice, asked(connection, text=["Another text"]))
    assert len(upstream.calls("/v1/messages/count_tokens")) == seen > 0


def test_a_server_that_was_found_not_to_count_is_never_asked(
    alice: Client, make_connection: MakeConnection, upstream: Upstream
) -> None:
    connection = make_connection(base_url=upstream.url, models=("test-model",), features={"count_tokens": False})
    assert "about" in words(alice, asked(connection))
    assert not upstream.calls("/v1/messages/count_tokens")


def test_every_lane_is_counted_for_its_own_model_and_costs_are_added(
    alice: Client, make_connection: MakeConnection, upstream: Upstream
) -> None:
    connection = make_connection(base_url=upstream.url, models=("one", "two"))
    CatalogModel.objects.update(input_price=1000, output_price=0, max_input_tokens=1000)
    lanes = {f"lane-{index}-model": f"{connection.pk}:{name}" for index, name in enumerate(("one", "two"))}
    page = words(alice, asked(connection, **lanes, **{"lane-1-max_tokens": "10"}))
    assert {call.json["model"] for call in upstream.calls("/v1/messages/count_tokens")} == {"one", "two"}
    each = page.count(" of 1,000 tokens")
    assert each == 4, "a meter and words for each"
    costs = [float(found) for found in re.findall(r"\$(\d+\.\d+)", page)]
    assert len(costs) == 3
    assert costs[0] == pytest.approx(costs[1] + costs[2])


def test_the_window_is_told_and_an_answer_without_room_is_a_warning(
    alice: Client, make_connection: MakeConnection, upstream: Upstream
) -> None:
    connection = make_connection(base_url=upstream.url, models=("test-model",))
    CatalogModel.objects.update(max_input_tokens=1000)
    page = words(alice, asked(connection))
    assert '<meter min="0" max="1000" high="0" optimum="0"' in page
    assert "With 1,000 max tokens this is" in page
    assert "would be refused" not in page
    assert "max tokens this is" not in words(alice, asked(connection, **{"lane-0-max_tokens": "900"}))


def test_an_input_that_is_larger_than_the_window_would_be_refused(
    alice: Client, make_connection: MakeConnection, upstream: Upstream
) -> None:
    connection = make_connection(base_url=upstream.url, models=("test-model",))
    CatalogModel.objects.update(max_input_tokens=5)
    assert "The input is larger than the context window of test-model." in words(alice, asked(connection))


def test_what_the_page_knows_to_be_refused_is_told_in_its_lane(alice: Client, make_connection: MakeConnection) -> None:
    connection = make_connection(base_url="http://127.0.0.1:9", models=("claude-opus-4-5", "claude-opus-4-7"))
    lanes = {f"lane-{index}-model": f"{connection.pk}:claude-opus-4-{version}" for index, version in enumerate((5, 7))}
    begun = {"role": ["user", "assistant"], "text": ["Hello", "I think"]}
    page = words(alice, asked(connection, **lanes, **begun, **{"lane-1-max_tokens": "999999999"}))
    assert refusals(page, 0) == ""
    assert "Max tokens: At most" in refusals(page, 1)
    page = words(alice, asked(connection, **lanes, **begun, **{"lane-1-max_tokens": "100"}))
    assert "does not continue a begun answer" in refusals(page, 1)


def test_what_is_only_not_finished_is_not_called_wrong(alice: Client, make_connection: MakeConnection) -> None:
    connection = make_connection(models=("test-model",))
    assert refusals(words(alice, asked(connection, text=[""])), 0) == ""
    assert "This is not JSON" in refusals(words(alice, asked(connection, tools="[{")), 0)


def test_what_the_provider_says_when_it_counts_is_told(
    alice: Client, make_connection: MakeConnection, upstream: Upstream
) -> None:
    upstream.counting = Script(status=400, type="invalid_request_error", message="messages: <b>no</b>")
    connection = make_connection(base_url=upstream.url, models=("claude-opus-4-7",), kind=Kind.ANTHROPIC)
    page = words(alice, asked(connection))
    assert "The provider refuses this: messages: &lt;b&gt;no&lt;/b&gt;" in refusals(page, 0)
    searching = asked(connection, tools='[{"type": "web_search_20250305", "name": "web_search"}]')
    assert "refuses" not in words(alice, searching), "a server may refuse to count what it would run"


def test_what_no_server_counts_is_left_out_and_said(
    alice: Client, make_connection: MakeConnection, upstream: Upstream
) -> None:
    connection = make_connection(base_url=upstream.url, models=("claude-opus-4-7",))
    picture = '[{"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}}]'
    tools = '[{"type": "web_search_20250305", "name": "web_search"}]'
    page = words(alice, asked(connection, tools=tools, turn=["a"], **{"a-blocks": picture}))
    sent = upstream.calls("/v1/messages/count_tokens")[0].json
    assert "tools" not in sent
    assert "image" not in str(sent)
    assert "about" in page
    assert "Counted, but for what no server counts" in page


def test_a_mark_below_the_models_minimum_is_said(
    alice: Client, make_connection: MakeConnection, upstream: Upstream
) -> None:
    connection = make_connection(base_url=upstream.url, models=("claude-opus-4-7",))
    page = words(alice, asked(connection, **{"system-cache": "5m"}))
    assert "1 of 4 cache marks are set. claude-opus-4-7 keeps nothing below 2,048 tokens" in page
    long = words(alice, asked(connection, system="word " * 9000, text=["word " * 9000], **{"system-cache": "5m"}))
    assert "keeps nothing" not in long


def test_what_is_marked_costs_less_when_read_and_more_when_written(
    alice: Client, make_connection: MakeConnection, upstream: Upstream
) -> None:
    connection = make_connection(base_url=upstream.url, models=("claude-opus-4-7",))
    CatalogModel.objects.update(input_price=1000, output_price=0)
    long = asked(connection, system="word " * 9000, text=["word " * 9000], turn=["a"])
    (plain,) = costs(words(alice, long))
    low, high = costs(words(alice, {**long, "a-cache": "1h"}))
    assert low == pytest.approx(plain / 10, rel=0.01)
    assert high == pytest.approx(plain * 2, rel=0.01)


def test_a_mark_below_the_minimum_changes_no_price(
    alice: Client, make_connection: MakeConnection, upstream: Upstream
) -> None:
    connection = make_connection(base_url=upstream.url, models=("claude-opus-4-7",))
    CatalogModel.objects.update(input_price=1000, output_price=0)
    short = asked(connection, turn=["a"])
    assert costs(words(alice, short)) == costs(words(alice, {**short, "a-cache": ""}))
    (marked,) = costs(words(alice, {**short, "a-cache": "1h"}))
    assert marked > 0


def words(client: Client, form: dict[str, object]) -> str:
    """What is answered, in one line."""
    return " ".join(client.post("/w/main/estimate/", form).content.decode().split())


def refusals(page: str, lane: int) -> str:
    """Why a lane would be refused."""
    return page.partition(f'<div id="lane-{lane}-refusals" hx-swap-oob="innerHTML">')[2].partition("</div>")[0].strip()


def costs(page: str) -> list[float]:
    """The range in the bar."""
    told = page.partition('<output id="estimate"')[2].partition("</output>")[0]
    return [float(found) for found in re.findall(r"\$(\d+\.\d+)", told)]
