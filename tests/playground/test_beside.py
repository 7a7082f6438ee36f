"""Tools and the schema of the answer: typed as JSON, sent as the API takes them, kept in drafts, versions and runs."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from tests.conftest import MakeConnection
from workbench.connections.models import CatalogModel
from workbench.prompts.models import Draft, PromptVersion
from workbench.prompts.pasted import read_pasted
from workbench.runs.models import Run

TOOL = {"name": "weather", "description": "Tells it", "input_schema": {"type": "object"}}
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "additionalProperties": False}


@pytest.fixture
def model(make_connection: MakeConnection) -> CatalogModel:
    return CatalogModel.objects.create(connection=make_connection(), model_id="claude-opus-4-7")


def typed(model: CatalogModel, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - form fields
    lane = {"lane-0-model": f"{model.connection_id}:{model.model_id}", "lane-0-max_tokens": "50"}
    return {"system": "", "role": ["user"], "text": ["Hello"], "submission": str(uuid4()), **lane, **more}


BOTH = {"tools": json.dumps([TOOL]), "output_schema": json.dumps(SCHEMA)}


def test_both_are_sent_beside_the_settings(bob: Client, model: CatalogModel) -> None:
    bob.post("/w/main/runs/", typed(model, **BOTH, **{"lane-0-effort": "low"}))
    body = json.loads(Run.objects.get().request_body)
    assert body["tools"] == [TOOL]
    assert body["output_config"] == {"effort": "low", "format": {"type": "json_schema", "schema": SCHEMA}}


def test_without_them_nothing_is_sent(bob: Client, model: CatalogModel) -> None:
    bob.post("/w/main/runs/", typed(model, tools=" \n", output_schema=""))
    assert not {"tools", "output_config"} & set(json.loads(Run.objects.get().request_body))


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("tools", '[{"name": }]', "This is not JSON. (1:11)"),
        ("tools", '"weather"', "Write a list of tools"),
        ("tools", '{"name": "weather"}', "0.input_schema: Every tool needs an input schema"),
        ("tools", '[{"name": "a", "name": "b"}]', "“name” stands twice in one object."),
        ("tools", "[" * 100_000, "This is nested too deeply."),
        ("output_schema", "[]", "Write one JSON object"),
        ("output_schema", '{"minimum": NaN}', "JSON has no NaN."),
    ],
)
def test_what_cannot_be_sent_is_said_beside_its_field(
    bob: Client, model: CatalogModel, field: str, text: str, said: str
) -> None:
    answer = bob.post("/w/main/runs/", typed(model, **{field: text}), headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert f'id="error-{field}" hx-swap-oob="true">{said}' in " ".join(answer.text.split())
    assert not Run.objects.exists()


def test_a_draft_keeps_what_is_no_json_yet(bob: Client, model: CatalogModel) -> None:
    bob.post("/w/main/draft/", typed(model, tools='[{"na', output_schema="{\r\n"))
    assert {name: Draft.objects.get().content[name] for name in BOTH} == {"tools": '[{"na', "output_schema": "{\n"}
    page = bob.get("/w/main/").context["page"]
    assert (page.tools, page.output_schema) == ('[{"na', "{\n")


def test_they_are_saved_with_the_version_and_come_back_with_it(bob: Client, model: CatalogModel) -> None:
    bob.post("/w/main/save/new/", typed(model, name="Mine", **BOTH))
    version = PromptVersion.objects.get()
    assert (version.tools, version.output_schema) == ([TOOL], SCHEMA)
    page = bob.get(f"/w/main/?prompt={version.prompt_id}").context["page"]
    assert (json.loads(page.tools), json.loads(page.output_schema)) == ([TOOL], SCHEMA)
    same = typed(model, prompt=str(version.prompt_id), base="1", **BOTH)
    assert bob.post("/w/main/draft/", same).json()["edited"] is False
    assert bob.post("/w/main/draft/", {**same, "tools": ""}).json()["edited"] is True
    assert "weather" in bob.get(f"/w/main/prompts/{version.prompt_id}/versions/1/").text


def test_what_is_no_json_is_no_version_and_stays_a_draft(bob: Client, model: CatalogModel) -> None:
    answer = bob.post("/w/main/save/new/", typed(model, name="Mine", tools="[nothing"))
    assert answer.status_code == 422
    assert "This is not JSON." in answer.text
    assert not PromptVersion.objects.exists()
    assert Draft.objects.get().content["tools"] == "[nothing"


@pytest.mark.parametrize("message", ["Hello", "Hello {{who}}"])
def test_a_run_brings_them_back(bob: Client, model: CatalogModel, message: str) -> None:
    variables = {"variable-0-name": "who", "variable-0-value": "Ines"} if "who" in message else {}
    bob.post("/w/main/runs/", typed(model, text=[message], **BOTH, **variables))
    page = bob.get(f"/w/main/?run={Run.objects.get().id}").context["page"]
    assert (json.loads(page.tools), json.loads(page.output_schema)) == ([TOOL], SCHEMA)
    assert page.turns[0].text == message
    assert page.lanes[0].form["extra"].value() in ("", None)


def test_a_pasted_request_brings_them() -> None:
    request = {
        "model": "m",
        "messages": [{"role": "user", "content": "Hello"}],
        "tools": [TOOL],
        "output_config": {"format": {"type": "json_schema", "schema": SCHEMA}},
    }
    pasted = read_pasted(json.dumps(request))
    assert json.loads(pasted.draft["tools"]) == [TOOL]
    assert json.loads(pasted.draft["output_schema"]) == SCHEMA
    assert "extra" not in pasted.draft["lanes"][0]
    assert not pasted.left_out
