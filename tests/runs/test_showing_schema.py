"""An answer whose request asked for a schema says whether it fits, wherever it is shown, and where it does not."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from django.test import Client

from tests.runs.showing import problem_in, shown, stored_run
from tests.upstream_blocks import Scene, text
from tests.upstream_scenes import SCENES
from workbench.runs.models import Status
from workbench.runs.schema_ways import Sending, Way, with_schema
from workbench.teams.models import Member

SCHEMA = {
    "type": "object",
    "properties": {
        "customer": {"type": "object", "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}},
        "items": {"type": "array", "items": {"type": "object", "properties": {"sku": {"type": "string"}}}},
    },
    "required": ["customer", "items"],
}
WRONG = {
    "type": "object",
    "properties": {
        "customer": {"properties": {"id": {"type": "string"}}},
        "items": {"items": {"properties": {"price": {"type": "integer"}}}},
    },
}


def asked(schema: object, way: Way = Way.FORMAT) -> str:
    """The text of a request that asks for this schema."""
    body = {"model": "m", "messages": [{"role": "user", "content": "Hello"}]}
    return json.dumps(with_schema(body, schema, Sending(way)) if isinstance(schema, dict) else body, ensure_ascii=False)


def verdict_in(page: str) -> str:
    """What is said of the answer in a page, as words; empty if nothing is."""
    found = re.search(r'<(details|p) class="verdict".*?</\1>', page, re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found.group())).split()) if found else ""


@pytest.mark.parametrize(
    ("way", "words"),
    [
        (Way.FORMAT, "Valid sent as the output’s format"),
        (Way.INSTRUCTION, "Valid sent as an instruction in the system prompt"),
    ],
)
def test_a_valid_answer_says_so_and_which_way_was_used(way: Way, words: str) -> None:
    assert verdict_in(shown(SCENES["json"], request_body=asked(SCHEMA, way))) == words


def test_an_answer_by_a_tool_is_judged_by_its_input() -> None:
    call = {"type": "tool_use", "id": "toolu_1", "name": "answer", "input": {"customer": 7, "items": []}}
    page = shown(Scene((call,), stop_reason="tool_use"), request_body=asked(SCHEMA, Way.TOOL))
    assert problem_in(page) == ""  # no tool waits for its result
    words = verdict_in(page)
    assert words == "Not valid: 1 place sent as a strict tool /customer Found: 7 Wanted: type object"


def test_every_place_that_does_not_fit_is_named() -> None:
    words = verdict_in(shown(SCENES["json"], request_body=asked(WRONG)))
    assert words.startswith("Not valid: 2 places")
    assert "/customer/id Found: 42 Wanted: type string" in words
    assert "/items/0/price Found: 19.9 Wanted: type integer" in words


def test_an_answer_that_was_cut_says_so() -> None:
    cut = Scene((text('{"customer": {"id": 4'),), stop_reason="max_tokens")
    assert verdict_in(shown(cut, request_body=asked(SCHEMA))).startswith("Cut off before its end")
    whole = shown(SCENES["json"], request_body=asked(SCHEMA), status=Status.STOPPED)
    assert "The answer was cut off" in verdict_in(whole)


@pytest.mark.parametrize(
    ("scene", "fields"),
    [
        ("json", {}),
        ("refusal", {"request_body": asked(SCHEMA)}),
        ("pause_turn", {"request_body": asked(SCHEMA)}),
        ("tool_use", {"request_body": asked(SCHEMA, Way.TOOL)}),
        ("json", {"request_body": asked(SCHEMA), "status": Status.RUNNING}),
        ("json", {"request_body": '{"a": "json_schema"'}),
    ],
)
def test_nothing_is_said_where_there_is_nothing_to_judge(scene: str, fields: dict[str, Any]) -> None:
    assert verdict_in(shown(SCENES[scene], **fields)) == ""


@pytest.mark.security
def test_what_a_server_said_is_text() -> None:
    hostile = Scene((text(json.dumps({"<script>alert(1)</script>": "<img src=x onerror=alert(1)>"})),))
    page = shown(hostile, request_body=asked({"type": "object", "additionalProperties": False}))
    assert "<script>" not in page
    assert "<img" not in page
    assert "/<script>alert(1)<~1script>" in verdict_in(page)


def test_the_pages_show_it_and_the_tree_marks_the_places(charlie: Client, editor: Member) -> None:
    run = stored_run(editor, SCENES["json"], request_body=asked(WRONG))
    assert verdict_in(charlie.get(f"/w/main/runs/{run.id}/").text).startswith("Not valid: 2 places")
    tree = charlie.get(f"/w/main/runs/{run.id}/answer/tree/").text
    marks = re.findall(r'<span class="tree-bad">([^<]*)</span><button[^>]*data-value="([^"]*)"', tree)
    assert marks == [("wanted: type string", "$.customer.id"), ("wanted: type integer", "$.items[0].price")]
