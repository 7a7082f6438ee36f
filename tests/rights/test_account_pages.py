"""Pages about one's own account, which the library for accounts makes: who is not signed in gets the entrance only."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.rights.rows import SIGN_IN, Outcome, assert_fits
from tests.rights.stored import everything_stored
from tests.rights.things import Things

pytestmark = [pytest.mark.security, pytest.mark.django_db]

# What asking for a page gives whoever is not signed in, and whoever is (here without a password and second factor).
OF_THE_LIBRARY: dict[str, tuple[Outcome, Outcome]] = {
    "account_login": (200, "302 /"),
    "account_logout": ("302 /accounts/login/", 200),
    "account_signup": (200, "302 /"),
    "account_inactive": (200, 200),
    "account_reset_password": (200, 200),
    "account_reset_password_done": (200, 200),
    "account_reset_password_from_key": (200, 200),
    "account_reset_password_from_key_done": (200, 200),
    "account_confirm_email": (200, 200),
    "account_email_verification_sent": (200, 200),
    "account_confirm_login_code": ("302 /accounts/login/", "302 /"),
    "account_email": (SIGN_IN, "302 /accounts/password/change/"),
    "account_change_password": (SIGN_IN, "302 /accounts/password/set/"),
    "account_set_password": (SIGN_IN, 200),
    "account_reauthenticate": (SIGN_IN, 403),
    "mfa_index": (SIGN_IN, 200),
    "mfa_authenticate": ("302 /accounts/login/", "302 /"),
    "mfa_reauthenticate": (SIGN_IN, 403),
    "mfa_activate_totp": (SIGN_IN, 200),
    "mfa_deactivate_totp": (SIGN_IN, 404),
    "mfa_generate_recovery_codes": (SIGN_IN, 200),
    "mfa_view_recovery_codes": (SIGN_IN, 404),
    "mfa_download_recovery_codes": (SIGN_IN, 404),
    "usersessions_list": (SIGN_IN, 200),
}
KEYS = {
    "account_confirm_email": {"key": "guessed"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "guessed"},
}
# Everything that one of their forms could want. An account comes by an invitation only.
FORM = {
    "email": "nina@example.org",
    "login": "alice@example.org",
    "password": "a-guessed-password",
    "oldpassword": "",
    "password1": "a-long-enough-password",
    "password2": "a-long-enough-password",
    "code": "000000",
}


@pytest.fixture(autouse=True)
def nobody_tried_before() -> None:
    cache.clear()


@pytest.mark.parametrize("name", OF_THE_LIBRARY)
def test_who_is_not_signed_in_gets_the_entrance_and_changes_nothing(name: str, things: Things) -> None:
    path, browser = reverse(name, kwargs=KEYS.get(name)), Client(headers={"host": "127.0.0.1"})
    before = everything_stored()
    assert_fits(browser.get(path), OF_THE_LIBRARY[name][0], things, path)
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = browser.post(path, FORM) if method == "POST" else browser.generic(method, path)
        if OF_THE_LIBRARY[name][0] == SIGN_IN:
            assert_fits(answer, SIGN_IN, things, path)
        assert answer.status_code < 500
    after = everything_stored()
    # Django remembers in a session what a form is to say next; it is nobody's.
    assert {table: rows for table, rows in after.items() if table != "django_session"} == {
        table: rows for table, rows in before.items() if table != "django_session"
    }
    assert browser.get("/w/main/").status_code == 302


@pytest.mark.parametrize("name", OF_THE_LIBRARY)
def test_who_is_signed_in_gets_what_the_table_says(name: str, things: Things, alice: Client) -> None:
    path = reverse(name, kwargs=KEYS.get(name))
    assert_fits(alice.get(path), OF_THE_LIBRARY[name][1], things, path)
