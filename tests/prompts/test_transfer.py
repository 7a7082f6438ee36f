"""In and out: what is exported and imported again is the same; a wrong file changes nothing and is told why."""

from __future__ import annotations

import asyncio
import copy
import json
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import AsyncClient, Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import join
from tests.prompts.conftest import add_versions, saying
from workbench.prompts.actions import About, create_prompt, save_version
from workbench.prompts.content import PromptContent
from workbench.prompts.export_format import (
    MAX_FILE,
    Export,
    NotAnExportError,
    TravellingPrompt,
    TravellingVersion,
    prompt_as_json,
    read_export,
)
from workbench.prompts.exporting import export_file, travelling
from workbench.prompts.importing import import_prompts
from workbench.prompts.labels import move_label
from workbench.prompts.models import ParameterSet, Prompt
from workbench.prompts.parameter_sets import create_set
from workbench.prompts.samples import add_sample_prompts
from workbench.prompts.value_sets import save_value_set
from workbench.prompts.variables import Kind, Variable
from workbench.teams.models import Member, Role, Workspace

pytestmark = pytest.mark.django_db
# What PostgreSQL and UTF-8 can hold; braces and backslashes often.
TEXTS = st.text(
    st.one_of(st.sampled_from('{}\\\r\n" é姓🦉'), st.characters(exclude_categories=["Cs"], min_codepoint=1))
)


def exported(member: Member, *prompts: Prompt, with_sets: bool = False) -> bytes:
    """The file, whole."""

    async def gather() -> bytes:
        ids = [prompt.pk for prompt in prompts]
        return b"".join([p async for p in export_file(member.workspace, ids, timezone.now(), with_sets=with_sets)])

    return asyncio.run(gather())


def posted(client: Client, data: bytes) -> Any:  # noqa: ANN401 - a response with its context
    return client.post("/w/main/prompts/import/", {"file": SimpleUploadedFile("prompts.json", data)})


@pytest.fixture
def elsewhere(db: None) -> Member:
    """An owner in an empty workspace."""
    return join("elsewhere@example.org", Workspace.objects.create(slug="elsewhere", name="Elsewhere"), Role.OWNER)


def full_prompt(owner: Member) -> Prompt:
    """One with everything that travels."""
    about = About("Owls", "About owls", "birds/night", ["b", "a"])
    content = saying(
        "For {{who}}",
        variables=[Variable("who", Kind.CHOICE, "x", "y", is_required=False, choices=("x", "z"))],
        parameters={"model": "m", "connection": "secret-connection", "max_tokens": 5, "stop_sequences": ["\n"]},
        tools=[{"name": "t"}],
        output_schema={"type": "object"},
        cache={"tools": "1h"},
    )
    prompt = create_prompt(owner, about, content, "First").prompt
    save_version(owner, prompt, saying("Second"), 1, "Why")
    move_label(owner, prompt.versions.get(number=1), "production")
    save_value_set(owner, prompt, "Ines", {"who": "Ines"})
    return prompt


@pytest.mark.django_db(transaction=True)
def test_an_exported_prompt_is_the_same_when_it_is_imported(owner: Member, elsewhere: Member) -> None:
    prompt = full_prompt(owner)
    data = exported(owner, prompt)
    assert b"secret-connection" not in data
    report = import_prompts(elsewhere, read_export(data))
    assert len(report.new) == 1
    there = report.new[0]
    assert json.loads(exported(elsewhere, there))["prompts"] == json.loads(data)["prompts"]
    assert {version.author for version in there.versions.all()} == {elsewhere.user}


@pytest.mark.django_db(transaction=True)
def test_the_sample_library_comes_out_as_it_went_in(owner: Member, elsewhere: Member) -> None:
    add_sample_prompts(owner)
    create_set(owner, "Precise", {"max_tokens": "5"})
    data = exported(owner, *Prompt.objects.filter(workspace=owner.workspace), with_sets=True)
    import_prompts(elsewhere, read_export(data))
    again = exported(elsewhere, *Prompt.objects.filter(workspace=elsewhere.workspace), with_sets=True)
    first, second = json.loads(data), json.loads(again)
    assert sorted(first["prompts"], key=str) == sorted(second["prompts"], key=str)
    assert (
        first["parameter_sets"]
        == second["parameter_sets"]
        == [{"name": "Precise", "description": "", "settings": {"max_tokens": 5}}]
    )


