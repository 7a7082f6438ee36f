"""Marks for the provider’s cache: set in the page, sent where they stand, kept with the prompt, refused in time."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from tests.conftest import MakeConnection
from workbench.connections.models import CatalogModel, Kind
from workbench.prompts.models import Draft, PromptVersion
from workbench.prompts.pasted import read_pasted
from workbench.runs.models import Run

TOOL = {"name": "weather", "input_schema": {"type": "object"}}
FIVE, HOUR = {"type": "ephemeral"}, {"type": "ephemeral", "ttl": "1h"}
MARKS = {"tools-cache": "1h", "system-cache": "1h", "a-cache": "5m"}


@pytest.fixture
def model(make_connection: MakeConnection) -> CatalogModel:
    return CatalogModel.objects.create(connection=make_connection(), model_id="claude-opus-4-7")


@pytest.fixture
def forgetful(make_connection: MakeConnection) -> CatalogModel:
    """A model of a server that keeps nothing."""
    return CatalogModel.objects.create(connection=make_connection(kind=Kind.COMPATIBLE), model_id="llama")


def typed(model: CatalogModel, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - form fields
    prompt = {"system": "Be brief.", "role": ["user"], "text": ["Hello"], "turn": ["a"], "tools": json.dumps([TOOL])}
    lane = {"lane-0-model": f"{model.connection_id}:{model.model_id}", "lane-0-max_tokens": "50"}
    return {**prompt, "submission": str(uuid4()), **lane, **more}


def conversation(*ttls: str) -> dict[str, Any]:
    """Messages of both sides in turn, each with its mark ("": none)."""
    keys = [f"k{index}" for index in range(len(ttls))]
    roles = ["user" if index % 2 == 0 else "assistant" for index in range(len(ttls))]
    marks = {f"{key}-cache": ttl for key, ttl in zip(keys, ttls, strict=True)}
    return {"turn": keys, "role": roles, "text": ["Words"] * len(ttls), "system": "", "tools": "", **marks}


def sent() -> dict[str, Any]:
    body: dict[str, Any] = json.loads(Run.objects.latest("id").request_body)
    return body


def refused(client: Client, form: dict[str, Any]) -> str:
    answer = client.post("/w/main/runs/", form, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert not Run.objects.exists()
    return " ".join(answer.text.split())


def test_each_mark_ends_the_part_that_it_was_set_on(bob: Client, model: CatalogModel) -> None:
    bob.post("/w/main/runs/", typed(model, **MARKS))
    assert sent()["tools"] == [{**TOOL, "cache_control": HOUR}]
    assert sent()["system"] == [{"type": "text", "text": "Be brief.", "cache_control": HOUR}]
    assert sent()["messages"][0]["content"] == [{"type": "text", "text": "Hello", "cache_control": FIVE}]


def test_a_part_that_is_empty_takes_no_mark(bob: Client, model: CatalogModel) -> None:
    bob.post("/w/main/runs/", typed(model, system=" ", tools="", **{"system-cache": "5m", "tools-cache": "5m"}))
    assert "cache_control" not in Run.objects.get().request_body
    assert "system" not in sent()


def test_a_tool_that_is_loaded_later_takes_no_mark(bob: Client, model: CatalogModel) -> None:
    tools = json.dumps([TOOL, {**TOOL, "name": "time", "defer_loading": True}])
    bob.post("/w/main/runs/", typed(model, tools=tools, **{"tools-cache": "5m"}))
    assert [tool.get("cache_control") for tool in sent()["tools"]] == [FIVE, None]


def test_an_empty_message_stays_empty_with_a_mark(bob: Client, model: CatalogModel) -> None:
    assert "This message is empty" in refused(bob, typed(model, text=[""], **{"a-cache": "5m"}))


def test_a_model_that_keeps_nothing_gets_no_marks_and_they_come_back(bob: Client, forgetful: CatalogModel) -> None:
    bob.post("/w/main/runs/", typed(forgetful, tools="", **MARKS))
    assert "cache_control" not in Run.objects.get().request_body
    page = bob.get(f"/w/main/?run={Run.objects.get().id}").context["page"]
    assert (page.cache, page.turns[0].turn["cache"]) == ({"tools": "1h", "system": "1h"}, "5m")


def test_a_fifth_mark_is_refused_beside_its_message(bob: Client, model: CatalogModel) -> None:
    page = refused(bob, typed(model, **conversation("5m", "5m", "5m", "5m", "5m")))
    assert 'id="error-text-4" hx-swap-oob="true">A request takes at most 4 cache marks' in page


def test_the_mark_of_the_whole_request_counts(bob: Client, model: CatalogModel) -> None:
    four = conversation("5m", "5m", "5m", "5m", "")
    page = refused(bob, typed(model, **four, **{"lane-0-cache_control": "5m"}))
    assert 'id="error-lane-0-cache_control" hx-swap-oob="true">A request takes at most 4' in page


def test_marks_that_are_typed_as_json_count(bob: Client, model: CatalogModel) -> None:
    tools = [{**TOOL, "name": f"t{index}", "cache_control": FIVE} for index in range(4)]
    page = refused(bob, typed(model, tools=json.dumps(tools), **{"system-cache": "5m"}))
    assert 'id="error-system" hx-swap-oob="true">A request takes at most 4' in page


def test_an_hour_stands_before_five_minutes(bob: Client, model: CatalogModel) -> None:
    page = refused(bob, typed(model, **{"system-cache": "5m", "a-cache": "1h"}))
    assert 'id="error-text-0" hx-swap-oob="true">A cache mark for 1 hour must stand before' in page


def test_the_last_message_and_the_whole_request_are_kept_equally_long(bob: Client, model: CatalogModel) -> None:
    page = refused(bob, typed(model, **{"a-cache": "1h", "lane-0-cache_control": "5m"}))
    assert 'id="error-lane-0-cache_control" hx-swap-oob="true">The last message is marked' in page


def test_what_a_model_does_not_get_cannot_be_too_much(bob: Client, forgetful: CatalogModel) -> None:
    bob.post("/w/main/runs/", typed(forgetful, **conversation("5m", "5m", "5m", "5m", "1h")))
    assert Run.objects.count() == 1


def test_a_draft_keeps_them(bob: Client, model: CatalogModel) -> None:
    bob.post("/w/main/draft/", typed(model, **MARKS))
    assert Draft.objects.get().content["cache"] == {"tools": "1h", "system": "1h"}
    page = bob.get("/w/main/")
    for name, ttl in {**MARKS, "turn-0-cache": "5m"}.items():
        if name != "a-cache":
            assert marked_in(page.text, name) == ttl


def marked_in(page: str, name: str) -> str:
    """What is chosen in a page's select."""
    options = page.partition(f'name="{name}"')[2].partition("</select>")[0]
    return next(option[1:3] for option in options.split("value=")[1:] if "selected" in option)


