"""Labels: names that point at one version of a prompt. Moving one leaves a record of who, when, from where to where."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from workbench.prompts.models import Label, LabelMove, Prompt, PromptVersion
from workbench.teams.audit import Action, note
from workbench.teams.models import Member

# Offered before anybody made an own one.
USUAL = ("production", "staging")


@transaction.atomic
def move_label(member: Member, version: PromptVersion, name: str) -> LabelMove | None:
    """Let a label point at a version. None if it did already."""
    Prompt.objects.select_for_update().get(pk=version.prompt_id)
    label = Label.objects.filter(prompt_id=version.prompt_id, name=name).first()
    before = label.number if label else None
    if before == version.number:
        return None
    Label.objects.update_or_create(prompt_id=version.prompt_id, name=name, defaults={"number": version.number})
    return _record(member, version.prompt_id, name, before, version.number)


@transaction.atomic
def remove_label(member: Member, prompt: Prompt, name: str) -> LabelMove | None:
    """Take a label away. None if there was none."""
    Prompt.objects.select_for_update().get(pk=prompt.pk)
    label = Label.objects.filter(prompt=prompt, name=name).first()
    if label is None:
        return None
    label.delete()
    return _record(member, prompt.pk, name, label.number, None)


def _record(member: Member, prompt_id: UUID, name: str, before: int | None, after: int | None) -> LabelMove:
    prompt = Prompt.objects.get(pk=prompt_id)
    action = Action.LABEL_REMOVED if after is None else Action.LABEL_MOVED
    note(
        member.workspace, member.user, action, "prompt", prompt_id, prompt.name, label=name, before=before, after=after
    )
    return LabelMove.objects.create(
        prompt_id=prompt_id, name=name, from_number=before, to_number=after, user_id=member.user_id
    )
