"""Pages and posts about runs. Each view: who may, what is asked, what is done, what is shown."""

from __future__ import annotations

from uuid import UUID, uuid4

from asgiref.sync import sync_to_async
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workbench.connections.queries import picker_models
from workbench.http import Request
from workbench.prompts.access import get_prompt
from workbench.runs.access import get_run
from workbench.runs.actions import Submission, start_runs
from workbench.runs.details import TABS, tab_context
from workbench.runs.engine import engine
from workbench.runs.forms import FieldError, RunForm
from workbench.runs.handing import hand_over
from workbench.runs.models import Run, Status
from workbench.runs.presenting import answer_context
from workbench.runs.queries import Filters, history, row_of
from workbench.teams.access import get_member
from workbench.teams.models import Member, Right


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def runs(request: Request, workspace: str) -> HttpResponse:
    """The history, or (POST) start runs."""
    if request.method == "POST":
        return start(request, get_member(request.user, workspace, Right.WRITE))
    member = get_member(request.user, workspace)
    filters = Filters(request.GET.get("q", "").strip(), request.GET.get("status", ""))
    page = history(member.workspace, filters, _cursor(request.GET.get("before", "")))
    context = {
        "member": member,
        "nav": "runs",
        "rows": [row_of(run) for run in page.runs],
        "next_cursor": page.next_cursor,
        "filters": filters,
        "statuses": Status.choices,
    }
    return render(request, "runs/list.html", context)


def start(request: Request, member: Member) -> HttpResponse:
    """Check the playground's form and start its lanes; the answer is the lanes' articles, or the errors."""
    form = RunForm(request.POST, picker_models(member.workspace))
    if not form.is_valid():
        return _refused(request, form)
    prompt = get_prompt(member, form.prompt_id) if form.prompt_id else None
    key = form.submission
    assert key is not None  # noqa: S101 - a valid form has one
    version = prompt.versions.first() if prompt else None
    started = start_runs(member, Submission(key, form.prompt, [lane.lane() for lane in form.lanes], version))
    hand_over(member, started, has_socket=bool(request.htmx))
    if not request.htmx:
        return redirect("run", workspace=member.workspace.slug, run_id=started[0].id)
    context = {
        "answers": [{**answer_context(run), "member": member} for run in started],
        "errors": [FieldError(name, "") for name in form.field_names()],
        "submission": uuid4(),
    }
    return render(request, "runs/started.html", context)


def _refused(request: Request, form: RunForm) -> HttpResponse:
    messages = {error.field: error.message for error in form.errors}
    slots = [FieldError(name, messages.get(name, "")) for name in form.field_names()]
    template = "runs/refused.html" if request.htmx else "runs/refused_page.html"
    return render(request, template, {"errors": slots, "form": form}, status=422)


@never_cache
@require_safe
def run(request: Request, workspace: str, run_id: UUID) -> HttpResponse:
    """One run: answer, exact request and response, headers, timing, attempts."""
    member = get_member(request.user, workspace)
    found = get_run(member, run_id)
    tab = request.GET.get("tab", "answer")
    tab = tab if tab in TABS else "answer"
    context = {"member": member, "nav": "runs", "tab": tab, "tabs": TABS, **tab_context(found, tab)}
    return render(request, "runs/run.html", context)


@require_safe
def answer(request: Request, workspace: str, run_id: UUID) -> HttpResponse:
    """The answer's article alone: for a page whose socket cannot be opened."""
    member = get_member(request.user, workspace)
    return render(request, "runs/answer.html", {**answer_context(get_run(member, run_id)), "member": member})


@require_POST
async def stop(request: Request, workspace: str, run_id: UUID) -> HttpResponse:
    """Stop a run. Stopping one that has ended, or twice, changes nothing."""
    member, found = await sync_to_async(_stoppable)(request, workspace, run_id)
    await engine.stop(found.id)
    if request.htmx:
        return HttpResponse(status=204)
    return redirect(reverse("run", kwargs={"workspace": member.workspace.slug, "run_id": found.id}))


def _stoppable(request: Request, workspace: str, run_id: UUID) -> tuple[Member, Run]:
    member = get_member(request.user, workspace, Right.WRITE)
    return member, get_run(member, run_id)


def _cursor(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
