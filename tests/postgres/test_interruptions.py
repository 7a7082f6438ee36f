"""The PostgreSQL server drops connections, or takes none for a while: Workbench says so, and goes on by itself."""

from __future__ import annotations

import subprocess
import sys
import time

import httpx
import psycopg
import pytest
from psycopg import sql

from tests.conftest import MakeServer
from tests.databases import administer, needs_postgresql
from tests.runs.following import Tab
from tests.server import ROOT, Server
from tests.upstream import Upstream, answer_text

pytestmark = [pytest.mark.reliability, needs_postgresql]


def name_of(server: Server) -> str:
    return server.database_url.rpartition("/")[2]


def drop_connections(server: Server) -> None:
    """End every connection to the server's database, as a restart of PostgreSQL does."""
    words = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}"
    administer(sql.SQL(words).format(sql.Literal(name_of(server))))


def allow_connections(server: Server, *, is_allowed: bool) -> None:
    words = "ALTER DATABASE {} ALLOW_CONNECTIONS {}"
    administer(sql.SQL(words).format(sql.Identifier(name_of(server)), sql.Literal(is_allowed)))


async def test_a_run_outlives_connections_that_break(make_server: MakeServer, upstream: Upstream) -> None:
    server = make_server(upstream.url)
    async with Tab(server, server.browser()) as tab:
        server.first_model(tab.client)
        reading = await tab.run("Go on [[n=150 delay_ms=20]]")
        for position in (20, 60, 100):
            await tab.until(reading, position)
            drop_connections(server)
        await tab.end(reading)
    assert server.wait_for(reading.run) == "succeeded"
    assert reading.text == answer_text(upstream.calls()[-1].json, 150)
    assert server.is_ready()
    assert server.browser().get("/w/main/runs/").status_code == 200


def test_readiness_tells_that_the_database_is_away(make_server: MakeServer) -> None:
    server = make_server()
    allow_connections(server, is_allowed=False)
    try:
        drop_connections(server)
        answer = httpx.get(f"{server.url}/readyz", timeout=20)
        assert answer.status_code == 503
        assert answer.json()["status"] == "database not reachable"
        assert "WORKBENCH_DATABASE_URL" in answer.json()["next"]
        assert httpx.get(f"{server.url}/livez").status_code == 200
        assert "database.unreachable" in server.log
    finally:
        allow_connections(server, is_allowed=True)
    deadline = time.monotonic() + 60
    while not server.is_ready():
        assert time.monotonic() < deadline, "it does not come back by itself"
        time.sleep(0.1)


def test_no_connection_is_kept_after_an_end(make_server: MakeServer) -> None:
    server = make_server()
    server.stop()
    with psycopg.connect(server.database_url) as beside:
        words = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        deadline = time.monotonic() + 10
        while beside.execute(words).fetchone() != (0,):
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_a_command_ends_when_it_is_done(make_server: MakeServer) -> None:
    server = make_server()
    words = "from workbench.teams.models import User; print(User.objects.count())"
    command = [sys.executable, "manage.py", "shell", "--no-imports", "--command", words]
    done = subprocess.run(
        command, cwd=ROOT, env=server.environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "1\n"
    assert done.stderr == "", "no thread of the pool is waited for in vain"
