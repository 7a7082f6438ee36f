"""Saved results of tools: taken as the result of a call, and saved from one, each for its own call."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from workbench.prompts.models import Tool
from workbench.prompts.tool_actions import Mock, keep_tool, save_mock
from workbench.teams.models import Member

WEATHER = {"name": "weather", "input_schema": {"type": "object"}}
# What the page posts of a turn with two results.
RESULTS = {
    "turn-2-result-id": ["toolu_1", "toolu_2"],
    "turn-2-result-name": ["time", "weather"],
    "turn-2-result-text": ["noon", "typed"],
    "turn-2-result-error": ["toolu_2"],
}


def post(client: Client, path: str, **more: Any) -> Any:  # noqa: ANN401 - a response of the test client
    address = f"/w/main/tools/mock/{path}?key=turn-2&number=2"
    return client.post(address, {**RESULTS, **more}, headers={"HX-Request": "true"})


def test_the_picked_result_takes_the_place_of_what_is_there(bob: Client, owner: Member) -> None:
    tool, _new = keep_tool(owner, WEATHER)
    save_mock(owner, tool, Mock(name="Wet", text="Rain\nand <hail>", is_error=False))
    answer = post(bob, "", **{"turn-2-result-2-mock": "Wet"})
    assert "Rain\nand &lt;hail&gt;</textarea>" in answer.text
    assert 'value="toolu_2" checked' not in " ".join(answer.text.split())
    assert '<option value="Wet" selected>' in answer.text
    assert json.loads(answer.headers["HX-Trigger-After-Settle"]) == {"input": {"target": "#turn-2-result-2"}}


def test_what_was_typed_and_replaced_comes_back(bob: Client, owner: Member) -> None:
    tool, _new = keep_tool(owner, WEATHER)
    save_mock(owner, tool, Mock(name="Wet", text="Rain", is_error=False))
    taken = post(bob, "", **{"turn-2-result-2-mock": "Wet"}).text
    assert 'name="turn-2-result-2-before" value="typed"' in " ".join(taken.split())
    back = bob.post("/w/main/tools/mock/?back&key=turn-2&number=2", {**RESULTS, "turn-2-result-2-before": "typed\n"})
    assert "\ntyped\n</textarea>" in back.text
    same = post(bob, "", **{"turn-2-result-2-mock": "Wet", "turn-2-result-text": ["noon", "Rain"]}).text
    assert "-before" not in same


@pytest.mark.parametrize("chosen", ["", "Gone"])
def test_picking_none_leaves_what_is_typed(bob: Client, owner: Member, chosen: str) -> None:
    keep_tool(owner, WEATHER)
    assert "typed</textarea>" in post(bob, "", **{"turn-2-result-2-mock": chosen}).text


def test_a_result_is_saved_for_its_own_call(bob: Client, owner: Member) -> None:
    keep_tool(owner, WEATHER)
    answer = post(bob, "keep/", **{"mock-name": " As  typed "})
    assert "The result is saved as “As typed”." in answer.text
    assert Tool.objects.get().mocks == [{"name": "As typed", "text": "typed", "is_error": True}]


def test_a_tool_that_is_only_in_the_prompt_is_kept_with_its_result(bob: Client) -> None:
    post(bob, "keep/", tools=json.dumps([WEATHER]), **{"mock-name": "Wet"})
    kept = Tool.objects.get()
    assert (kept.definition, kept.mocks[0]["name"]) == (WEATHER, "Wet")


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"mock-name": ""}, "Give it a name"),
        ({"mock-name": "x" * 301}, "Give it a name"),
        ({"mock-name": "Wet"}, "There is no tool named “weather” in the prompt or the workspace."),
        ({"mock-name": "Wet", "tools": '[{"name": "weather"}]'}, "There is no tool named “weather”"),
    ],
)
def test_what_cannot_be_saved_is_said(bob: Client, form: dict[str, str], words: str) -> None:
    answer = post(bob, "keep/", **form)
    assert answer.status_code == 422
    assert words in answer.text
    assert not Tool.objects.exists()


def test_another_workspaces_results_are_not_taken(bob: Client, stranger: Member) -> None:
    tool, _new = keep_tool(stranger, WEATHER)
    save_mock(stranger, tool, Mock(name="Wet", text="Secret", is_error=False))
    answer = post(bob, "", **{"turn-2-result-2-mock": "Wet"})
    assert "Secret" not in answer.text
    assert "typed</textarea>" in answer.text


@pytest.mark.parametrize(
    "address", ["?key=turn-2%22%3E%3Cevil&number=1", "?key=&number=99999999999", "?number=x", "?key=turn-9&number=1"]
)
def test_a_strange_address_does_no_harm(bob: Client, address: str) -> None:
    answer = bob.post(f"/w/main/tools/mock/{address}", RESULTS)
    assert answer.status_code == 200
    assert "<evil" not in answer.text
