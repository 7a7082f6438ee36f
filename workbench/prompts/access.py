"""Fetch a prompt or 404: the only way to get one for a person."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from workbench.prompts.models import Prompt
from workbench.teams.models import Member


def get_prompt(member: Member, prompt_id: UUID) -> Prompt:
    """A prompt of the member's workspace.

    Raises:
        Http404: there is none with this id, or it belongs to another workspace.
    """
    try:
        return Prompt.objects.get(id=prompt_id, workspace_id=member.workspace_id)
    except Prompt.DoesNotExist:
        raise Http404 from None
