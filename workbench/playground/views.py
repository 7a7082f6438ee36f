"""The playground: the page where prompt, models and answers meet."""

from __future__ import annotations

from uuid import UUID

from asgiref.sync import sync_to_async
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from workbench.connections.queries import picker_models
from workbench.http import Request
from workbench.playground.estimate import Estimate, estimate_lane
from workbench.playground.page import draft_content, lane_view, open_page
from workbench.prompts.access import get_prompt
from workbench.prompts.drafts import is_edited, save_draft
from workbench.prompts.models import Prompt
from workbench.runs.access import get_run
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
    context = {"member": member, "nav": "playground", "page": open_page(member, prompt, run), "run": run}
    return render(request, "playground/playground.html", context)


@require_POST
def draft(request: Request, workspace: str) -> HttpResponse:
    """Keep what is typed. The answer says when, and whether it differs from the saved version."""
    member = get_member(request.user, workspace, Right.WRITE)
    prompt = _prompt_in(request.POST, member)
    content = draft_content(request.POST)
    save_draft(member, prompt, content)
    version = prompt.versions.first() if prompt else None
    edited = bool(version and is_edited(content, version))
    return JsonResponse({"saved": timezone.now().isoformat(), "edited": edited})


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


def _first_lane(request: Request, workspace: str) -> tuple[LaneRequest | None, RunForm]:
    member = get_member(request.user, workspace, Right.WRITE)
    form = RunForm(request.POST, picker_models(member.workspace))
    return (form.lanes[0].lane() if form.is_valid() else None), form


def _prompt_in(data: QueryDict, member: Member) -> Prompt | None:
    return get_prompt(member, _id_in(data, "prompt")) if data.get("prompt") else None


def _id_in(data: QueryDict, name: str) -> UUID:
    try:
        return UUID(str(data.get(name, "")))
    except ValueError:
        raise Http404 from None
