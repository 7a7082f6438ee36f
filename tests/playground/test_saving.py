"""Saving from the playground: a new prompt, its next version, and two people with one prompt. Nothing is lost."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest
from django.test import Client

from tests.conftest import MakeConnection, MakeServer
from workbench.connections.models import Connection
from workbench.prompts.drafts import drafts_of, load_draft
from workbench.prompts.models import Draft, Prompt
from workbench.runs.models import Run
from workbench.teams.models import Member

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection(make_connection: MakeConnection) -> Connection:
    return make_connection(models=("model-a", "model-b"))


def form(connection: Connection, text: str = "Hello", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - form fields
    """The playground's form."""
    lane = {"lane-0-model": f"{connection.pk}:model-b", "lane-0-max_tokens": "50", "lane-0-temperature": "0.5"}
    return {"system": "Be kind.", "role": ["user"], "text": [text], **lane, **more}


@pytest.fixture
def prompt(alice: Client, connection: Connection) -> Prompt:
    """One that Alice saved."""
    alice.post("/w/main/save/new/", form(connection, name="Mine"))
    return Prompt.objects.get()


def saved(client: Client, connection: Connection, prompt: Prompt, base: int, text: str, **more: Any) -> int:  # noqa: ANN401
    """Press Save. Gives the status."""
    data = form(connection, text, prompt=str(prompt.pk), base=str(base), **more)
    return client.post("/w/main/save/", data, headers={"hx-request": "true"}).status_code


def test_a_prompt_without_a_name_is_asked_for_one(alice: Client, connection: Connection) -> None:
    answer = alice.post("/w/main/save/", form(connection), headers={"hx-request": "true"})
    assert 'value="Be kind."' in answer.content.decode()
    assert not Prompt.objects.exists()


def test_without_scripts_the_page_for_the_name_carries_everything_along(alice: Client, connection: Connection) -> None:
    page = alice.post("/w/main/save/", form(connection, "\nTwo\nlines <b>")).content.decode()
    carried = dict(re.findall(r'<textarea name="([^"]+)" hidden>\n(.*?)</textarea>', page, re.DOTALL))
    assert carried["text"] == "\nTwo\nlines &lt;b&gt;"
    assert carried["lane-0-temperature"] == "0.5"


def test_a_new_prompt_holds_text_and_parameters(alice: Client, owner: Member, connection: Connection) -> None:
    alice.post("/w/main/draft/", form(connection))
    answer = alice.post(
        "/w/main/save/new/", form(connection, name="Mine", folder="a/b", tags="x,y", note="First"), follow=True
    )
    assert answer.redirect_chain[-1][0].startswith("/w/main/?prompt=")
    version = Prompt.objects.get().versions.get()
    assert (version.system, version.messages) == ("Be kind.", [{"role": "user", "text": "Hello"}])
    assert version.parameters == {
        "model": "model-b",
        "connection": str(connection.pk),
        "max_tokens": 50,
        "temperature": 0.5,
    }
    assert (version.note, version.prompt.folder) == ("First", "a/b")
    assert load_draft(owner, None) is None
    assert answer.context["page"].lanes[0].model.model_id == "model-b"
    assert answer.context["page"].is_edited is False


def test_a_name_that_is_missing_is_asked_for_again(alice: Client, connection: Connection) -> None:
    answer = alice.post("/w/main/save/new/", form(connection, name=" ", folder="kept/folder"))
    assert answer.status_code == 422
    assert "kept/folder" in answer.content.decode()


def test_the_next_save_is_the_next_version(
    alice: Client, owner: Member, connection: Connection, prompt: Prompt
) -> None:
    alice.post("/w/main/draft/", form(connection, "Changed", prompt=str(prompt.pk), base="1"))
    assert saved(alice, connection, prompt, 1, "Changed", note="Why") == 200
    assert [(v.number, v.note) for v in prompt.versions.all()] == [(2, "Why"), (1, "")]
    assert load_draft(owner, prompt) is None


def test_the_answers_of_a_prompt_without_a_name_stay_with_it(alice: Client, connection: Connection) -> None:
    alice.post("/w/main/runs/", form(connection, submission=str(uuid4())))
    alice.post("/w/main/save/new/", form(connection, name="Mine"))
    prompt, run = Prompt.objects.get(), Run.objects.get()
    assert (run.prompt, run.prompt_version, run.is_edited) == (prompt, prompt.versions.get(), False)
    assert alice.get(f"/w/main/?prompt={prompt.pk}").context["page"].lanes[0].answer["run"] == run


def test_values_of_variables_stay_typed_after_saving(alice: Client, owner: Member, connection: Connection) -> None:
    variable = {"variable-0-name": "who", "variable-0-value": "Ines"}
    alice.post("/w/main/save/new/", form(connection, "Greet {{who}}", name="Mine", **variable))
    page = alice.get(f"/w/main/?prompt={Prompt.objects.get().pk}").context["page"]
    assert [(typed.variable.name, typed.value) for typed in page.variables] == [("who", "Ines")]
    assert page.is_edited is False
    assert drafts_of(owner) == []


