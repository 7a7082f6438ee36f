"""Prompts are found by any of their words, in any script and case; what is typed is never a query language."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.prompts.conftest import saying
from tests.prompts.test_filing import names
from workbench.prompts.actions import About, create_prompt, file_prompt, save_version
from workbench.prompts.models import Prompt
from workbench.teams.models import Member

pytestmark = pytest.mark.django_db


@pytest.fixture
def owls(owner: Member) -> Prompt:
    about = About("Owl care", "How to feed them", "birds/night", ["feathers"])
    version = create_prompt(owner, about, saying("Sie füttern Eulen.", "猫头鹰吃什么"), "Für Ines")
    return version.prompt


@pytest.mark.parametrize(
    "text",
    [
        "owl",
        "OWL CARE",
        "feed",
        "night",
        "feathers",
        "füttern",
        "FÜTTERN",
        "FÜ",
        "eule",
        "猫头鹰",
        "吃什",
        "鹰",
        "owl\x00",
        "Für Ines",
        "Ow",
    ],
)
def test_a_prompt_is_found_by_its_words(alice: Client, owls: Prompt, text: str) -> None:
    assert names(alice, f"q={text}") == ["Owl care"]


@pytest.mark.parametrize(
    "text",
    [
        "zebra",
        "owl zebra",
        'owl"',
        '"',
        "owl OR zebra",
        "NOT zebra",
        "owl*",
        "text:owl",
        "%",
        "_",
        "' OR 1=1 --",
        "x" * 5000,
    ],
)
def test_what_is_not_there_is_not_found(alice: Client, owls: Prompt, text: str) -> None:
    assert names(alice, "q=" + text.replace("%", "%25").replace("#", "%23")) == []


def test_it_is_found_by_what_it_says_now(alice: Client, owner: Member, owls: Prompt) -> None:
    save_version(owner, owls, saying("About sparrows"), None, "Smaller birds")
    assert names(alice, "q=sparrows") == names(alice, "q=smaller") == ["Owl care"]
    assert names(alice, "q=füttern") == []
    assert names(alice, "q=ines") == ["Owl care"]
    file_prompt(owner, owls, About("Sparrow care"))
    assert names(alice, "q=sparrow care") == ["Sparrow care"]
    assert names(alice, "q=feathers") == []


def test_what_is_gone_is_not_found(alice: Client, owls: Prompt) -> None:
    owls.delete()
    assert names(alice, "q=owl") == []
    create_prompt(Member.objects.get(user__email="alice@example.org"), About("Zebra"), saying())
    assert names(alice, "q=owl") == []
    assert names(alice, "q=zebra") == ["Zebra"]


def test_a_very_long_prompt_is_found_by_its_beginning(alice: Client, owner: Member) -> None:
    create_prompt(owner, About("Long"), saying("needle " + "hay " * 300_000 + "lost"))
    assert names(alice, "q=needle") == ["Long"]


@pytest.mark.security
def test_nothing_of_another_workspace_is_found(alice: Client, stranger: Member) -> None:
    create_prompt(stranger, About("Secret zebra"), saying())
    assert names(alice, "q=zebra") == []
