"""Fetch a prompt, a version or a draft, or 404: the only way to get one for a person."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from workbench.prompts.models import Draft, Prompt, PromptVersion
from workbench.teams.models import Member


def get_prompt(member: Member, prompt_id: UUID) -> Prompt:
    """A prompt of the member's workspace.

    Raises:
        Http404: there is none with this id, it was deleted, or it belongs to another workspace.
    """
    prompt = get_any_prompt(member, prompt_id)
    if prompt.deleted_at is not None:
        raise Http404
    return prompt


def get_any_prompt(member: Member, prompt_id: UUID) -> Prompt:
    """The same, deleted ones included: for bringing one back.

    Raises:
        Http404: there is none with this id, or it belongs to another workspace.
    """
    try:
        return Prompt.objects.get(id=prompt_id, workspace_id=member.workspace_id)
    except Prompt.DoesNotExist:
        raise Http404 from None


def get_version(prompt: Prompt, number: int) -> PromptVersion:
    """A version of a prompt that was fetched for a member.

    Raises:
        Http404: the prompt has no version with this number.
    """
    try:
        return prompt.versions.select_related("author").get(number=number)
    except PromptVersion.DoesNotExist:
        raise Http404 from None


def get_draft(member: Member, draft_id: int) -> Draft:
    """A draft of the member's own in this workspace.

    Raises:
        Http404: there is none with this id, or it is another person's.
    """
    try:
        drafts = Draft.objects.select_related("prompt")
        return drafts.get(id=draft_id, workspace_id=member.workspace_id, user_id=member.user_id)
    except Draft.DoesNotExist:
        raise Http404 from None
