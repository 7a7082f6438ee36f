"""PostgreSQL only: what the history is searched for, by every three characters in a row, as `icontains` asks for it.

SQLite reads the index run_history from end to end instead, which takes it half as long as PostgreSQL.
"""

from django.db import migrations

CREATE = (
    "CREATE INDEX run_search ON runs_run"
    " USING gin (upper(preview::text) gin_trgm_ops, upper(model::text) gin_trgm_ops)"
)


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(CREATE)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX run_search")


class Migration(migrations.Migration):
    # The extension that the index needs comes with the prompts' one.
    dependencies = [("runs", "0001_initial"), ("prompts", "0002_words_index")]

    operations = [migrations.RunPython(create, drop)]
