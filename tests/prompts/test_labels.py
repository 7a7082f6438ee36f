"""Labels point at one version, and move with a record of who, when, from where to where."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.prompts.conftest import add_versions
from workbench.prompts.models import Label, LabelMove, Prompt
from workbench.teams.models import Member

pytestmark = pytest.mark.django_db


def moves(prompt: Prompt) -> list[tuple[str, int | None, int | None, str]]:
    found = LabelMove.objects.filter(prompt=prompt).order_by("pk")
    return [(move.name, move.from_number, move.to_number, str(move.user)) for move in found]


def test_a_label_moves_and_leaves_a_record(alice: Client, bob: Client, owner: Member, prompt: Prompt) -> None:
    add_versions(owner, prompt, "Two")
    address = f"/w/main/prompts/{prompt.id}/labels/"
    alice.post(address, {"name": "production", "number": "1"})
    bob.post(address, {"name": "production", "number": "2"})
    bob.post(address, {"name": "production", "number": "2"})
    alice.post(address, {"name": "production"})
    assert moves(prompt) == [
        ("production", None, 1, "alice"),
        ("production", 1, 2, "bob"),
        ("production", 2, None, "alice"),
    ]
    assert not Label.objects.filter(prompt=prompt).exists()


def test_labels_are_shown_beside_versions_and_in_the_list(alice: Client, prompt: Prompt) -> None:
    alice.post(f"/w/main/prompts/{prompt.id}/labels/", {"name": "  our   own ", "number": "1"})
    assert "our own → v1" in alice.get(f"/w/main/prompts/{prompt.id}/").content.decode()
    assert "our own v1" in alice.get("/w/main/prompts/").content.decode()


def test_a_label_needs_a_version_that_exists(alice: Client, prompt: Prompt) -> None:
    assert alice.post(f"/w/main/prompts/{prompt.id}/labels/", {"name": "x", "number": "9"}).status_code == 404
    alice.post(f"/w/main/prompts/{prompt.id}/labels/", {"name": "x" * 61, "number": "1"})
    assert not Label.objects.exists()
