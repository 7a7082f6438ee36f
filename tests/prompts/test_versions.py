"""Versions: numbered, immutable, restored as new ones; two people who save at once lose nothing."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.prompts.conftest import add_versions, saying
from workbench.prompts.actions import NewerVersionError, restore_version, save_version
from workbench.prompts.content import PromptContent
from workbench.prompts.models import Prompt
from workbench.prompts.variables import Kind, Variable
from workbench.teams.models import Member

pytestmark = pytest.mark.django_db


def test_a_saved_version_is_the_next_one(owner: Member, prompt: Prompt) -> None:
    version = save_version(owner, prompt, saying("Be long."), 1, "Longer now")
    prompt.refresh_from_db()
    assert (version.number, version.note, version.author, prompt.latest_number) == (2, "Longer now", owner.user, 2)
    assert prompt.updated_by == owner.user
    assert [v.system for v in prompt.versions.all()] == ["Be long.", "Be brief."]


def test_everything_that_a_prompt_says_is_kept(owner: Member, prompt: Prompt) -> None:
    content = PromptContent(
        system="For {{who}}",
        messages=[{"role": "user", "text": "A"}, {"role": "assistant", "text": "B"}, {"role": "user", "text": "C"}],
        variables=[
            Variable("who", Kind.CHOICE, default="all", sample="you", is_required=False, choices=("all", "few"))
        ],
        parameters={"model": "m", "connection": "c", "max_tokens": 5, "temperature": 0.5, "stop_sequences": ["x"]},
        tools=[{"name": "t", "input_schema": {}}],
        output_schema={"type": "object"},
    )
    version = save_version(owner, prompt, content, 1)
    version.refresh_from_db()
    assert PromptContent.of_version(version) == content


def test_saving_the_same_again_makes_no_version(owner: Member, prompt: Prompt) -> None:
    assert save_version(owner, prompt, saying(), 1).number == 1
    assert prompt.versions.count() == 1


def test_a_version_never_changes(prompt: Prompt) -> None:
    version = prompt.versions.get()
    version.system = "Changed"
    with pytest.raises(TypeError):
        version.save()
    assert prompt.versions.get().system == "Be brief."


def test_an_earlier_version_is_restored_as_a_new_one(owner: Member, editor: Member, prompt: Prompt) -> None:
    add_versions(owner, prompt, "Two", "Three")
    made = restore_version(editor, prompt.versions.get(number=1))
    assert (made.number, made.system, made.restored_from, made.author) == (4, "Be brief.", 1, editor.user)
    assert prompt.versions.count() == 4


def test_restoring_the_newest_changes_nothing(owner: Member, prompt: Prompt) -> None:
    assert restore_version(owner, prompt.versions.get()).number == 1
    assert prompt.versions.count() == 1


def test_who_saves_on_top_of_an_older_version_is_told(owner: Member, editor: Member, prompt: Prompt) -> None:
    save_version(editor, prompt, saying("Bob's"), 1)
    with pytest.raises(NewerVersionError) as told:
        save_version(owner, prompt, saying("Alice's"), 1)
    assert told.value.latest.system == "Bob's"
    assert prompt.versions.count() == 2


def test_who_wants_it_all_the_same_gets_the_next_version(owner: Member, editor: Member, prompt: Prompt) -> None:
    save_version(editor, prompt, saying("Bob's"), 1)
    assert save_version(owner, prompt, saying("Alice's"), None).number == 3
    assert [v.system for v in prompt.versions.all()] == ["Alice's", "Bob's", "Be brief."]


def test_saving_what_the_other_saved_is_no_conflict(owner: Member, editor: Member, prompt: Prompt) -> None:
    save_version(editor, prompt, saying("The same"), 1)
    assert save_version(owner, prompt, saying("The same"), 1).number == 2


def test_a_version_has_a_page_of_its_own(bob: Client, owner: Member, prompt: Prompt) -> None:
    add_versions(owner, prompt, "Two")
    first = bob.get(f"/w/main/prompts/{prompt.id}/versions/1/").content.decode()
    assert "Be brief." in first
    assert "Restore" in first
    assert "Two" in bob.get(f"/w/main/prompts/{prompt.id}/versions/2/").content.decode()
    assert bob.get(f"/w/main/prompts/{prompt.id}/versions/3/").status_code == 404


def test_a_viewer_reads_versions_and_is_offered_no_change(charlie: Client, owner: Member, prompt: Prompt) -> None:
    add_versions(owner, prompt, "Two")
    for path in ("", "versions/1/", "compare/?from=1&to=2"):
        page = charlie.get(f"/w/main/prompts/{prompt.id}/{path}").content.decode()
        assert not {"Restore", "Set label", "Archive", "Delete"} & set(page.split())
    assert charlie.post(f"/w/main/prompts/{prompt.id}/versions/1/restore/").status_code == 403


def test_a_prompt_with_many_versions_is_paged(alice: Client, owner: Member, prompt: Prompt) -> None:
    add_versions(owner, prompt, *(f"System {number}" for number in range(40)))
    page = alice.get(f"/w/main/prompts/{prompt.id}/")
    assert [row.version.number for row in page.context["rows"]] == list(range(41, 11, -1))
    earlier = alice.get(f"/w/main/prompts/{prompt.id}/?before={page.context['earlier']}")
    assert [row.version.number for row in earlier.context["rows"]] == list(range(11, 0, -1))