@given(
    st.lists(
        st.builds(
            PromptContent,
            system=TEXTS,
            messages=st.lists(st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant"]), "text": TEXTS})),
            variables=st.lists(st.builds(Variable, st.just("v"), st.sampled_from(Kind), TEXTS, TEXTS, st.booleans())),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_any_text_travels_unchanged(contents: list[PromptContent]) -> None:
    versions = [TravellingVersion(number, content, "", timezone.now()) for number, content in enumerate(contents, 1)]
    sent = TravellingPrompt(uuid4(), "Name", versions=versions)
    file = {"format": "workbench-prompts", "version": 1, "prompts": [prompt_as_json(sent)]}
    read = read_export(json.dumps(file).encode()).prompts
    assert [prompt_as_json(prompt) for prompt in read] == [prompt_as_json(sent)]


def test_a_known_prompt_gets_the_newer_versions_only(owner: Member, elsewhere: Member, prompt: Prompt) -> None:
    first = import_prompts(elsewhere, Export([travelling(prompt)]))
    add_versions(owner, prompt, "Two", "Three")
    second = import_prompts(elsewhere, Export([travelling(prompt)]))
    assert [found.latest_number for found in second.changed] == [3]
    assert first.new[0].versions.count() == 3
    assert import_prompts(elsewhere, Export([travelling(prompt)])).unchanged == [first.new[0]]


def test_a_prompt_that_went_another_way_is_refused_and_left(owner: Member, elsewhere: Member, prompt: Prompt) -> None:
    there = import_prompts(elsewhere, Export([travelling(prompt)])).new[0]
    add_versions(owner, prompt, "Mine")
    add_versions(elsewhere, there, "Theirs")
    report = import_prompts(elsewhere, Export([travelling(prompt)]))
    assert report.refused == [there]
    assert [version.system for version in there.versions.all()] == ["Theirs", "Be brief."]


def test_the_page_reports_what_an_import_did(alice: Client, owner: Member, elsewhere: Member) -> None:
    full_prompt(elsewhere)
    theirs = Prompt.objects.get(workspace=elsewhere.workspace)
    file = {"format": "workbench-prompts", "version": 1, "prompts": [prompt_as_json(travelling(theirs))]}
    page = posted(alice, json.dumps(file).encode()).content.decode()
    assert "New · 1" in page
    assert "Owls" in page
    assert "The same here · 1" in posted(alice, json.dumps(file).encode()).content.decode()
    assert Prompt.objects.filter(workspace=owner.workspace).count() == 1


def document() -> dict[str, Any]:
    version = TravellingVersion(1, saying(variables=[Variable("v")]), "", timezone.now())
    prompt = prompt_as_json(TravellingPrompt(uuid4(), "Good", versions=[version]))
    return {
        "format": "workbench-prompts",
        "version": 1,
        "prompts": [prompt, copy.deepcopy({**prompt, "id": str(uuid4())})],
    }


@pytest.mark.parametrize(
    ("place", "value", "told"),
    [
        (("format",), "other", "not an export"),
        (("version",), 2, "newer version"),
        (("prompts",), {}, None),
        (("prompts",), 5, "prompts must be a list"),
        (("prompts", 1, "id"), "x", "prompts[1].id must be a UUID"),
        (("prompts", 1, "name"), "", "prompts[1].name must be text"),
        (("prompts", 1, "name"), "x" * 301, "prompts[1].name must be at most 300"),
        (("prompts", 1, "name"), "\x00", "without broken characters"),
        (("prompts", 1, "folder"), 5, "prompts[1].folder must be text"),
        (("prompts", 1, "tags"), ["x" * 61], "prompts[1].tags must be at most 60"),
        (("prompts", 1, "labels"), {"production": 7}, "prompts[1].labels"),
        (("prompts", 1, "value_sets"), {"a": {"b": 5}}, "prompts[1].value_sets.b must be text"),
        (("prompts", 1, "versions"), [], "prompts[1].versions must be numbered"),
        (("prompts", 1, "versions", 0, "number"), 2, "prompts[1].versions must be numbered"),
        (("prompts", 1, "versions", 0, "number"), True, "a whole number"),
        (("prompts", 1, "versions", 0, "created_at"), "2026", "a moment"),
        (("prompts", 1, "versions", 0, "system"), ["x"], "versions[0].system must be text"),
        (("prompts", 1, "versions", 0, "messages", 0, "role"), "root", "messages[0].role"),
        (("prompts", 1, "versions", 0, "variables", 0, "kind"), "code", "variables[0].kind"),
        (("prompts", 1, "versions", 0, "parameters"), [1], "parameters must be an object"),
        (("prompts", 1, "versions", 0, "cache"), "5m", "cache must be an object"),
    ],
)
def test_a_wrong_file_changes_nothing_and_its_fault_is_named(
    alice: Client, place: tuple[Any, ...], value: object, told: str | None
) -> None:
    file: Any = document()
    inner = file
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    answer = posted(alice, json.dumps(file).encode())
    if told is None:
        assert answer.status_code == 200
        return
    assert answer.status_code == 422
    assert told in answer.context["problem"]
    assert not Prompt.objects.exists()


@pytest.mark.reliability
@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"null", b"[]", b"{" * 100_000, b"\xff\xfe{}", b'"x"'])
def test_what_is_no_export_is_told(alice: Client, data: bytes) -> None:
    assert posted(alice, data).status_code == 422
    assert alice.post("/w/main/prompts/import/").status_code == 422


@pytest.mark.reliability
def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(NotAnExportError, match="larger than 32 MB"):
        read_export(b" " * (MAX_FILE + 1))


@pytest.mark.reliability
def test_ten_thousand_versions_are_taken_in(alice: Client) -> None:
    one = prompt_as_json(
        TravellingPrompt(uuid4(), "Many", versions=[TravellingVersion(1, saying(), "", timezone.now())])
    )
    version = one["versions"][0]
    one["versions"] = [{**version, "number": number, "system": f"S{number}"} for number in range(1, 10_001)]
    file = {"format": "workbench-prompts", "version": 1, "prompts": [one]}
    assert posted(alice, json.dumps(file).encode()).status_code == 200
    assert Prompt.objects.get().versions.count() == 10_000


def test_a_set_of_the_same_name_is_not_overwritten(owner: Member, elsewhere: Member) -> None:
    create_set(elsewhere, "Precise", {"max_tokens": "9"})
    file = {"format": "workbench-prompts", "version": 1, "prompts": []}
    sets = [{"name": "Precise", "settings": {"max_tokens": 5}}, {"name": "Warm", "settings": {"connection": "x"}}]
    report = import_prompts(elsewhere, read_export(json.dumps({**file, "parameter_sets": sets}).encode()))
    assert (report.new_sets, report.refused_sets) == (["Warm"], ["Precise"])
    assert ParameterSet.objects.get(name="Precise").settings == {"max_tokens": 9}
    assert ParameterSet.objects.get(name="Warm").settings == {}


def test_a_prompt_is_copied_to_another_workspace_of_ones_own(
    alice: Client, owner: Member, other_workspace: Workspace, prompt: Prompt
) -> None:
    Member.objects.create(workspace=other_workspace, user=owner.user, role=Role.EDITOR)
    answer = alice.post(f"/w/main/prompts/{prompt.id}/copy/", {"to": "other"})
    copied = Prompt.objects.get(workspace=other_workspace)
    assert answer.headers["location"] == f"/w/other/prompts/{copied.id}/"
    assert copied.versions.get().system == "Be brief."
    Member.objects.filter(workspace=other_workspace).update(role=Role.VIEWER)
    assert alice.post(f"/w/main/prompts/{prompt.id}/copy/", {"to": "other"}).status_code == 403


@pytest.mark.django_db(transaction=True)
async def test_the_list_is_downloaded_as_it_is_narrowed(owner: Member) -> None:
    client = AsyncClient(headers={"host": "127.0.0.1"})
    await sync_to_async(full_prompt)(owner)
    await sync_to_async(add_sample_prompts)(owner)
    await client.aforce_login(owner.user)
    for query, names in (("", 4), ("?q=owls", 1), ("?folder=birds", 1), ("?q=zebra", 0)):
        answer: Any = await client.get(f"/w/main/prompts/export/{query}")
        assert answer.status_code == 200, answer.headers
        data = b"".join([piece async for piece in answer.streaming_content])
        assert len(json.loads(data)["prompts"]) == names
        assert answer.headers["content-disposition"].startswith('attachment; filename="main-')
