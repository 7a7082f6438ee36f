"""Prompts out of a file: what is new is added, what is known goes on, nothing that is here is changed or lost.

A prompt is known by the id under which it first travelled. All or nothing: one transaction, after the whole file was
read and checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from workbench.prompts.content import PromptContent
from workbench.prompts.export_format import Export, TravellingPrompt, TravellingVersion, exported_settings
from workbench.prompts.models import Label, ParameterSet, Prompt, PromptTag, PromptVersion, ValueSet
from workbench.prompts.search import index_prompt
from workbench.teams.audit import Action, note
from workbench.teams.models import Member, Workspace


@dataclass(slots=True)
class Report:
    """Names of what an import did. `refused`: prompts that have other versions here; they were left as they are."""

    new: list[Prompt] = field(default_factory=list)
    changed: list[Prompt] = field(default_factory=list)
    unchanged: list[Prompt] = field(default_factory=list)
    refused: list[Prompt] = field(default_factory=list)
    new_sets: list[str] = field(default_factory=list)
    refused_sets: list[str] = field(default_factory=list)


@transaction.atomic
def import_prompts(member: Member, export: Export) -> Report:
    """Take in what a file holds."""
    report = Report()
    # One import at a time, or the same file sent twice would be new twice: SQLite has one writer, elsewhere the row is
    # held.
    Workspace.objects.select_for_update().get(pk=member.workspace_id)
    known = _known(member, [prompt.id for prompt in export.prompts])
    for travelling in export.prompts:
        prompt = known.get(travelling.id)
        if prompt is None:
            prompt = known[travelling.id] = _create(member, travelling)
            report.new.append(prompt)
            continue
        added = _added(prompt, travelling)
        if added is None:
            report.refused.append(prompt)
        elif added:
            _add_versions(member, prompt, added)
            report.changed.append(prompt)
        else:
            report.unchanged.append(prompt)
    _import_sets(member, export, report)
    taken = len(report.new) + len(report.changed)
    note(member.workspace, member.user, Action.PROMPTS_IMPORTED, "prompt", "", "", number=taken)
    return report


def _known(member: Member, ids: Sequence[UUID]) -> dict[UUID, Prompt]:
    found: dict[UUID, Prompt] = {}
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        prompts = Prompt.objects.filter(workspace_id=member.workspace_id, deleted_at__isnull=True)
        for prompt in prompts.filter(Q(origin__in=some) | Q(id__in=some)):
            found[prompt.origin or prompt.id] = prompt
    return found


def _create(member: Member, travelling: TravellingPrompt) -> Prompt:
    prompt = Prompt.objects.create(
        workspace_id=member.workspace_id,
        origin=travelling.id,
        name=travelling.name,
        description=travelling.description,
        folder=travelling.folder,
        created_by_id=member.user_id,
    )
    PromptTag.objects.bulk_create(PromptTag(prompt=prompt, name=name) for name in travelling.tags)
    Label.objects.bulk_create(
        Label(prompt=prompt, name=name, number=number) for name, number in travelling.labels.items()
    )
    ValueSet.objects.bulk_create(
        ValueSet(prompt=prompt, name=name, values=dict(values), updated_by_id=member.user_id)
        for name, values in travelling.value_sets.items()
    )
    _add_versions(member, prompt, travelling.versions)
    return prompt


def _add_versions(member: Member, prompt: Prompt, versions: Sequence[TravellingVersion]) -> None:
    PromptVersion.objects.bulk_create(
        [
            PromptVersion(
                prompt=prompt,
                number=version.number,
                note=version.note,
                created_at=version.created_at,
                restored_from=version.restored_from,
                author_id=member.user_id,
                **version.content.as_fields(),
            )
            for version in versions
        ],
        batch_size=500,
    )
    prompt.latest_number = versions[-1].number
    prompt.updated_by_id, prompt.updated_at = member.user_id, timezone.now()
    prompt.save(update_fields=["latest_number", "updated_by", "updated_at"])
    index_prompt(prompt, versions[-1].content)


def _added(prompt: Prompt, travelling: TravellingPrompt) -> Sequence[TravellingVersion] | None:
    """The versions that the file has beyond those that are here; None if they went different ways."""
    here = [_content(PromptContent.of_version(version)) for version in prompt.versions.order_by("number")]
    there = [_content(version.content) for version in travelling.versions]
    common = min(len(here), len(there))
    return travelling.versions[common:] if here[:common] == there[:common] else None


def _content(content: PromptContent) -> dict[str, object]:
    return replace(content, parameters=exported_settings(content.parameters)).as_fields()


def _import_sets(member: Member, export: Export, report: Report) -> None:
    here = {
        saved.name: saved for saved in ParameterSet.objects.filter(workspace_id=member.workspace_id, deleted_at=None)
    }
    for travelling in export.parameter_sets:
        saved = here.get(travelling.name)
        if saved is None:
            here[travelling.name] = ParameterSet.objects.create(
                workspace_id=member.workspace_id,
                name=travelling.name,
                description=travelling.description,
                settings=dict(travelling.settings),
                updated_by_id=member.user_id,
            )
            report.new_sets.append(travelling.name)
        elif exported_settings(saved.settings) != dict(travelling.settings):
            report.refused_sets.append(travelling.name)


def is_empty(report: Report) -> bool:
    """Whether the file held nothing at all."""
    kinds = (report.new, report.changed, report.unchanged, report.refused, report.new_sets, report.refused_sets)
    return not any(chain.from_iterable(kinds))
