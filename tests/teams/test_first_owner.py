"""The first owner: made at the first start, or named by the environment; found again at every other."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from workbench.prompts.models import Prompt
from workbench.starting import prepare
from workbench.teams.actions import ensure_first_owner
from workbench.teams.models import Member, Role, User, Workspace

pytestmark = pytest.mark.django_db


def test_the_first_start_makes_workspace_owner_and_samples(db: None) -> None:
    owner = prepare()
    assert (owner.workspace.slug, owner.role) == ("main", Role.OWNER)
    assert not owner.user.has_usable_password()
    assert Prompt.objects.filter(workspace=owner.workspace).count() == 3


def test_another_start_changes_nothing(db: None) -> None:
    first = prepare()
    Prompt.objects.all().delete()
    assert prepare() == first
    assert (User.objects.count(), Workspace.objects.count(), Prompt.objects.count()) == (1, 1, 0)


def test_a_named_owner_is_made_and_can_sign_in(db: None) -> None:
    member, is_new = ensure_first_owner("Named@Example.org", "a-long-enough-password")
    assert is_new
    assert (member.user.email, member.role) == ("named@example.org", Role.OWNER)
    assert member.user.check_password("a-long-enough-password")
    assert EmailAddress.objects.get(user=member.user).verified


def test_an_owner_named_later_joins_the_workspace_that_is_there(owner: Member) -> None:
    member, is_new = ensure_first_owner("later@example.org", "a-long-enough-password")
    assert not is_new
    assert member.workspace == owner.workspace
    assert Member.objects.filter(role=Role.OWNER).count() == 2


def test_a_new_password_is_set_and_the_old_sessions_end(db: None) -> None:
    member, _is_new = ensure_first_owner("named@example.org", "the-first-password")
    browser = Client(headers={"host": "127.0.0.1"})
    browser.force_login(member.user)
    ensure_first_owner("named@example.org", "the-first-password")
    assert browser.get("/w/main/").status_code == 200, "the same password signs nobody out"
    ensure_first_owner("named@example.org", "the-second-password")
    assert User.objects.get().check_password("the-second-password")
    assert browser.get("/w/main/").status_code == 302


def test_a_viewer_who_is_named_becomes_owner(viewer: Member, owner: Member) -> None:
    member, _is_new = ensure_first_owner(viewer.user.email)
    assert (member.pk, member.role) == (viewer.pk, Role.OWNER)
