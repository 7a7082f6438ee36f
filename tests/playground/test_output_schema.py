"""The schema of the answer in the playground: sent as the model takes it, or refused before it is sent."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from tests.conftest import MakeConnection
from workbench.connections.models import CatalogModel, Kind
from workbench.runs.models import Run
from workbench.runs.schema_ways import TOOL, Way, sent_schema

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "additionalProperties": False}
OPEN = {"type": "object", "properties": {"city": {"type": "string"}}}


@pytest.fixture
def newer(make_connection: MakeConnection) -> CatalogModel:
    return CatalogModel.objects.create(connection=make_connection(kind=Kind.ANTHROPIC), model_id="claude-opus-4-7")


def older(newer: CatalogModel) -> CatalogModel:
    return CatalogModel.objects.create(connection=newer.connection, model_id="claude-3-5-sonnet")


def typed(schema: object, *models: CatalogModel, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - form fields
    form: dict[str, Any] = {"system": "", "role": ["user"], "text": ["Hello"], "submission": str(uuid4()), **more}
    for index, model in enumerate(models):
        form[f"lane-{index}-model"] = f"{model.connection_id}:{model.model_id}"
        form[f"lane-{index}-max_tokens"] = "50"
    return {**form, "output_schema": schema if isinstance(schema, str) else json.dumps(schema)}


def run(bob: Client, form: dict[str, Any]) -> tuple[int, str]:
    """The answer's status, and what is said beside the field."""
    answer = bob.post("/w/main/runs/", form, headers={"HX-Request": "true"})
    text = " ".join(answer.text.split())
    return answer.status_code, text.partition('id="error-output_schema" hx-swap-oob="true">')[2].partition("</p>")[0]


def test_each_lane_sends_it_in_the_way_of_its_model(bob: Client, newer: CatalogModel) -> None:
    assert run(bob, typed(SCHEMA, newer, older(newer)))[0] == 200
    bodies = [json.loads(run.request_body) for run in Run.objects.order_by("lane")]
    assert [sent_schema(body) for body in bodies] == [(Way.FORMAT, SCHEMA), (Way.TOOL, SCHEMA)]
    assert bodies[1]["tool_choice"] == {"type": "tool", "name": TOOL}


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"type": "strin"}, "/type"),
        ({"properties": {"a": {"$ref": "#/$defs/b"}}}, "/properties/a/$ref: “#/$defs/b” points nowhere."),
        ({"$ref": "#"}, "leads back to itself"),
        ('{"type": "object", "type": "string"}', "/type: “type” stands twice in one object."),
        ('{"items":' * 10_000 + "{}" + "}" * 10_000, "nested too deeply"),
    ],
)
def test_what_is_no_schema_is_not_sent(bob: Client, newer: CatalogModel, schema: object, said: str) -> None:
    status, told = run(bob, typed(schema, newer))
    assert status == 422
    assert said in told
    assert not Run.objects.exists()


def test_what_the_provider_refuses_is_said_before_it_is_sent(bob: Client, newer: CatalogModel) -> None:
    status, told = run(bob, typed(OPEN, newer))
    assert status == 422
    assert "claude-opus-4-7 does not take this schema: Every object needs" in told


def test_other_servers_may_take_it(bob: Client, newer: CatalogModel) -> None:
    type(newer.connection).objects.update(kind=Kind.COMPATIBLE)
    assert run(bob, typed(OPEN, newer))[0] == 200


def test_a_run_brings_the_schema_back_whichever_way_it_went(bob: Client, newer: CatalogModel) -> None:
    run(bob, typed(SCHEMA, older(newer), system="Be kind."))
    page = bob.get(f"/w/main/?run={Run.objects.get().id}").context["page"]
    assert json.loads(page.output_schema) == SCHEMA
    assert (page.tools, page.system) == ("", "Be kind.")
