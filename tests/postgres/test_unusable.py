"""A PostgreSQL server that cannot be used: each start ends at once, says what to do, and shows no password."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg import sql

from tests.databases import address_of, administer, needs_postgresql, removed_at_exit
from tests.server import ROOT, Server, free_port

pytestmark = needs_postgresql

PASSWORD = "hush-do-not-show"


def told_by_a_start(tmp_path: Path, database_url: str) -> str:
    """What a start prints that ends by itself."""
    environment = Server(tmp_path / "data", WORKBENCH_DATABASE_URL=database_url).environment
    command = [sys.executable, "manage.py", "serve"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert PASSWORD not in done.stderr + done.stdout
    return done.stderr


@pytest.fixture
def stranger() -> Iterator[str]:
    """A role that owns nothing."""
    name = "test_stranger"
    role = sql.SQL("ROLE IF EXISTS {}").format(sql.Identifier(name))
    administer(sql.SQL("DROP {}").format(role))
    administer(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(name), sql.Literal(PASSWORD)))
    yield name
    administer(sql.SQL("DROP {}").format(role))


def make_database(name: str, options: str = "") -> str:
    """An empty database's name."""
    administer(sql.SQL(f"CREATE DATABASE {{}} TEMPLATE template0 {options}").format(sql.Identifier(name)))
    removed_at_exit(name)
    return name


def remove_database(name: str) -> None:
    administer(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def test_nobody_listens_there(tmp_path: Path) -> None:
    port = free_port()
    told = told_by_a_start(tmp_path, f"postgres://me:{PASSWORD}@127.0.0.1:{port}/workbench")
    assert f"WORKBENCH_DATABASE_URL: PostgreSQL at 127.0.0.1:{port} cannot be reached. Check that it runs" in told


def test_the_database_does_not_exist(tmp_path: Path) -> None:
    told = told_by_a_start(tmp_path, address_of("test_nowhere"))
    assert 'has no database test_nowhere. Make it there: CREATE DATABASE "test_nowhere"' in told


def test_the_role_does_not_exist(tmp_path: Path) -> None:
    told = told_by_a_start(tmp_path, address_of("postgres", f"test_nobody:{PASSWORD}"))
    assert "refuses the sign-in. Check user and password" in told


def test_the_database_cannot_hold_every_text(tmp_path: Path) -> None:
    name = make_database("test_ascii", "ENCODING 'SQL_ASCII' LOCALE 'C'")
    assert "keeps text as SQL_ASCII. Make one with ENCODING 'UTF8'" in told_by_a_start(tmp_path, address_of(name))


def test_the_role_may_not_make_tables(tmp_path: Path, stranger: str) -> None:
    name = make_database("test_not_ours")
    told = told_by_a_start(tmp_path, address_of(name, f"{stranger}:{PASSWORD}"))
    assert f'ALTER DATABASE "{name}" OWNER TO "{stranger}"' in told


def test_the_role_may_not_install_what_search_needs(tmp_path: Path, stranger: str) -> None:
    name = make_database("test_bare")
    administer(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(sql.Identifier(name), sql.Identifier(stranger)))
    try:
        # The owner may make tables, but nothing in the database itself.
        words = "REVOKE CREATE ON DATABASE {} FROM {}"
        administer(sql.SQL(words).format(sql.Identifier(name), sql.Identifier(stranger)))
        told = told_by_a_start(tmp_path, address_of(name, f"{stranger}:{PASSWORD}"))
        assert "pg_trgm" in told
        assert "CREATE EXTENSION pg_trgm;" in told
    finally:
        remove_database(name)
