"""The playground: the page where prompt, models and answers meet."""

from __future__ import annotations

from uuid import UUID

from asgiref.sync import sync_to_async
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
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
from workbench.playground.estimate import Estimate, estimate_lane
from workbench.playground.page import lane_view, open_page, turn_views, variables_of
from workbench.playground.palette import find_entries
from workbench.prompts.access import get_prompt, get_version
from workbench.prompts.drafts import is_edited, save_draft, throw_away
from workbench.prompts.models import Prompt
from workbench.prompts.variable_form import TypedVariable, inserted
from workbench.prompts.variables import fill_pieces
from workbench.runs.access import get_run
from workbench.runs.drafting import draft_content
from workbench.runs.forms import LaneRequest, RunForm
from workbench.runs.presenting import count, dollars
from workbench.teams.access import get_member
from workbench.teams.models import Member, Right


@never_cache  # going back must show what was typed and answered since, not what the browser remembers
@require_safe
def playground(request: Request, workspace: str) -> HttpResponse:
    """The home of a workspace: `?prompt=<id>` opens a prompt, `?run=<id>` brings a run back."""
    member = get_member(request.user, workspace)
    run = get_run(member, _id_in(request.GET, "run")) if "run" in request.GET else None
    prompt = _prompt_in(request.GET, member)
    if run and run.prompt and run.prompt.deleted_at is None:
        prompt = run.prompt
    number = request.GET.get("version", "")
    version = get_version(prompt, int(number)) if prompt and number.isdecimal() and len(number) < 10 else None
    page = open_page(member, prompt, run, version)
    context = {"member": member, "nav": "playground", "page": page, "run": run, "variables": page.variables}
    return render(request, "playground/playground.html", context)


@require_POST
def draft(request: Request, workspace: str) -> HttpResponse:
    """Keep what is typed. The answer says when, and whether it differs from the version on which it was begun."""
    member = get_member(request.user, workspace, Right.WRITE)
    prompt = _prompt_in(request.POST, member)
    content = draft_content(request.POST)
    base = prompt.versions.filter(number=_base_in(request.POST) or prompt.latest_number).first() if prompt else None
    save_draft(member, prompt, content, base.number if base else None)
    edited = bool(base and is_edited(content, base))
    return JsonResponse({"saved": timezone.now().isoformat(), "edited": edited})


@require_POST
def draft_discard(request: Request, workspace: str) -> HttpResponse:
    """Throw away what is typed, with a way back: the page then shows the saved version, or is empty."""
    member = get_member(request.user, workspace, Right.WRITE)
    prompt = _prompt_in(request.POST, member)
    thrown = save_draft(member, prompt, draft_content(request.POST), _base_in(request.POST))
    throw_away(thrown)
    undo = reverse("draft_throw_away", kwargs={"workspace": workspace, "draft_id": thrown.id}) + "?undo"
    tell_done(request, _("Your changes were thrown away."), undo)
    address = reverse("playground", kwargs={"workspace": workspace}) + (f"?prompt={prompt.id}" if prompt else "")
    return HttpResponse(headers={"HX-Redirect": address}) if request.htmx else redirect(address)


@require_POST
def variables(request: Request, workspace: str) -> HttpResponse:
    """The form's variables, found in its texts as they stand; 204 while they are those that the page shows.

    `kind` in the address: one of them was given another kind, and its field alone is made again. `without`: one that
    the texts do not use is to be forgotten.
    """
    member = get_member(request.user, workspace, Right.WRITE)
    content = draft_content(request.POST)
    without = request.GET.get("without", "")
    if without:
        content["variables"] = [stored for stored in content["variables"] if stored["name"] != without]
    shown = variables_of(content)
    context = {"member": member, "variables": shown}
    kind = request.GET.get("kind", "")
    if kind.isdecimal() and int(kind) < len(shown):
        return render(request, "playground/variable_value.html", {**context, "typed": shown[int(kind)]})
    if not without and request.POST.getlist("variable-shown") == [_shape(typed) for typed in shown]:
        return HttpResponse(status=204)
    return render(request, "playground/variables.html", context)


def _shape(typed: TypedVariable) -> str:
    return f"{typed.variable.name}{'' if typed.is_used else ' (unused)'}"


@require_POST
def preview(request: Request, workspace: str) -> HttpResponse:
    """The prompt as it would be sent, with what is inserted marked."""
    get_member(request.user, workspace, Right.WRITE)
    content = draft_content(request.POST)
    values = inserted(variables_of(content))
    turns = [(turn.label, list(fill_pieces(turn.text, values))) for turn in turn_views(content["turns"])]
    context = {"system": list(fill_pieces(content["system"], values)), "turns": turns}
    return render(request, "playground/preview.html", context)


@require_POST
async def estimate(request: Request, workspace: str) -> HttpResponse:
    """Tokens and cost of the form as it stands; empty while it is not complete."""
    lane, form = await sync_to_async(_first_lane)(request, workspace)
    found = await estimate_lane(form.prompt, lane) if lane else Estimate()
    context = {
        "tokens": _tokens_in(found.input_tokens),
        "low": dollars(found.low),
        "high": dollars(found.high),
        "parts": [(name, _tokens(number)) for name, number in found.parts.items()],
        "turns": range(len(form.prompt.turns)),
    }
    return await sync_to_async(render)(request, "playground/estimate.html", context)


def _tokens(number: int) -> str:
    return ngettext("%(count)s token", "%(count)s tokens", number) % {"count": count(number)}


def _tokens_in(number: int | None) -> str:
    if number is None:
        return ""
    return ngettext("%(count)s token in", "%(count)s tokens in", number) % {"count": count(number)}


@require_safe
def lane_parameters(request: Request, workspace: str, index: int) -> HttpResponse:
    """A lane's parameters for the model that is picked, with the values that were typed."""
    member = get_member(request.user, workspace)
    prefix = f"lane-{index}-"
    settings = {name.removeprefix(prefix): value for name, value in request.GET.items() if name.startswith(prefix)}
    lane = lane_view(index, settings, picker_models(member.workspace), [])
    return render(request, "playground/playground.html#parameters", {"lane": lane, "member": member})


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


def _first_lane(request: Request, workspace: str) -> tuple[LaneRequest | None, RunForm]:
    member = get_member(request.user, workspace, Right.WRITE)
    form = RunForm(request.POST, picker_models(member.workspace))
    return (form.lanes[0].lane() if form.is_valid() else None), form


def _prompt_in(data: QueryDict, member: Member) -> Prompt | None:
    return get_prompt(member, _id_in(data, "prompt")) if data.get("prompt") else None


def _base_in(data: QueryDict) -> int | None:
    text = data.get("base", "")
    return int(text) if text.isdecimal() and 0 < len(text) < 10 else None


def _id_in(data: QueryDict, name: str) -> UUID:
    try:
        return UUID(str(data.get(name, "")))
    except ValueError:
        raise Http404 from None
