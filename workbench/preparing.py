"""Before a start touches the database: whether PostgreSQL can be used, in words, and one process at a time.

Without PostgreSQL it does nothing: the SQLite file has one process.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from django.db import connection

from workbench.environment import SettingsError

if TYPE_CHECKING:
    import psycopg
    from django.db.backends.postgresql.base import DatabaseWrapper

# Any number that no other program locks in the same database.
START_LOCK = 0x776F726B62656E63
OLDEST_VERSION = 15  # of PostgreSQL: Django 6.1's


@contextmanager
def preparing_alone() -> Iterator[None]:
    """Hold off other processes that start on the same PostgreSQL database until this one has prepared it.

    The lock belongs to a transaction on a connection of its own: it ends with the process, whatever happens, and holds
    behind a pooler too.

    Raises:
        SettingsError: the server cannot be reached or used; says why, and what to do.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with _connect() as held:
        _check_server(held)
        held.execute("SELECT pg_advisory_xact_lock(%s)", [START_LOCK])
        yield


def _connect() -> psycopg.Connection[tuple[object, ...]]:
    import psycopg  # noqa: PLC0415 - slow to load, and only needed with PostgreSQL

    given = connection.settings_dict
    where = ":".join(part for part in (given["HOST"] or "the local socket", given["PORT"]) if part)
    try:
        return psycopg.connect(**cast("DatabaseWrapper", connection).get_connection_params())
    except psycopg.Error as error:
        raise _refusal(_explain_failure(" ".join(str(error).split()), where, given["NAME"])) from None


def _explain_failure(said: str, where: str, name: str) -> str:
    """What to do about what the server, or the way to it, said. (libpq's messages never hold the password.)"""
    if f'database "{name}" does not exist' in said:
        return f'PostgreSQL at {where} has no database {name}. Make it there: CREATE DATABASE "{name}".'
    if any(sign in said for sign in ("authentication", "password", "pg_hba.conf", "role")):
        return f"PostgreSQL at {where} refuses the sign-in. Check user and password, and its pg_hba.conf. ({said})"
    return f"PostgreSQL at {where} cannot be reached. Check that it runs, and host, port and sslmode. ({said})"


def _check_server(held: psycopg.Connection[tuple[object, ...]]) -> None:
    if held.info.server_version < OLDEST_VERSION * 10_000:
        version = held.info.server_version // 10_000
        raise _refusal(f"This is PostgreSQL {version}. Workbench needs {OLDEST_VERSION} or newer.")
    if not _may_make_tables(held):
        raise _refusal(
            f"The role {held.info.user} may not make tables in the database {held.info.dbname}. "
            f'Have an administrator run: ALTER DATABASE "{held.info.dbname}" OWNER TO "{held.info.user}".'
        )
    encoding = held.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise _refusal(f"The database keeps text as {encoding}. Make one with ENCODING 'UTF8' TEMPLATE template0.")


def _may_make_tables(held: psycopg.Connection[tuple[object, ...]]) -> bool:
    """Whether the first start can do its work; later ones need less."""
    is_ours = "to_regclass('django_migrations') IS NOT NULL"
    may = held.execute(f"SELECT {is_ours} OR coalesce(has_schema_privilege(current_schema(), 'CREATE'), FALSE)")
    return bool((may.fetchone() or [False])[0])


def _refusal(reason: str) -> SettingsError:
    return SettingsError({"WORKBENCH_DATABASE_URL": [reason]})
