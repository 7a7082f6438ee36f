"""Files in a message as the page shows them: what each is, how it is sent, and what each lane's model gets of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from workbench.files.blocks import Takes, warnings_on
from workbench.files.models import FileKind, StoredFile
from workbench.files.options import FileOptions, OptionsError
from workbench.files.storing import FileGoneError
from workbench.files.tokens import about_tokens
from workbench.files.words import found_in, grouped
from workbench.prompts.turns import AttachedFile, Turn
from workbench.runs.attaching import Files, options_of, slot_of, takes_of
from workbench.runs.lane_form import LaneForm


@dataclass(frozen=True, slots=True)
class AttachedView:
    """One file of a message. `file` is None if the workspace has it no more; `key` is the turn's.

    `tokens`: about how many it takes as it is sent, in words; `notes`: what models get of it, or why they refuse it.
    """

    key: str
    attached: AttachedFile
    file: StoredFile | None
    tokens: str = ""
    notes: Sequence[str] = ()

    @property
    def slot(self) -> str:
        """What the names and ids of its fields begin with, and the name of its error slot."""
        return slot_of(self.key, self.attached["id"])

    @property
    def found(self) -> str:
        """Its measure in words."""
        return found_in(self.file) if self.file else ""

    @property
    def is_changed(self) -> bool:
        """Whether it is sent in another way than usual."""
        return bool(self.attached["options"])


def attached_views(
    key: str, turn: Turn, files: Mapping[str, StoredFile], lanes: Iterable[LaneForm] = ()
) -> list[AttachedView]:
    """The files of a turn, with what is to be known of each for the models of these lanes."""
    offered = [(lane.chosen, lane.rules) for lane in lanes]
    takes = {model.label: takes_of(model.connection, rules.capabilities) for model, rules in offered if model and rules}
    return [_view(key, attached, files.get(attached["id"]), takes) for attached in turn.get("files", ())]


def _view(key: str, attached: AttachedFile, file: StoredFile | None, takes: Mapping[str, Takes]) -> AttachedView:
    if file is None:
        return AttachedView(key, attached, None)
    try:
        options = options_of(attached, Files({attached["id"]: file}))
    except OptionsError:
        return AttachedView(key, attached, file)
    if takes and not any(each.pdf for each in takes.values()):
        options = replace(options, as_text=options.as_text or file.kind == FileKind.PDF)
    try:
        notes = _notes(file, options_of(attached, Files({attached["id"]: file})), takes)
    except FileGoneError:
        notes = [_("The storage has lost what was in this file. Upload it again.")]
    return AttachedView(key, attached, file, grouped(about_tokens(file, options)), notes)


def _notes(file: StoredFile, options: FileOptions, takes: Mapping[str, Takes]) -> list[str]:
    """Each sentence once, after the names of its models if there are several. Raises FileGoneError."""
    models: dict[str, list[str]] = {}
    for label, each in takes.items():
        for warning in warnings_on(file, options, each):
            models.setdefault(warning, []).append(label)
    if len(takes) == 1:
        return list(models)
    return [f"{', '.join(labels)}: {warning}" for warning, labels in models.items()]
