"""However many runs are stored: pages and the engine's own work find theirs by an index, in as many queries as ever."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from workbench.ids import new_id
from workbench.runs import claims
from workbench.runs.models import Run, Status
from workbench.teams.models import Member

needs_plans = pytest.mark.skipif(connection.vendor != "sqlite", reason="reads the plans of SQLite")
Store = Callable[[int], list[Run]]


@pytest.fixture
def store(owner: Member) -> Store:
    """Stores so many ended runs of the owner."""

    def make(number: int) -> list[Run]:
        same = {
            "workspace": owner.workspace,
            "user": owner.user,
            "status": Status.SUCCEEDED,
            "request_body": '{"messages":[]}',
        }
        runs = [Run(**same, submission=new_id(), model="m", model_label="M", preview="Hello") for _ in range(number)]
        return Run.objects.bulk_create(runs)

    return make


class Plans:
    """How SQLite finds the runs in each query made while it is installed: a line for each, then its sorting."""

    def __init__(self) -> None:
        self.runs: list[str] = []
        self.sorts: list[str] = []

    def installed(self) -> AbstractContextManager[None]:
        return connection.execute_wrapper(self._execute)

    def _execute(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: ANN401 - Django's
        if '"runs_run"' in sql and not sql.startswith("EXPLAIN"):
            with connection.cursor() as cursor:
                # With its parameters bound, not written out: SQLite plans the two differently.
                lines = [row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params).fetchall()]
            self.runs += [line for line in lines if line.split()[1] == "runs_run"]
            self.sorts += [line for line in lines if "ORDER BY" in line]
        return execute(sql, params, many, context)


def plans_of(action: Callable[[], object]) -> Plans:
    """The plans of what an action asks."""
    plans = Plans()
    with plans.installed():
        action()
    assert plans.runs
    return plans


@needs_plans
def test_one_run_is_found_by_its_id(alice: Client, store: Store) -> None:
    run = store(1)[0]
    plans = plans_of(lambda: alice.get(f"/w/main/runs/{run.id}/"))
    assert all("id=?" in plan.replace("workspace_id=?", "") for plan in plans.runs), plans.runs


@needs_plans
@pytest.mark.parametrize("asked", ["", "status=failed", "q=Hello", "q=Hello&status=failed"])
def test_a_page_of_the_history_is_read_in_order_from_an_index(alice: Client, store: Store, asked: str) -> None:
    run = store(1)[0]
    plans = plans_of(lambda: alice.get(f"/w/main/runs/?before={run.id}&{asked}"))
    assert all("USING INDEX run_history" in plan for plan in plans.runs), plans.runs
    assert not plans.sorts


@needs_plans
def test_the_last_answers_of_a_person_are_found_by_person(alice: Client, store: Store) -> None:
    store(1)
    plans = plans_of(lambda: alice.get("/w/main/"))
    assert all("user_id=?" in plan for plan in plans.runs), plans.runs
    assert not plans.sorts


@needs_plans
@pytest.mark.parametrize(
    "work",
    [
        lambda: claims.checkpoint("nobody", {new_id(): []}, timezone.now()),
        lambda: claims.unclaimed_runs(timezone.now()),
        lambda: claims.interrupt_expired(timezone.now(), []),
    ],
    ids=["checkpoint", "unclaimed", "expired"],
)
def test_what_is_done_every_second_looks_at_living_runs_only(
    transactional_db: None, work: Callable[[], object]
) -> None:
    plans = plans_of(work)
    assert all("status=?" in plan or "(id=?)" in plan for plan in plans.runs), plans.runs


@pytest.mark.parametrize("path", ["/w/main/runs/", "/w/main/runs/?q=Hello", "/w/main/"])
def test_more_runs_are_not_more_queries(alice: Client, store: Store, path: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            alice.get(path)
        return len(captured)

    store(1)
    queries()  # what is asked once per process is asked here
    few = queries()
    store(60)
    assert queries() == few
