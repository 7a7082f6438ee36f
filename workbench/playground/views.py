"""The playground: the page where prompt, models and answers meet."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from workbench.http import Request, wants_fragment
from workbench.notices import tell_done
from workbench.playground.continuing import take_run_next
from workbench.playground.page import open_page
from workbench.playground.palette import find_entries
from workbench.playground.posted import id_in, number_in, posted_base, posted_mark, posted_prompt
from workbench.prompts.access import get_version
from workbench.prompts.drafts import is_edited, save_draft, throw_away
from workbench.prompts.value_sets import value_sets_of
from workbench.runs.access import get_run
from workbench.runs.drafting import draft_content
from workbench.teams.access import get_member
from workbench.teams.models import Right


@never_cache  # going back must show what was typed and answered since, not what the browser remembers
@require_safe
def playground(request: Request, workspace: str) -> HttpResponse:
    """The home of a workspace: `?prompt=<id>` opens a prompt, `?run=<id>` brings a run back, `?new` is empty."""
    member = get_member(request.user, workspace)
    run = get_run(member, id_in(request.GET, "run")) if "run" in request.GET else None
    prompt = posted_prompt(request.GET, member)
    if run and run.prompt and run.prompt.deleted_at is None:
        prompt = run.prompt
    number = number_in(request.GET, "version")
    version = get_version(prompt, number) if prompt and number is not None else None
    is_new = "new" in request.GET and not (prompt or run)
    page = open_page(member, prompt, run, version, is_new=is_new)
    context = {"member": member, "nav": "playground", "page": page, "run": run, "prompt": prompt}
    context["runs_now"] = member.may_write and take_run_next(request)
    context |= {"variables": page.variables, "value_sets": value_sets_of(prompt)}
    return render(request, "playground/playground.html", context)


@require_POST
def draft(request: Request, workspace: str) -> HttpResponse:
    """Keep what is typed. The answer says when, and whether it differs from the version on which it was begun."""
    member = get_member(request.user, workspace, Right.WRITE)
    prompt = posted_prompt(request.POST, member)
    content = draft_content(request.POST)
    base = prompt.versions.filter(number=posted_base(request.POST) or prompt.latest_number).first() if prompt else None
    save_draft(member, prompt, content, base.number if base else None, posted_mark(request.POST))
    edited = bool(base and is_edited(content, base))
    return JsonResponse({"saved": timezone.now().isoformat(), "edited": edited})


@require_POST
def draft_discard(request: Request, workspace: str) -> HttpResponse:
    """Throw away what is typed, with a way back: the page then shows the saved version, or is empty."""
    member = get_member(request.user, workspace, Right.WRITE)
    prompt = posted_prompt(request.POST, member)
    thrown = save_draft(
        member, prompt, draft_content(request.POST), posted_base(request.POST), posted_mark(request.POST)
    )
    throw_away(thrown)
    undo = reverse("draft_throw_away", kwargs={"workspace": workspace, "draft_id": thrown.id}) + "?undo"
    tell_done(request, _("Your changes were thrown away."), undo)
    address = reverse("playground", kwargs={"workspace": workspace}) + (f"?prompt={prompt.id}" if prompt else "")
    return HttpResponse(headers={"HX-Redirect": address}) if request.htmx else redirect(address)


@never_cache
@vary_on_headers("HX-Request")
@require_safe
def palette(request: Request, workspace: str) -> HttpResponse:
    """Prompts, runs, pages and actions that fit `?q=`: for the palette's dialog, or a page of its own."""
    member = get_member(request.user, workspace)
    text = request.GET.get("q", "").strip()
    context = {"member": member, "text": text, "groups": find_entries(member, text)}
    template = "playground/palette.html" if wants_fragment(request) else "playground/palette_page.html"
    return render(request, template, context)
