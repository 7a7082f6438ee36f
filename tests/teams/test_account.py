"""A person's own account: name, language and theme on every device; signing out one browser or all others."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.conftest import sign_in
from workbench.teams.models import Member, SignInLink, User
from workbench.teams.sockets import identify

pytestmark = pytest.mark.django_db

PROFILE = "/accounts/profile/"


def is_chinese(browser: Client, path: str = PROFILE) -> bool:
    return '<html lang="zh-hans"' in browser.get(path).content.decode()


def came_in(owner: Member) -> Client:
    """A browser in which the owner signed in as people do, so that it is listed."""
    browser = Client(headers={"host": "127.0.0.1", "user-agent": "Browser"})
    browser.get(f"/accounts/link/{SignInLink.make(owner.user, timezone.now())}/")
    return browser


def test_a_name_is_shown_to_others(alice: Client, bob: Client) -> None:
    alice.post(PROFILE, {"name": "Alice Arden", "language": "", "theme": "dark"})
    page = bob.get("/w/main/settings/members/").content.decode()
    assert "Alice Arden" in page
    assert 'data-theme="dark"' in alice.get(PROFILE).content.decode()
    assert 'data-theme="system"' in page, "of the other person"


@pytest.mark.parametrize(
    "form", [{"name": "x" * 101, "theme": "dark"}, {"name": "A", "theme": "plaid"}, {"name": "A", "language": "tlh"}]
)
def test_a_wrong_form_changes_nothing_and_keeps_what_was_typed(
    alice: Client, owner: Member, form: dict[str, str]
) -> None:
    answer = alice.post(PROFILE, {"language": "", "theme": "light", **form})
    assert answer.status_code == 422
    assert form["name"] in answer.content.decode()
    owner.user.refresh_from_db()
    assert (owner.user.name, owner.user.theme, owner.user.language) == ("", "system", "")


def test_the_language_follows_the_person_to_every_device(alice: Client, owner: Member) -> None:
    assert not is_chinese(alice)
    alice.post(PROFILE, {"name": "", "language": "zh-hans", "theme": "system"})
    assert is_chinese(alice)
    assert is_chinese(sign_in(owner), "/w/main/")


def test_the_switch_in_the_menu_is_kept_for_the_person_too(alice: Client, owner: Member) -> None:
    alice.post("/language/setlang/", {"language": "zh-hans", "next": "/w/main/"})
    assert is_chinese(sign_in(owner))
    alice.post("/language/setlang/", {"language": "tlh", "next": "/w/main/"})
    assert is_chinese(sign_in(owner)), "there is no such language here"


def test_before_signing_in_it_is_kept_in_the_browser(db: None) -> None:
    anyone = Client(headers={"host": "127.0.0.1"})
    anyone.post("/language/setlang/", {"language": "zh-hans", "next": "/accounts/login/"})
    assert is_chinese(anyone, "/accounts/login/")


def test_no_choice_means_the_browsers(alice: Client, owner: Member) -> None:
    alice.post("/language/setlang/", {"language": "zh-hans", "next": "/w/main/"})
    alice.post(PROFILE, {"name": "", "language": "", "theme": "system"})
    assert not is_chinese(alice)
    chinese = sign_in(owner)
    assert '<html lang="zh-hans"' in chinese.get(PROFILE, headers={"accept-language": "zh-CN"}).content.decode()


def test_the_socket_speaks_the_persons_language(alice: Client, owner: Member) -> None:
    cookies = {settings.SESSION_COOKIE_NAME: alice.cookies[settings.SESSION_COOKIE_NAME].value}
    owner.user.language = "zh-hans"
    owner.user.save()
    visitor = identify(cookies, "en")
    assert visitor is not None
    assert visitor.language == "zh-hans"


def test_one_other_browser_is_signed_out(owner: Member) -> None:
    here, there, elsewhere = came_in(owner), came_in(owner), came_in(owner)
    session = UserSession.objects.get(session_key=there.session.session_key)
    assert f"/accounts/sessions/{session.pk}/end/" in here.get("/accounts/sessions/").content.decode()
    here.post(f"/accounts/sessions/{session.pk}/end/")
    assert [browser.get("/w/main/").status_code for browser in (here, there, elsewhere)] == [200, 302, 200]


def test_all_others_are_signed_out(owner: Member) -> None:
    here, there, elsewhere = came_in(owner), came_in(owner), came_in(owner)
    here.post("/accounts/sessions/")
    assert [browser.get("/w/main/").status_code for browser in (here, there, elsewhere)] == [200, 302, 302]


def test_somebody_elses_browser_is_not_signed_out(owner: Member, stranger: Member) -> None:
    theirs, mine = came_in(owner), came_in(stranger)
    session = UserSession.objects.get(session_key=theirs.session.session_key)
    answers = [mine.post(f"/accounts/sessions/{number}/end/", follow=True) for number in (session.pk, 987_654)]
    assert "was signed out" not in answers[0].content.decode() + answers[1].content.decode()
    assert theirs.get("/w/main/").status_code == 200


def test_the_browser_one_sits_at_is_not_ended_by_mistake(owner: Member) -> None:
    here = came_in(owner)
    here.post(f"/accounts/sessions/{UserSession.objects.get().pk}/end/")
    assert here.get("/w/main/").status_code == 200


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/150 Safari/537.36 Edg/150", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/150 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19 Safari/604.1", "Safari on iPhone"),
        ("curl/9.0 <b>", "curl/9.0 &lt;b&gt;"),
        ("", "Unknown browser"),
    ],
)
def test_browsers_are_called_by_their_names(alice: Client, owner: Member, user_agent: str, name: str) -> None:
    UserSession.objects.filter(user=owner.user).delete()
    UserSession.objects.create(
        user=owner.user, ip="127.0.0.1", user_agent=user_agent, session_key=alice.session.session_key
    )
    assert f">{name}<" in alice.get("/accounts/sessions/").content.decode()


def test_who_is_in_no_workspace_makes_one(db: None) -> None:
    anyone = Client(headers={"host": "127.0.0.1"})
    anyone.force_login(User.objects.create_user("lonely@example.org"))
    assert 'href="/workspaces/new/"' in anyone.get("/").content.decode()
