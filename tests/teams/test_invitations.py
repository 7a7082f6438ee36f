"""Invitations: a link works once, for a week, for one role, for whom it is meant; what does not work tells nothing."""

from __future__ import annotations

import re
import smtplib
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone

from tests.conftest import SetEnvironment, sign_in
from workbench.teams.invitations import InvitationGoneError, find_invitation
from workbench.teams.models import INVITATION_LIFETIME, Invitation, Member, Role, User, Workspace

pytestmark = [pytest.mark.security, pytest.mark.django_db]

INVITE = "/w/main/settings/members/invite/"
PASSWORD = "seven-green-bottles"
ACCOUNT = {"name": "Dora", "email": "dora@example.org", "password": PASSWORD}


@pytest.fixture
def anyone() -> Client:
    return Client(headers={"host": "127.0.0.1"})


def link_from(browser: Client, role: str = "editor", email: str = "", **fields: str) -> str:
    """The path of the link that the page shows after inviting."""
    page = browser.post(INVITE, {"role": role, "email": email, **fields}).content.decode()
    return str(re.findall(r"http://127\.0\.0\.1:\d+(/invitations/[\w-]+/)", page)[0])


def test_a_link_lets_a_new_person_in_with_its_role(alice: Client, anyone: Client) -> None:
    link = link_from(alice, role="viewer")
    page = anyone.get(link).content.decode()
    assert "Join “Main”" in page
    assert "Viewer" in page
    answer = anyone.post(link, ACCOUNT)
    assert answer.headers["Location"] == "/w/main/"
    assert Member.objects.get(user__email="dora@example.org").role == Role.VIEWER
    assert anyone.get("/w/main/").status_code == 200, "signed in at once"
    assert "Dora" in alice.get("/w/main/settings/members/").content.decode()


def test_a_signed_in_person_joins_with_one_button(alice: Client, mallory: Client, stranger: Member) -> None:
    link = link_from(alice)
    assert "Join Main as Editor" in mallory.get(link).content.decode()
    assert not Member.objects.filter(workspace__slug="main", user=stranger.user).exists(), "looking is not joining"
    assert mallory.post(link).headers["Location"] == "/w/main/"
    assert Member.objects.get(workspace__slug="main", user=stranger.user).role == Role.EDITOR


def test_it_is_stored_as_its_hash_only_and_shown_once(alice: Client) -> None:
    token = link_from(alice).split("/")[2]
    assert len(token) >= 32
    assert token not in str(Invitation.objects.values())
    assert token not in alice.get("/w/main/settings/members/").content.decode()


def test_whatever_does_not_work_is_answered_alike(alice: Client, owner: Member, anyone: Client) -> None:
    used, expired, revoked = link_from(alice), link_from(alice), link_from(alice)
    ids = list(Invitation.objects.order_by("pk").values_list("pk", flat=True))
    anyone.post(used, ACCOUNT)
    Invitation.objects.filter(pk=ids[1]).update(expires_at=timezone.now())
    alice.post(f"/w/main/settings/invitations/{ids[2]}/revoke/")
    pages = set()
    for link in (used, expired, revoked, "/invitations/never-made/"):
        for browser in (Client(headers={"host": "127.0.0.1"}), sign_in(owner)):
            for answer in (browser.get(link), browser.post(link, ACCOUNT)):
                assert answer.status_code == 404
                page = answer.content.decode()
                assert "cannot be used" in page
                assert "Main" not in page
        text = Client(headers={"host": "127.0.0.1"}).get(link).content.decode().replace(link, "LINK")
        pages.add(re.sub(r'value="\w+"|nonce="[^"]+"', "", text))
    assert len(pages) == 1


def test_it_expires_after_a_week(owner: Member) -> None:
    now = timezone.now()
    _invitation, token = Invitation.make(owner.workspace, owner.user, Role.EDITOR, "", now)
    assert find_invitation(token, now + INVITATION_LIFETIME - timedelta(seconds=1))
    with pytest.raises(InvitationGoneError):
        find_invitation(token, now + INVITATION_LIFETIME + timedelta(seconds=1))


def test_an_address_binds_it_to_that_person(alice: Client, mallory: Client, anyone: Client) -> None:
    link = link_from(alice, email="Dora@Example.org")
    page = mallory.get(link).content.decode()
    assert "is for dora@example.org" in page
    assert "Join Main as" not in page
    assert mallory.post(link).status_code == 404
    anyone.post(link, {**ACCOUNT, "email": "mallory2@example.org"})
    assert Member.objects.filter(workspace__slug="main", user__email="dora@example.org").exists()
    assert not User.objects.filter(email="mallory2@example.org").exists()


def test_who_has_an_account_is_shown_the_way_to_sign_in(alice: Client, stranger: Member, anyone: Client) -> None:
    link = link_from(alice, email=stranger.user.email)
    page = anyone.get(link).content.decode()
    assert f"/accounts/login/?next={link}" in page
    assert 'name="password"' not in page
    before = stranger.user.password
    assert anyone.post(link, ACCOUNT).status_code == 422
    stranger.user.refresh_from_db()
    assert stranger.user.password == before


