"""What the playground's form may hold: the prompt as typed, and the settings of each lane.

Nothing is trimmed or repaired: what was typed is what is sent, or it is refused beside its field.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from workbench.connections.models import CatalogModel, Kind
from workbench.connections.parameter_rules import thinks
from workbench.prompts.beside import BESIDE, read_beside, typed_beside
from workbench.prompts.cache_marks import Mark, problem_with, read_marks
from workbench.prompts.output_schema import check_schema
from workbench.prompts.tool_choice import wrong_name
from workbench.prompts.tool_rules import not_taken
from workbench.prompts.turns import Turn, is_empty, is_paused, read_turns, unanswered
from workbench.prompts.variable_form import arrange, files_inserted, inserted, problems, variables_in
from workbench.prompts.variables import find_names
from workbench.runs.attaching import Files, files_in, problems_with, slot_of, why_refused
from workbench.runs.lane_form import LaneForm, LaneRequest
from workbench.runs.request import PromptText
from workbench.runs.schema_ways import Way, sending_for
from workbench.teams.models import Member

# More are not made by the page; they bound the work of one request.
MAX_LANES = 8


@dataclass(frozen=True, slots=True)
class FieldError:
    """A message beside a field of the page: `field` is the name its error slot carries."""

    field: str
    message: str


class RunForm:
    """The whole form of the playground: prompt, lanes, and the key that makes a second post harmless."""

    def __init__(self, data: QueryDict, models: Mapping[str, CatalogModel], member: Member) -> None:
        self.data = data
        self.errors: list[FieldError] = []
        self.beside = read_beside(data)
        system = data.get("system", "").replace("\r\n", "\n")
        turns = _until(read_turns(data), data)
        posted = list(variables_in(data))
        values = {variable.name: value for variable, value in posted}
        beside, cache = self.beside, read_marks(data)
        self.template = PromptText(system, turns, beside.tools, beside.output_schema, cache=cache)
        self.variables = arrange(self.template.texts, (variable for variable, _value in posted), values)
        self.prompt = self._filled(member)
        self.lanes = [LaneForm(data, models, index) for index in _lane_indexes(data)]

    def _filled(self, member: Member) -> PromptText:
        """The prompt with values and files in their places."""
        wanted = files_inserted(self.variables)
        found = files_in(self.template.turns, member, wanted.values())
        files = Files(found, secrets.token_hex(16) if wanted else "")
        places = {name: files.place_of(file_id) for name, file_id in wanted.items() if file_id in found}
        return replace(self.template, files=files).filled(inserted(self.variables) | places)

    @property
    def submission(self) -> UUID | None:
        """The idempotency key made when the page was rendered."""
        return _uuid(self.data.get("submission", ""))

    @property
    def prompt_id(self) -> UUID | None:
        """The prompt that is open in the page, if any."""
        return _uuid(self.data.get("prompt", ""))

    @property
    def base_number(self) -> int | None:
        """The number of the version on which the work in the page was begun."""
        text = self.data.get("base", "")
        return int(text) if text.isdecimal() and 0 < len(text) < 10 else None

    @property
    def has_unseen_variables(self) -> bool:
        """Whether the texts use a variable for which the page has no field yet."""
        return any(f"{typed.prefix}-name" not in self.data for typed in self.variables)

    @property
    def template_kept(self) -> dict[str, Any] | None:
        """What a run keeps of the prompt before it was filled; None without variables: the request tells all."""
        is_told = self.template.output_schema is None and not self.template.marks
        if not self.variables and self.prompt == self.template and is_told:
            return None
        return {
            **typed_beside(self.data),
            "cache": dict(self.template.cache),
            "system": self.template.system,
            "turns": list(self.template.turns),
            "variables": [typed.variable.stored() for typed in self.variables],
            "values": {typed.variable.name: typed.value for typed in self.variables},
        }

    def is_valid(self) -> bool:
        """Check everything; `errors` then names each wrong field."""
        wrong_json = [FieldError(field, message) for field, message in self.beside.problems.items()]
        wrong_values = [FieldError(field, message) for field, message in problems(self.variables)]
        wrong_values += self._wrong_files()
        self.errors = [*self._prompt_errors(), *wrong_json, *wrong_values, *self._lane_errors()]
        checked = [lane.lane() for lane in self.lanes if lane.is_valid()]
        self.errors += [*_schema_errors(self.prompt, checked), *mark_errors(self.prompt, checked)]
        if self.submission is None:
            self.errors.append(FieldError("form", _("This page is out of date. Reload it: what you typed is kept.")))
        return not self.errors

    def field_names(self) -> list[str]:
        """Every field that has an error slot in the page."""
        texts = [f"text-{index}" for index in range(len(self.prompt.turns))]
        lanes = [f"lane-{lane.index}-{name}" for lane in self.lanes for name in lane.shown]
        variables = [f"{typed.prefix}-value" for typed in self.variables]
        files = [slot_of(key, file["id"]) for turn, key in self.keyed_turns for file in turn.get("files", ())]
        return ["form", "system", *BESIDE, *texts, *files, *variables, *lanes]

    @property
    def keyed_turns(self) -> list[tuple[Turn, str]]:
        """The turns with their keys, empty where the page gave none."""
        keys = self.data.getlist("turn")
        return [(turn, keys[index] if index < len(keys) else "") for index, turn in enumerate(self.prompt.turns)]

    def _prompt_errors(self) -> list[FieldError]:
        turns = self.prompt.turns
        if not turns:
            return [FieldError("form", _("There is no message yet. Add one, then run."))]
        errors = [
            FieldError(f"text-{index}", _("This message is empty. Write something, or remove it."))
            for index, turn in enumerate(turns)
            if is_empty(turn)
        ]
        words = _("The call of “%(name)s” has no result yet. Add one: the next message must begin with it.")
        errors += [FieldError(f"text-{index}", words % {"name": name}) for index, name in unanswered(turns)]
        errors += [FieldError(slot, problem) for slot, problem in problems_with(self.keyed_turns, self.prompt.files)]
        if turns[0]["role"] != "user":
            errors.append(FieldError("text-0", _("The first message must be the user’s.")))
        if _has_lone_surrogate(self.prompt):
            errors.append(
                FieldError("form", _("The text holds a broken character (half of a surrogate pair). Remove it."))
            )
        return errors

    def _lane_errors(self) -> list[FieldError]:
        errors = []
        if not self.lanes:
            errors.append(FieldError("form", _("There is no model yet. An owner can add one under Connections.")))
        for lane in self.lanes:
            if not lane.is_valid():
                errors += [FieldError(f"lane-{lane.index}-{name}", words) for name, words in lane.problems.items()]
            elif problem := self._why_refused(lane) or (_no_prefill(lane) if self._is_prefill else ""):
                errors.append(FieldError(f"lane-{lane.index}-model", problem))
            else:
                errors += _tool_errors(self.prompt, lane)
        return errors

    def _wrong_files(self) -> Iterator[FieldError]:
        """Files that are values of variables and cannot stand there."""
        found = self.prompt.files.found
        in_system = find_names([self.template.system])
        for typed in self.variables:
            file_id = typed.variable.file_id(typed.value) if typed.is_used else ""
            if file_id and file_id not in found:
                words = _("“%(name)s” is not among the workspace’s files any more. Choose another one.")
                yield FieldError(f"{typed.prefix}-value", words % {"name": typed.file_name})
            elif file_id and typed.variable.name in in_system and not found[file_id].has_text:
                words = _("“%(name)s” has no text, and a system prompt takes nothing else.")
                yield FieldError(f"{typed.prefix}-value", words % {"name": typed.file_name})

    def _why_refused(self, lane: LaneForm) -> str:
        """Why a model refuses the prompt's files; empty if it takes them, or if they are wrong for any model."""
        if any(problems_with(self.keyed_turns, self.prompt.files)) or any(self._wrong_files()):
            return ""
        request = lane.lane()
        return why_refused(self.prompt.turns, self.prompt.files, request.connection, request.rules.capabilities)

    @property
    def _is_prefill(self) -> bool:
        last = self.prompt.turns[-1] if self.prompt.turns else None
        return last is not None and last["role"] == "assistant" and not is_paused(last)


