"""The playground: the page where prompt, models and answers meet."""

from __future__ import annotations

from asgiref.sync import sync_to_async
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from workbench.connections.queries import picker_models
from workbench.http import Request, wants_fragment
from workbench.notices import tell_done
from workbench.playground.attached import AttachedView, attached_views
from workbench.playground.continuing import take_run_next
from workbench.playground.estimate import Estimate, estimate_lane
from workbench.playground.lanes import LaneView, lane_view
from workbench.playground.page import open_page
from workbench.playground.palette import find_entries
from workbench.playground.posted import id_in, number_in, posted_base, posted_mark, posted_prompt
from workbench.prompts.access import get_version
from workbench.prompts.drafts import is_edited, save_draft, throw_away
from workbench.prompts.parameter_sets import list_sets
from workbench.prompts.value_sets import value_sets_of
from workbench.runs.access import get_run
from workbench.runs.drafting import draft_content
from workbench.runs.forms import RunForm
from workbench.runs.lane_form import LaneRequest
from workbench.runs.money import dollars
from workbench.runs.presenting import count
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


@require_POST
async def estimate(request: Request, workspace: str) -> HttpResponse:
    """Tokens and cost of the form as it stands; empty while it is not complete."""
    lane, form, with_sets = await sync_to_async(_first_lane)(request, workspace)
    attached = await sync_to_async(_attached)(form)
    found = await estimate_lane(form.prompt, lane) if lane else Estimate()
    context = {
        "tokens": _tokens_in(found.input_tokens),
        "low": dollars(found.low),
        "high": dollars(found.high),
        "parts": [(name, _tokens(number)) for name, number in found.parts.items()],
        "turns": range(len(form.prompt.turns)),
        "with_sets": with_sets,
        "attached": attached,
    }
    return await sync_to_async(render)(request, "playground/estimate.html", context)


def _attached(form: RunForm) -> list[AttachedView]:
    """The files of every message: what the models chosen by now get of them."""
    keyed = form.keyed_turns
    return [view for turn, key in keyed for view in attached_views(key, turn, form.prompt.files.found, form.lanes)]


def _tokens(number: int) -> str:
    return ngettext("%(count)s token", "%(count)s tokens", number) % {"count": count(number)}


def _tokens_in(number: int | None) -> str:
    if number is None:
        return ""
    return ngettext("%(count)s token in", "%(count)s tokens in", number) % {"count": count(number)}


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


def _first_lane(request: Request, workspace: str) -> tuple[LaneRequest | None, RunForm, list[LaneView]]:
    """The lane to count, if the form is complete; the form; and the lanes whose settings came from a saved set."""
    member = get_member(request.user, workspace, Right.WRITE)
    models = picker_models(member.workspace)
    form = RunForm(request.POST, models, member)
    typed = enumerate(draft_content(request.POST)["lanes"])
    from_sets = [(index, settings) for index, settings in typed if settings.get("parameter_set")]
    sets = list_sets(member.workspace) if from_sets else []
    with_sets = [lane_view(index, settings, models, [], sets) for index, settings in from_sets]
    return (form.lanes[0].lane() if form.is_valid() else None), form, with_sets
