"""How people come in: by the link that a start prints, once; by e-mail and password; never by signing up."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from tests.conftest import MakeServer, SetEnvironment
from workbench.teams.actions import ensure_first_owner, use_sign_in_link
from workbench.teams.models import SIGN_IN_LINK_LIFETIME, Member, Role, SignInLink, User, Workspace

pytestmark = [pytest.mark.security, pytest.mark.django_db]

EMAIL, PASSWORD = "alice@example.org", "a-long-enough-password"


@pytest.fixture(autouse=True)
def no_rate_limit_from_before() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def anyone() -> Client:
    return Client(headers={"host": "127.0.0.1"})


@pytest.fixture
def alice_by_password(db: None) -> Member:
    member, _is_new = ensure_first_owner(EMAIL, PASSWORD)
    return member


def post_sign_in(browser: Client, email: str = EMAIL, password: str = PASSWORD) -> int:
    return browser.post("/accounts/login/", {"login": email, "password": password}).status_code


def is_signed_in(browser: Client) -> bool:
    return browser.get("/").status_code == 302 and "/w/" in browser.get("/").headers["Location"]


def test_a_link_signs_in_once(anyone: Client, owner: Member) -> None:
    token = SignInLink.make(owner.user, timezone.now())
    answer = anyone.get(f"/accounts/link/{token}/", follow=True)
    assert answer.redirect_chain[-1][0] == "/w/main/"
    another = Client(headers={"host": "127.0.0.1"})
    page = another.get(f"/accounts/link/{token}/", follow=True)
    assert "was used before or has expired" in page.content.decode()
    assert not is_signed_in(another)


def test_a_link_is_stored_as_its_hash_only(owner: Member) -> None:
    token = SignInLink.make(owner.user, timezone.now())
    assert token not in str(SignInLink.objects.values())
    assert len(token) >= 32


def test_a_link_expires(owner: Member) -> None:
    token = SignInLink.make(owner.user, timezone.now())
    assert use_sign_in_link(token, timezone.now() + SIGN_IN_LINK_LIFETIME + timedelta(seconds=1)) is None
    assert use_sign_in_link(token, timezone.now() + SIGN_IN_LINK_LIFETIME - timedelta(seconds=1)) == owner.user


def test_a_link_does_nothing_where_others_can_reach_us(
    anyone: Client, owner: Member, set_environment: SetEnvironment
) -> None:
    token = SignInLink.make(owner.user, timezone.now())
    set_environment(host="0.0.0.0")  # noqa: S104 - what is tested
    anyone.get(f"/accounts/link/{token}/")
    assert not is_signed_in(anyone)


def test_a_link_of_somebody_who_was_shut_out_does_nothing(owner: Member) -> None:
    token = SignInLink.make(owner.user, timezone.now())
    User.objects.update(is_active=False)
    assert use_sign_in_link(token, timezone.now()) is None


def test_of_two_at_the_same_moment_one_gets_in(make_server: MakeServer) -> None:
    server = make_server()
    link = server.sign_in_link()
    came_in: list[bool] = []

    def come() -> None:
        import httpx  # noqa: PLC0415 - of this thread

        with httpx.Client(follow_redirects=True, timeout=30) as client:
            came_in.append(client.get(link).url.path.startswith("/w/"))

    people = [threading.Thread(target=come) for _ in range(6)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert sorted(came_in) == [False] * 5 + [True]


def test_email_and_password_open_the_first_workspace(anyone: Client, alice_by_password: Member) -> None:
    assert post_sign_in(anyone, email=EMAIL.upper()) == 302
    assert is_signed_in(anyone)


def test_the_page_that_was_asked_for_is_opened_after_signing_in(anyone: Client, alice_by_password: Member) -> None:
    asked = anyone.get("/w/main/runs/")
    assert asked.headers["Location"] == "/accounts/login/?next=/w/main/runs/"
    answer = anyone.post(asked.headers["Location"], {"login": EMAIL, "password": PASSWORD, "next": "/w/main/runs/"})
    assert answer.headers["Location"] == "/w/main/runs/"


def test_signing_in_leads_to_no_other_site(anyone: Client, alice_by_password: Member) -> None:
    form = {"login": EMAIL, "password": PASSWORD, "next": "https://elsewhere.example/"}
    assert "elsewhere" not in anyone.post("/accounts/login/", form).headers["Location"]


def test_a_wrong_password_and_an_unknown_person_are_answered_alike(anyone: Client, alice_by_password: Member) -> None:
    pages = []
    for email in (EMAIL, "nobody@example.org"):
        answer = anyone.post("/accounts/login/", {"login": email, "password": "wrong-password"})
        assert answer.status_code == 200
        page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"', "", answer.content.decode())
        pages.append(page.replace(email, "SOMEBODY"))
    assert pages[0] == pages[1]
    assert "SOMEBODY" in pages[0], "the address need not be typed again"
    assert "not correct" in pages[0]


def test_trying_on_and_on_is_stopped_in_words(anyone: Client, alice_by_password: Member) -> None:
    for _try in range(12):
        answer = anyone.post("/accounts/login/", {"login": EMAIL, "password": "wrong-password"})
    assert "Too many" in answer.content.decode()
    post_sign_in(anyone)
    assert not is_signed_in(anyone), "the right one does not help at once"


def test_nobody_signs_up(anyone: Client) -> None:
    assert "password1" not in anyone.get("/accounts/signup/").content.decode()
    anyone.post("/accounts/signup/", {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD})
    assert not User.objects.filter(email="new@example.org").exists()


def test_signing_out_ends_it(alice: Client) -> None:
    assert is_signed_in(alice)
    alice.post("/accounts/logout/")
    assert not is_signed_in(alice)


def test_a_fragment_after_signing_out_is_a_notice_not_a_page(alice: Client) -> None:
    alice.post("/accounts/logout/")
    answer = alice.post("/w/main/runs/", {"text": "kept"}, headers={"hx-request": "true"})
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (401, "#notices")
    assert "<html" not in answer.content.decode()
    assert "/accounts/login/" in answer.content.decode()


def test_an_owner_without_a_workspace_is_told(anyone: Client, db: None) -> None:
    anyone.force_login(User.objects.create_user("lonely@example.org"))
    assert anyone.get("/").status_code == 200
    assert anyone.get("/w/main/").status_code == 404


def test_the_switcher_names_ones_own_workspaces_only(
    alice: Client, owner: Member, other_workspace: Workspace, stranger: Member
) -> None:
    page = alice.get("/w/main/").content.decode()
    assert "Other" not in page.partition("<main")[0]
    Member.objects.create(workspace=other_workspace, user=owner.user, role=Role.VIEWER)
    page = alice.get("/w/main/").content.decode()
    assert 'href="/w/other/"' in page.partition("<main")[0]


def test_the_theme_is_kept(alice: Client) -> None:
    assert 'data-theme="system"' in alice.get("/w/main/").content.decode()
    alice.post("/accounts/theme/", {"theme": "dark"}, headers={"hx-request": "true"})
    assert 'data-theme="dark"' in alice.get("/w/main/").content.decode()
    alice.post("/accounts/theme/", {"theme": "plaid"})
    assert 'data-theme="dark"' in alice.get("/w/main/").content.decode()


@pytest.mark.parametrize("path", ["password/change/", "password/set/", "2fa/", "sessions/", "email/"])
def test_the_accounts_pages_look_like_ours(alice: Client, path: str) -> None:
    answer = alice.get(f"/accounts/{path}", follow=True)
    assert answer.status_code == 200
    assert 'class="shell' in answer.content.decode() or 'class="mark"' in answer.content.decode()