def _tool_errors(prompt: PromptText, lane: LaneForm) -> Iterator[FieldError]:
    """Tools that the lane's model does not take, and one that must be used and is not there."""
    request = lane.lane()
    if problem := not_taken(prompt.tools, request.rules.capabilities, request.model.label):
        yield FieldError(f"lane-{lane.index}-model", problem)
    elif prompt.tools and (problem := wrong_name(request.parameters, prompt.tools)):
        yield FieldError(f"lane-{lane.index}-tool_name", problem)


def _schema_errors(prompt: PromptText, lanes: Sequence[LaneRequest]) -> Iterator[FieldError]:
    """What the provider refuses in the schema of the answer, if a lane sends it there as one."""
    schema = prompt.output_schema
    refused = check_schema(dict(schema)).refused if schema else []
    for lane in lanes if refused else ():
        sending = sending_for(schema, lane.rules.capabilities, lane.parameters, prompt.tools)
        if lane.connection.kind == Kind.ANTHROPIC and sending.way != Way.INSTRUCTION:
            words = _("%(model)s does not take this schema: %(problem)s")
            yield FieldError("output_schema", words % {"model": lane.model.label, "problem": refused[0]})
            return


def mark_errors(prompt: PromptText, lanes: Sequence[LaneRequest]) -> Iterator[FieldError]:
    """Marks for the cache that are too many or in the wrong order: the prompt's, else with the one that a lane sets."""
    lanes = [lane for lane in lanes if lane.rules.capabilities.caching]
    marks = prompt.marks
    if lanes and (found := problem_with(marks)):
        place = found[0].place
        yield FieldError(f"text-{place}" if place.isdecimal() else place, found[1])
        return
    for lane in lanes:
        own = lane.parameters.get("cache_control")
        if own and (found := problem_with([*marks, Mark("request", own)])):
            yield FieldError(f"lane-{lane.index}-cache_control", found[1])
        elif own and marks and marks[-1].place == str(len(prompt.turns) - 1) and marks[-1].ttl != own:
            words = _(
                "The last message is marked for another time than the whole request. Choose the same, or one mark."
            )
            yield FieldError(f"lane-{lane.index}-cache_control", words)


def _no_prefill(lane: LaneForm) -> str:
    """Why the model does not go on with a begun answer; empty if it does (api reference, messages rules: prefill)."""
    request = lane.lane()
    if not request.rules.capabilities.prefill:
        words = _("%(model)s does not continue a begun answer. End with a user message, or choose another model.")
        return words % {"model": request.model}
    if thinks(request.parameters, request.rules.capabilities):
        return _(
            "A begun answer cannot be continued while the model thinks. Turn thinking off, or end with a user message."
        )
    return ""


def _until(turns: list[Turn], data: QueryDict) -> list[Turn]:
    """The turns up to the one whose "Run to here" was pressed, if it was."""
    keys = data.getlist("turn")
    until = data.get("until", "")
    return turns[: keys.index(until) + 1] if until and until in keys else turns


def _lane_indexes(data: QueryDict) -> list[int]:
    return [index for index in range(MAX_LANES) if f"lane-{index}-model" in data]


def _has_lone_surrogate(prompt: PromptText) -> bool:
    text = prompt.system + "".join(turn["text"] for turn in prompt.turns)
    return any("\ud800" <= character <= "\udfff" for character in text) if not text.isascii() else False


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
