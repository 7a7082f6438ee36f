"""Files that the page lets through to a model are taken by the API, for every known model and version.

Judged by tests/api, which was written from the API's reference and knows nothing of the application.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Sequence
from copy import copy
from typing import Any

import pytest
from django.db.models.base import ModelState

from tests.api.catalog import NEW_VERSION, OLD_VERSION, Model, models
from tests.api.legal import legal_settings
from tests.api.validator import refusals
from tests.files import making
from tests.files.conftest import Store
from workbench.connections.capabilities import capabilities_of
from workbench.connections.models import CatalogModel, Connection, Kind
from workbench.files import storing
from workbench.files.blocks import FileData, encoded
from workbench.files.models import StoredFile
from workbench.ids import new_id
from workbench.prompts.turns import AttachedFile, Turn
from workbench.runs.attaching import Files, takes_of, why_refused
from workbench.runs.request import PromptText, build_body

pytestmark = pytest.mark.django_db
VERSIONS = [NEW_VERSION, OLD_VERSION]


def offered_by(model: Model, version: str) -> CatalogModel:
    connection = Connection(kind=Kind.ANTHROPIC, base_url="https://api.anthropic.com", api_version=version)
    names = ("max_tokens", "max_input_tokens", "capabilities")
    return CatalogModel(connection=connection, model_id=model["id"], **{name: model[name] for name in names})


def asked(chosen: CatalogModel, files: Sequence[StoredFile], options: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """Why the page refuses these files, or else the body with every byte in it."""
    attached = [AttachedFile(id=str(file.pk), name=file.name, options=options) for file in files]
    turns = [Turn(role="user", text="Read", files=attached)]
    found, can = Files({str(file.pk): file for file in files}), capabilities_of(chosen.connection, chosen)
    if why := why_refused(turns, found, chosen.connection, can):
        return why, {}
    takes = takes_of(chosen.connection, can)
    built = build_body(PromptText("", turns, files=found), chosen.model_id, {"max_tokens": 50}, takes)
    return "", json.loads(json.dumps(built, default=whole))


def whole(data: object) -> str:
    assert isinstance(data, FileData)
    return b"".join(encoded(data)).decode()


@pytest.fixture
def files(store: Store) -> dict[str, list[StoredFile]]:
    """Groups of files, by name."""
    return {
        "text": [store("a.txt", b"hello"), store("b.csv", b"name,age\nAnn,1\n"), store("c.docx", making.docx())],
        "pdf": [store("a.pdf", making.pdf("one", "two"))],
        "image": [store("a.png", making.image()), store("a.gif", making.animation()), store("a.jpg", making.photo())],
        "huge image": [store("huge.png", making.image(size=(8100, 10)))],
        "21 large images": copies(store("large.png", making.image(size=(2100, 10))), 21),
        "101 images": copies(store("small.jpg", making.image("JPEG")), 101),
    }


def copies(file: StoredFile, number: int) -> list[StoredFile]:
    """As many files with the same content: reading each anew would take long, and find the same."""
    content = b"".join(storing.chunks(file, storing.ORIGINAL))
    found = []
    for index in range(number):
        copied = copy(file)
        copied.pk, copied.sha256, copied._state = new_id(), f"{file.pk} {index}", ModelState()
        copied.save()
        storing.keep(copied, storing.ORIGINAL, io.BytesIO(content))
        found.append(copied)
    return found


def test_what_the_page_accepts_the_api_does_not_refuse(files: dict[str, list[StoredFile]]) -> None:
    options = [{}, {"citations": "1", "title": "T", "context": "C"}, {"pages": "2"}, {"as_text": "1"}]
    for model in models():
        for version in VERSIONS:
            chosen = offered_by(model, version)
            for name, group in files.items():
                for chosen_options in options[:1] if "images" in name else options:
                    why, body = asked(chosen, group, chosen_options)
                    said = [] if why else refusals(body, version, [])
                    assert said == [], (model["id"], version, name, chosen_options)


def test_nothing_that_a_model_takes_is_refused(files: dict[str, list[StoredFile]]) -> None:
    for model in models():
        chosen, legal = offered_by(model, NEW_VERSION), legal_settings(model, NEW_VERSION)
        for name in ("text", "pdf"):
            assert asked(chosen, files[name], {})[0] == ""
        assert (asked(chosen, files["image"], {})[0] == "") == legal["images"]
        [pdf] = asked(chosen, files["pdf"], {"citations": "1"})[1]["messages"][0]["content"][:1]
        assert (pdf["source"]["type"] == "base64") == legal["pdf"]
        assert ("citations" in pdf) == legal["citations"]
        smaller = asked(chosen, files["huge image"], {"max_side": "1000"})
        if legal["images"]:
            data = smaller[1]["messages"][0]["content"][0]["source"]["data"]
            assert base64.b64decode(data).startswith(b"\x89PNG")
