"""Pages for readers of Chinese: nothing of ours is left in English, and dates are written as Chinese writes them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from tests.conftest import MakeConnection
from tests.translations import compile_catalogue, shown_on
from tests.upstream import Upstream
from workbench.connections.models import Connection, Health, Lifecycle
from workbench.connections.queries import picker_value
from workbench.prompts.actions import About, create_prompt, save_version
from workbench.prompts.content import PromptContent
from workbench.prompts.drafts import save_draft
from workbench.prompts.labels import move_label
from workbench.prompts.parameter_sets import create_set
from workbench.runs.models import Run, RunAttempt, Status
from workbench.teams.actions import ensure_first_owner
from workbench.teams.models import Member, User, Workspace

pytestmark = pytest.mark.django_db

PASSWORD = "a-long-enough-password"
CHINESE = "zh-CN,zh;q=0.9,en;q=0.5"
# What Chinese writes in the same letters: names, units, and terms of the trade. "Email" is Django's own choice.
LATIN = {
    *("API", "Beta", "Claude", "Email", "ID", "JSON", "LM", "LiteLLM", "Messages", "Ollama", "POST", "QR", "Studio"),
    *(
        "Top",
        "URL",
        "UTC",
        "WORKBENCH",
        "PUBLIC",
        "Workbench",
        "cpp",
        "curl",
        "json",
        "llama",
        "ms",
        "token",
        "top",
        "vLLM",
    ),
}
FILLED_IN = re.compile(r"https?://\S*|\S+@\S+|\{\w+\}")
ENTRANCE = ["account_login", "account_signup", "account_reset_password", "account_reset_password_done"]
ACCOUNT = ["account_change_password", "mfa_index", "mfa_activate_totp", "usersessions_list", "account_logout"]
SECOND_FACTOR = [
    "mfa_index",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_deactivate_totp",
]
TABS = ["answer", "request", "response", "headers", "timing", "attempts"]


@pytest.fixture(autouse=True)
def chinese_texts(settings: Settings, tmp_path: Path) -> None:
    """The texts as the catalogue holds them now, compiled or not."""
    cache.clear()  # earlier tries to sign in are counted there
    compile_catalogue(tmp_path)
    settings.LOCALE_PATHS = [tmp_path]


@pytest.fixture
def reader(owner: Member) -> Client:
    """The browser of an owner who reads Chinese and whose things have Chinese names."""
    return _reading_chinese(owner, "小林")


@pytest.fixture
def reader_without_rights(viewer: Member) -> Client:
    """The browser of a viewer who reads Chinese."""
    return _reading_chinese(viewer, "小王")


@pytest.fixture
def reader_by_password(reader: Client, owner: Member) -> Client:
    """The owner's browser after the password was asked for once more, as pages about the account want it."""
    ensure_first_owner(owner.user.email, PASSWORD)
    reader.force_login(User.objects.get())
    assert reader.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302
    return reader


@pytest.fixture
def connection(make_connection: MakeConnection) -> Connection:
    """A tested connection with a model that is about to be retired."""
    made = make_connection(models=("模型",), name="服务器", health=Health.FAILING, health_checked_at=timezone.now())
    made.report = [
        {"name": "reachable", "result": "ok"},
        {"name": "models", "result": "ok", "detail": "3"},
        {"name": "streaming", "result": "failed", "error": "OverloadedError"},
        {"name": "count", "result": "not_offered"},
    ]
    made.save()
    made.models.update(lifecycle=Lifecycle.DEPRECATED, retires_at=timezone.now(), is_own=True)
    return made


def _reading_chinese(member: Member, name: str) -> Client:
    Workspace.objects.update(name="工作室")
    member.user.name = name
    member.user.save()
    browser = _anyone()
    browser.force_login(member.user)
    return browser


def _anyone() -> Client:
    return Client(headers={"host": "127.0.0.1", "accept-language": CHINESE})


def _english_on(html: str) -> list[str]:
    """What a page shows with English words in it. One letter alone is a unit or a version's mark."""
    pieces = [FILLED_IN.sub("", piece) for piece in shown_on(html)]
    return [piece for piece in pieces if set(re.findall(r"[A-Za-z]{2,}", piece)) - LATIN]


def _check(browser: Client, path: str, status: int = 200) -> str:
    answer = browser.get(path)
    html = answer.content.decode()
    assert (answer.status_code, _english_on(html)) == (status, []), answer.headers
    assert '<html lang="zh-hans"' in html
    return html


