"""Whether an answer fits the schema that its request asked for, and the places where it does not. Only reads.

The request as it was sent says which schema, and which way it went. Bounded in time and number for any answer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import orjson
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from workbench.prompts.json_schema import Place, check_fit
from workbench.rendering.json_tree import FENCED
from workbench.runs.blocks import content_of, plain_texts
from workbench.runs.models import Run, Status
from workbench.runs.schema_ways import TOOL, Way, may_ask, sent_schema

MAX_SIZE = 1024 * 1024  # characters of an answer that is checked
CUT = ("max_tokens", "model_context_window_exceeded")
WAYS = {
    Way.FORMAT: gettext_lazy("sent as the output’s format"),
    Way.TOOL: gettext_lazy("sent as a strict tool"),
    Way.INSTRUCTION: gettext_lazy("sent as an instruction in the system prompt"),
}


class State(StrEnum):
    """How it stands with an answer."""

    VALID = "valid"
    INVALID = "invalid"
    CUT = "cut"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of an answer: `places` that do not fit, and `notes` on what else there is to know."""

    way: Way
    state: State
    places: Sequence[Place] = ()
    notes: list[str] = field(default_factory=list)
    has_more: bool = False
    is_last: bool = True  # no calls of other tools, which wait for their results, stand beside it

    @property
    def words(self) -> str:
        """The state in words."""
        if self.state == State.INVALID and self.places:
            number = len(self.places)
            if self.has_more:
                return _("Not valid: more than %(number)s places") % {"number": number}
            return ngettext("Not valid: %(number)s place", "Not valid: %(number)s places", number) % {"number": number}
        return str(STATES[self.state])

    @property
    def way_words(self) -> str:
        """The way in words."""
        return str(WAYS[self.way])

    @property
    def tone(self) -> str:
        """How it is shown: good, bad or warn."""
        return {State.VALID: "good", State.INVALID: "bad"}.get(self.state, "warn")


STATES = {
    State.VALID: gettext_lazy("Valid"),
    State.INVALID: gettext_lazy("Not valid"),
    State.CUT: gettext_lazy("Cut off before its end"),
    State.UNCHECKED: gettext_lazy("Not checked"),
}


def verdict_of(run: Run) -> Verdict | None:
    """What is said of a run's answer; None if no schema was asked for, or there is no answer (yet)."""
    if run.is_live or not run.message or not may_ask(run.request_body):
        return None
    try:
        body = orjson.loads(run.request_body)
    except orjson.JSONDecodeError:
        return None
    sent = sent_schema(body) if isinstance(body, dict) else None
    if sent is None or run.stop_reason in ("refusal", "pause_turn"):
        return None
    is_cut = run.stop_reason in CUT or run.status != Status.SUCCEEDED
    return judge(*sent, run.message, is_cut=is_cut)


def judge(way: Way, schema: object, message: Mapping[str, Any], *, is_cut: bool = False) -> Verdict | None:
    """What is said of an answer; None if it holds nothing that could be one, such as calls of other tools."""
    if way == Way.TOOL:
        return _judge_call(schema, message, is_cut)
    text = "".join(text for _at, text in plain_texts(message))
    if not text.strip():
        return Verdict(way, State.CUT) if is_cut else None
    if len(text) > MAX_SIZE:
        return Verdict(way, State.UNCHECKED, notes=[_("The answer is too long to be checked.")])
    notes = []
    if way == Way.INSTRUCTION and (fenced := FENCED.match(text)):
        text = fenced.group(1)
        notes.append(_("It stands in a code fence, which was left out."))
    try:
        value = json.loads(text, parse_constant=_no_number)
    except RecursionError:
        return Verdict(way, State.UNCHECKED, notes=[_("The answer is JSON that cannot be checked.")])
    except ValueError as error:
        return _no_json(way, text, error, is_cut)
    return _judge(way, schema, value, is_cut, notes)


def _judge(way: Way, schema: object, value: object, is_cut: bool, notes: list[str]) -> Verdict:
    fit = check_fit(schema, value)
    notes = list(notes)
    if is_cut:
        notes.append(_("The answer was cut off; what there is of it is whole JSON."))
    for name in fit.unchecked:
        notes.append(_("“%(keyword)s” was not checked here.") % {"keyword": name})
    if fit.gave_up:
        notes.append(_("The check was ended before its end: the schema or the answer is too large."))
    state = State.INVALID if fit.places else State.UNCHECKED if fit.gave_up else State.VALID
    return Verdict(way, state, fit.places, notes, fit.has_more)


def _judge_call(schema: object, message: Mapping[str, Any], is_cut: bool) -> Verdict | None:
    calls = [block for block in content_of(message) if block.get("type") == "tool_use"]
    answer = next((block for block in calls if block.get("name") == TOOL), None)
    if answer is None and calls:
        return None
    if answer is None or "partial_json" in answer:
        if is_cut:
            return Verdict(Way.TOOL, State.CUT)
        place = Place("", _("no whole call of the tool “%(name)s”") % {"name": TOOL}, _("the answer as its input"))
        return Verdict(Way.TOOL, State.INVALID, [place])
    return replace(_judge(Way.TOOL, schema, answer.get("input"), is_cut, []), is_last=len(calls) == 1)


def _no_json(way: Way, text: str, error: ValueError, is_cut: bool) -> Verdict:
    if is_cut and text.lstrip().startswith(("{", "[", '"')):
        return Verdict(way, State.CUT)
    if isinstance(error, _NoNumberError):
        return Verdict(way, State.INVALID, [Place("", str(error), _("JSON and nothing else"))])
    if not isinstance(error, json.JSONDecodeError):  # a whole number of more than 4,300 digits
        return Verdict(way, State.UNCHECKED, notes=[_("The answer is JSON that cannot be checked.")])
    found = _("what is not JSON, from line %(line)s, column %(column)s on")
    place = Place("", found % {"line": error.lineno, "column": error.colno}, _("JSON and nothing else"))
    return Verdict(way, State.INVALID, [place])


class _NoNumberError(ValueError):
    """NaN or Infinity, which Python would read and JSON does not have."""


def _no_number(name: str) -> None:
    raise _NoNumberError(name)
