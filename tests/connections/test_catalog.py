"""The catalog: what servers tell in their different shapes, and what people added and corrected."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from tests.conftest import MakeConnection
from tests.connections.conftest import url
from tests.upstream import Upstream
from workbench.connections.models import CatalogModel, Connection, Lifecycle


def refresh(browser: Client, connection: Connection) -> str:
    """Presses "Ask the server again"; returns the page that follows."""
    return browser.post(url("connection_refresh", connection), follow=True).content.decode()


def catalog(connection: Connection) -> dict[str, CatalogModel]:
    return {model.model_id: model for model in connection.models.all()}


def anthropic_list(*rows: dict[str, Any]) -> dict[str, Any]:
    data = [{"type": "model", "created_at": "2026-01-01T00:00:00Z", **row} for row in rows]
    return {"data": data, "has_more": False, "first_id": None, "last_id": None}


def test_it_stores_what_the_vendors_list_tells(
    alice: Client, make_connection: MakeConnection, upstream: Upstream
) -> None:
    thinking = {"thinking": {"supported": True}}
    upstream.models = anthropic_list(
        {
            "id": "claude-x",
            "display_name": "Claude X",
            "lifecycle": "deprecated",
            "retires_at": "2026-12-31T00:00:00Z",
            "max_input_tokens": 1_000_000,
            "max_tokens": 128_000,
            "capabilities": thinking,
        },
        {"id": "claude-y"},
    )
    connection = make_connection(base_url=upstream.url)
    page = refresh(alice, connection)
    found = catalog(connection)
    x = found["claude-x"]
    assert (x.label, x.lifecycle, x.retires_at) == (
        "Claude X",
        Lifecycle.DEPRECATED,
        datetime(2026, 12, 31, tzinfo=UTC),
    )
    assert (x.max_input_tokens, x.max_tokens, x.capabilities) == (1_000_000, 128_000, thinking)
    assert (found["claude-y"].label, found["claude-y"].max_tokens) == ("claude-y", None)
    assert [model.model_id for model in connection.models.all()] == ["claude-x", "claude-y"]
    assert "The server offers 2 models." in page
    connection.refresh_from_db()
    assert connection.models_refreshed_at


@pytest.mark.parametrize(
    ("told", "model_id", "label", "context"),
    [
        ({"object": "list", "data": [{"id": "qwen3:8b", "object": "model"}]}, "qwen3:8b", "qwen3:8b", None),
        ({"data": [{"id": "org/model", "max_model_len": 32768}]}, "org/model", "org/model", 32768),
        ({"data": [{"id": "/srv/m.gguf", "meta": {"n_ctx": 4096}}]}, "/srv/m.gguf", "m.gguf", 4096),
        ({"models": [{"name": "llama", "model": "llama"}]}, "llama", "llama", None),
    ],
    ids=["openai", "vllm", "llama.cpp", "ollama"],
)  # fmt: skip
def test_it_understands_the_lists_of_other_servers(  # a table
    alice: Client,
    make_connection: MakeConnection,
    upstream: Upstream,
    told: dict[str, Any],
    model_id: str,
    label: str,
    context: int | None,
) -> None:
    upstream.models = told
    connection = make_connection(base_url=upstream.url)
    refresh(alice, connection)
    (model,) = connection.models.all()
    assert (model.model_id, model.label, model.max_input_tokens, model.max_tokens) == (
        model_id,
        label,
        context,
        context,
    )


def test_a_model_gone_from_the_list_is_kept_but_not_offered(
    alice: Client, make_connection: MakeConnection, upstream: Upstream
) -> None:
    connection = make_connection(base_url=upstream.url, models=("gone", "test-model"))
    page = refresh(alice, connection)
    found = catalog(connection)
    assert {model_id: model.is_listed for model_id, model in found.items()} == {
        "gone": False,
        "test-model": True,
        "test-model-2": True,
    }
    assert "no longer offered" in page


def test_a_model_that_comes_back_is_offered_again(
    alice: Client, make_connection: MakeConnection, upstream: Upstream
) -> None:
    connection = make_connection(base_url=upstream.url, models=("test-model",))
    CatalogModel.objects.update(is_listed=False)
    refresh(alice, connection)
    assert catalog(connection)["test-model"].is_listed


def test_a_retired_model_is_not_offered(alice: Client, make_connection: MakeConnection, upstream: Upstream) -> None:
    upstream.models = anthropic_list({"id": "old", "lifecycle": "retired"})
    connection = make_connection(base_url=upstream.url)
    refresh(alice, connection)
    assert not catalog(connection)["old"].is_listed


def test_prices_of_people_and_models_added_by_hand_outlive_a_refresh(
    alice: Client, make_connection: MakeConnection, upstream: Upstream
) -> None:
    connection = make_connection(base_url=upstream.url, models=("test-model", "mine"))
    connection.models.filter(model_id="test-model").update(input_price=1, output_price=2)
    connection.models.filter(model_id="mine").update(is_own=True)
    refresh(alice, connection)
    found = catalog(connection)
    assert (found["test-model"].input_price, found["test-model"].output_price) == (Decimal(1), Decimal(2))
    assert found["test-model"].label == "Test Model"
    assert found["mine"].is_listed


def test_a_server_without_a_list_leaves_the_catalog_as_it_is(
    alice: Client, make_connection: MakeConnection, bare_server: str
) -> None:
    connection = make_connection(base_url=bare_server, models=("mine",))
    page = refresh(alice, connection)
    assert catalog(connection)["mine"].is_listed
    assert "no list of models" in page


def test_a_list_that_cannot_be_fetched_changes_nothing_and_says_why(
    alice: Client, make_connection: MakeConnection, upstream: Upstream
) -> None:
    upstream.key = "another"
    connection = make_connection(base_url=upstream.url, models=("mine",))
    page = refresh(alice, connection)
    assert catalog(connection)["mine"].is_listed
    assert "The key was not accepted" in page


def test_another_connections_models_are_left_alone(
    alice: Client, make_connection: MakeConnection, upstream: Upstream
) -> None:
    other = make_connection(name="Other", models=("theirs",))
    refresh(alice, make_connection(base_url=upstream.url))
    assert catalog(other)["theirs"].is_listed


def test_strange_rows_do_no_harm(alice: Client, make_connection: MakeConnection, upstream: Upstream) -> None:
    upstream.models = anthropic_list(
        {"id": "good", "display_name": "Good\x00\n\u202e one", "max_tokens": -5, "max_input_tokens": 10**30},
        {"id": "dated", "retires_at": "2026-13-45T00:00:00Z", "lifecycle": "resting"},
        {"id": "naive", "retires_at": "2026-12-31T00:00:00"},
        {"id": "x" * 301},
        {"id": "nul\x00"},
        {"id": ""},
        {"id": 5},
    )
    connection = make_connection(base_url=upstream.url)
    refresh(alice, connection)
    found = catalog(connection)
    assert list(found) == ["good", "dated", "naive"]
    assert (found["good"].label, found["good"].max_tokens, found["good"].max_input_tokens) == ("Good one", None, None)
    assert (found["dated"].retires_at, found["dated"].lifecycle) == (None, Lifecycle.ACTIVE)
    assert found["naive"].retires_at == datetime(2026, 12, 31, tzinfo=UTC)


def test_a_catalog_of_thousands_is_stored(alice: Client, make_connection: MakeConnection, upstream: Upstream) -> None:
    upstream.models = {"data": [{"id": f"model-{number}"} for number in range(3000)]}
    connection = make_connection(base_url=upstream.url)
    refresh(alice, connection)
    refresh(alice, connection)
    assert connection.models.filter(is_listed=True).count() == 3000