def _make_run(member: Member, status: Status = Status.SUCCEEDED, **fields: object) -> Run:
    run = Run.objects.create(
        workspace=member.workspace,
        user=member.user,
        submission=uuid4(),
        status=status,
        connection_name="服务器",
        model="m",
        model_label="模型",
        api_version="2023-06-01",
        preview="你好",
        request_url="https://example.org/v1/messages",
        request_headers=[["x-api-key", "…0001"]],
        request_body='{"messages": [{"role": "user", "content": "你好"}]}',
        message={
            "content": [
                {"type": "text", "text": "好"},
                {"type": "thinking", "thinking": ""},
                {"type": "tool_use", "name": "天气", "input": {}},
            ]
        },
        unknown_events=[{"type": "news"}],
        **{"queued_ms": 3000, "first_token_ms": 4, "duration_ms": 1900, "input_tokens": 12, "cost": "0.0021", **fields},
    )
    RunAttempt.objects.create(run=run, number=1, started_at=timezone.now(), duration_ms=3, status=200, wait_ms=1000)
    return run


@pytest.mark.parametrize("name", ENTRANCE)
def test_whoever_is_not_signed_in_reads_chinese(name: str) -> None:
    _check(_anyone(), reverse(name))


def test_an_old_link_for_a_new_password_is_refused_in_chinese() -> None:
    _check(_anyone(), "/accounts/password/reset/key/1-old/")


def test_a_wrong_sign_in_is_refused_in_chinese() -> None:
    for data in ({"login": "nobody@example.org", "password": "wrong"}, {"login": "nobody", "password": ""}):
        answer = _anyone().post(reverse("account_login"), data)
        assert _english_on(answer.content.decode()) == []


@pytest.mark.parametrize("email", ["alice@example.org", "nobody@example.org"])
def test_mails_about_a_password_are_chinese(email: str, owner: Member, mailoutbox: list[EmailMessage]) -> None:
    _anyone().post(reverse("account_reset_password"), {"email": email})
    [mail] = mailoutbox
    assert _english_on(mail.subject + "\n" + str(mail.body)) == []


def test_too_many_tries_are_refused_in_chinese() -> None:
    for _try in range(6):
        answer = _anyone().post(reverse("account_reset_password"), {"email": "nobody@example.org"})
    assert (answer.status_code, _english_on(answer.content.decode())) == (429, [])


@pytest.mark.parametrize("name", ACCOUNT)
def test_account_pages_are_chinese(name: str, reader_by_password: Client) -> None:
    _check(reader_by_password, reverse(name))


@pytest.mark.parametrize("name", SECOND_FACTOR)
def test_pages_of_a_second_factor_that_is_on_are_chinese(name: str, reader_by_password: Client, owner: Member) -> None:
    TOTP.activate(owner.user, generate_totp_secret())
    RecoveryCodes.activate(owner.user)
    _check(reader_by_password, reverse(name))


def test_whoever_signed_in_long_ago_is_asked_again_in_chinese(reader: Client, owner: Member) -> None:
    ensure_first_owner(owner.user.email, PASSWORD)
    reader.force_login(User.objects.get())
    _check(reader, reverse("account_reauthenticate"))


def test_the_second_factor_is_asked_for_in_chinese(owner: Member) -> None:
    ensure_first_owner(owner.user.email, PASSWORD)
    TOTP.activate(owner.user, generate_totp_secret())
    browser = _anyone()
    browser.post(reverse("account_login"), {"login": owner.user.email, "password": PASSWORD})
    _check(browser, reverse("mfa_authenticate"))
    answer = browser.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert _english_on(answer.content.decode()) == []


def test_a_weak_password_is_refused_in_chinese(reader_by_password: Client) -> None:
    data = {"oldpassword": "wrong", "password1": "alice", "password2": "bob"}
    answer = reader_by_password.post(reverse("account_change_password"), data)
    assert _english_on(answer.content.decode()) == []


def test_empty_pages_are_chinese(reader: Client) -> None:
    for path in ("", "prompts/", "prompts/?q=无", "runs/", "runs/?q=无", "settings/connections/"):
        _check(reader, f"/w/main/{path}")


def test_pages_of_a_viewer_are_chinese(reader_without_rights: Client, connection: Connection) -> None:
    here = f"settings/connections/{connection.id}/"
    for path in ("", "settings/connections/", here, f"{here}models/"):
        _check(reader_without_rights, f"/w/main/{path}")


