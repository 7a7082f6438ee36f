"""Members: changing roles, removing, leaving, handing over. An owner always remains."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.conftest import join
from workbench.teams.actions import LastOwnerError, set_role
from workbench.teams.models import Member, Role

pytestmark = pytest.mark.django_db

MEMBERS = "/w/main/settings/members/"


def role_of(member: Member) -> str | None:
    return Member.objects.filter(pk=member.pk).values_list("role", flat=True).first()


def test_everyone_sees_who_is_here(alice: Client, bob: Client, charlie: Client) -> None:
    for browser in (alice, bob, charlie):
        page = browser.get(MEMBERS).content.decode()
        assert all(f"{name}@example.org" in page for name in ("alice", "bob", "charlie"))


def test_only_owners_are_shown_what_changes_something(alice: Client, charlie: Client, editor: Member) -> None:
    assert f"members/{editor.pk}/remove/" in alice.get(MEMBERS).content.decode()
    page = charlie.get(MEMBERS).content.decode()
    assert "/remove/" not in page
    assert "/invite/" not in page


def test_an_owner_changes_a_role(alice: Client, editor: Member) -> None:
    answer = alice.post(f"{MEMBERS}{editor.pk}/role/", {"role": "viewer"}, follow=True)
    assert "bob is now: Viewer" in answer.content.decode()
    assert role_of(editor) == Role.VIEWER


def test_a_role_that_is_none_changes_nothing(alice: Client, editor: Member) -> None:
    alice.post(f"{MEMBERS}{editor.pk}/role/", {"role": "king"})
    assert role_of(editor) == Role.EDITOR


def test_removing_asks_first(alice: Client, bob: Client, editor: Member) -> None:
    assert "Remove bob?" in alice.get(f"{MEMBERS}{editor.pk}/remove/").content.decode()
    assert role_of(editor) == Role.EDITOR
    alice.post(f"{MEMBERS}{editor.pk}/remove/")
    assert role_of(editor) is None
    assert bob.get("/w/main/").status_code == 404
    assert alice.get(f"{MEMBERS}{editor.pk}/remove/").status_code == 404


def test_anyone_but_the_last_owner_leaves(alice: Client, charlie: Client, owner: Member, viewer: Member) -> None:
    assert charlie.post(f"{MEMBERS}leave/").status_code == 302
    assert role_of(viewer) is None
    assert "only owner" in alice.get(f"{MEMBERS}leave/").content.decode()
    answer = alice.post(f"{MEMBERS}leave/", follow=True)
    assert "needs an owner" in answer.content.decode()
    assert role_of(owner) == Role.OWNER


def test_the_last_owner_does_not_become_something_else(alice: Client, owner: Member) -> None:
    answer = alice.post(f"{MEMBERS}{owner.pk}/role/", {"role": "viewer"}, follow=True)
    assert "needs an owner" in answer.content.decode()
    assert role_of(owner) == Role.OWNER


def test_an_owner_who_was_shut_out_does_not_count(owner: Member) -> None:
    other = join("erin@example.org", owner.workspace, Role.OWNER)
    other.user.is_active = False
    other.user.save()
    with pytest.raises(LastOwnerError):
        set_role(owner, owner, Role.EDITOR)


def test_ownership_goes_to_another(alice: Client, owner: Member, viewer: Member) -> None:
    assert "Transfer ownership to charlie?" in alice.get(f"{MEMBERS}{viewer.pk}/transfer/").content.decode()
    alice.post(f"{MEMBERS}{viewer.pk}/transfer/")
    assert (role_of(viewer), role_of(owner)) == (Role.OWNER, Role.EDITOR)
    assert alice.post(f"{MEMBERS}{viewer.pk}/transfer/").status_code == 403


def test_ownership_goes_not_to_oneself(alice: Client, owner: Member) -> None:
    alice.post(f"{MEMBERS}{owner.pk}/transfer/")
    assert role_of(owner) == Role.OWNER


def test_names_are_shown_as_text(alice: Client, editor: Member) -> None:
    editor.user.name = "<b>Bob</b> \u202eevil"
    editor.user.save()
    page = alice.get(MEMBERS).content.decode()
    assert "&lt;b&gt;Bob&lt;/b&gt;" in page
    assert "<b>Bob" not in page


def test_many_members_take_no_more_queries_than_few(alice: Client, owner: Member) -> None:
    with CaptureQueriesContext(connection) as few:
        alice.get(MEMBERS)
    for number in range(30):
        join(f"person{number}@example.org", owner.workspace, Role.VIEWER)
    with CaptureQueriesContext(connection) as many:
        alice.get(MEMBERS)
    assert len(many) == len(few)
