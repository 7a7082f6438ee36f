"""What the page lets a person set is taken by the API, for every known model and version; and nothing legal is missing.

Judged by tests/api, which was written from the API's reference and knows nothing of the application.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.api.catalog import NEW_VERSION, OLD_VERSION, Model, models
from tests.api.legal import legal_settings
from tests.api.validator import counting_refusals, refusals
from workbench.connections.models import CatalogModel, Connection, Kind
from workbench.connections.parameter_rules import ParameterRules, parameter_rules
from workbench.playground.controls import IN_PANEL, controls_of
from workbench.playground.counting import countable_there
from workbench.prompts.cache_marks import marks_of
from workbench.prompts.tool_choice import wrong_name
from workbench.prompts.tool_kinds import KINDS
from workbench.prompts.tool_rules import not_taken
from workbench.prompts.tools import read_tools
from workbench.prompts.turns import turn_of
from workbench.runs.forms import mark_errors
from workbench.runs.lane_form import LaneForm, LaneRequest
from workbench.runs.request import PromptText, build_body, count_body
from workbench.runs.schema_ways import sending_for
from workbench.runs.sending import serialise

VERSIONS = ["", NEW_VERSION, OLD_VERSION]
OFFERED = ("max_tokens", "temperature", "effort", *(name for name in IN_PANEL if name != "extra"))
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": False}
PROMPTS = [
    PromptText("Be brief.", [{"role": "user", "text": "Hello"}]),
    PromptText(
        "", [{"role": "user", "text": "Hello"}, {"role": "assistant", "text": "Hi"}, {"role": "user", "text": "A"}]
    ),
    PromptText("", [{"role": "user", "text": "Hello"}], output_schema=SCHEMA),
]


def offered_by(model: Model, version: str) -> CatalogModel:
    connection = Connection(kind=Kind.ANTHROPIC, base_url="https://api.anthropic.com", api_version=version)
    names = ("max_tokens", "max_input_tokens", "capabilities")
    return CatalogModel(connection=connection, model_id=model["id"], **{name: model[name] for name in names})


def form(chosen: CatalogModel, typed: dict[str, str]) -> LaneForm:
    data = QueryDict(mutable=True)
    data.update({f"lane-0-{name}": value for name, value in {"model": "x", **typed}.items()})
    return LaneForm(data, {"x": chosen}, 0)


@st.composite
def typed_for(draw: st.DrawFn, chosen: CatalogModel) -> dict[str, str]:
    """Anything that the controls of a model let somebody type."""
    typed = {"max_tokens": str(draw(st.sampled_from([0, 1, 1024, 1025, 4096, 64_000, 128_000])))}
    for control in controls_of(form(chosen, typed), OFFERED):
        if control.name == "max_tokens" or draw(st.booleans()):
            continue
        if control.kind == "select":
            offered = [value for value, _words in control.choices if value not in control.barred]
            typed[control.name] = draw(st.sampled_from(offered))
        elif control.kind == "number" and control.step == "1":
            typed[control.name] = str(draw(st.sampled_from([int(control.min or 0), 1023, 1024, 1500, 4096])))
        elif control.kind == "number":
            typed[control.name] = str(draw(st.sampled_from([0, 0.5, 1])))
        elif control.name == "stop_sequences":
            typed[control.name] = draw(st.sampled_from(["END", "END\nSTOP"]))
        elif control.name == "tool_name":
            typed[control.name] = draw(st.sampled_from(["weather", "time"]))
        elif control.name == "user_id":
            typed[control.name] = draw(st.text(st.characters(categories=["L", "N"]), max_size=20))
    return typed


@st.composite
def tools(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Own tools and the provider's, some of them with options that are wrong."""
    own: list[dict[str, Any]] = [{"name": name, "input_schema": {"type": "object"}} for name in ("weather", "time")]
    fixed: list[dict[str, Any]] = [
        {"type": kind, **({"name": found.name} if found.name else {})} for kind, found in KINDS.items()
    ]
    chosen = draw(st.lists(st.sampled_from([*own, *fixed]), max_size=4))
    options: st.SearchStrategy[dict[str, Any]]
    options = st.sampled_from([{}, {"max_uses": 3}, {"strict": True}, {"allowed_domains": ["example.org"]}])
    return [{**tool, **draw(options)} for tool in chosen]


@st.composite
def marked(draw: st.DrawFn) -> PromptText:
    """A conversation with tools, whose parts are marked for the cache in any way."""
    ttl = st.sampled_from(["", "", "5m", "1h"])
    texts = ["Hello", "Hi", "And now?"]
    roles = ["user", "assistant", "user"]
    turns = [turn_of({"role": role, "text": text, "cache": draw(ttl)}) for role, text in zip(roles, texts, strict=True)]
    tools = [{"name": "weather", "input_schema": {"type": "object"}}]
    return PromptText("Be brief.", turns, tools, cache=marks_of({"tools": draw(ttl), "system": draw(ttl)}))


