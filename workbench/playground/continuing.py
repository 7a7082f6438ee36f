"""Going on from an answer: it becomes the next message of the prompt, and a place is made for the one after it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from workbench.connections.capabilities import capabilities_of
from workbench.connections.models import CatalogModel
from workbench.http import Request
from workbench.notices import tell_done
from workbench.playground.lanes import says_else
from workbench.playground.posted import posted_base, posted_mark, posted_prompt
from workbench.prompts.drafts import put_aside, save_draft
from workbench.prompts.turns import is_empty, text_of, turn_of, turns_after
from workbench.prompts.variables import escape
from workbench.runs.access import get_run
from workbench.runs.blocks import content_of
from workbench.runs.drafting import draft_content, draft_of
from workbench.runs.models import Run
from workbench.runs.stop_reasons import GOES_ON
from workbench.teams.access import get_member
from workbench.teams.models import Right

RUN_NEXT = "run_next"  # in the session: the run whose answer goes on


@require_POST
def continue_run(request: Request, workspace: str, run_id: UUID) -> HttpResponse:
    """Add a run's answer to the prompt that it answered, all its blocks unchanged.

    If the page shows another prompt by now, that one is put aside, and the run's own takes its place. With `go_on` the
    page that is shown next runs it at once, where the answer was only interrupted.
    """
    member = get_member(request.user, workspace, Right.WRITE)
    run = get_run(member, run_id)
    prompt = posted_prompt(request.POST, member)
    base, mark = posted_base(request.POST), posted_mark(request.POST)
    content = draft_content(request.POST)
    while content["turns"] and is_empty(turn_of(content["turns"][-1])):
        content["turns"].pop()
    answer = content_of(run.message)
    if not answer:
        tell_done(request, _("There is no answer to go on from."))
    else:
        asked = draft_of(run)
        if says_else(asked, content):
            save_draft(member, prompt, draft_content(request.POST), base, mark)
            put_aside(member, prompt)
            content = {**content, **{name: asked[name] for name in asked if name != "lanes"}}
            tell_done(
                request, _("This goes on from an earlier text. What you typed was put aside, under Prompts, Drafts.")
            )
        after = turns_after(answer, escape(text_of(answer)))
        if run.stop_reason == "max_tokens":
            after[-1]["text"] = _("Go on exactly where you stopped.")
        content["turns"] = [*content["turns"], *after]
        if request.POST.get("go_on") and run.stop_reason in GOES_ON:
            request.session[RUN_NEXT] = str(run.id)
            if run.stop_reason == "max_tokens":
                content["lanes"] = [_with_more(lane, run) for lane in content["lanes"]]
        save_draft(member, prompt, content, base, mark)
    query = f"?prompt={prompt.id}" if prompt else ""
    address = reverse("playground", kwargs={"workspace": workspace}) + query
    return HttpResponse(headers={"HX-Redirect": address}) if request.htmx else redirect(address)


def take_run_next(request: Request) -> bool:
    """Whether the page that is shown now is to run at once: asked for by the person's own press, once."""
    return request.session.pop(RUN_NEXT, None) is not None


def _with_more(lane: dict[str, Any], run: Run) -> dict[str, Any]:
    """The settings of the run's lane with twice as many tokens to answer, as far as its model goes."""
    if lane.get("model") != f"{run.connection_id}:{run.model}":
        return lane
    model = CatalogModel.objects.filter(connection=run.connection, model_id=run.model).first()
    most = capabilities_of(model.connection, model).max_tokens if model else None
    try:
        wanted = 2 * int(lane.get("max_tokens") or 0)
    except ValueError:
        return lane
    return {**lane, "max_tokens": str(min(wanted, most or wanted))}
