"""The way in, and the pages about one's account, for readers of Chinese: nothing of ours is left in English."""

from __future__ import annotations

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from tests.chinese.reading import PASSWORD, anyone, check, english_on
from workbench.teams.actions import ensure_first_owner
from workbench.teams.models import Member, User

pytestmark = pytest.mark.django_db

ENTRANCE = ["account_login", "account_signup", "account_reset_password", "account_reset_password_done"]
ACCOUNT = ["account_change_password", "mfa_index", "mfa_activate_totp", "usersessions_list", "account_logout"]
SECOND_FACTOR = [
    "mfa_index",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_deactivate_totp",
]


@pytest.mark.parametrize("name", ENTRANCE)
def test_whoever_is_not_signed_in_reads_chinese(name: str) -> None:
    check(anyone(), reverse(name))


def test_an_old_link_for_a_new_password_is_refused_in_chinese() -> None:
    check(anyone(), "/accounts/password/reset/key/1-old/")


def test_a_wrong_sign_in_is_refused_in_chinese() -> None:
    for data in ({"login": "nobody@example.org", "password": "wrong"}, {"login": "nobody", "password": ""}):
        answer = anyone().post(reverse("account_login"), data)
        assert english_on(answer.content.decode()) == []


@pytest.mark.parametrize("email", ["alice@example.org", "nobody@example.org"])
def test_mails_about_a_password_are_chinese(email: str, owner: Member, mailoutbox: list[EmailMessage]) -> None:
    anyone().post(reverse("account_reset_password"), {"email": email})
    [mail] = mailoutbox
    assert english_on(mail.subject + "\n" + str(mail.body)) == []


def test_too_many_tries_are_refused_in_chinese() -> None:
    for _try in range(6):
        answer = anyone().post(reverse("account_reset_password"), {"email": "nobody@example.org"})
    assert (answer.status_code, english_on(answer.content.decode())) == (429, [])


@pytest.mark.parametrize("name", ACCOUNT)
def test_account_pages_are_chinese(name: str, reader_by_password: Client) -> None:
    check(reader_by_password, reverse(name))


@pytest.mark.parametrize("name", SECOND_FACTOR)
def test_pages_of_a_second_factor_that_is_on_are_chinese(name: str, reader_by_password: Client, owner: Member) -> None:
    TOTP.activate(owner.user, generate_totp_secret())
    RecoveryCodes.activate(owner.user)
    check(reader_by_password, reverse(name))


def test_whoever_signed_in_long_ago_is_asked_again_in_chinese(reader: Client, owner: Member) -> None:
    ensure_first_owner(owner.user.email, PASSWORD)
    reader.force_login(User.objects.get())
    check(reader, reverse("account_reauthenticate"))


def test_the_second_factor_is_asked_for_in_chinese(owner: Member) -> None:
    ensure_first_owner(owner.user.email, PASSWORD)
    TOTP.activate(owner.user, generate_totp_secret())
    browser = anyone()
    browser.post(reverse("account_login"), {"login": owner.user.email, "password": PASSWORD})
    check(browser, reverse("mfa_authenticate"))
    answer = browser.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert english_on(answer.content.decode()) == []


def test_a_weak_password_is_refused_in_chinese(reader_by_password: Client) -> None:
    data = {"oldpassword": "wrong", "password1": "alice", "password2": "bob"}
    answer = reader_by_password.post(reverse("account_change_password"), data)
    assert english_on(answer.content.decode()) == []
