"""Finding prompts by their words: name, description, folder, tags, newest texts and the notes on all versions.

An index of every three characters in a row finds parts of words, and scripts without spaces (see migrations): FTS5 in
SQLite (the table prompts_words_index, kept up by triggers), pg_trgm in PostgreSQL. Words of one or two characters are
looked for without it. Case is folded here, not there: a database folds the letters of its own locale only.
"""

from __future__ import annotations

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from workbench.prompts.content import PromptContent
from workbench.prompts.models import Prompt, PromptWords

# Characters of a prompt that are searched; a longer one is found by its beginning (and always by its name).
MAX_INDEXED = 200_000
MAX_NOTES = 20_000
INDEXED_FROM = 3  # characters of a word
MAX_SEARCHED_WORDS = 12

_BY_INDEX = (
    "SELECT words.prompt_id FROM prompts_words_index JOIN prompts_promptwords words"
    " ON words.id = prompts_words_index.rowid WHERE prompts_words_index MATCH %s"
)


def index_prompt(prompt: Prompt, content: PromptContent) -> None:
    """Let a prompt be found by what it says now. Part of the transaction that changed it."""
    about = [prompt.name, prompt.description, prompt.folder, *prompt.tags.values_list("name", flat=True)]
    notes = "\n".join(prompt.versions.exclude(note="").order_by("-number").values_list("note", flat=True)[:200])
    text = "\n".join([*about, notes[:MAX_NOTES], *content.texts])[:MAX_INDEXED]
    PromptWords.objects.update_or_create(prompt=prompt, defaults={"text": text.casefold()})


def matching(prompts: QuerySet[Prompt], text: str) -> QuerySet[Prompt]:
    """Those of these prompts that hold every word of a text somewhere, in any case."""
    # SQLite ends a query at a NUL, and PostgreSQL takes none.
    words = text.replace("\x00", " ").casefold().split()[:MAX_SEARCHED_WORDS]
    indexed = [word for word in words if len(word) >= INDEXED_FROM] if connection.vendor == "sqlite" else []
    if indexed:
        # Quoted: nothing in a word is an operator of the query language.
        query = " AND ".join('"{}"'.format(word.replace('"', '""')) for word in indexed)
        prompts = prompts.filter(pk__in=RawSQL(_BY_INDEX, [query]))  # noqa: S611 - a constant, with a parameter
    for word in words:
        # PostgreSQL uses its index for this by itself.
        if word not in indexed:
            prompts = prompts.filter(words__text__contains=word)
    return prompts
