"""Named sets of values, saved with the prompt and picked."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.prompts.conftest import saying
from workbench.prompts.actions import About, create_prompt
from workbench.prompts.models import Prompt, ValueSet
from workbench.teams.models import Member

pytestmark = pytest.mark.django_db


@pytest.fixture
def prompt(owner: Member) -> Prompt:
    return create_prompt(owner, About("Greeting"), saying("For {{who}}", "In {{language}}")).prompt


def form(prompt: Prompt | None, who: str, **more: str) -> dict[str, Any]:
    fields = {
        "system": "For {{who}}",
        "role": "user",
        "text": "In {{language}}",
        "prompt": str(prompt.pk) if prompt else "",
    }
    return {**fields, "variable-0-name": "who", "variable-0-value": who, "variable-1-name": "language", **more}


def test_values_are_saved_under_a_name_and_taken_again(alice: Client, bob: Client, prompt: Prompt) -> None:
    alice.post("/w/main/values/", form(prompt, "Ines", **{"set-name": "Ines"}))
    saved = ValueSet.objects.get()
    assert saved.values == {"who": "Ines", "language": ""}
    shown = bob.post("/w/main/variables/?set", form(prompt, "", set=str(saved.pk))).context
    assert [typed.value for typed in shown["variables"]] == ["Ines", ""]
    assert shown["chosen"] == str(saved.pk)
    alice.post("/w/main/values/", form(prompt, "Ines K.", **{"set-name": "Ines"}))
    assert ValueSet.objects.get().values["who"] == "Ines K."


def test_a_set_is_removed(alice: Client, prompt: Prompt) -> None:
    alice.post("/w/main/values/", form(prompt, "Ines", **{"set-name": "Ines"}))
    alice.post(f"/w/main/values/?remove={ValueSet.objects.get().pk}", form(prompt, "typed"))
    assert not ValueSet.objects.exists()


def test_a_set_needs_a_name_and_a_prompt(alice: Client, prompt: Prompt) -> None:
    for posted in (form(prompt, "Ines", **{"set-name": " "}), form(None, "Ines", **{"set-name": "Ines"})):
        assert alice.post("/w/main/values/", posted).context["problem"]
    assert not ValueSet.objects.exists()


def test_fields_are_made_again_only_where_the_variables_changed(alice: Client, prompt: Prompt) -> None:
    shown = {"variable-shown": ["who", "language"]}
    assert alice.post("/w/main/variables/", form(prompt, "Ines") | shown).status_code == 204
    changed = alice.post("/w/main/variables/", form(prompt, "Ines") | shown | {"text": "Nothing"})
    assert [(typed.variable.name, typed.is_used) for typed in changed.context["variables"]] == [
        ("who", True),
        ("language", False),
    ]
    assert "not used in the texts" in changed.content.decode()


def test_the_preview_marks_what_is_inserted(alice: Client, prompt: Prompt) -> None:
    page = alice.post("/w/main/preview/", form(prompt, "<b>{{language}}</b>")).content.decode()
    assert 'For <mark title="who">&lt;b&gt;{{language}}&lt;/b&gt;</mark>' in page


@pytest.mark.security
def test_a_set_of_another_prompt_is_as_if_it_were_not(alice: Client, owner: Member, prompt: Prompt) -> None:
    other = create_prompt(owner, About("Other"), saying()).prompt
    theirs = ValueSet.objects.create(prompt=other, name="x", values={"who": "secret"})
    assert alice.post("/w/main/variables/?set", form(prompt, "", set=str(theirs.pk))).status_code == 404
    alice.post(f"/w/main/values/?remove={theirs.pk}", form(prompt, ""))
    assert ValueSet.objects.filter(pk=theirs.pk).exists()