def test_an_account_of_that_address_is_not_taken_over(alice: Client, stranger: Member, anyone: Client) -> None:
    link = link_from(alice)
    answer = anyone.post(link, {**ACCOUNT, "email": stranger.user.email.upper()})
    assert answer.status_code == 422
    assert "There is an account with this address" in answer.content.decode()
    assert Invitation.objects.get().accepted_at is None


@pytest.mark.parametrize("password", ["short", "password12", "dora@example.org", ""])
def test_a_weak_password_is_refused_and_the_rest_kept(alice: Client, anyone: Client, password: str) -> None:
    link = link_from(alice)
    answer = anyone.post(link, {**ACCOUNT, "password": password})
    assert answer.status_code == 422
    assert 'value="Dora"' in answer.content.decode()
    assert not User.objects.filter(email="dora@example.org").exists()
    assert anyone.post(link, ACCOUNT).status_code == 302, "the invitation is still good"


def test_it_does_not_change_who_is_a_member_already(alice: Client, bob: Client, editor: Member) -> None:
    link = link_from(alice, role="owner")
    assert bob.post(link).headers["Location"] == "/w/main/"
    editor.refresh_from_db()
    assert editor.role == Role.EDITOR
    assert Invitation.objects.get().accepted_at is None


def test_a_member_cannot_be_invited_again(alice: Client, editor: Member) -> None:
    answer = alice.post(INVITE, {"role": "viewer", "email": editor.user.email})
    assert answer.status_code == 422
    assert "is a member already" in answer.content.decode()


@pytest.mark.parametrize("form", [{"role": "king"}, {"role": ""}, {"role": "viewer", "email": "nobody"}])
def test_a_wrong_form_makes_nothing(alice: Client, form: dict[str, str]) -> None:
    assert alice.post(INVITE, form).status_code == 422
    assert not Invitation.objects.exists()


def test_with_htmx_only_the_form_is_answered(alice: Client) -> None:
    page = alice.post(INVITE, {"role": "viewer"}, headers={"hx-request": "true"}).content.decode()
    assert "/invitations/" in page
    assert "<html" not in page


def test_it_is_sent_where_there_is_a_mail_server(
    alice: Client, anyone: Client, set_environment: SetEnvironment
) -> None:
    set_environment(mail_url="smtp://mail.example.org")
    page = alice.post(INVITE, {"role": "editor", "email": "dora@example.org", "send": "1"}).content.decode()
    message = mail.outbox[0]
    assert message.to == ["dora@example.org"]
    assert "Main" in message.subject
    link = re.findall(r"http://127\.0\.0\.1:\d+(/invitations/[\w-]+/)", str(message.body))[0]
    assert link not in page, "who sends it does not get it"
    assert anyone.post(link, ACCOUNT).status_code == 302
    assert EmailAddress.objects.get(email="dora@example.org").verified, "the mail came to them"


def test_an_address_that_nobody_proved_is_not_verified(alice: Client, anyone: Client) -> None:
    anyone.post(link_from(alice, email="dora@example.org"), ACCOUNT)
    assert not EmailAddress.objects.get(email="dora@example.org").verified


def test_without_a_mail_server_it_says_so_and_shows_the_link(alice: Client) -> None:
    assert "No mail server is set up" in alice.get("/w/main/settings/members/").content.decode()
    link_from(alice, email="dora@example.org", send="1")
    assert mail.outbox == []


def test_a_mail_server_that_refuses_leaves_the_link(
    alice: Client, set_environment: SetEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_environment(mail_url="smtp://mail.example.org")

    def refuse(*_arguments: object, **_options: object) -> None:
        raise smtplib.SMTPRecipientsRefused({})

    monkeypatch.setattr("workbench.teams.invitations.send_mail", refuse)
    page = alice.post(INVITE, {"role": "editor", "email": "dora@example.org", "send": "1"}).content.decode()
    assert "did not take the message" in page
    assert "/invitations/" in page
    assert not Invitation.objects.get().was_mailed


def test_a_name_with_line_breaks_makes_no_header(
    alice: Client, workspace: Workspace, set_environment: SetEnvironment
) -> None:
    set_environment(mail_url="smtp://mail.example.org")
    Workspace.objects.update(name="Main\r\nBcc: everyone@example.org")
    alice.post(INVITE, {"role": "editor", "email": "dora@example.org", "send": "1"})
    assert mail.outbox[0].recipients() == ["dora@example.org"]
    assert "\n" not in mail.outbox[0].subject


def test_a_withdrawn_one_cannot_be_withdrawn_again(alice: Client) -> None:
    link_from(alice)
    url = f"/w/main/settings/invitations/{Invitation.objects.get().pk}/revoke/"
    assert "was withdrawn" in alice.post(url, follow=True).content.decode()
    assert "had ended before" in alice.post(url, follow=True).content.decode()


def test_signing_in_leads_back_to_the_invitation(alice: Client, stranger: Member, anyone: Client) -> None:
    stranger.user.set_password(PASSWORD)
    stranger.user.save()
    link = link_from(alice)
    answer = anyone.post("/accounts/login/", {"login": stranger.user.email, "password": PASSWORD, "next": link})
    assert answer.headers["Location"] == link
