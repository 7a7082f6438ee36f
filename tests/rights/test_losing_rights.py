"""Rights end at once: a role that was lost, a membership, a link that was never made."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from tests.rights.stored import everything_stored
from workbench.teams.models import Member, Role, SignInLink

pytestmark = [pytest.mark.security, pytest.mark.django_db]


def test_a_role_that_was_lost_holds_no_more(bob: Client, editor: Member) -> None:
    assert bob.post("/w/main/draft/", {"role": "user", "text": "x"}).status_code == 200
    Member.objects.filter(pk=editor.pk).update(role=Role.VIEWER)
    before = everything_stored()
    assert bob.post("/w/main/draft/", {"role": "user", "text": "y"}).status_code == 403
    assert everything_stored() == before


def test_who_was_removed_is_a_stranger(bob: Client, editor: Member) -> None:
    editor.delete()
    before = everything_stored()
    assert bob.get("/w/main/").status_code == 404
    assert bob.post("/w/main/draft/", {"role": "user", "text": "x"}).status_code == 404
    assert everything_stored() == before


def test_a_link_that_was_never_made_signs_nobody_in(owner: Member) -> None:
    SignInLink.make(owner.user, timezone.now())
    client = Client(headers={"host": "127.0.0.1"})
    client.get("/accounts/link/guessed/")
    assert client.get("/w/main/").status_code == 302
