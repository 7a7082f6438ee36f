"""Reads of the prompts list."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import OuterRef, Subquery

from workbench.prompts.models import Prompt, PromptVersion
from workbench.teams.models import Workspace


def prompts_of(workspace: Workspace, text: str = "") -> Sequence[Prompt]:
    """The workspace's prompts, last changed first, each with the number of its latest version. One query."""
    latest = PromptVersion.objects.filter(prompt=OuterRef("pk")).order_by("-number").values("number")[:1]
    prompts = Prompt.objects.filter(workspace=workspace).annotate(latest_number=Subquery(latest))
    if text:
        prompts = prompts.filter(name__icontains=text) | prompts.filter(description__icontains=text)
    return list(prompts.order_by("-updated_at")[:200])
