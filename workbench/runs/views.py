"""Pages and posts about runs. Each view: who may, what is asked, what is done, what is shown."""

from __future__ import annotations

from uuid import UUID, uuid4

from asgiref.sync import sync_to_async
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workbench.connections.queries import picker_models
from workbench.files.blocks import CannotSendError
from workbench.files.storing import FileGoneError
from workbench.http import Request
from workbench.prompts.access import get_prompt, get_version
from workbench.prompts.drafts import is_edited as is_edited_draft
from workbench.prompts.models import Prompt, PromptVersion
from workbench.prompts.value_sets import value_sets_of
from workbench.runs.access import get_run
from workbench.runs.actions import Submission, start_runs
from workbench.runs.details import TABS, tab_context
from workbench.runs.drafting import draft_content
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
    prompt, version = _prompt_in(request.GET, member)
    filters = Filters(request.GET.get("q", "").strip(), request.GET.get("status", ""), prompt, version)
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
    form = RunForm(request.POST, picker_models(member.workspace), member)
    if not form.is_valid():
        return _refused(request, member, form, 422)
    if engine.is_draining:
        words = _("Workbench is being restarted. What you typed is kept: press Run again in a few seconds.")
        form.errors = [FieldError("form", words)]
        return _refused(request, member, form, 503)
    try:
        started = start_runs(member, _submission(request, member, form))
    except CannotSendError as error:
        form.errors = [FieldError("form", str(error))]
        return _refused(request, member, form, 422)
    except FileGoneError:
        words = _("The storage has lost what was in an attached file. Remove it, or upload it again.")
        form.errors = [FieldError("form", words)]
        return _refused(request, member, form, 422)
    hand_over(member, started, has_socket=bool(request.htmx))
    if not request.htmx:
        return redirect("run", workspace=member.workspace.slug, run_id=started[0].id)
    context = {
        "answers": [{**answer_context(run), "member": member} for run in started],
        "errors": [FieldError(name, "") for name in form.field_names()],
        "submission": uuid4(),
    }
    return render(request, "runs/started.html", context)


def _submission(request: Request, member: Member, form: RunForm) -> Submission:
    key = form.submission
    assert key is not None  # noqa: S101 - a valid form has one
    version = _version_in(member, form)
    is_edited = bool(version and is_edited_draft(draft_content(request.POST), version))
    lanes = [lane.lane() for lane in form.lanes]
    return Submission(key, form.prompt, lanes, version, is_edited, form.template_kept)


def _version_in(member: Member, form: RunForm) -> PromptVersion | None:
    """The version on which the form's work was begun."""
    if form.prompt_id is None:
        return None
    prompt = get_prompt(member, form.prompt_id)
    return get_version(prompt, form.base_number or prompt.latest_number)


def _refused(request: Request, member: Member, form: RunForm, status: int) -> HttpResponse:
    messages = {error.field: error.message for error in form.errors}
    slots = [FieldError(name, messages.get(name, "")) for name in form.field_names()]
    template = "runs/refused.html" if request.htmx else "runs/refused_page.html"
    prompt = get_prompt(member, form.prompt_id) if form.prompt_id else None
    context = {"errors": slots, "form": form, "variables": form.variables, "member": member, "prompt": prompt}
    context["value_sets"] = value_sets_of(prompt)
    return render(request, template, context, status=status)


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


def _prompt_in(data: QueryDict, member: Member) -> tuple[Prompt | None, PromptVersion | None]:
    """The prompt, and the version of it, whose runs are asked for: `?prompt=<id>&version=<number>`."""
    if not data.get("prompt"):
        return None, None
    try:
        prompt = get_prompt(member, UUID(str(data["prompt"])))
    except ValueError:
        raise Http404 from None
    number = data.get("version", "")
    return prompt, get_version(prompt, int(number)) if number.isdecimal() and len(number) < 10 else None


def _cursor(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
