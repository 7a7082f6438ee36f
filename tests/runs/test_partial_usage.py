"""What is said of tokens and cost when an answer broke off before its provider counted them."""

from __future__ import annotations

import json

import pytest

from tests.conftest import MakeServer
from tests.upstream import Upstream

pytestmark = pytest.mark.reliability


def test_output_that_was_never_counted_is_estimated_and_said_to_be(make_server: MakeServer, upstream: Upstream) -> None:
    server = make_server(upstream.url)
    browser = server.browser()
    run = server.run(browser, "Go on [[n=200 cut_after=100]]")
    assert server.wait_for(run) == "interrupted"
    stored = server.stored_run(run)
    assert stored["input_tokens"] > 0
    assert stored["output_tokens"] is None, "the first event's count is not that of the answer"
    page = browser.get(f"/w/main/runs/{run}/").text
    text = json.loads(stored["message"])["content"][0]["text"]
    assert f'<b data-part="output">≈ {round(len(text) / 4)}</b>' in page


def test_its_cost_is_a_lower_bound(make_server: MakeServer, upstream: Upstream) -> None:
    server = make_server(upstream.url)
    browser = server.browser()
    model = server.first_model(browser)
    server.python(
        "from workbench.connections.models import CatalogModel\n"
        "CatalogModel.objects.update(input_price=1000, output_price=5000)"
    )
    cut = server.run(browser, "Go on [[n=200 cut_after=100]]", model=model)
    server.wait_for(cut)
    assert '<b data-part="cost">≥ $' in browser.get(f"/w/main/runs/{cut}/").text
    whole = server.run(browser, "Go on [[n=20]]", model=model)
    server.wait_for(whole)
    assert '<b data-part="cost">$' in browser.get(f"/w/main/runs/{whole}/").text
    assert "≥ $" in browser.get("/w/main/runs/").text
