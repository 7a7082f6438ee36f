"""A person's unsaved work: kept as it is typed, one per prompt and one that belongs to no prompt."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from workbench.prompts.models import Draft, Prompt, PromptVersion
from workbench.teams.models import Member


def load_draft(member: Member, prompt: Prompt | None) -> Draft | None:
    """What this person typed for this prompt (or for none), if anything."""
    return Draft.objects.filter(workspace_id=member.workspace_id, user_id=member.user_id, prompt=prompt).first()


def save_draft(member: Member, prompt: Prompt | None, content: dict[str, Any]) -> Draft:
    """Keep what was typed, in the place of what was typed before."""
    draft, _made = Draft.objects.update_or_create(
        workspace_id=member.workspace_id,
        user_id=member.user_id,
        prompt=prompt,
        defaults={"content": content, "updated_at": timezone.now()},
    )
    return draft


def content_of(version: PromptVersion) -> dict[str, Any]:
    """A saved version in the shape of a draft."""
    return {"system": version.system, "turns": version.messages, "lanes": [dict(version.parameters)]}


def is_edited(content: dict[str, Any], version: PromptVersion) -> bool:
    """Whether what is typed differs from the version, in its texts."""
    saved = content_of(version)
    return (content.get("system", ""), content.get("turns", [])) != (saved["system"], saved["turns"])
