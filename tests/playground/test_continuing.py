"""Going on from an answer: the prompt gets it as its next message, and what was typed meanwhile is not lost."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from tests.conftest import MakeConnection
from workbench.connections.models import CatalogModel
from workbench.prompts.models import Draft
from workbench.runs.models import Run, Status
from workbench.teams.models import Member

CALL = {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"city": "Bern"}}


@pytest.fixture
def model(make_connection: MakeConnection) -> CatalogModel:
    return CatalogModel.objects.create(connection=make_connection(), model_id="m")


def typed(model: CatalogModel, message: str = "Hello", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - form fields
    lane = {"lane-0-model": f"{model.connection_id}:m", "lane-0-max_tokens": "50"}
    return {"system": "", "role": ["user"], "text": [message], "submission": str(uuid4()), **lane, **more}


def answered(member: Member, client: Client, form: dict[str, Any], *content: dict[str, Any], **ended: Any) -> Run:  # noqa: ANN401 - fields of a run
    client.post("/w/main/runs/", form)
    run = Run.objects.filter(workspace=member.workspace).latest("id")
    message = {"content": list(content)}
    Run.objects.filter(pk=run.pk).update(**{"status": Status.SUCCEEDED, "message": message, **ended})
    return run


def test_the_answer_is_the_next_message_and_the_one_after_is_empty(
    editor: Member, bob: Client, model: CatalogModel
) -> None:
    run = answered(editor, bob, typed(model), {"type": "text", "text": "Hi {{there}}"})
    assert bob.post(f"/w/main/continue/{run.id}/", typed(model)).status_code == 302
    assert Draft.objects.get().content["turns"] == [
        {"role": "user", "text": "Hello"},
        {"role": "assistant", "text": "Hi \\{{there}}"},
        {"role": "user", "text": ""},
    ]


def test_calls_of_tools_go_back_unchanged_with_their_results(editor: Member, bob: Client, model: CatalogModel) -> None:
    thought = {"type": "thinking", "thinking": "Hm", "signature": "c2ln"}
    run = answered(editor, bob, typed(model), thought, CALL, stop_reason="tool_use")
    bob.post(f"/w/main/continue/{run.id}/", typed(model))
    page = bob.get("/w/main/").context["page"]
    turns = page.turns
    assert [turn.role for turn in turns] == ["user", "assistant", "user"]
    form = typed(model)
    form |= {"turn": [turn.key for turn in turns], "role": [turn.role for turn in turns]}
    form |= {"text": [turn.text for turn in turns], f"{turns[1].key}-blocks": turns[1].blocks}
    refused = bob.post("/w/main/runs/", form)
    assert refused.status_code == 422
    assert "The call of “weather” has no result yet" in refused.content.decode()
    form |= {f"{turns[2].key}-result-id": "toolu_1", f"{turns[2].key}-result-name": "weather"}
    form |= {f"{turns[2].key}-result-text": "Rain"}
    assert bob.post("/w/main/runs/", form).status_code == 302
    body = json.loads(Run.objects.latest("id").request_body)
    assert body["messages"][1] == {"role": "assistant", "content": [thought, CALL]}
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "Rain"}
    assert body["messages"][2] == {"role": "user", "content": [result]}


def test_what_was_typed_meanwhile_is_put_aside(editor: Member, bob: Client, model: CatalogModel) -> None:
    run = answered(editor, bob, typed(model), {"type": "text", "text": "Hi"})
    bob.post(f"/w/main/continue/{run.id}/", typed(model, "Something else"))
    aside = Draft.objects.get(put_aside_at__isnull=False)
    assert aside.content["turns"] == [{"role": "user", "text": "Something else"}]
    now = Draft.objects.get(put_aside_at__isnull=True)
    assert [turn["text"] for turn in now.content["turns"]] == ["Hello", "Hi", ""]


def test_an_answer_that_was_cut_is_asked_to_go_on(editor: Member, bob: Client, model: CatalogModel) -> None:
    run = answered(editor, bob, typed(model), {"type": "text", "text": "Hi"}, stop_reason="max_tokens")
    bob.post(f"/w/main/continue/{run.id}/", typed(model))
    assert Draft.objects.get().content["turns"][-1]["text"] == "Go on exactly where you stopped."


def test_a_run_without_an_answer_changes_nothing(editor: Member, bob: Client, model: CatalogModel) -> None:
    run = answered(editor, bob, typed(model), status=Status.FAILED)
    assert bob.post(f"/w/main/continue/{run.id}/", typed(model)).status_code == 302
    assert not Draft.objects.exists()
