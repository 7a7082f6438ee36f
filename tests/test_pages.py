"""What every answer carries, and what people read when a page is none: in words, with nothing lost."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import Settings

from tests.conftest import MakeConnection, MakeServer
from tests.upstream import Upstream
from workbench.prompts.models import Draft
from workbench.runs.engine import engine
from workbench.runs.models import Run
from workbench.teams.models import Member

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = ("", "prompts/", "runs/", "settings/connections/", "settings/connections/add/")
MB = 1_000_000


def form_of(connection_id: object, text: str) -> dict[str, str]:
    return {
        "submission": str(uuid4()),
        "role": "user",
        "text": text,
        "lane-0-model": f"{connection_id}:test-model",
        "lane-0-max_tokens": "5",
    }


@pytest.mark.security
@pytest.mark.parametrize("path", [*(f"/w/main/{page}" for page in PAGES), "/accounts/2fa/", "/nowhere/", "/w/other/"])
def test_every_page_is_kept_apart_and_runs_no_foreign_script(alice: Client, path: str) -> None:
    answer = alice.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    nonce = re.findall(r"'nonce-([^']+)'", policy)
    assert all(
        f'nonce="{nonce[0]}"' in tag for tag in re.findall(r"<script(?![^>]*src=)[^>]*>", answer.content.decode())
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    page = answer.content.decode()
    assert not re.findall(r"\son\w+=|\sstyle=|<style|javascript:", page)
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)


def test_no_two_answers_share_a_nonce(alice: Client) -> None:
    policies = [alice.get("/w/main/").headers["Content-Security-Policy"] for _time in range(2)]
    nonces = [re.findall(r"'nonce-([^']+)'", policy) for policy in policies]
    assert nonces[0] != nonces[1]


def test_it_says_whether_it_lives_and_takes_work(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    here = {"host": "127.0.0.1"}
    assert client.get("/livez", headers=here).json() == {"status": "ok"}
    assert client.get("/readyz", headers=here).json() == {"status": "ok"}
    monkeypatch.setattr(engine, "is_draining", True)
    answer = client.get("/readyz", headers=here)
    assert (answer.status_code, answer.json()) == (503, {"status": "stopping"})
    assert client.get("/livez", headers=here).status_code == 200


def test_a_page_that_is_none_says_so(alice: Client) -> None:
    answer = alice.get("/nowhere/")
    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.content.decode()


def test_a_fragment_that_is_none_gives_a_notice_and_leaves_the_page(alice: Client) -> None:
    answer = alice.get("/w/main/runs/00000000-0000-7000-8000-000000000000/answer/", headers={"hx-request": "true"})
    assert answer.status_code == 404
    assert answer.headers["HX-Retarget"] == "#notices"
    assert "<html" not in answer.content.decode()


def test_what_a_role_may_not_do_is_said_with_the_role(charlie: Client) -> None:
    answer = charlie.post("/w/main/draft/", {"text": "x"})
    assert answer.status_code == 403
    assert "Viewer" in answer.content.decode()


@pytest.mark.security
def test_an_unknown_host_is_refused_without_a_traceback(client: Client) -> None:
    answer = client.get("/livez", headers={"host": "elsewhere.example"})
    assert answer.status_code in {200, 400}
    answer = client.get("/accounts/login/", headers={"host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "elsewhere.example" not in answer.content.decode()
    assert "Traceback" not in answer.content.decode()


def test_a_fault_of_ours_is_said_and_logged_and_shows_nothing_of_it(
    alice: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError("the secret inside")

    monkeypatch.setattr("workbench.playground.views.open_page", broken)
    alice.raise_request_exception = False
    answer = alice.get("/w/main/")
    assert answer.status_code == 500
    assert "fault in Workbench" in answer.content.decode()
    assert "secret inside" not in answer.content.decode()
    assert "secret inside" in caplog.text


@pytest.mark.reliability
def test_a_prompt_of_ten_megabytes_is_kept_and_run(
    alice: Client, owner: Member, make_connection: MakeConnection
) -> None:
    text = "All work and no play. " * (10 * MB // 22)
    connection = make_connection(models=("test-model",))
    assert alice.post("/w/main/draft/", {"role": "user", "text": text}).status_code == 200
    assert Draft.objects.get(user=owner.user).content["turns"][0]["text"] == text
    assert alice.post("/w/main/runs/", form_of(connection.pk, text)).status_code == 302
    assert text in Run.objects.get().request_body
    page = alice.get(f"/w/main/runs/{Run.objects.get().id}/?tab=request").content
    assert len(page) < 40 * MB


@pytest.mark.reliability
@pytest.mark.parametrize("path", ["draft", "runs", "estimate"])
def test_more_than_the_limit_is_refused_in_words(alice: Client, path: str) -> None:
    text = "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    answer = alice.post(f"/w/main/{path}/", {"role": "user", "text": text}, headers={"hx-request": "true"})
    assert answer.status_code == 413
    page = answer.content.decode()
    assert "16 MB" in page
    assert "What you typed is still in the form" in page
    assert answer.headers["HX-Retarget"] == "#notices"


def test_too_many_fields_are_refused_in_words(alice: Client) -> None:
    answer = alice.post("/w/main/draft/", {"text": ["x"] * (settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)})
    assert answer.status_code == 413
    assert "What you typed is still in the form" in answer.content.decode()


def test_behind_tls_cookies_travel_by_tls_alone(make_server: MakeServer, upstream: Upstream) -> None:
    server = make_server(upstream.url)
    server.stop()
    server.environment["WORKBENCH_PUBLIC_URL"] = "https://workbench.example.org"
    code = (
        "from django.conf import settings as s\n"
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0, s.ALLOWED_HOSTS)"
    )
    assert server.python(code).strip() == "True True True ['workbench.example.org']"


def test_the_language_of_the_browser_is_spoken(alice: Client, settings: Settings) -> None:
    page = alice.get("/w/main/", headers={"accept-language": "zh-CN,zh;q=0.9"}).content.decode()
    assert 'lang="zh-hans"' in page.lower()
