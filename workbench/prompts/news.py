"""Telling open pages that somebody saved a version of the prompt they show.

The channel layer only says that there is news; what it is, each page's socket reads from the database.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.template.loader import render_to_string
from django.utils import translation

from workbench.prompts.models import Prompt
from workbench.teams.models import Member

SAVED = "prompt.saved"  # the type of the message


def group_of(prompt_id: UUID) -> str:
    """The name of the channel group of all pages that show a prompt."""
    return f"prompt.{prompt_id}"


def tell_saved(prompt_id: UUID) -> None:
    """Wake the pages that show this prompt. Called by a thread that runs no event loop, after the commit."""
    layer = get_channel_layer()
    async_to_sync(layer.group_send)(group_of(prompt_id), {"type": SAVED, "prompt": str(prompt_id)})


def is_there(workspace_id: int, prompt_id: UUID) -> bool:
    """Whether the workspace has this prompt."""
    return Prompt.objects.filter(id=prompt_id, workspace_id=workspace_id, deleted_at__isnull=True).exists()


def news_frame(user_id: int, workspace_id: int, prompt_id: UUID, base: int, language: str) -> dict[str, Any] | None:
    """The frame that shows a newer version than `base` beside the prompt; None if there is none.

    `newer` is that version's number: a page that has it by now shows nothing.
    """
    prompt = Prompt.objects.filter(id=prompt_id, workspace_id=workspace_id, latest_number__gt=base).first()
    member = Member.objects.select_related("workspace").filter(user_id=user_id, workspace_id=workspace_id).first()
    if prompt is None or member is None:
        return None
    versions = prompt.versions.select_related("author")
    newer, begun_on = versions.filter(number=prompt.latest_number).first(), versions.filter(number=base).first()
    if newer is None or begun_on is None:
        return None
    context = {"member": member, "prompt": prompt, "newer": newer, "base": begun_on}
    with translation.override(language):
        html = render_to_string("playground/newer.html", context)
    return {"target": "#news", "swap": "innerHTML", "newer": newer.number, "html": html}
