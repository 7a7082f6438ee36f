"""The index over PromptWords by every three characters in a row: FTS5 in SQLite, pg_trgm in PostgreSQL.

SQLite's triggers are those that FTS5's documentation gives for an external content table.
"""

from django.core.management import CommandError
from django.db import DatabaseError, migrations

SQLITE = """
CREATE VIRTUAL TABLE prompts_words_index USING fts5(
    text, content='prompts_promptwords', content_rowid='id', tokenize='trigram'
);
CREATE TRIGGER prompts_words_added AFTER INSERT ON prompts_promptwords BEGIN
    INSERT INTO prompts_words_index(rowid, text) VALUES (new.id, new.text);
END;
CREATE TRIGGER prompts_words_removed AFTER DELETE ON prompts_promptwords BEGIN
    INSERT INTO prompts_words_index(prompts_words_index, rowid, text) VALUES ('delete', old.id, old.text);
END;
CREATE TRIGGER prompts_words_changed AFTER UPDATE ON prompts_promptwords BEGIN
    INSERT INTO prompts_words_index(prompts_words_index, rowid, text) VALUES ('delete', old.id, old.text);
    INSERT INTO prompts_words_index(rowid, text) VALUES (new.id, new.text);
END;
"""
DROP_SQLITE = """
DROP TRIGGER prompts_words_added;
DROP TRIGGER prompts_words_removed;
DROP TRIGGER prompts_words_changed;
DROP TABLE prompts_words_index;
"""
POSTGRESQL = "CREATE INDEX prompts_words_index ON prompts_promptwords USING gin (text gin_trgm_ops)"
DROP_POSTGRESQL = "DROP INDEX prompts_words_index"


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        _ensure_extension(schema_editor)
        _run(POSTGRESQL, schema_editor)
    else:
        _run(SQLITE, schema_editor)


def drop(apps, schema_editor):
    _run(DROP_POSTGRESQL if schema_editor.connection.vendor == "postgresql" else DROP_SQLITE, schema_editor)


def _ensure_extension(schema_editor):
    """Any role that may create something in the database may install it: PostgreSQL trusts this extension."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
        if cursor.fetchone():
            return
    try:
        _run("CREATE EXTENSION IF NOT EXISTS pg_trgm", schema_editor)
    except DatabaseError as error:
        raise CommandError(
            "Workbench searches with PostgreSQL's extension pg_trgm, and may not install it in this database: "
            f"{str(error).splitlines()[0]}. Have an administrator run CREATE EXTENSION pg_trgm; in it, then start again."
        ) from error


def _run(script, schema_editor):
    for statement in schema_editor.connection.ops.prepare_sql_script(script):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("prompts", "0001_initial")]

    operations = [migrations.RunPython(create, drop)]