def test_who_saves_second_chooses_and_loses_nothing(
    alice: Client, bob: Client, owner: Member, connection: Connection, prompt: Prompt
) -> None:
    assert saved(bob, connection, prompt, 1, "Bob's") == 200
    assert saved(alice, connection, prompt, 1, "Alice's") == 409
    assert prompt.versions.count() == 2
    draft = load_draft(owner, prompt)
    assert draft is not None
    assert draft.content["turns"][0]["text"] == "Alice's"
    assert saved(alice, connection, prompt, 1, "Alice's", conflict="mine") == 200
    assert [v.messages[0]["text"] for v in prompt.versions.all()] == ["Alice's", "Bob's", "Hello"]


def test_who_takes_theirs_finds_mine_put_aside(
    alice: Client, bob: Client, owner: Member, connection: Connection, prompt: Prompt
) -> None:
    saved(bob, connection, prompt, 1, "Bob's")
    saved(alice, connection, prompt, 1, "Alice's", conflict="theirs")
    assert alice.get(f"/w/main/?prompt={prompt.pk}").context["page"].turns[0].text == "Bob's"
    assert "Alice's" in alice.get("/w/main/prompts/drafts/").content.decode().replace("&#x27;", "'")
    alice.post(f"/w/main/prompts/drafts/{Draft.objects.get(put_aside_at__isnull=False).pk}/take-up/")
    page = alice.get(f"/w/main/?prompt={prompt.pk}").context["page"]
    assert (page.turns[0].text, page.version.number, page.newer.number) == ("Alice's", 1, 2)


def test_a_newer_version_is_opened_by_who_typed_nothing(
    alice: Client, bob: Client, connection: Connection, prompt: Prompt
) -> None:
    alice.post("/w/main/draft/", form(connection, prompt=str(prompt.pk), base="1"))
    saved(bob, connection, prompt, 1, "Bob's")
    page = alice.get(f"/w/main/?prompt={prompt.pk}").context["page"]
    assert (page.turns[0].text, page.version.number, page.newer) == ("Bob's", 2, None)


def test_an_earlier_version_is_opened_by_its_link(
    alice: Client, bob: Client, connection: Connection, prompt: Prompt
) -> None:
    saved(alice, connection, prompt, 1, "Second")
    alice.post("/w/main/draft/", form(connection, "Typed", prompt=str(prompt.pk), base="2"))
    page = alice.get(f"/w/main/?prompt={prompt.pk}&version=1").context["page"]
    assert (page.turns[0].text, page.version.number, page.hides_draft) == ("Hello", 1, True)
    assert alice.get(f"/w/main/?prompt={prompt.pk}").context["page"].turns[0].text == "Typed"


def test_a_run_remembers_its_prompt_version_and_whether_it_was_edited(
    alice: Client, connection: Connection, prompt: Prompt
) -> None:
    for text in ("Hello", "Other"):
        data = form(connection, text, prompt=str(prompt.pk), base="1", submission=str(uuid4()))
        assert alice.post("/w/main/runs/", data).status_code == 302
    assert [run.is_edited for run in Run.objects.order_by("id")] == [False, True]
    assert {run.prompt_version for run in Run.objects.all()} == {prompt.versions.get()}
    prompt.refresh_from_db()
    assert prompt.last_run_at is not None
    listed = alice.get(f"/w/main/runs/?prompt={prompt.pk}&version=1").context["rows"]
    assert len(listed) == 2


def test_changes_are_thrown_away_with_a_way_back(alice: Client, connection: Connection, prompt: Prompt) -> None:
    data = form(connection, "Typed", prompt=str(prompt.pk), base="1")
    answer = alice.post("/w/main/draft/discard/", data, follow=True)
    assert answer.context["page"].turns[0].text == "Hello"
    undo = re.findall(r'action="(/w/main/prompts/drafts/\d+/throw-away/\?undo)"', answer.content.decode())[0]
    assert alice.post(undo, follow=True).context["page"].turns[0].text == "Typed"


def test_a_removed_members_draft_is_kept_for_the_owners(
    alice: Client, bob: Client, editor: Member, connection: Connection
) -> None:
    bob.post("/w/main/draft/", form(connection, "What Bob left"))
    assert "What Bob left" not in alice.get("/w/main/prompts/drafts/").content.decode()
    editor.delete()
    assert "What Bob left" in alice.get("/w/main/prompts/drafts/").content.decode()


@pytest.mark.reliability
def test_twenty_who_save_at_once_get_twenty_versions(make_server: MakeServer) -> None:
    server = make_server()
    page = server.browser()
    data = {"system": "", "role": "user", "text": "Hello", "name": "Ours"}
    address = server.post(page, "/w/main/save/new/", data).url
    prompt = address.params["prompt"]

    def save(number: int) -> httpx.Response:
        mine = {**data, "text": f"From {number}", "prompt": prompt, "base": "1", "conflict": "mine"}
        return server.post(page, "/w/main/save/", mine, **{"hx-request": "true"})

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(save, range(20)))
    assert {answer.status_code for answer in answers} == {200}
    rows = server.rows(
        "SELECT number, messages FROM prompts_promptversion WHERE prompt_id = ?", prompt.replace("-", "")
    )
    assert sorted(number for number, _messages in rows) == list(range(1, 22))
    assert {re.findall(r"From \d+|Hello", messages)[0] for _number, messages in rows} == {
        "Hello",
        *(f"From {number}" for number in range(20)),
    }
