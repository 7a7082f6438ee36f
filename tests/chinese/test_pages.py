"""Pages for readers of Chinese: nothing of ours is left in English, empty or full, right or wrong."""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests.chinese.reading import check, english_on
from tests.chinese.runs import make_run
from tests.conftest import MakeConnection
from tests.translations import shown_on
from tests.upstream import Upstream
from workbench.connections.models import Connection, Health
from workbench.connections.queries import picker_value
from workbench.prompts.actions import About, create_prompt, save_version
from workbench.prompts.content import PromptContent
from workbench.prompts.drafts import save_draft
from workbench.prompts.labels import move_label
from workbench.prompts.parameter_sets import create_set
from workbench.teams.models import Member

pytestmark = pytest.mark.django_db


def test_empty_pages_are_chinese(reader: Client) -> None:
    for path in ("", "prompts/", "prompts/?q=无", "runs/", "runs/?q=无", "settings/connections/"):
        check(reader, f"/w/main/{path}")


def test_pages_of_a_viewer_are_chinese(reader_without_rights: Client, connection: Connection) -> None:
    here = f"settings/connections/{connection.id}/"
    for path in ("", "settings/connections/", here, f"{here}models/"):
        check(reader_without_rights, f"/w/main/{path}")


def test_the_playground_with_prompt_and_answer_is_chinese(
    reader: Client, owner: Member, connection: Connection
) -> None:
    content = PromptContent(system="给{{人}}", messages=[{"role": "user", "text": "好"}])
    prompt = create_prompt(owner, About("分类", "邮件", "邮件", ["急"]), content, "第一").prompt
    version = save_version(owner, prompt, replace(content, system="给{{人}}好"), 1)
    move_label(owner, version, "正式")
    save_draft(owner, prompt, {"system": "草稿"}, 1)
    create_set(owner, "稳", {}, description="少")
    make_run(owner, connection=connection)
    check(reader, "/w/main/")
    check(reader, f"/w/main/?prompt={prompt.id}")
    for path in ("", "?archived", "?favourites", "drafts/", "import/", "paste/"):
        check(reader, f"/w/main/prompts/{path}")
    for path in ("", "edit/", "versions/1/", "compare/", "compare/?view=inline"):
        check(reader, f"/w/main/prompts/{prompt.id}/{path}")
    for path in ("palette/", "parameter-sets/"):
        check(reader, f"/w/main/{path}")


def test_the_estimate_before_a_run_is_chinese(
    reader: Client, upstream: Upstream, make_connection: MakeConnection
) -> None:
    connection = make_connection(base_url=upstream.url, models=("模型",))
    form = {"submission": str(uuid4()), "system": "", "role": "user", "text": "好"}
    lane = {"lane-0-model": picker_value(connection.models.get()), "lane-0-max_tokens": "100"}
    answer = reader.post("/w/main/estimate/", {**form, **lane})
    shown = shown_on(answer.content.decode())
    assert [re.sub(r"[\d,]+", "…", piece) for piece in shown] == ["输入 … token", "… token", "… token"]


def test_pages_of_a_connection_are_chinese(reader: Client, connection: Connection) -> None:
    for path in ("", "add/", f"{connection.id}/", f"{connection.id}/models/", f"{connection.id}/delete/"):
        check(reader, f"/w/main/settings/connections/{path}")


@pytest.mark.parametrize("health", Health)
def test_every_health_of_a_connection_is_said_in_chinese(
    health: Health, reader: Client, connection: Connection
) -> None:
    Connection.objects.update(health=health)
    check(reader, "/w/main/settings/connections/")


def test_mistakes_in_a_form_are_named_in_chinese(reader: Client) -> None:
    wrong = {
        "base_url": "ftp://x",
        "key": "a b",
        "betas": "!",
        "idle_timeout": "0",
        "deadline": "x",
        "max_retries": "99",
    }
    answers = [reader.post("/w/main/settings/connections/add/", wrong), reader.post("/w/main/runs/", {})]
    for answer in answers:
        assert (answer.status_code, english_on(answer.content.decode())) == (422, [])


def test_errors_are_said_in_chinese(reader: Client, reader_without_rights: Client) -> None:
    check(reader, "/nowhere/", 404)
    check(reader_without_rights, "/w/main/settings/connections/add/", 403)


def test_choosing_a_language_holds_for_the_next_pages(alice: Client) -> None:
    assert "User message" in alice.get("/w/main/").content.decode()
    alice.post(reverse("set_language"), {"language": "zh-hans", "next": "/w/main/"})
    assert "用户消息" in alice.get("/w/main/").content.decode()


def test_an_english_page_would_be_noticed(alice: Client) -> None:
    assert "User message" in english_on(alice.get("/w/main/").content.decode())
