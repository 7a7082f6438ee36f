"""Files of messages in requests: the blocks that they become, what is refused, how they are stored and sent."""

from __future__ import annotations

import base64
import json
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.test import Client
from django.utils import timezone

from tests.conftest import MakeConnection
from tests.files import making
from tests.files.conftest import Store
from workbench.claude import Pieces
from workbench.connections.models import CatalogModel, Kind
from workbench.files import storing
from workbench.files.actions import delete_file
from workbench.files.models import FileUse, StoredFile
from workbench.prompts.models import Draft, PromptVersion
from workbench.runs.models import Run
from workbench.runs.sending import StoredBody, to_send
from workbench.teams.models import Member


@pytest.fixture
def claude(make_connection: MakeConnection) -> CatalogModel:
    connection = make_connection(base_url="https://api.anthropic.com", kind=Kind.ANTHROPIC)
    return CatalogModel.objects.create(connection=connection, model_id="claude-opus-4-7")


@pytest.fixture
def text_only(make_connection: MakeConnection) -> CatalogModel:
    return CatalogModel.objects.create(connection=make_connection(kind=Kind.LOCAL, key=""), model_id="small")


def typed(model: CatalogModel, *files: StoredFile, text: str = "Read", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - form fields
    lane = {"lane-0-model": f"{model.connection_id}:{model.model_id}", "lane-0-max_tokens": "50"}
    turn = {"turn": ["k"], "role": ["user"], "text": [text], "k-file": [str(file.pk) for file in files]}
    names = {f"k-{file.pk}-name": file.name for file in files}
    return {"system": "", "submission": str(uuid4()), **turn, **names, **lane, **more}


def sent() -> list[dict[str, Any]]:
    """The content of the message of the newest run."""
    content: list[dict[str, Any]] = json.loads(Run.objects.latest("id").request_body)["messages"][0]["content"]
    return content


def refused(client: Client, form: dict[str, Any]) -> str:
    answer = client.post("/w/main/runs/", form, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert not Run.objects.exists()
    return " ".join(answer.text.split())


def test_every_kind_is_the_block_that_the_api_has_for_it(bob: Client, claude: CatalogModel, store: Store) -> None:
    files = [
        store("a.pdf", making.pdf("one")),
        store("a.docx", making.docx()),
        store("a.csv", b"name,age\nAnn,1\n"),
        store("a.json", b'{"a": 1}'),
        store("a.txt", b"hello"),
        store("a.png", making.image()),
        store("a.jpg", making.photo()),
        store("a.gif", making.animation()),
    ]
    assert bob.post("/w/main/runs/", typed(claude, *files)).status_code == 302
    content = sent()
    assert [block["type"] for block in content] == ["document"] * 5 + ["image"] * 3 + ["text"]
    assert [block["source"]["type"] for block in content[:8]] == ["base64", *["text"] * 4, *["base64"] * 3]
    media = [block["source"]["media_type"] for block in content[:8]]
    assert media == ["application/pdf", *["text/plain"] * 4, "image/png", "image/jpeg", "image/gif"]
    assert content[4]["source"]["data"] == "hello"
    assert content[8] == {"type": "text", "text": "Read"}


def test_a_model_of_text_gets_text_and_no_image(bob: Client, text_only: CatalogModel, store: Store) -> None:
    pdf, image = store("a.pdf", making.pdf("Words of the page")), store("a.png", making.image())
    assert "“a.png” is an image, and this model takes none." in refused(bob, typed(text_only, pdf, image))
    bob.post("/w/main/runs/", typed(text_only, pdf))
    first, last = sent()
    assert first["type"] == "text"
    assert first["text"].startswith('<document title="a.pdf">\n[Page 1]\nWords of the page')
    assert last == {"type": "text", "text": "Read"}


def test_a_message_may_be_a_file_alone(bob: Client, claude: CatalogModel, store: Store) -> None:
    bob.post("/w/main/runs/", typed(claude, store("a.txt", b"hello"), text=""))
    assert [block["type"] for block in sent()] == ["document"]


def test_results_of_tools_come_first(bob: Client, claude: CatalogModel, store: Store) -> None:
    call = [{"type": "tool_use", "id": "t1", "name": "look", "input": {}}]
    file = store("a.txt", b"hello")
    turns = {"turn": ["a", "b", "k"], "role": ["user", "assistant", "user"], "text": ["Look", "", "There"]}
    more = {"b-blocks": json.dumps(call), "k-result-id": "t1", "k-result-name": "look", "k-result-text": "seen"}
    bob.post("/w/main/runs/", {**typed(claude, file), **turns, **more})
    content = json.loads(Run.objects.get().request_body)["messages"][2]["content"]
    assert [block["type"] for block in content] == ["tool_result", "document", "text"]


def test_how_it_is_sent_is_kept_and_checked(bob: Client, claude: CatalogModel, store: Store) -> None:
    file = store("a.pdf", making.pdf("one", "two", "three"))
    form = typed(claude, file, **{f"k-{file.pk}-pages": "7", f"k-{file.pk}-title": "Report"})
    assert f'id="error-k-{file.pk}" hx-swap-oob="true">There is no page 7' in refused(bob, form)
    bob.post("/w/main/draft/", form)
    assert Draft.objects.get().content["turns"][0]["files"][0]["options"] == {"pages": "7", "title": "Report"}
    bob.post("/w/main/runs/", {**form, f"k-{file.pk}-pages": "2-3"})
    assert sent()[0]["title"] == "Report"
    assert Run.objects.get().request_gaps[0]["variant"] == "pages-2-3"


def test_files_of_others_and_deleted_ones_are_not_sent(
    bob: Client,
    editor: Member,
    stranger: Member,
    claude: CatalogModel,
    store: Store,
) -> None:
    gone, foreign = store("gone.txt", b"1"), store("foreign.txt", b"2", stranger)
    delete_file(editor, gone, timezone.now())
    said = refused(bob, typed(claude, gone, foreign))
    assert said.count("is not among the workspace’s files any more") == 2
    page = bob.get("/w/main/").text
    assert "foreign.txt" not in page


def test_one_whose_bytes_are_lost_is_said(bob: Client, claude: CatalogModel, store: Store) -> None:
    file = store("a.txt", b"hello")
    storing.remove(file)
    assert "The storage has lost what was in an attached file." in refused(bob, typed(claude, file))


def test_files_of_the_model_are_refused(bob: Client, claude: CatalogModel, store: Store) -> None:
    file = store("a.txt", b"hello")
    turns = {"turn": ["u", "k"], "role": ["user", "assistant"], "text": ["Hi", "Yes"]}
    assert "Files belong into messages of the user." in refused(bob, {**typed(claude, file), **turns})


@pytest.mark.django_db(transaction=True)
async def test_the_bytes_are_stored_apart_and_sent_in_their_place(
    editor: Member,
    bob: Client,
    claude: CatalogModel,
    store: Store,
) -> None:
    photo, pdf = (
        await sync_to_async(store)("a.jpg", making.photo()),
        await sync_to_async(store)("a.pdf", making.pdf("x")),
    )
    await sync_to_async(bob.post)("/w/main/runs/", typed(claude, photo, pdf, photo))
    run = await Run.objects.aget()
    assert len(run.request_body) < 1000
    body = await to_send(StoredBody(run.request_body, run.request_gaps))
    assert isinstance(body, Pieces)
    pieces = [piece async for piece in body.begin()]
    whole = b"".join(pieces)
    assert len(whole) == len(body)
    image, document, text = json.loads(whole)["messages"][0]["content"]
    kept = await sync_to_async(lambda: [b"".join(storing.chunks(file, "original")) for file in (photo, pdf)])()
    assert [base64.b64decode(block["source"]["data"]) for block in (image, document)] == kept
    assert text == {"type": "text", "text": "Read"}


def test_the_run_page_names_them_in_the_place_of_their_bytes(bob: Client, claude: CatalogModel, store: Store) -> None:
    bob.post("/w/main/runs/", typed(claude, store('a"b.png', making.image())))
    page = bob.get(f"/w/main/runs/{Run.objects.get().id}/?tab=request")
    body = json.loads(page.context["body"])
    assert body["messages"][0]["content"][0]["source"]["data"] == '… a"b.png (original), base64 …'


def test_a_run_brings_them_back_with_how_they_are_sent(bob: Client, claude: CatalogModel, store: Store) -> None:
    file = store("a.csv", b"a\n1\n2\n3\n")
    bob.post("/w/main/runs/", typed(claude, file, **{f"k-{file.pk}-rows": "2"}))
    [turn] = bob.get(f"/w/main/?run={Run.objects.get().id}").context["page"].turns
    assert turn.text == "Read"
    assert turn.turn["files"] == [{"id": str(file.pk), "name": "a.csv", "options": {"rows": "2"}}]
    assert turn.files[0].file == file


def test_it_is_known_where_they_are_used(bob: Client, claude: CatalogModel, store: Store) -> None:
    file = store("a.txt", b"hello")
    bob.post("/w/main/runs/", typed(claude, file))
    bob.post("/w/main/save/new/", typed(claude, file, name="Reader"))
    version = PromptVersion.objects.get()
    assert version.messages[0]["files"][0]["id"] == str(file.pk)
    labels = FileUse.objects.filter(file=file).values_list("kind", "key", "label")
    assert set(labels) == {
        ("run", str(Run.objects.get().id), "Read"),
        ("version", f"{version.prompt_id}/1", "Reader v1"),
    }
    assert "Reader v1" in bob.get(f"/w/main/files/{file.pk}/").text


def test_the_same_form_twice_is_one_run(bob: Client, claude: CatalogModel, store: Store) -> None:
    form = typed(claude, store("a.png", making.image()))
    assert bob.post("/w/main/runs/", form).headers["location"] == bob.post("/w/main/runs/", form).headers["location"]
    assert Run.objects.count() == 1


def test_too_many_images_and_too_many_bytes_are_said_before(
    bob: Client,
    claude: CatalogModel,
    editor: Member,
    monkeypatch: pytest.MonkeyPatch,
    store: Store,
) -> None:
    CatalogModel.objects.filter(pk=claude.pk).update(max_input_tokens=200_000)
    images = [store(f"{index}.png", making.image(size=(10 + index, 10))) for index in range(3)]
    monkeypatch.setattr("workbench.runs.attaching.MAX_IMAGES_SMALL", 2)
    assert "These are 3 images; this model takes 2 in one request." in refused(bob, typed(claude, *images))
    monkeypatch.setattr("workbench.runs.attaching.MAX_REQUEST", 100)
    assert "larger than the 32 MB that one request takes" in refused(bob, typed(claude, *images[:2]))


def variable(*values: str, kind: str = "file") -> dict[str, str]:
    """Fields of the variables a, b, … with these values."""
    names = {f"variable-{index}-name": "ab"[index] for index in range(len(values))}
    kinds = {f"variable-{index}-kind": kind for index in range(len(values))}
    return names | kinds | {f"variable-{index}-value": value for index, value in enumerate(values)}


def test_a_file_is_the_value_of_a_variable_in_its_own_place(bob: Client, claude: CatalogModel, store: Store) -> None:
    image, text = store("a.png", making.image()), store("b c.txt", b"hello")
    form = typed(claude, text="Compare {{a}} with {{b}}!", **variable(f"{image.pk} a.png", f"{text.pk} b c.txt"))
    assert bob.post("/w/main/runs/", form).status_code == 302
    content = sent()
    assert [block["type"] for block in content] == ["text", "image", "text", "document", "text"]
    assert [block["text"] for block in content if block["type"] == "text"] == ["Compare ", " with ", "!"]
    run = Run.objects.get()
    assert run.preview == "Compare a.png with b c.txt!"
    assert [gap["file"] for gap in run.request_gaps] == [str(image.pk)]
    assert FileUse.objects.filter(kind="run").count() == 2
    page = bob.get(f"/w/main/?run={run.id}").context["page"]
    assert page.turns[0].text == "Compare {{a}} with {{b}}!"
    assert [typed.file_name for typed in page.variables] == ["a.png", "b c.txt"]


def test_a_system_prompt_has_the_text_of_a_file_and_no_image(bob: Client, claude: CatalogModel, store: Store) -> None:
    image, text = store("a.png", making.image()), store("b.txt", b"hello")
    form = typed(claude, system="Know: {{a}}", **variable(f"{image.pk} a.png"))
    assert "“a.png” has no text, and a system prompt takes nothing else." in refused(bob, form)
    bob.post("/w/main/runs/", {**form, **variable(f"{text.pk} b.txt")})
    body = json.loads(Run.objects.get().request_body)
    assert body["system"] == 'Know: <document title="b.txt">\nhello\n</document>'


def test_a_variable_without_its_file_is_said(bob: Client, claude: CatalogModel, stranger: Member, store: Store) -> None:
    foreign = store("a.txt", b"secret", stranger)
    form = typed(claude, text="{{a}}", **variable("what a file"))
    assert 'id="error-variable-0-value" hx-swap-oob="true">Choose a file.' in refused(bob, form)
    form |= variable(f"{foreign.pk} a.txt")
    assert "“a.txt” is not among the workspace’s files any more." in refused(bob, form)


def test_what_looks_like_a_file_in_a_value_is_text(bob: Client, claude: CatalogModel, store: Store) -> None:
    file = store("a.txt", b"hello")
    bob.post("/w/main/runs/", typed(claude, text="{{a}}", **variable(f"{file.pk} a.txt", kind="long")))
    body = json.loads(Run.objects.get().request_body)
    assert body["messages"][0]["content"] == f"{file.pk} a.txt"
