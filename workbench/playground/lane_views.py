"""A lane's settings: made again for another model or a saved set, saved as a set, listed and deleted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from workbench.http import Request
from workbench.notices import tell_done
from workbench.playground.controls import CHOICES
from workbench.playground.lanes import LaneView, lane_again, tell_whose
from workbench.prompts.content import shown_parameters
from workbench.prompts.models import MAX_NAME, MAX_NOTE
from workbench.prompts.parameter_sets import (
    NameTakenError,
    applied_to,
    create_set,
    fetch_set,
    list_sets,
    mark_deleted,
    save_back,
)
from workbench.runs.queries import light_run
from workbench.teams.access import get_member
from workbench.teams.models import Right


@require_safe
def lane_parameters(request: Request, workspace: str, index: int) -> HttpResponse:
    """A lane's settings for the model that is picked, as they were typed; `?apply`: those of the picked set.

    What the model does not take is left out, and told, with a way back to the model before (`lane-<n>-was`).
    """
    member = get_member(request.user, workspace)
    settings = _settings_in(request.GET, index)
    chosen = str(settings.get("parameter_set", ""))
    if "apply" in request.GET and chosen.isdecimal():
        settings = applied_to(settings, fetch_set(member, int(chosen)))
    lane = lane_again(member, index, settings)
    left_out = _left_out(lane, settings)
    context: dict[str, Any] = {"lane": lane, "member": member, "left_out": left_out}
    # Not beside a select that a person is using just now; after a set or Undo it must follow.
    if "run" in settings and (run := light_run(member, settings["run"])):
        lane.answer = {"run": run}
        tell_whose(lane)
    context["model_follows"] = bool({"apply", "back"} & set(request.GET))
    if left_out and settings.get("was"):
        before = {**settings, "model": settings["was"]}
        context["before"] = json.dumps({f"lane-{index}-{name}": value for name, value in before.items()})
    return render(request, "playground/parameters_again.html", context)


def _settings_in(data: QueryDict, index: int) -> dict[str, Any]:
    prefix = f"lane-{index}-"
    return {name.removeprefix(prefix): value for name, value in data.items() if name.startswith(prefix)}


def _left_out(lane: LaneView, settings: Mapping[str, Any]) -> list[str]:
    """What was set and the model does not take, in words."""
    rules = lane.form.rules
    names = rules.left_out(settings) if rules else []
    return [f"{lane.form.fields[name].label}: {CHOICES.get(settings[name], settings[name])}" for name in names]


@require_POST
def lane_set(request: Request, workspace: str, index: int) -> HttpResponse:
    """Save a lane's settings as a new set (`set-name`, with `set-model` for this model only), or back to its own."""
    member = get_member(request.user, workspace, Right.WRITE)
    settings = _settings_in(request.POST, index)
    chosen = str(settings.get("parameter_set", ""))
    problem = ""
    if "back" in request.GET and chosen.isdecimal():
        save_back(member, fetch_set(member, int(chosen)), settings)
    else:
        name = " ".join(request.POST.get("set-name", "").split())
        try:
            if not name or len(name) > MAX_NAME:
                problem = _("Give the set a name of at most %(number)s characters.") % {"number": MAX_NAME}
            else:
                description = request.POST.get("set-description", "").strip()[:MAX_NOTE]
                with_model = request.POST.get("set-model") == "1"
                made = create_set(member, name, settings, description=description, with_model=with_model)
                settings["parameter_set"] = str(made.pk)
        except NameTakenError:
            problem = _("There is a set of this name already.")
    context = {"lane": lane_again(member, index, settings), "member": member, "set_problem": problem}
    return render(request, "playground/parameters_again.html", context, status=422 if problem else 200)


@never_cache
@require_safe
def parameter_sets(request: Request, workspace: str) -> HttpResponse:
    """All saved sets of the workspace."""
    member = get_member(request.user, workspace)
    rows = [(saved, shown_parameters(saved.settings)) for saved in list_sets(member.workspace)]
    context = {"member": member, "nav": "prompts", "rows": rows}
    return render(request, "prompts/parameter_sets.html", context)


@require_POST
def parameter_set_delete(request: Request, workspace: str, set_id: int) -> HttpResponse:
    """Delete a set, or (`undo`) bring it back. Runs that used it keep what they sent."""
    member = get_member(request.user, workspace, Right.WRITE)
    found = fetch_set(member, set_id)
    if "undo" in request.GET:
        try:
            mark_deleted(found, None)
            tell_done(request, _("“%(name)s” is back.") % {"name": found.name})
        except NameTakenError:
            tell_done(request, _("There is a set of this name already."))
    else:
        mark_deleted(found, timezone.now())
        undo = reverse("parameter_set_delete", kwargs={"workspace": workspace, "set_id": set_id}) + "?undo"
        tell_done(request, _("“%(name)s” was deleted.") % {"name": found.name}, undo)
    return redirect("parameter_sets", workspace=workspace)
