"""The settings that the page offers for a model: those that it takes, with what they may be."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from tests.conftest import MakeConnection
from workbench.connections.models import CatalogModel, Kind


def offered(client: Client, model: CatalogModel) -> dict[str, list[str]]:
    """The names of the controls, each with the values of a choice."""
    address = "/w/main/lanes/0/"
    answer = client.get(address, {"lane-0-model": f"{model.connection_id}:{model.model_id}", "lane-0-max_tokens": "9"})
    lane = answer.context["lane"]
    return {control.name: [value for value, _ in control.choices] for control in [*lane.in_sight, *lane.in_panel]}


OFFERED = {
    ("claude-opus-4-6", Kind.ANTHROPIC): (
        ["", "adaptive", "enabled", "disabled"],
        {"temperature", "thinking_budget", "effort", "cache_control", "service_tier"},
        {"speed"},
    ),
    ("claude-opus-5-5", Kind.ANTHROPIC): (
        ["", "adaptive"],
        {"effort", "speed", "betas", "extra"},
        {"temperature", "top_p", "top_k", "thinking_budget"},
    ),
    ("claude-haiku-4-5", Kind.ANTHROPIC): (
        ["", "enabled", "disabled"],
        {"temperature", "thinking_budget"},
        {"effort", "speed"},
    ),
    ("qwen3", Kind.COMPATIBLE): (
        ["", "enabled", "disabled"],
        {"temperature", "effort"},
        {"service_tier", "speed", "cache_control", "thinking_display"},
    ),
    ("smollm2-135m", Kind.LOCAL): (
        None,
        {"temperature", "stop_sequences"},
        {"thinking", "thinking_budget", "effort", "cache_control"},
    ),
}


@pytest.mark.parametrize(("model_id", "kind"), OFFERED)
def test_a_model_is_offered_what_it_takes(
    alice: Client,
    make_connection: MakeConnection,
    model_id: str,
    kind: Kind,
) -> None:
    thinking, has, has_not = OFFERED[model_id, kind]
    connection = make_connection()
    type(connection).objects.filter(pk=connection.pk).update(kind=kind)
    found = offered(alice, CatalogModel.objects.create(connection=connection, model_id=model_id))
    assert has <= set(found)
    assert not has_not & set(found)
    assert found.get("thinking") == thinking


def test_what_the_server_tells_of_its_model_wins(alice: Client, make_connection: MakeConnection) -> None:
    told = {
        "thinking": {"supported": True, "types": {"adaptive": {"supported": False}, "enabled": {"supported": True}}},
        "effort": {"supported": True, "low": {"supported": True}, "xhigh": None, "max": {"supported": True}},
    }
    model = CatalogModel.objects.create(connection=make_connection(), model_id="claude-opus-5-5", capabilities=told)
    found = offered(alice, model)
    assert found["thinking"] == ["", "enabled"]
    assert found["effort"] == ["", "low", "max"]


def test_a_model_on_its_way_out_says_when(alice: Client, make_connection: MakeConnection) -> None:
    model = CatalogModel.objects.create(
        connection=make_connection(),
        model_id="old",
        lifecycle="deprecated",
        retires_at=datetime(2026, 11, 30, tzinfo=UTC),
    )
    answer = alice.get("/w/main/lanes/0/", {"lane-0-model": f"{model.connection_id}:old", "lane-0-max_tokens": "9"})
    assert "deprecated, retires on Nov. 30, 2026" in answer.content.decode()
