"""Saving from the playground: the first version of a new prompt, or the next one of the prompt that is open.

A page with scripts gets fragments and stays as it is; without them the same posts lead from page to page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from workbench.http import Request
from workbench.notices import tell_done
from workbench.playground.posted import posted_base, posted_mark, posted_prompt
from workbench.prompts.access import get_version
from workbench.prompts.actions import NewerVersionError, create_prompt, save_version
from workbench.prompts.beside import BESIDE, read_beside
from workbench.prompts.content import PromptContent
from workbench.prompts.drafts import forget_draft, put_aside, save_draft
from workbench.prompts.forms import NewPromptForm, note_in
from workbench.prompts.models import Prompt, PromptVersion
from workbench.prompts.queries import folders_of
from workbench.runs.actions import adopt_runs
from workbench.runs.drafting import draft_content
from workbench.runs.forms import FieldError
from workbench.teams.access import get_member
from workbench.teams.models import Member, Right


@require_POST
def save(request: Request, workspace: str) -> HttpResponse:
    """Save what is typed as the next version of the open prompt; one without a name is asked for it first.

    `conflict`: what to do where somebody saved a newer version, "mine" (save on top of it) or "theirs" (put mine
    aside).
    """
    member = get_member(request.user, workspace, Right.WRITE)
    prompt = posted_prompt(request.POST, member)
    if prompt is None:
        return _ask_name(request, member)
    if request.POST.get("conflict") == "theirs":
        return _take_theirs(request, member, prompt)
    if wrong := read_beside(request.POST).problems:
        return _refused(request, member, prompt, wrong)
    draft = draft_content(request.POST)
    base = posted_base(request.POST)
    try:
        saved = save_version(
            member,
            prompt,
            PromptContent.of_draft(draft),
            None if request.POST.get("conflict") == "mine" else base,
            note_in(request.POST),
        )
    except NewerVersionError as newer:
        save_draft(member, prompt, draft, base, posted_mark(request.POST))
        return _ask_which(request, member, prompt, newer.latest)
    is_new = saved.number != base
    _settle(request, member, draft, saved)
    words = _("Saved as version %(number)s.") if is_new else _("Nothing has changed since version %(number)s.")
    return _saved(request, member, saved, words % {"number": saved.number})


@require_POST
def save_new(request: Request, workspace: str) -> HttpResponse:
    """Save what is typed as a new prompt, under the name that is given."""
    member = get_member(request.user, workspace, Right.WRITE)
    form = NewPromptForm(request.POST)
    if wrong := read_beside(request.POST).problems:
        return _refused(request, member, None, wrong)
    if not form.is_valid():
        return _ask_name(request, member, form)
    draft = draft_content(request.POST)
    came_from = posted_prompt(request.POST, member)
    saved = create_prompt(member, form.about(), PromptContent.of_draft(draft), form.cleaned_data["note"])
    if came_from is None:
        forget_draft(member, None, posted_mark(request.POST))
        adopt_runs(member, saved)
    _settle(request, member, draft, saved)
    words = _("“%(name)s” was saved, as version 1.") % {"name": saved.prompt.name}
    if not request.htmx:
        return _saved(request, member, saved, words)
    tell_done(request, words)
    return HttpResponse(headers={"HX-Redirect": _address(member, saved.prompt)})


def _refused(request: Request, member: Member, prompt: Prompt | None, wrong: Mapping[str, str]) -> HttpResponse:
    """What is typed cannot be a version: what is wrong is said beside its field; it stays a draft."""
    errors = [FieldError(field, wrong.get(field, "")) for field in BESIDE]
    if request.htmx:
        return render(request, "playground/playground.html#errors", {"errors": errors}, status=422)
    save_draft(member, prompt, draft_content(request.POST), posted_base(request.POST), posted_mark(request.POST))
    return render(request, "runs/refused_page.html", {"errors": errors}, status=422)


def _settle(request: Request, member: Member, draft: dict[str, Any], saved: PromptVersion) -> None:
    """What was typed is a version now; values of variables belong to no version, and stay in the draft."""
    if any(draft["values"].values()):
        save_draft(member, saved.prompt, draft, saved.number, posted_mark(request.POST))
    else:
        forget_draft(member, saved.prompt, posted_mark(request.POST))


def _ask_name(request: Request, member: Member, form: NewPromptForm | None = None) -> HttpResponse:
    """The form for a prompt's name. Without scripts it is a page of its own, and carries what was typed along."""
    typed = [(name, value) for name, values in request.POST.lists() for value in values if name not in FORM_FIELDS]
    context = {
        "member": member,
        "nav": "playground",
        "form": form or NewPromptForm(initial={"name": _suggested_name(request)}),
        "folders": folders_of(member),
        "typed": typed,
    }
    template = "playground/save_new.html" if request.htmx else "playground/save_new_page.html"
    return render(request, template, context, status=422 if form else 200)


def _suggested_name(request: Request) -> str:
    """The beginning of the system prompt or the first message: better than nothing, and easily typed over."""
    texts = [request.POST.get("system", ""), *request.POST.getlist("text")]
    line = next((text.strip().splitlines()[0] for text in texts if text.strip()), "")
    return line if len(line) <= LONGEST_SUGGESTION else f"{line[:LONGEST_SUGGESTION].rsplit(' ', 1)[0]} …"


def _ask_which(request: Request, member: Member, prompt: Prompt, latest: PromptVersion) -> HttpResponse:
    """Somebody saved meanwhile: keep mine as the next version, look at the difference, or take theirs."""
    latest = get_version(prompt, latest.number)
    context = {
        "member": member,
        "nav": "playground",
        "prompt": prompt,
        "latest": latest,
        "base": request.POST.get("base", ""),
        "note": note_in(request.POST),
        "next_number": latest.number + 1,
        "typed": [(name, value) for name, values in request.POST.lists() for value in values if name != "conflict"],
    }
    template = "playground/conflict.html" if request.htmx else "playground/conflict_page.html"
    return render(request, template, context, status=409)


def _take_theirs(request: Request, member: Member, prompt: Prompt) -> HttpResponse:
    save_draft(member, prompt, draft_content(request.POST), posted_base(request.POST), posted_mark(request.POST))
    put_aside(member, prompt)
    tell_done(request, _("Your work was put aside. It waits under Prompts, Drafts."))
    address = _address(member, prompt)
    return HttpResponse(headers={"HX-Redirect": address}) if request.htmx else redirect(address)


def _saved(request: Request, member: Member, saved: PromptVersion, words: str) -> HttpResponse:
    if not request.htmx:
        tell_done(request, words)
        return redirect(_address(member, saved.prompt))
    context = {"member": member, "prompt": saved.prompt, "version": saved, "words": words}
    return render(request, "playground/saved.html", context)


def _address(member: Member, prompt: Prompt) -> str:
    return reverse("playground", kwargs={"workspace": member.workspace.slug}) + f"?prompt={prompt.id}"


LONGEST_SUGGESTION = 60  # characters
FORM_FIELDS = {"csrfmiddlewaretoken", *NewPromptForm.base_fields}
