"""Databases of Workbench processes under test, read and changed beside them: an SQLite file, or one on PostgreSQL.

On PostgreSQL (see environment.py) every data folder has a database of its own, whose name stands in a file in it: a
folder that was copied gets a copy of the database. All are removed when the tests end.
"""

from __future__ import annotations

import atexit
import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
import pytest
from psycopg import sql
from psycopg.types.string import TextLoader

from tests.environment import DATABASE_URL

needs_postgresql = pytest.mark.skipif(not DATABASE_URL, reason="needs WORKBENCH_TEST_DATABASE_URL")
_made: list[str] = []


class Row:
    """A row's values, by name or by position."""

    def __init__(self, names: Sequence[str], values: Sequence[Any]) -> None:
        self._names, self._values = names, values

    def __getitem__(self, key: str | int) -> Any:  # noqa: ANN401 - any column
        return self._values[self._names.index(key) if isinstance(key, str) else key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def keys(self) -> Sequence[str]:
        """The names of the columns, in order."""
        return self._names


def database_of(data_dir: Path) -> str:
    """The address of a data folder's PostgreSQL database, which is made if need be; empty when tests run on SQLite."""
    if not DATABASE_URL:
        return ""
    name = "test_" + hashlib.sha256(str(data_dir).encode()).hexdigest()[:16]
    marker = data_dir / "test_database"
    copied_from = marker.read_text() if marker.exists() else "template0"
    if copied_from != name:
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'")
        administer(made.format(sql.Identifier(name), sql.Identifier(copied_from)))
        removed_at_exit(name)
        marker.write_text(name)
    return address_of(name)


def address_of(name: str, user: str = "") -> str:
    """The address of a database on the same server, for another role if one is named."""
    parts = urlsplit(DATABASE_URL)
    place = parts.netloc.rpartition("@")[2]
    return parts._replace(path=f"/{name}", netloc=f"{user}@{place}" if user else parts.netloc).geturl()


def removed_at_exit(name: str) -> None:
    """Remove a database when the tests end."""
    if not _made:
        atexit.register(_remove_all)
    _made.append(name)


def administer(statement: sql.Composed) -> None:
    """Do something outside of any database under test."""
    with psycopg.connect(DATABASE_URL, dbname="postgres", autocommit=True) as server:
        server.execute(statement)


def rows_of(data_dir: Path, database_url: str, query: str, values: Sequence[object]) -> list[Row]:
    """What a statement answers, alike in both: JSON as text, ids as 32 hexadecimal digits, moments in ISO format."""
    if not database_url:
        with closing(sqlite3.connect(data_dir / "workbench.sqlite3", timeout=20)) as database, database:
            read = database.execute(query, values)
            names = [column[0] for column in read.description or ()]
            return [Row(names, row) for row in read]
    with psycopg.connect(database_url) as server:
        for kind in ("json", "jsonb"):
            server.adapters.register_loader(kind, TextLoader)
        found = server.execute(query.replace("%", "%%").replace("?", "%s"), values)
        names = [column.name for column in found.description or ()]
        return [Row(names, [_plain(value) for value in row]) for row in found] if names else []


def contents_of(data_dir: Path, database_url: str) -> list[str]:
    """Everything that a database holds, as one text a table."""
    if not database_url:
        return [(data_dir / "workbench.sqlite3").read_bytes().decode("latin-1")]
    tables = rows_of(data_dir, database_url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'", [])
    return [
        "\n".join(str(row[0]) for row in rows_of(data_dir, database_url, f'SELECT t::text FROM "{table}" t', []))  # noqa: S608
        for (table,) in tables
    ]


def _plain(value: object) -> object:
    match value:
        case UUID():
            return value.hex
        case datetime():
            return value.isoformat()
        case _:
            return value


def _remove_all() -> None:
    for name in _made:
        administer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