def test_a_version_keeps_them_and_differs_by_them(bob: Client, model: CatalogModel) -> None:
    bob.post("/w/main/save/new/", typed(model, name="Mine"))
    prompt = PromptVersion.objects.get().prompt_id
    saved = typed(model, prompt=str(prompt), base="1", **MARKS)
    assert bob.post("/w/main/draft/", saved).json()["edited"] is True
    bob.post("/w/main/save/", saved)
    assert PromptVersion.objects.get(number=2).cache == {"tools": "1h", "system": "1h"}
    compared = bob.get(f"/w/main/prompts/{prompt}/compare/?from=1&to=2").text
    assert "Cache marks" in compared
    assert "tools: 1h" in compared
    assert "&quot;cache&quot;: &quot;5m&quot;" in compared
    assert "Cache marks" in bob.get(f"/w/main/prompts/{prompt}/versions/2/").text
    bob.post(f"/w/main/prompts/{prompt}/versions/1/restore/")
    assert PromptVersion.objects.get(number=3).cache == {}


def test_they_come_back_with_a_run_and_go_on_with_its_answer(bob: Client, model: CatalogModel) -> None:
    bob.post("/w/main/runs/", typed(model, **MARKS))
    run = Run.objects.get()
    run.message = {"role": "assistant", "content": [{"type": "text", "text": "Hi"}]}
    run.save()
    page = bob.get(f"/w/main/?run={run.id}").context["page"]
    assert (page.cache, page.turns[0].turn["cache"]) == ({"tools": "1h", "system": "1h"}, "5m")
    assert json.loads(page.tools) == [TOOL]
    bob.post(f"/w/main/continue/{run.id}/", typed(model))
    content = Draft.objects.get().content
    assert [turn["text"] for turn in content["turns"]] == ["Hello", "Hi", ""]
    assert not content["cache"], "what the page shows goes on, and its marks were taken away"


def test_a_pasted_request_brings_its_marks() -> None:
    message = {"role": "user", "content": [{"type": "text", "text": "Hello", "cache_control": FIVE}]}
    system = [{"type": "text", "text": "Be brief.", "cache_control": HOUR}]
    body = {"messages": [message], "system": system, "tools": [{**TOOL, "cache_control": HOUR}]}
    draft = read_pasted(json.dumps(body)).draft
    assert draft["cache"] == {"tools": "1h", "system": "1h"}
    assert (draft["system"], json.loads(draft["tools"])) == ("Be brief.", [TOOL])
    assert draft["turns"] == [{"role": "user", "text": "Hello", "cache": "5m"}]


def test_what_is_in_no_field_of_its_own_stays_where_it_was() -> None:
    blocks = [{"type": "text", "text": "One", "cache_control": FIVE}, {"type": "text", "text": "Two"}]
    (turn,) = read_pasted(json.dumps({"messages": [{"role": "user", "content": blocks}]})).draft["turns"]
    assert turn["blocks"] == blocks
    assert "cache" not in turn


def test_the_page_offers_marks_where_a_model_keeps_them(bob: Client, model: CatalogModel) -> None:
    bob.post("/w/main/draft/", typed(model))
    assert "data-kept" in bob.get("/w/main/").text


def test_the_page_offers_none_where_no_model_keeps_them(bob: Client, forgetful: CatalogModel) -> None:
    bob.post("/w/main/draft/", typed(forgetful))
    assert "data-kept" not in bob.get("/w/main/").text
