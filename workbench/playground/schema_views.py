"""The schema of the answer in the playground: its text, its fields, what is wrong with it, how each lane sends it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from workbench.connections.models import Kind as ServerKind
from workbench.connections.queries import picker_models
from workbench.http import Request
from workbench.prompts.beside import read_beside
from workbench.prompts.output_schema import Problem, TypedSchema, closed, read_schema
from workbench.prompts.schema_fields import Field, Kind, fields_in, fields_of, new_name, text_of
from workbench.prompts.typed_json import write_typed
from workbench.runs.forms import MAX_LANES
from workbench.runs.lane_form import LaneForm
from workbench.runs.schema_ways import Sending, Way, sending_for
from workbench.teams.access import get_member
from workbench.teams.models import Right

KINDS = {
    Kind.TEXT: gettext_lazy("Text"),
    Kind.NUMBER: gettext_lazy("Number"),
    Kind.INTEGER: gettext_lazy("Whole number"),
    Kind.BOOLEAN: gettext_lazy("Yes or no"),
    Kind.CHOICE: gettext_lazy("Choice"),
    Kind.TEXTS: gettext_lazy("List of texts"),
}
LEVELS = {
    "wrong": gettext_lazy("wrong"),
    "refused": gettext_lazy("refused"),
    "doubtful": gettext_lazy("doubtful"),
}
WAYS = {
    Sending(Way.FORMAT): gettext_lazy("as the output’s format: the provider sees to it that the answer fits."),
    Sending(Way.TOOL, is_forced=True): gettext_lazy("as a strict tool, whose input is the answer."),
    Sending(Way.TOOL): gettext_lazy("as a strict tool, which the model is asked to call and may leave out."),
    Sending(Way.INSTRUCTION): gettext_lazy("as an instruction in the system prompt, which the model may not keep to."),
}
# Other servers accept a format and heed it, or do not (api reference, compatible servers).
MAYBE = gettext_lazy("as the output’s format, which its server may not keep to.")


@dataclass(frozen=True, slots=True)
class SchemaView:
    """All that the page shows of a schema. `fields` is None where it is more than a list of fields."""

    text: str
    typed: TypedSchema
    fields: Sequence[Field] | None
    ways: Sequence[tuple[str, str]] = ()
    added: bool = False
    kinds: Mapping[Kind, Any] = field(default_factory=lambda: KINDS)

    @property
    def mark(self) -> str:
        """By which the text is known that the page's fields were made of."""
        return _mark(self.text)

    @property
    def problems(self) -> list[tuple[Problem, str]]:
        """Each problem with its level in words."""
        return [(problem, str(LEVELS[problem.level])) for problem in self.typed.problems]

    @property
    def state(self) -> tuple[str, str]:
        """How it stands with the schema, in a word or two, and the tone of that; empty without one."""
        if number := len(self.typed.problems):
            words = ngettext("%(number)s problem", "%(number)s problems", number) % {"number": number}
            return words, "bad" if self.typed.wrong else "warn"
        return (_("fine"), "good") if self.typed.schema is not None else ("", "")


def schema_view(text: str, lanes: Iterable[LaneForm], tools: Sequence[Mapping[str, Any]] = ()) -> SchemaView:
    """What the page shows of a schema as it is typed.

    Args:
        lanes: the forms of the lanes, valid or not.
        tools: the prompt's own.
    """
    typed = read_schema(text)
    ways = list(_ways(typed, lanes, tools)) if typed.schema is not None and not typed.wrong else []
    return SchemaView(text, typed, fields_of(text), ways)


@require_POST
def schema(request: Request, workspace: str) -> HttpResponse:
    """The schema as it stands, checked. The page takes of the answer what it needs.

    In the address: `fields`, the fields were changed, and the text follows them; `add` or `remove=<n>`, one more or
    less of them; `close`, objects are to let no other keys in.
    """
    member = get_member(request.user, workspace, Right.WRITE)
    text = _changed(request.GET, request.POST)
    models = picker_models(member.workspace)
    lanes = [
        LaneForm(request.POST, models, index) for index in range(MAX_LANES) if f"lane-{index}-model" in request.POST
    ]
    view = schema_view(text, lanes, read_beside(request.POST).tools)
    shown = replace(view, added="add" in request.GET)
    response = render(request, "playground/schema.html", {"member": member, "schema": shown})
    if request.GET:
        # No key was pressed in the field that follows: whoever keeps what is typed is told so.
        response["HX-Trigger-After-Swap"] = '{"change": {"target": "#playground"}}'
    return response


def _changed(asked: QueryDict, data: QueryDict) -> str:
    """The text after what the address asks for."""
    text = data.get("output_schema", "").replace("\r\n", "\n")
    if "close" in asked:
        typed = read_schema(text).schema
        return write_typed(closed(typed)) if typed is not None else text
    # What was typed into the text since its fields were made counts more than they do.
    is_same = data.get("schema-mark") == _mark(text)
    fields = fields_in(data) if is_same else fields_of(text) or []
    if "add" in asked:
        return text_of([*fields, Field(new_name(fields))], text)
    if "remove" in asked:
        return text_of([one for index, one in enumerate(fields) if str(index) != asked["remove"]], text)
    return text_of(fields, text) if "fields" in asked and is_same else text


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _ways(
    typed: TypedSchema, lanes: Iterable[LaneForm], tools: Sequence[Mapping[str, Any]]
) -> Iterable[tuple[str, str]]:
    """The name of each lane's model, and how it is sent the schema."""
    for lane in lanes:
        if lane.chosen and lane.rules:
            settings = {name: lane[name].value() for name in ("thinking", "tool_choice")}
            sending = sending_for(typed.schema, lane.rules.capabilities, settings, tools)
            is_sure = lane.chosen.connection.kind == ServerKind.ANTHROPIC or sending.way != Way.FORMAT
            yield lane.chosen.label, str(WAYS[sending] if is_sure else MAYBE)