def test_the_playground_with_prompt_and_answer_is_chinese(
    reader: Client, owner: Member, connection: Connection
) -> None:
    content = PromptContent(system="给{{人}}", messages=[{"role": "user", "text": "好"}])
    prompt = create_prompt(owner, About("分类", "邮件", "邮件", ["急"]), content, "第一").prompt
    version = save_version(owner, prompt, replace(content, system="给{{人}}好"), 1)
    move_label(owner, version, "正式")
    save_draft(owner, prompt, {"system": "草稿"}, 1)
    create_set(owner, "稳", {}, description="少")
    _make_run(owner, connection=connection)
    _check(reader, "/w/main/")
    _check(reader, f"/w/main/?prompt={prompt.id}")
    for path in ("", "?archived", "?favourites", "drafts/", "import/", "paste/"):
        _check(reader, f"/w/main/prompts/{path}")
    for path in ("", "edit/", "versions/1/", "compare/", "compare/?view=inline"):
        _check(reader, f"/w/main/prompts/{prompt.id}/{path}")
    for path in ("palette/", "parameter-sets/"):
        _check(reader, f"/w/main/{path}")


def test_the_estimate_before_a_run_is_chinese(
    reader: Client, upstream: Upstream, make_connection: MakeConnection
) -> None:
    connection = make_connection(base_url=upstream.url, models=("模型",))
    form = {"submission": str(uuid4()), "system": "", "role": "user", "text": "好"}
    lane = {"lane-0-model": picker_value(connection.models.get()), "lane-0-max_tokens": "100"}
    answer = reader.post("/w/main/estimate/", {**form, **lane})
    shown = shown_on(answer.content.decode())
    assert [re.sub(r"\d+", "…", piece) for piece in shown] == ["输入 … token", "… token"]


@pytest.mark.parametrize("tab", TABS)
def test_the_page_of_a_run_is_chinese(tab: str, reader: Client, owner: Member) -> None:
    _check(reader, f"/w/main/runs/{_make_run(owner).id}/?tab={tab}")


@pytest.mark.parametrize("status", Status)
def test_every_way_a_run_can_stand_is_said_in_chinese(status: Status, reader: Client, owner: Member) -> None:
    run = _make_run(owner, status, error_type="ConnectRefused", stop_reason="end_turn")
    _check(reader, f"/w/main/runs/{run.id}/")
    _check(reader, "/w/main/runs/")


def test_pages_of_a_connection_are_chinese(reader: Client, connection: Connection) -> None:
    for path in ("", "add/", f"{connection.id}/", f"{connection.id}/models/", f"{connection.id}/delete/"):
        _check(reader, f"/w/main/settings/connections/{path}")


@pytest.mark.parametrize("health", Health)
def test_every_health_of_a_connection_is_said_in_chinese(
    health: Health, reader: Client, connection: Connection
) -> None:
    Connection.objects.update(health=health)
    _check(reader, "/w/main/settings/connections/")


def test_mistakes_in_a_form_are_named_in_chinese(reader: Client) -> None:
    wrong = {
        "base_url": "ftp://x",
        "key": "a b",
        "betas": "!",
        "idle_timeout": "0",
        "deadline": "x",
        "max_retries": "99",
    }
    answers = [reader.post("/w/main/settings/connections/add/", wrong), reader.post("/w/main/runs/", {})]
    for answer in answers:
        assert (answer.status_code, _english_on(answer.content.decode())) == (422, [])


def test_errors_are_said_in_chinese(reader: Client, reader_without_rights: Client) -> None:
    _check(reader, "/nowhere/", 404)
    _check(reader_without_rights, "/w/main/settings/connections/add/", 403)


def test_moments_are_written_as_chinese_writes_them(reader: Client, owner: Member) -> None:
    earlier = _make_run(owner, created_at=timezone.now() - timedelta(minutes=5))
    assert ">5 分钟前<" in _check(reader, "/w/main/runs/").replace("\xa0", " ")
    Run.objects.update(created_at=datetime(2026, 11, 3, 9, 5, tzinfo=UTC))
    assert "2026年11月3日 09:05" in _check(reader, f"/w/main/runs/{earlier.id}/")


def test_what_a_run_took_and_cost_is_said_in_chinese(reader: Client, owner: Member) -> None:
    shown = shown_on(_check(reader, f"/w/main/runs/{_make_run(owner, output_tokens=60, cost=0).id}/"))
    assert {"首 token", "4 ms", "1.9 s", "12", "输入", "60", "输出", "免费"} <= set(shown)


def test_choosing_a_language_holds_for_the_next_pages(alice: Client) -> None:
    assert "User message" in alice.get("/w/main/").content.decode()
    alice.post(reverse("set_language"), {"language": "zh-hans", "next": "/w/main/"})
    assert "用户消息" in alice.get("/w/main/").content.decode()


def test_an_english_page_would_be_noticed(alice: Client) -> None:
    assert "User message" in _english_on(alice.get("/w/main/").content.decode())
