"""Named values for a prompt's variables: saved with the prompt, picked by whoever uses it."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.http import Http404
from django.utils import timezone

from workbench.prompts.models import Prompt, ValueSet
from workbench.teams.models import Member


def value_sets_of(prompt: Prompt | None) -> list[ValueSet]:
    """A prompt's sets by name; none of one without a name."""
    return list(prompt.value_sets.all()) if prompt else []


def get_value_set(prompt: Prompt, set_id: int) -> ValueSet:
    """A set of a prompt that was fetched for a member.

    Raises:
        Http404: the prompt has none with this id.
    """
    try:
        return prompt.value_sets.get(pk=set_id)
    except ValueSet.DoesNotExist:
        raise Http404 from None


def save_value_set(member: Member, prompt: Prompt, name: str, values: Mapping[str, str]) -> ValueSet:
    """Keep values under a name, in the place of those that had it before."""
    saved, _made = ValueSet.objects.update_or_create(
        prompt=prompt,
        name=name,
        defaults={"values": dict(values), "updated_by_id": member.user_id, "updated_at": timezone.now()},
    )
    return saved


def remove_value_set(prompt_id: UUID, set_id: int) -> None:
    """Remove a set. Removing one that is gone changes nothing."""
    ValueSet.objects.filter(prompt_id=prompt_id, pk=set_id).delete()
