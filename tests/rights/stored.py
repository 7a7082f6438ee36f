"""Everything that the database holds, to be compared with what it holds later."""

from __future__ import annotations

from django.db import connection


def everything_stored() -> dict[str, list[str]]:
    """Every row of every table."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        stored = {}
        for table in tables:
            cursor.execute(f"SELECT * FROM {quote(table)}")  # noqa: S608 - names of our own tables
            stored[table] = sorted(repr(row) for row in cursor.fetchall())
        return stored
