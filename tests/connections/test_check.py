"""Testing a connection: each step, what each failure means, and what is kept of it."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.conftest import KEY, MakeConnection, SetEnvironment
from tests.connections.conftest import url
from tests.upstream import Script, Upstream, never_accepting
from workbench.claude import ClaudeError
from workbench.connections import checks, report
from workbench.connections.checks import mark_key_refused
from workbench.connections.models import CatalogModel, Connection, Health
from workbench.connections.report import MEANINGS, StepName, steps_in_words


def run_test(browser: Client, connection: Connection, **posted: str) -> dict[str, str]:
    """Presses Test; returns how each step ended."""
    answer = browser.post(url("connection_test", connection), posted)
    assert answer.status_code == 302
    connection.refresh_from_db()
    return {row["name"]: row["result"] for row in connection.report}


def failure(connection: Connection) -> str:
    return report.failure_in_words(connection.report)


def test_everything_works(alice: Client, make_connection: MakeConnection, upstream: Upstream) -> None:
    upstream.key = KEY
    connection = make_connection(base_url=upstream.url)
    steps = run_test(alice, connection)
    assert steps == {"reachable": "ok", "models": "ok", "key": "ok", "streaming": "ok", "count": "ok"}
    assert (connection.health, connection.features) == (Health.OK, {"models": True, "count_tokens": True})
    assert connection.health_checked_at
    page = alice.get(url("connection_edit", connection)).content.decode()
    assert "2 found." in page
    assert "Tried with Test Model." in page


def test_it_asks_for_one_streamed_token_of_the_first_model(
    alice: Client, make_connection: MakeConnection, upstream: Upstream
) -> None:
    run_test(alice, make_connection(base_url=upstream.url))
    (asked,) = upstream.calls()
    assert (asked.json["model"], asked.json["max_tokens"], asked.json["stream"]) == ("test-model", 1, True)


def test_it_tries_the_model_that_was_chosen(alice: Client, make_connection: MakeConnection, upstream: Upstream) -> None:
    run_test(alice, make_connection(base_url=upstream.url), model="test-model-2")
    assert upstream.calls()[0].json["model"] == "test-model-2"


def test_it_rather_tries_a_model_that_is_not_about_to_end(
    alice: Client, make_connection: MakeConnection, upstream: Upstream
) -> None:
    upstream.models = {"data": [{"id": "old", "lifecycle": "deprecated"}, {"id": "new", "lifecycle": "active"}]}
    run_test(alice, make_connection(base_url=upstream.url))
    assert upstream.calls()[0].json["model"] == "new"


def test_htmx_gets_the_report_alone(alice: Client, make_connection: MakeConnection, upstream: Upstream) -> None:
    connection = make_connection(base_url=upstream.url)
    answer = alice.post(url("connection_test", connection), headers={"hx-request": "true"})
    body = answer.content.decode()
    assert answer.status_code == 200
    assert 'id="report"' in body
    assert "<html" not in body
    assert "Works" in body


def test_a_server_without_a_key_has_no_step_about_it(
    alice: Client, make_connection: MakeConnection, upstream: Upstream
) -> None:
    assert "key" not in run_test(alice, make_connection(key="", base_url=upstream.url))


def test_a_key_that_is_not_accepted(alice: Client, make_connection: MakeConnection, upstream: Upstream) -> None:
    upstream.key = "another"
    connection = make_connection(base_url=upstream.url)
    assert run_test(alice, connection) == {"reachable": "ok", "key": "failed"}
    assert connection.health == Health.KEY_REFUSED
    assert "Enter a valid one" in failure(connection)
    assert "invalid x-api-key" in connection.report[-1]["detail"]


def test_nothing_listens(alice: Client, make_connection: MakeConnection) -> None:
    connection = make_connection(base_url="http://127.0.0.1:9")
    assert run_test(alice, connection) == {"reachable": "failed"}
    assert connection.health == Health.UNREACHABLE
    assert "Nothing listens there" in failure(connection)


def test_there_is_no_such_host(alice: Client, make_connection: MakeConnection) -> None:
    connection = make_connection(base_url="http://nowhere.invalid")
    run_test(alice, connection)
    assert "no such host" in failure(connection)


def test_nobody_accepts(alice: Client, make_connection: MakeConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "PATIENCE_S", 1)
    with never_accepting() as address:
        connection = make_connection(base_url=address)
        assert run_test(alice, connection) == {"reachable": "failed"}
    assert connection.health == Health.UNREACHABLE


@pytest.mark.security
def test_an_address_that_is_not_allowed_any_more(
    alice: Client, make_connection: MakeConnection, upstream: Upstream, set_environment: SetEnvironment
) -> None:
    connection = make_connection(base_url=upstream.url)
    set_environment(private_hosts=[])
    run_test(alice, connection)
    assert "WORKBENCH_PRIVATE_HOSTS" in failure(connection)
    assert upstream.connections == 0


def test_a_web_page_is_no_messages_api(alice: Client, make_connection: MakeConnection, upstream: Upstream) -> None:
    upstream.models = "<html>Hello</html>"
    connection = make_connection(base_url=upstream.url)
    steps = run_test(alice, connection)
    assert steps == {"reachable": "ok", "models": "failed", "streaming": "skipped"}
    assert connection.health == Health.FAILING
    assert "not an answer of the Messages API" in failure(connection)


def test_a_server_without_a_list_works_with_a_model_added_by_hand(
    alice: Client, make_connection: MakeConnection, bare_server: str
) -> None:
    connection = make_connection(base_url=bare_server, models=("mine",))
    CatalogModel.objects.update(is_own=True)
    steps = run_test(alice, connection)
    assert steps == {"reachable": "ok", "models": "not_offered", "key": "ok", "streaming": "ok", "count": "not_offered"}
    assert (connection.health, connection.features) == (Health.OK, {"models": False, "count_tokens": False})
    assert "before a run they are estimated" in steps_in_words(connection.report)[-1].words


def test_a_server_without_a_list_and_without_a_model_is_not_said_to_work(
    alice: Client, make_connection: MakeConnection, bare_server: str
) -> None:
    connection = make_connection(base_url=bare_server)
    assert run_test(alice, connection)["streaming"] == "skipped"
    assert connection.health == Health.UNKNOWN


@pytest.mark.parametrize(
    ("script", "health", "words"),
    [
        (Script(status=401), Health.KEY_REFUSED, "Enter a valid one"),
        (Script(status=402), Health.FAILING, "asks for payment"),
        (Script(status=403), Health.FAILING, "may not do this"),
        (Script(status=404), Health.FAILING, "does not know the model"),
        (Script(status=400), Health.FAILING, "Check API version"),
        (Script(status=413), Health.FAILING, "refuses even small requests"),
        (Script(status=422), Health.FAILING, "another API"),
        (Script(status=429), Health.FAILING, "Too many requests"),
        (Script(status=429, code="enforced_spend_limit_reached"), Health.FAILING, "spend limit"),
        (Script(status=500), Health.FAILING, "error of its own"),
        (Script(status=503), Health.FAILING, "not available just now"),
        (Script(status=529), Health.FAILING, "overloaded"),
        (Script(error_after=1), Health.FAILING, "overloaded"),
        (Script(cut_after=1), Health.FAILING, "broke off"),
        (Script(end_after=1), Health.FAILING, "broke off"),
        (Script(hang_up=True), Health.UNREACHABLE, "closed the connection"),
        (Script(redirect="https://example.org"), Health.FAILING, "Redirects are not followed"),
        (Script(body=b"<html>", content_type="text/html"), Health.FAILING, "not an answer of the Messages API"),
    ],
)  # fmt: skip
def test_a_stream_that_fails_says_why(
    alice: Client, make_connection: MakeConnection, upstream: Upstream, script: Script, health: Health, words: str
) -> None:
    upstream.then(script)
    connection = make_connection(base_url=upstream.url)
    steps = run_test(alice, connection)
    assert "failed" in (steps.get("streaming"), steps.get("key"))
    assert connection.health == health
    assert words in failure(connection)
    assert len(upstream.calls()) == 1  # a person waits: nothing is tried twice


def test_a_server_that_never_answers_is_not_waited_for_without_end(
    alice: Client, make_connection: MakeConnection, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "PATIENCE_S", 1)
    upstream.then(Script(never_answer=True))
    connection = make_connection(base_url=upstream.url)
    run_test(alice, connection)
    assert "did not answer in time" in failure(connection)


@pytest.mark.security
def test_a_locked_key_is_told_and_nothing_is_sent(
    alice: Client, make_connection: MakeConnection, upstream: Upstream
) -> None:
    connection = make_connection(base_url=upstream.url)
    Connection.objects.update(sealed_key="0000000000:not-a-token")
    assert run_test(alice, connection) == {"ready": "failed"}
    assert connection.health == Health.LOCKED
    assert "Enter it again" in failure(connection)
    assert upstream.requests == []


def test_a_test_of_what_was_changed_meanwhile_is_not_kept(make_connection: MakeConnection, upstream: Upstream) -> None:
    connection = make_connection(base_url=upstream.url)
    asked_about = Connection.objects.get()
    connection.set_key("sk-ant-new-key-3333")
    connection.save()
    checks._store(asked_about, checks.Report(health=Health.KEY_REFUSED))
    connection.refresh_from_db()
    assert connection.health == Health.UNKNOWN


def test_every_error_has_words_of_its_own() -> None:
    kinds: list[type[ClaudeError]] = [ClaudeError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    leaves = [kind for kind in kinds if not kind.__subclasses__()]
    assert len(leaves) > 25
    for leaf in leaves:
        step = report.step_of(StepName.STREAMING, leaf("own words"))
        assert report.meaning_of(step.error) != report.meaning_of("")
        assert step.detail == "own words"


def test_no_words_are_hidden_behind_more_general_ones() -> None:
    for place, (kind, _words) in enumerate(MEANINGS):
        assert not any(issubclass(kind, earlier) for earlier, _ in MEANINGS[:place]), kind


def test_a_report_is_stored_in_codes_not_in_somebodys_language(make_connection: MakeConnection) -> None:
    connection = make_connection()
    mark_key_refused(connection)
    connection.refresh_from_db()
    assert connection.report == [{"name": "run", "result": "failed", "error": "AuthenticationError"}]


def test_a_401_of_a_run_marks_the_connection(alice: Client, make_connection: MakeConnection) -> None:
    connection, other = make_connection(health=Health.OK), make_connection(name="Other", health=Health.OK)
    mark_key_refused(connection)
    connection.refresh_from_db()
    other.refresh_from_db()
    assert (connection.health, other.health) == (Health.KEY_REFUSED, Health.OK)
    page = alice.get(url("connections")).content.decode()
    assert "Key refused" in page
    assert "The key was not accepted" in page


def test_words_of_a_server_are_cut_and_shown_escaped(
    alice: Client, make_connection: MakeConnection, upstream: Upstream
) -> None:
    upstream.then(Script(status=400, message="<script>alert(1)</script>\x00\n" + "x" * 10_000))
    connection = make_connection(base_url=upstream.url)
    run_test(alice, connection)
    page = alice.get(url("connection_edit", connection)).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert len(connection.report[-1]["detail"]) == report.LONGEST_DETAIL


@pytest.mark.security
def test_the_key_is_nowhere_in_what_a_test_shows_or_logs(
    alice: Client,
    make_connection: MakeConnection,
    upstream: Upstream,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    upstream.then(Script(status=401), Script(cut_after=1), Script())
    connection = make_connection(base_url=upstream.url)
    seen = ""
    for _ in range(3):
        run_test(alice, connection)
        for name in ("connections", "connection_edit", "connection_models", "connection_delete"):
            seen += alice.get(url(name, None if name == "connections" else connection)).content.decode()
    assert any(KEY in str(request.headers) for request in upstream.requests)
    logged = capfd.readouterr()
    assert KEY not in seen + str(connection.report) + logged.out + logged.err + caplog.text
    assert connection.sealed_key not in seen
    assert "…0001" in seen
