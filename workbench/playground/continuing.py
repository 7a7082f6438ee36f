"""Going on from an answer: it becomes the next message of the prompt, and a place is made for the one after it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

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
from workbench.teams.access import get_member
from workbench.teams.models import Right


@require_POST
def continue_run(request: Request, workspace: str, run_id: UUID) -> HttpResponse:
    """Add a run's answer to the prompt that it answered, all its blocks unchanged.

    If the page shows another prompt by now, that one is put aside, and the run's own takes its place.
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
        save_draft(member, prompt, content, base, mark)
    query = f"?prompt={prompt.id}" if prompt else ""
    address = reverse("playground", kwargs={"workspace": workspace}) + query
    return HttpResponse(headers={"HX-Redirect": address}) if request.htmx else redirect(address)
