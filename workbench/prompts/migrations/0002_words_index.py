"""The full-text index over PromptWords, with the triggers that FTS5's documentation gives for an external content table."""

from django.db import migrations

CREATE = """
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
DROP = """
DROP TRIGGER prompts_words_added;
DROP TRIGGER prompts_words_removed;
DROP TRIGGER prompts_words_changed;
DROP TABLE prompts_words_index;
"""


class Migration(migrations.Migration):
    dependencies = [("prompts", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