@pytest.mark.parametrize(("model", "version"), [(models()[0], NEW_VERSION), (models()[-1], OLD_VERSION)])
@settings(max_examples=200)
@given(marked(), st.sampled_from(["", "5m", "1h"]))
def test_marks_for_the_cache_that_the_page_accepts_are_not_refused(
    model: Model, version: str, prompt: PromptText, own: str
) -> None:
    chosen = offered_by(model, version)
    checked = form(chosen, {"max_tokens": "100", "cache_control": own})
    assert checked.is_valid()
    lane = checked.lane()
    wrong = list(mark_errors(prompt, [lane]))
    found = refusals(build_body(prompt, chosen.model_id, lane.parameters), lane.api_version)
    assert not found if not wrong else found or own, "what is refused here is refused there, and the reverse"


def with_tools(data: st.DataObject, lane: LaneRequest) -> list[PromptText]:
    """A prompt with tools, if the page lets them through to this lane."""
    read = read_tools(json.dumps(data.draw(tools())))
    if read.problems or read.notices or not_taken(read.tools, lane.rules.capabilities, "m"):
        return []
    if read.tools and wrong_name(lane.parameters, read.tools):
        return []
    return [PromptText("", PROMPTS[0].turns, read.tools, schema) for schema in (None, SCHEMA)]


CASES = [
    pytest.param(model, version, id=f"{model['id']} {version or 'automatic'}")
    for model in models()
    for version in VERSIONS
]


@pytest.mark.parametrize(("model", "version"), CASES)
@settings(max_examples=40)
@given(st.data())
def test_what_the_page_accepts_the_api_does_not_refuse(model: Model, version: str, data: st.DataObject) -> None:
    chosen = offered_by(model, version)
    checked = form(chosen, data.draw(typed_for(chosen)))
    if not checked.is_valid():
        assert set(checked.problems) <= {*checked.shown}
        return
    lane = checked.lane()
    for prompt in [*PROMPTS, *with_tools(data, lane)]:
        sending = sending_for(prompt.output_schema, lane.rules.capabilities, lane.parameters, prompt.tools)
        built = build_body(prompt, chosen.model_id, lane.parameters, sending=sending)
        body = json.loads(serialise(built).text)
        assert refusals(body, lane.api_version, lane.betas) == []
        assert counting_refusals(countable_there(count_body(body)), lane.api_version, lane.betas) == []


@pytest.mark.parametrize(("model", "version"), CASES)
def test_nothing_that_the_model_takes_is_missing(model: Model, version: str) -> None:
    found = parameter_rules(offered_by(model, version).connection, offered_by(model, version))
    legal = legal_settings(model, version or OLD_VERSION)
    assert set(found.choices["thinking"]) == set(legal["thinking"])
    assert list(found.choices["effort"]) == legal["effort"]
    assert [name for name in ("temperature", "top_p", "top_k") if found.numbers[name].allowed] == legal["sampling"]
    assert bool(found.choices["speed"]) == legal["fast"]
    assert (found.capabilities.fast or None) == legal["fast_beta"]
    assert found.max_tokens == legal["max_tokens"]
    assert what_it_can(found) == {
        "prefill": legal["prefill"],
        "structured": legal["structured_outputs"],
        "images": legal["images"],
        "pdf": legal["pdf"],
        "citations": legal["citations"],
        "cache_minimum": legal["cache_minimum"],
        "max_input_tokens": legal["max_input_tokens"],
    }
    if legal["forced_tool_choice"] is not None:
        assert ({"any", "tool"} <= set(found.choices["tool_choice"])) == legal["forced_tool_choice"]
    assert {"auto", "none"} <= set(found.choices["tool_choice"])
    assert [tool for tool in found.capabilities.server_tools if tool != "web_fetch"] == legal["server_tools"]


def what_it_can(found: ParameterRules) -> dict[str, Any]:
    """The capabilities that the page uses beside parameters."""
    names = ("prefill", "structured", "images", "pdf", "citations", "cache_minimum", "max_input_tokens")
    return {name: getattr(found.capabilities, name) for name in names}


@pytest.mark.parametrize("model", [pytest.param(model, id=model["id"]) for model in models()])
def test_thinking_may_be_off_at_every_effort_at_which_it_may(model: Model) -> None:
    legal = legal_settings(model, NEW_VERSION)
    chosen = offered_by(model, "")
    taken = [
        level
        for level in legal["effort"]
        if form(chosen, {"max_tokens": "100", "thinking": "disabled", "effort": level}).is_valid()
    ]
    assert taken == legal["disabled_efforts"]
