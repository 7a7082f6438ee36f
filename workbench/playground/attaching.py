"""Attaching files to messages: the dialog to pick or upload them, the fields that they become, what a model sees.

A page with scripts asks for fragments; without them the file is added to the draft, and the page is shown again.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from workbench.connections.queries import picker_models
from workbench.files import limits
from workbench.files.access import get_file
from workbench.files.options import FileOptions, OptionsError
from workbench.files.queries import list_files, read_filters
from workbench.files.storing import FileGoneError
from workbench.files.text import beginning
from workbench.http import Request
from workbench.playground.attached import attached_views
from workbench.playground.page import open_page
from workbench.playground.posted import id_in, posted_base, posted_mark, posted_prompt
from workbench.prompts.content import PromptContent
from workbench.prompts.drafts import save_draft
from workbench.prompts.turns import AttachedFile, Turn, turn_of
from workbench.runs.attaching import options_of
from workbench.runs.drafting import draft_content
from workbench.runs.forms import RunForm
from workbench.teams.access import get_member
from workbench.teams.models import Member, Right

SHOWN = 20_000  # characters of a file's text in the dialog


@require_POST
def attach(request: Request, workspace: str) -> HttpResponse:
    """Without scripts: keep what is typed, and go and pick a file for one of its messages (`attach`: its key)."""
    member = get_member(request.user, workspace, Right.WRITE)
    prompt = posted_prompt(request.POST, member)
    save_draft(member, prompt, draft_content(request.POST), posted_base(request.POST), posted_mark(request.POST))
    query = f"?turn={_index(request.POST.get('attach', ''))}" + (f"&prompt={prompt.id}" if prompt else "")
    return redirect(reverse("attach_pick", kwargs={"workspace": workspace}) + query)


@never_cache
@require_safe
def pick(request: Request, workspace: str) -> HttpResponse:
    """The workspace's files, to pick from, and a place to upload more: a dialog, or a page of its own."""
    member = get_member(request.user, workspace, Right.WRITE)
    filters = read_filters(request.GET)
    context = {
        "member": member,
        "nav": "playground",
        "page": list_files(member, filters, request.GET.get("after", "")),
        "filters": filters,
        "turn": request.GET.get("turn", ""),
        "prompt": posted_prompt(request.GET, member),
        "max_file": filesizeformat(limits.max_file()),
        "max_bytes": limits.max_file(),
    }
    return render(request, "playground/attach.html" if request.htmx else "playground/attach_page.html", context)


@require_POST
def add(request: Request, workspace: str) -> HttpResponse:
    """Attach a file (`file`) to a message (`turn`: its key): its fields; without scripts, the page with it."""
    member = get_member(request.user, workspace, Right.WRITE)
    file = get_file(member, id_in(request.POST, "file"))
    attached = AttachedFile(id=str(file.id), name=file.name, options={})
    if request.htmx:
        turn = Turn(role="user", text="", files=[attached])
        [view] = attached_views(request.POST.get("turn", "")[:80], turn, {attached["id"]: file})
        return render(request, "playground/attached.html", {"member": member, "attached": view})
    prompt = posted_prompt(request.POST, member)
    page = open_page(member, prompt)
    turns = [view.turn for view in page.turns]
    index = min(_index(request.POST.get("turn", "")), len(turns) - 1)
    turns[index] = turn_of({**turns[index], "files": [*turns[index].get("files", ()), attached]})
    content = (
        page.draft.content if page.draft else PromptContent.of_version(page.version).as_draft() if page.version else {}
    )
    save_draft(member, prompt, {**content, "turns": turns}, page.version.number if page.version else None)
    address = reverse("playground", kwargs={"workspace": workspace})
    return redirect(address + (f"?prompt={prompt.id}" if prompt else ""))


@require_POST
def seen(request: Request, workspace: str) -> HttpResponse:
    """What a model sees of one of the form's files (`seen`: its slot), under the options that are typed."""
    member = get_member(request.user, workspace, Right.WRITE)
    form = RunForm(request.POST, picker_models(member.workspace), member)
    wanted = request.POST.get("seen", "")
    views = [
        view
        for turn, key in form.keyed_turns
        for view in attached_views(key, turn, form.prompt.files.found, form.lanes)
        if view.slot == wanted
    ]
    if not views or views[0].file is None:
        raise Http404
    return render(request, "playground/seen.html", _seen(member, views[0].attached, form) | {"attached": views[0]})


def _seen(member: Member, attached: AttachedFile, form: RunForm) -> dict[str, Any]:
    file = form.prompt.files.found[attached["id"]]
    context: dict[str, Any] = {"member": member, "file": file}
    try:
        options = options_of(attached, form.prompt.files)
    except OptionsError as wrong:
        options = FileOptions()
        context["problem"] = str(wrong)
    if file.has_text:
        try:
            context["text"], context["is_all"] = beginning(file, options, SHOWN)
        except FileGoneError:
            context["is_lost"] = True
    return context


def _index(key: str) -> int:
    """The place of a turn whose key the server made (`turn-<n>`); 0 for any other."""
    number = key.removeprefix("turn-")
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 4 else 0
