"""Before running: tokens, cost and room in the context window of each lane, and everything that would be refused."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from workbench.connections.queries import picker_models
from workbench.http import Request
from workbench.playground.attached import AttachedView, attached_views
from workbench.playground.before_run import lane_before, tokens_in_words
from workbench.playground.cache_told import tell_marks
from workbench.playground.estimate import Estimate, estimate_lane
from workbench.playground.lanes import LaneView, lane_view
from workbench.prompts.parameter_sets import list_sets
from workbench.prompts.turns import is_empty
from workbench.runs.drafting import draft_content
from workbench.runs.forms import RunForm
from workbench.runs.lane_form import LaneForm
from workbench.runs.money import dollars
from workbench.runs.presenting import count
from workbench.teams.access import get_member
from workbench.teams.models import Right


@dataclass(frozen=True, slots=True)
class _Asked:
    """The form as posted; `wrong`: what would be refused of each lane; the lanes whose settings came from a set."""

    form: RunForm
    wrong: Mapping[int, Sequence[str]]
    counted: Sequence[LaneForm]
    with_sets: Sequence[LaneView]
    attached: Sequence[AttachedView]


@require_POST
async def estimate(request: Request, workspace: str) -> HttpResponse:
    """What the form as it stands would take; no numbers while it is not complete."""
    asked = await sync_to_async(_read)(request, workspace)
    form = asked.form
    found = await asyncio.gather(*(estimate_lane(form.prompt, lane.lane()) for lane in asked.counted))
    estimates = {lane.index: one for lane, one in zip(asked.counted, found, strict=True)}
    return await sync_to_async(_answer)(request, asked, estimates)


def _read(request: Request, workspace: str) -> _Asked:
    member = get_member(request.user, workspace, Right.WRITE)
    models = picker_models(member.workspace)
    form = RunForm(request.POST, models, member)
    typed = enumerate(draft_content(request.POST)["lanes"])
    from_sets = [(index, settings) for index, settings in typed if settings.get("parameter_set")]
    sets = list_sets(member.workspace) if from_sets else []
    form.is_valid()
    of_prompt = [error for error in form.errors if not error.field.startswith("lane-")]
    wrong_lanes = {lane.index: _wrong(form, lane) for lane in form.lanes}
    # What is empty shows that itself, and is not wrong while somebody writes.
    empty = {f"text-{index}" for index, turn in enumerate(form.prompt.turns) if is_empty(turn)}
    empty |= {f"{typed.prefix}-value" for typed in form.variables if not typed.variable.value(typed.value).strip()}
    told = [error.message for error in of_prompt if error.field not in empty]
    return _Asked(
        form=form,
        wrong={index: [*told, *messages] for index, messages in wrong_lanes.items()},
        counted=[lane for lane in form.lanes if not of_prompt and not wrong_lanes[lane.index]],
        with_sets=[lane_view(index, settings, models, [], sets) for index, settings in from_sets],
        attached=_attached(form),
    )


def _wrong(form: RunForm, lane: LaneForm) -> list[str]:
    """What is wrong with one lane, each with the name of its field."""
    found = []
    for error in form.errors:
        of_lane, is_its, name = error.field.partition(f"lane-{lane.index}-")
        if is_its and not of_lane:
            label = lane[name].label if name in lane.fields and name != "model" else ""
            found.append(f"{label}: {error.message}" if label else error.message)
    return found


def _attached(form: RunForm) -> list[AttachedView]:
    """The files of every message: what the models chosen by now get of them."""
    keyed = form.keyed_turns
    return [view for turn, key in keyed for view in attached_views(key, turn, form.prompt.files.found, form.lanes)]


def _answer(request: Request, asked: _Asked, estimates: Mapping[int, Estimate]) -> HttpResponse:
    form, counted = asked.form, {lane.index: lane.lane() for lane in asked.counted}
    before = [
        lane_before(index, counted.get(index), estimates.get(index, Estimate()), messages)
        for index, messages in asked.wrong.items()
    ]
    first = estimates.get(0, Estimate())
    first_marks = [
        (counted[index], found.first_mark) for index, found in estimates.items() if found.first_mark is not None
    ]
    context = {
        **_whole(list(estimates.values()), len(form.lanes)),
        "before": before,
        "parts": [(name, tokens_in_words(number, not first.is_counted)) for name, number in first.parts.items()],
        "turns": range(len(form.prompt.turns)),
        "with_sets": asked.with_sets,
        "attached": asked.attached,
        "told": tell_marks(form.lanes, form.prompt.marks, first_marks),
    }
    return render(request, "playground/estimate.html", context)


def _whole(found: Sequence[Estimate], lanes: int) -> dict[str, Any]:
    """Tokens, where one lane is asked, and the cost of all of them; nothing if one is missing."""
    tokens = found[0].input_tokens if lanes == len(found) == 1 else None
    is_priced = lanes == len(found) > 0 and all(one.low is not None and one.high is not None for one in found)
    low = sum((one.low for one in found if one.low is not None), Decimal(0)) if is_priced else None
    high = sum((one.high for one in found if one.high is not None), Decimal(0)) if is_priced else None
    words = ngettext("%(count)s token in", "%(count)s tokens in", tokens or 0)
    if tokens is not None and found[0].is_about:
        words = ngettext("about %(count)s token in", "about %(count)s tokens in", tokens)
    return {
        "tokens": words % {"count": count(tokens)} if tokens is not None else "",
        "low": dollars(low),
        "high": dollars(high),
    }
