"""What the playground shows when it is opened: a prompt, a draft, a run, lanes and their last answers."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client

from tests.conftest import MakeConnection
from workbench.connections.models import CatalogModel, Connection
from workbench.prompts.drafts import load_draft
from workbench.prompts.models import Prompt
from workbench.prompts.samples import add_sample_prompts
from workbench.runs.models import Run, Status
from workbench.teams.models import Member

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection(make_connection: MakeConnection) -> Connection:
    return make_connection(models=("model-a", "model-b"))


def turns(*texts: str) -> dict[str, list[str]]:
    return {"role": [("user", "assistant")[index % 2] for index in range(len(texts))], "text": list(texts)}


def run_of(member: Member, connection: Connection, **fields: object) -> Run:
    body = '{"model":"model-b","max_tokens":77,"system":"Be kind.","messages":[{"role":"user","content":"Run it"}]}'
    given = {"workspace": member.workspace, "user": member.user, "submission": uuid4(), "connection": connection}
    given |= {"model": "model-b", "model_label": "B", "request_body": body, "status": Status.SUCCEEDED}
    return Run.objects.create(**{**given, "message": {"content": [{"type": "text", "text": "Answer."}]}, **fields})


def test_it_begins_empty_with_the_first_model(alice: Client, connection: Connection) -> None:
    page = alice.get("/w/main/").context["page"]
    assert (page.system, [turn.text for turn in page.turns]) == ("", [""])
    assert [lane.model.model_id for lane in page.lanes] == ["model-a"]


def test_a_draft_comes_back_as_it_was_typed(alice: Client, connection: Connection) -> None:
    typed = {"system": "S\r\nT", **turns("One", "Two", "Three"), "lane-0-model": f"{connection.pk}:model-b"}
    alice.post("/w/main/draft/", {**typed, "lane-0-max_tokens": "not a number"})
    page = alice.get("/w/main/").context["page"]
    assert page.system == "S\nT"
    assert [(turn.role, turn.text, turn.label) for turn in page.turns] == [
        ("user", "One", "User message"),
        ("assistant", "Two", "Assistant message"),
        ("user", "Three", "User message 2"),
    ]
    assert page.lanes[0].model.model_id == "model-b"
    assert 'value="not a number"' in alice.get("/w/main/").content.decode()


def test_the_last_draft_wins_and_is_nobody_elses(
    alice: Client, bob: Client, owner: Member, connection: Connection
) -> None:
    for text in ("First", "Second"):
        alice.post("/w/main/draft/", turns(text))
    assert alice.get("/w/main/").context["page"].turns[0].text == "Second"
    assert bob.get("/w/main/").context["page"].turns[0].text == ""
    draft = load_draft(owner, None)
    assert draft is not None
    assert draft.content["turns"] == [{"role": "user", "text": "Second"}]


def test_each_prompt_has_a_draft_of_its_own(alice: Client, owner: Member, connection: Connection) -> None:
    add_sample_prompts(owner)
    prompt = Prompt.objects.get(name="Sort customer mail")
    alice.post("/w/main/draft/", {"prompt": str(prompt.pk), **turns("Of the prompt")})
    alice.post("/w/main/draft/", turns("Of none"))
    opened = alice.get(f"/w/main/?prompt={prompt.pk}").context["page"]
    assert (opened.turns[0].text, opened.is_edited) == ("Of the prompt", True)
    assert alice.get("/w/main/").context["page"].turns[0].text == "Of none"


def test_a_prompt_is_opened_at_its_latest_version(alice: Client, owner: Member, connection: Connection) -> None:
    add_sample_prompts(owner)
    prompt = Prompt.objects.get(name="Sort customer mail")
    page = alice.get(f"/w/main/?prompt={prompt.pk}").context["page"]
    version = prompt.versions.get()
    assert (page.system, page.is_edited) == (version.system, False)
    assert [turn.text for turn in page.turns] == [message["text"] for message in version.messages]


def test_a_draft_says_whether_it_differs_from_the_version(alice: Client, owner: Member) -> None:
    add_sample_prompts(owner)
    version = Prompt.objects.get(name="Sort customer mail").versions.get()
    same = {"prompt": str(version.prompt_id), "system": version.system, "role": [], "text": []}
    same |= {"lane-0-model": "any", "lane-0-max_tokens": "300"}
    same |= {"role": [m["role"] for m in version.messages], "text": [m["text"] for m in version.messages]}
    assert alice.post("/w/main/draft/", same).json()["edited"] is False
    assert alice.post("/w/main/draft/", {**same, "system": "Other"}).json()["edited"] is True


def test_the_last_answers_come_back(alice: Client, bob: Client, owner: Member, connection: Connection) -> None:
    run_of(owner, connection, model_label="Older")
    newest = run_of(owner, connection)
    page = alice.get("/w/main/")
    assert page.context["page"].lanes[0].answer["run"] == newest
    assert f'data-run="{newest.id}"' in page.content.decode()
    assert bob.get("/w/main/").context["page"].lanes[0].answer is None


def test_a_run_is_brought_back_and_hides_a_draft_only_with_words(
    alice: Client, owner: Member, connection: Connection
) -> None:
    run = run_of(owner, connection)
    page = alice.get(f"/w/main/?run={run.id}").context["page"]
    assert (page.system, page.turns[0].text, page.hides_draft) == ("Be kind.", "Run it", False)
    assert (page.lanes[0].model.model_id, page.lanes[0].form["max_tokens"].value()) == ("model-b", 77)
    alice.post("/w/main/draft/", turns("Typed"))
    shown = alice.get(f"/w/main/?run={run.id}")
    assert shown.context["page"].hides_draft
    assert "What you typed last is kept" in shown.content.decode()
    assert alice.get("/w/main/").context["page"].turns[0].text == "Typed"


def test_a_model_that_is_gone_is_replaced_by_one_that_is_there(
    alice: Client, owner: Member, connection: Connection
) -> None:
    run = run_of(owner, connection)
    CatalogModel.objects.filter(model_id="model-b").update(is_listed=False)
    page = alice.get(f"/w/main/?run={run.id}").context["page"]
    assert page.lanes[0].model.model_id == "model-a"


def test_a_viewer_reads_and_cannot_run(charlie: Client, connection: Connection) -> None:
    page = charlie.get("/w/main/").content.decode()
    assert "readonly" in page
    assert "Your role reads only" in page


def test_without_a_model_it_says_what_to_do(alice: Client, charlie: Client) -> None:
    assert "No model to run on yet" in alice.get("/w/main/").content.decode()
    assert "An owner of this workspace can add one" in charlie.get("/w/main/").content.decode()


def test_another_model_brings_its_own_parameters_and_keeps_what_was_typed(
    alice: Client, connection: Connection
) -> None:
    asked = {"lane-0-model": f"{connection.pk}:model-b", "lane-0-max_tokens": "55", "lane-0-temperature": "0.3"}
    fragment = alice.get("/w/main/lanes/0/", asked, headers={"hx-request": "true"}).content.decode()
    assert 'value="55"' in fragment
    assert 'value="0.3"' in fragment
    assert "<html" not in fragment


def test_the_page_takes_few_queries(
    alice: Client, owner: Member, connection: Connection, django_assert_max_num_queries: object
) -> None:
    for index in range(30):
        CatalogModel.objects.create(connection=connection, model_id=f"m{index}", position=index)
    run_of(owner, connection)
    with django_assert_max_num_queries(12):  # type: ignore[operator]  # pytest-django's fixture
        alice.get("/w/main/")
