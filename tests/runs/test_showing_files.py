"""An answer in other shapes: as a file with a safe name, as a tree, as its raw blocks; for members only."""

from __future__ import annotations

import orjson
import pytest
from django.test import Client

from tests.runs.showing import stored_run, words_in
from tests.upstream_blocks import Scene, text
from tests.upstream_scenes import ORDER, SCENES
from workbench.ids import new_id
from workbench.prompts.models import Prompt
from workbench.runs.models import Run, Status
from workbench.teams.models import Member

SHAPES = ("answer.md", "answer.txt", "answer.json", "answer/tree/", "answer/raw/")


def address(run: Run, shape: str) -> str:
    return f"/w/{run.workspace.slug}/runs/{run.id}/{shape}"


def test_the_text_is_kept_exactly(alice: Client, owner: Member) -> None:
    words = "# Tabs\tand  spaces\r\n\n漢字 🙂 trailing  "
    run = stored_run(owner, Scene((text(words),)))
    answer = alice.get(address(run, "answer.txt"))
    assert answer.content == words.encode()
    assert answer["content-type"] == "text/plain; charset=utf-8"
    assert answer["content-disposition"] == f'attachment; filename="model-{run.id.hex[-8:]}.txt"'


def test_the_blocks_are_kept_exactly(alice: Client, owner: Member) -> None:
    run = stored_run(owner, SCENES["parallel_tools"])
    answer = alice.get(address(run, "answer.json"))
    assert answer.content == orjson.dumps(list(SCENES["parallel_tools"].content))
    assert answer["content-type"] == "application/json"


def test_markdown_has_sources_and_calls(alice: Client, owner: Member) -> None:
    cited = alice.get(address(stored_run(owner, SCENES["citations"]), "answer.md")).content.decode()
    assert "the grass is green[^1]" in cited
    assert "[^2]: Report 2026.pdf, page 5" in cited
    called = alice.get(address(stored_run(owner, SCENES["tool_use"]), "answer.md")).content.decode()
    assert called.startswith("I look at the weather.\n\n`get_weather`:\n\n```json\n{")


@pytest.mark.parametrize(
    ("name", "safe"),
    [('../../etc/"passwd"\r\nX: y', "etcpasswd-x-y"), ("///", "answer"), ("x" * 500, "x" * 60)],
)
def test_a_name_is_safe(alice: Client, owner: Member, name: str, safe: str) -> None:
    prompt = Prompt.objects.create(workspace=owner.workspace, name=name[:80])
    run = stored_run(owner, SCENES["text"], prompt=prompt)
    disposition = alice.get(address(run, "answer.md"))["content-disposition"]
    assert disposition == f'attachment; filename="{safe}-{run.id.hex[-8:]}.md"'


def test_a_name_in_other_letters_is_kept(alice: Client, owner: Member) -> None:
    prompt = Prompt.objects.create(workspace=owner.workspace, name="请求")
    run = stored_run(owner, SCENES["text"], prompt=prompt)
    disposition = alice.get(address(run, "answer.md"))["content-disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''%E8%AF%B7")


def test_the_tree_and_the_raw_blocks(alice: Client, owner: Member) -> None:
    run = stored_run(owner, SCENES["json"])
    assert "customer object, 4 keys" in words_in(alice.get(address(run, "answer/tree/")).content.decode())
    raw = words_in(alice.get(address(run, "answer/raw/")).content.decode()).replace(" ", "")
    assert orjson.dumps(ORDER["customer"]).decode()[:10] in raw.replace('\\"', '"').replace("\\n", "")


def test_what_is_no_json_is_no_tree(alice: Client, owner: Member) -> None:
    run = stored_run(owner, SCENES["text"])
    assert "is not JSON" in alice.get(address(run, "answer/tree/")).content.decode()


@pytest.mark.parametrize("shape", ["answer.exe", "answer/other/", "answer.md/", "answer."])
def test_other_shapes_do_not_exist(alice: Client, owner: Member, shape: str) -> None:
    assert alice.get(address(stored_run(owner, SCENES["text"]), shape)).status_code == 404


@pytest.mark.parametrize("shape", SHAPES)
def test_it_belongs_to_its_workspace(mallory: Client, charlie: Client, owner: Member, shape: str) -> None:
    run = stored_run(owner, SCENES["json"])
    assert charlie.get(address(run, shape)).status_code == 200
    assert mallory.get(address(run, shape)).status_code == 404
    assert mallory.get(address(run, shape).replace("/main/", "/other/")).status_code == 404
    assert Client(headers={"host": "127.0.0.1"}).get(address(run, shape)).status_code == 302


def test_without_an_answer_there_is_no_file(alice: Client, owner: Member) -> None:
    same = {"workspace": owner.workspace, "user": owner.user, "model_label": "M", "submission": new_id()}
    run = Run.objects.create(**same, status=Status.FAILED)
    assert alice.get(address(run, "answer.md")).status_code == 404
    assert alice.get(address(run, "answer/raw/")).status_code == 200


def test_the_gallery_is_for_development_only(alice: Client, owner: Member) -> None:
    assert alice.get("/w/main/runs/gallery/").status_code == 404
