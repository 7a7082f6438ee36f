"""Tokens and cost before running: counted by the model's own server, or not shown."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.test import Client

from tests.conftest import MakeConnection
from tests.upstream import Upstream, count_tokens
from workbench.connections.models import CatalogModel, Connection

pytestmark = pytest.mark.django_db(transaction=True)


def asked(connection: Connection, **changes: object) -> dict[str, object]:
    form = {"submission": str(uuid4()), "system": "Be brief.", "role": ["user"], "text": ["Count these words please"]}
    return {**form, "lane-0-model": f"{connection.pk}:test-model", "lane-0-max_tokens": "1000", **changes}


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


def test_a_server_that_cannot_count_gives_no_number(alice: Client, make_connection: MakeConnection) -> None:
    connection = make_connection(base_url="http://127.0.0.1:9", models=("test-model",))
    answer = alice.post("/w/main/estimate/", asked(connection))
    assert answer.status_code == 200
    assert re.search(r'<output id="estimate"[^>]*></output>', answer.content.decode())


def test_an_incomplete_form_gives_no_number(alice: Client, make_connection: MakeConnection) -> None:
    connection = make_connection(models=("test-model",))
    assert alice.post("/w/main/estimate/", asked(connection, text=[""])).status_code == 200
