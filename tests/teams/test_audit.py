"""The audit: what is noted, for whom to see, how to find it; append-only, without a secret."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db.models.query import QuerySet
from django.test import Client
from django.utils import timezone

from tests.conftest import KEY, join
from workbench.connections.models import Connection
from workbench.teams.audit import Action, note
from workbench.teams.models import AuditEntry, Invitation, Member, Role, SignInLink, User, Workspace

pytestmark = [pytest.mark.security, pytest.mark.django_db]

AUDIT = "/w/main/settings/audit/"
SETTINGS = {"api_version": "", "idle_timeout": "60", "deadline": "600", "max_retries": "2", "proxy": "", "betas": ""}


def noted(workspace: Workspace) -> list[tuple[str, str, str]]:
    """Who did what to whom or what, the oldest first."""
    rows: QuerySet[AuditEntry] = AuditEntry.objects.filter(workspace=workspace).order_by("pk")
    return [(row.user_name, row.action, row.target_name) for row in rows]


def test_signing_in_and_out_is_noted_in_ones_own_workspaces(owner: Member, stranger: Member) -> None:
    browser = Client(headers={"host": "127.0.0.1"})
    browser.get(f"/accounts/link/{SignInLink.make(owner.user, timezone.now())}/")
    browser.post("/accounts/logout/")
    owner.user.set_password("a-long-enough-password")
    owner.user.save()
    browser.post("/accounts/login/", {"login": owner.user.email, "password": "a-long-enough-password"})
    assert [action for _user, action, _target in noted(owner.workspace)] == [
        Action.SIGNED_IN,
        Action.SIGNED_OUT,
        Action.SIGNED_IN,
    ]
    assert noted(stranger.workspace) == []


def test_a_failed_sign_in_is_none(owner: Member) -> None:
    Client(headers={"host": "127.0.0.1"}).post("/accounts/login/", {"login": owner.user.email, "password": "wrong"})
    assert noted(owner.workspace) == []


def test_members_roles_invitations_and_workspace_are_noted(alice: Client, owner: Member, editor: Member) -> None:
    main = "/w/main/settings"
    alice.post(f"{main}/members/{editor.pk}/role/", {"role": "viewer"})
    alice.post(f"{main}/members/{editor.pk}/role/", {"role": "viewer"})
    alice.post(f"{main}/members/invite/", {"role": "viewer", "email": "dora@example.org"})
    alice.post(f"{main}/invitations/{Invitation.objects.get().pk}/revoke/")
    alice.post(f"{main}/members/{editor.pk}/remove/")
    alice.post(f"{main}/workspace/", {"name": "New name"})
    alice.post(f"{main}/workspace/", {"name": "New name"})
    assert noted(owner.workspace) == [
        ("alice", Action.ROLE_CHANGED, "bob"),
        ("alice", Action.MEMBER_INVITED, "dora@example.org"),
        ("alice", Action.INVITATION_REVOKED, "dora@example.org"),
        ("alice", Action.MEMBER_REMOVED, "bob"),
        ("alice", Action.WORKSPACE_RENAMED, "New name"),
    ]
    page = alice.get(AUDIT).content.decode()
    assert "before: Editor · now: Viewer" in page


def test_connections_and_their_keys_are_noted_without_the_key(alice: Client, owner: Member) -> None:
    add = {"name": "Mine", "base_url": "http://127.0.0.1:9", "key": KEY, **SETTINGS}
    alice.post("/w/main/settings/connections/add/", add)
    connection = Connection.objects.get()
    page = f"/w/main/settings/connections/{connection.pk}/"
    alice.post(page, {**add, "key": "", "name": "Yours"})
    alice.post(page, {**add, "key": "", "name": "Yours"})
    alice.post(page, {**add, "key": "", "name": "Yours", "remove_key": "on"})
    alice.post(page, {**add, "name": "Yours"})
    alice.post(page, {**add, "key": "", "name": "Yours", "base_url": "http://127.0.0.1:10"})
    alice.post(f"{page}delete/")
    assert noted(owner.workspace) == [
        ("alice", Action.CONNECTION_MADE, "Mine"),
        ("alice", Action.KEY_SET, "Mine"),
        ("alice", Action.CONNECTION_CHANGED, "Yours"),
        ("alice", Action.KEY_REMOVED, "Yours"),
        ("alice", Action.KEY_SET, "Yours"),
        ("alice", Action.CONNECTION_CHANGED, "Yours"),
        ("alice", Action.KEY_REMOVED, "Yours"),
        ("alice", Action.CONNECTION_DELETED, "Yours"),
    ]
    everything = str(list(AuditEntry.objects.values())) + alice.get(AUDIT).content.decode()
    assert KEY not in everything
    assert KEY[-4:] not in everything


def test_an_entry_is_neither_changed_nor_deleted(owner: Member) -> None:
    note(owner.workspace, owner.user, Action.MEMBER_LEFT, "member", 1, "x")
    entry = AuditEntry.objects.get()
    entry.action = "nothing"
    for attempt in (
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(action="nothing"),
        lambda: owner.workspace.audit_entries.all().delete(),
    ):
        with pytest.raises(TypeError):
            attempt()
    assert noted(owner.workspace) == [("alice", Action.MEMBER_LEFT, "x")]


def test_it_outlives_the_person(alice: Client, owner: Member, editor: Member) -> None:
    note(owner.workspace, editor.user, Action.PROMPT_DELETED, "prompt", "1", "Greeting")
    User.objects.filter(pk=editor.user_id).delete()
    assert noted(owner.workspace) == [("bob", Action.PROMPT_DELETED, "Greeting")]
    assert "Greeting" in alice.get(AUDIT).content.decode()


def fill(owner: Member, editor: Member) -> None:
    for number in range(60):
        who = owner if number % 2 else editor
        action = Action.LABEL_MOVED if number % 3 else Action.PROMPT_DELETED
        note(owner.workspace, who.user, action, "prompt", number, f"Prompt-{number:02}")


def shown(page: str) -> list[str]:
    return re.findall(r"Prompt-\d\d", page)


def test_it_pages_from_the_newest_to_the_oldest(alice: Client, owner: Member, editor: Member) -> None:
    fill(owner, editor)
    page = alice.get(AUDIT).content.decode()
    older = re.findall(r'href="(\?before=\d+)"', page)[0]
    # What is added meanwhile does not shift the next page.
    note(owner.workspace, owner.user, Action.LABEL_MOVED, "prompt", 99, "Prompt-99")
    rest = alice.get(AUDIT + older).content.decode()
    assert shown(page) + shown(rest) == [f"Prompt-{number:02}" for number in reversed(range(60))]
    assert "Older" not in rest


def test_it_is_narrowed_by_person_action_and_day(alice: Client, owner: Member, editor: Member) -> None:
    fill(owner, editor)
    page = alice.get(AUDIT, {"person": str(editor.user_id), "action": str(Action.PROMPT_DELETED)}).content.decode()
    assert shown(page) == [f"Prompt-{number:02}" for number in reversed(range(0, 60, 6))]
    today, day = timezone.localdate(), timedelta(days=1)
    for first, last, number in ((today, today, 50), (today - day, "", 50), (today + day, "", 0), ("", today - day, 0)):
        assert len(shown(alice.get(AUDIT, {"first_day": str(first), "last_day": str(last)}).content.decode())) == number


@pytest.mark.parametrize(
    "query", ["person=999", "person=x", "action=x", "before=x", "before=-1", "before=" + "9" * 30, "first_day=x"]
)
def test_a_filter_that_makes_no_sense_does_not_narrow(alice: Client, owner: Member, query: str) -> None:
    note(owner.workspace, owner.user, Action.PROMPT_DELETED, "prompt", "1", "Greeting")
    answer = alice.get(f"{AUDIT}?{query}")
    assert answer.status_code == 200
    assert "Greeting" in answer.content.decode()


def test_nothing_of_other_workspaces_is_in_it(alice: Client, owner: Member, stranger: Member) -> None:
    note(stranger.workspace, stranger.user, Action.PROMPT_DELETED, "prompt", "1", "Foreign words")
    page = alice.get(AUDIT, {"person": stranger.user_id}).content.decode()
    assert "Foreign words" not in page
    assert "mallory" not in page


def test_names_are_shown_as_text(alice: Client, owner: Member) -> None:
    note(owner.workspace, owner.user, Action.PROMPT_DELETED, "prompt", "1", "<script>x</script>" + "é" * 400)
    assert "&lt;script&gt;" in alice.get(AUDIT).content.decode()


def test_who_left_can_still_be_asked_for(alice: Client, owner: Member) -> None:
    gone = join("gone@example.org", owner.workspace, Role.EDITOR)
    note(owner.workspace, gone.user, Action.PROMPT_DELETED, "prompt", "1", "Greeting")
    gone.delete()
    assert f'<option value="{gone.user_id}">gone</option>' in alice.get(AUDIT).content.decode()
