"""The list of prompts, and the three that a workspace begins with."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import translation

from tests.conftest import MakeConnection
from workbench.prompts.drafts import load_draft, save_draft
from workbench.prompts.models import Prompt
from workbench.prompts.samples import add_sample_prompts
from workbench.teams.models import Member

pytestmark = pytest.mark.django_db


def test_the_samples_can_be_run_as_they_are(alice: Client, owner: Member, make_connection: MakeConnection) -> None:
    add_sample_prompts(owner)
    make_connection(models=("test-model",))
    prompts = Prompt.objects.all()
    assert len(prompts) == 3
    for prompt in prompts:
        version = prompt.versions.get()
        page = alice.get(f"/w/main/?prompt={prompt.pk}").context["page"]
        assert page.turns[-1].role == "user"
        assert page.turns[-1].text.strip()
        assert prompt.description
        assert version.number == 1


def test_the_samples_speak_the_language_of_the_start(owner: Member) -> None:
    with translation.override("zh-hans"):
        add_sample_prompts(owner)
    assert all(any("\u4e00" <= character <= "\u9fff" for character in prompt.name) for prompt in Prompt.objects.all())


def test_the_list_shows_names_versions_and_what_they_are_for(alice: Client, owner: Member) -> None:
    add_sample_prompts(owner)
    page = alice.get("/w/main/prompts/").content.decode()
    for prompt in Prompt.objects.all():
        assert prompt.name in page
        assert f"?prompt={prompt.pk}" in page
    assert "v1" in page


def test_the_list_is_searched_by_name_and_description(alice: Client, owner: Member) -> None:
    add_sample_prompts(owner)
    found = alice.get("/w/main/prompts/?q=CUSTOMER").content.decode()
    assert "Sort customer mail" in found
    assert "Learn from examples" not in found
    assert "No prompt fits" in alice.get("/w/main/prompts/?q=zebra").content.decode()


def test_an_empty_list_says_how_it_fills(alice: Client) -> None:
    assert alice.get("/w/main/prompts/").status_code == 200


@pytest.mark.security
def test_a_name_is_text(alice: Client, owner: Member) -> None:
    Prompt.objects.create(workspace=owner.workspace, name="<script>alert(1)</script>", description="<b>bold</b>")
    page = alice.get("/w/main/prompts/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;b&gt;bold" in page


def test_a_draft_is_replaced_not_gathered(owner: Member, editor: Member) -> None:
    save_draft(owner, None, {"system": "one"})
    save_draft(owner, None, {"system": "two"})
    draft = load_draft(owner, None)
    assert draft is not None
    assert draft.content == {"system": "two"}
    assert load_draft(editor, None) is None


def test_the_list_takes_a_fixed_number_of_queries(
    alice: Client, owner: Member, django_assert_max_num_queries: object
) -> None:
    for number in range(60):
        Prompt.objects.create(workspace=owner.workspace, name=f"Prompt {number}")
    with django_assert_max_num_queries(11):  # type: ignore[operator]  # pytest-django's fixture
        alice.get("/w/main/prompts/")
