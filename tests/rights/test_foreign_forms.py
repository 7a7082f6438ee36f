"""Forms from other sites: with the person's cookies, but without the token of a page of ours, nothing happens."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.rights.stored import everything_stored
from tests.rights.table import TABLE
from tests.rights.things import Things
from workbench.teams.models import Member

pytestmark = [pytest.mark.security, pytest.mark.django_db]


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.post])
def test_no_form_is_taken_from_elsewhere(name: str, things: Things, owner: Member) -> None:
    client = Client(headers={"host": "127.0.0.1"}, enforce_csrf_checks=True)
    client.force_login(owner.user)
    asking = TABLE[name].post
    assert asking is not None
    before = everything_stored()
    answer = client.post(things.address(name), asking.posted(things), headers={"origin": "https://elsewhere.example"})
    assert answer.status_code == 403
    assert "out of date" in answer.content.decode()
    assert everything_stored() == before
