"""The validator of requests: what it lets pass and what it refuses, rule by rule, both ways."""

from __future__ import annotations

import base64
import copy
import io
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image

from tests.api.cases_fine import FINE, OLD_FINE, WITH_BETA
from tests.api.cases_refused import OLD_REFUSED, REFUSED
from tests.api.catalog import NEW_VERSION, OLD_VERSION, Model, find
from tests.api.samples import CLOSED, DOCUMENT, LINK, PDF, SEARCH, WEATHER, Body, ask, says, talk
from tests.api.validator import counting_refusals, refusals


def paths(found: list[str]) -> list[str]:
    """The path at the start of each refusal."""
    return [refusal.split(":", 1)[0] for refusal in found]


@pytest.mark.parametrize("name", FINE)
def test_it_lets_pass(name: str) -> None:
    assert refusals(FINE[name], NEW_VERSION) == []


@pytest.mark.parametrize("name", REFUSED)
def test_it_refuses_and_nothing_else(name: str) -> None:
    body, path = REFUSED[name]
    assert set(paths(refusals(body, NEW_VERSION))) == {path}


@pytest.mark.parametrize("name", OLD_FINE)
def test_it_lets_pass_under_the_old_version_only(name: str) -> None:
    assert refusals(OLD_FINE[name], OLD_VERSION) == []
    assert refusals(OLD_FINE[name], NEW_VERSION)


@pytest.mark.parametrize("name", OLD_REFUSED)
def test_it_refuses_under_the_old_version(name: str) -> None:
    body, path = OLD_REFUSED[name]
    assert set(paths(refusals(body, OLD_VERSION))) == {path}


@pytest.mark.parametrize("name", WITH_BETA)
def test_it_lets_pass_with_the_beta_only(name: str) -> None:
    body, beta = WITH_BETA[name]
    assert refusals(body, NEW_VERSION, [beta]) == []
    assert refusals(body, NEW_VERSION)


def test_it_refuses_a_version_there_is_not() -> None:
    assert paths(refusals(ask(), "2026-11-23")) == ["anthropic-version"]


def picture(side: int) -> Body:
    """An image block of a real PNG, one pixel high."""
    file = io.BytesIO()
    Image.new("1", (side, 1)).save(file, "PNG")
    data = base64.b64encode(file.getvalue()).decode()
    return {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": data}}


@pytest.mark.parametrize(
    ("side", "others", "fits"), [(8000, 0, True), (8001, 0, False), (2000, 20, True), (2001, 20, False)]
)
def test_it_measures_images_by_how_many_they_are(side: int, others: int, fits: bool) -> None:
    found = refusals(says(picture(side), *[LINK] * others), NEW_VERSION)
    assert paths(found) == ([] if fits else ["messages.0.content.0"])


def test_it_lets_an_image_be_made_smaller() -> None:
    assert refusals(says({**picture(9000), "transformations": {"oversized_image": "downsize"}}), NEW_VERSION) == []


def test_it_refuses_a_body_of_more_than_32_mb() -> None:
    assert paths(refusals(talk("a" * 33 * 1024 * 1024), NEW_VERSION)) == ["body"]


def without(*names: str) -> list[Model]:
    """The catalog of one model that lacks a capability."""
    model = copy.deepcopy(find("claude-opus-5-5"))
    assert model is not None
    place = model["capabilities"]
    for name in names:
        place = place[name]
    place["supported"] = False
    return [model]


LACKING: dict[str, tuple[tuple[str, ...], Body, str]] = {
    "images": (("image_input",), says(LINK), "messages.0.content.0"),
    "PDF": (("pdf_input",), says({"type": "document", "source": PDF}), "messages.0.content.0"),
    "citations": (
        ("citations",),
        says({**DOCUMENT, "citations": {"enabled": True}}),
        "messages.0.content.0.citations",
    ),
    "structured outputs": (
        ("structured_outputs",),
        ask(output_config={"format": {"type": "json_schema", "schema": CLOSED}}),
        "output_config.format",
    ),
    "web search": (("server_tools", "web_search"), ask(tools=[SEARCH]), "tools.0.type"),
    "server tools": (("server_tools",), ask(tools=[SEARCH]), "tools.0.type"),
    "effort": (("effort",), ask(output_config={"effort": "low"}), "output_config.effort"),
}


@pytest.mark.parametrize("name", LACKING)
def test_it_refuses_what_the_model_lacks(name: str) -> None:
    capability, body, path = LACKING[name]
    assert refusals(body, NEW_VERSION) == []
    assert paths(refusals(body, NEW_VERSION, among=without(*capability))) == [path]


def test_it_refuses_a_model_listed_as_retired() -> None:
    retired = [{**model, "lifecycle": "retired"} for model in without("batch")]
    assert paths(refusals(ask(), NEW_VERSION, among=retired)) == ["model"]


def test_it_refuses_nothing_about_capabilities_nobody_stated() -> None:
    unknown = [{**model, "capabilities": None} for model in without("batch")]
    assert refusals(says(LINK), NEW_VERSION, among=unknown) == []


COUNTED: dict[str, tuple[Body, list[str]]] = {
    "the least": (ask(max_tokens=...), []),
    "all it takes": (ask(max_tokens=..., system="a", tools=[WEATHER], thinking={"type": "adaptive"}, speed="fast"), []),
    "max_tokens": (ask(), ["max_tokens"]),
    "stream": (ask(max_tokens=..., stream=True), ["stream"]),
    "a server tool": (ask(max_tokens=..., tools=[WEATHER, SEARCH]), ["tools.1.type"]),
    "an image by URL": ({**says(LINK), "max_tokens": ...}, ["messages.0.content.0.source"]),
    "what asking refuses": (ask(max_tokens=..., messages=[]), ["messages"]),
}


@pytest.mark.parametrize("name", COUNTED)
def test_it_judges_what_is_to_be_counted(name: str) -> None:
    body, expected = COUNTED[name]
    given = {field: value for field, value in body.items() if value is not ...}
    assert paths(counting_refusals(given, NEW_VERSION)) == expected


def places(value: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - JSON
    """Every container in a value with every key in it."""
    keys = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, held in keys:
        yield value, key
        yield from places(held)


@pytest.mark.parametrize("odd", [None, 7, "odd", [], [[1]], {}, {"type": {}}], ids=repr)
def test_it_answers_whatever_stands_anywhere(odd: object) -> None:
    for name, fine in FINE.items():
        if name in {"600 images", "100 images"}:  # the same block over and over
            continue
        body = copy.deepcopy(fine)
        for holder, key in list(places(body)):
            kept, holder[key] = holder[key], odd
            assert isinstance(refusals(body, NEW_VERSION), list), name
            holder[key] = kept


def test_it_changes_nothing_in_what_it_judges() -> None:
    before = copy.deepcopy(FINE)
    for body in FINE.values():
        refusals(body, OLD_VERSION)
    assert before == FINE
