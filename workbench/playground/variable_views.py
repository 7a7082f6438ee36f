"""The playground's variables: their fields, the filled preview, and named sets of values."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from workbench.http import Request
from workbench.playground.page import turn_views, variables_of
from workbench.playground.posted import posted_prompt
from workbench.prompts.models import MAX_NAME, Prompt
from workbench.prompts.value_sets import get_value_set, remove_value_set, save_value_set, value_sets_of
from workbench.prompts.variable_form import TypedVariable, inserted
from workbench.prompts.variables import Kind, fill_pieces
from workbench.runs.drafting import draft_content
from workbench.teams.access import get_member
from workbench.teams.models import Member, Right


@require_POST
def variables(request: Request, workspace: str) -> HttpResponse:
    """The form's variables, found in its texts as they stand; 204 while they are those that the page shows.

    `kind` in the address: one of them was given another kind, and its field alone is made again. `without`: one that
    the texts do not use is to be forgotten. `set`: the values of this set are to be taken.
    """
    member = get_member(request.user, workspace, Right.WRITE)
    prompt = posted_prompt(request.POST, member)
    content = draft_content(request.POST)
    without, chosen = request.GET.get("without", ""), request.POST.get("set", "") if "set" in request.GET else ""
    if without:
        content["variables"] = [stored for stored in content["variables"] if stored["name"] != without]
    if prompt and chosen.isdecimal():
        content["values"] |= get_value_set(prompt, int(chosen)).values
    shown = variables_of(content)
    kind = request.GET.get("kind", "")
    if kind.isdecimal() and int(kind) < len(shown):
        return render(request, "playground/variable_value.html", {"member": member, "typed": shown[int(kind)]})
    if not without and not chosen and request.POST.getlist("variable-shown") == [_shape(typed) for typed in shown]:
        return HttpResponse(status=204)
    return _shown(request, member, prompt, shown, chosen)


@require_POST
def values(request: Request, workspace: str) -> HttpResponse:
    """Save the values that are typed as a set (`set-name`), or remove one (`remove` in the address)."""
    member = get_member(request.user, workspace, Right.WRITE)
    prompt = posted_prompt(request.POST, member)
    content = draft_content(request.POST)
    chosen = ""
    name = " ".join(request.POST.get("set-name", "").split())
    problem = ""
    if prompt is None:
        problem = _("Save the prompt first: sets of values belong to it.")
    elif request.GET.get("remove", "").isdecimal():
        remove_value_set(prompt.pk, int(request.GET["remove"]))
    elif not name or len(name) > MAX_NAME:
        problem = _("Give the set a name of at most %(number)s characters.") % {"number": MAX_NAME}
    else:
        chosen = str(save_value_set(member, prompt, name, content["values"]).pk)
    return _shown(request, member, prompt, variables_of(content), chosen, problem)


def _shown(
    request: Request, member: Member, prompt: Prompt | None, shown: list[TypedVariable], chosen: str, problem: str = ""
) -> HttpResponse:
    context: dict[str, Any] = {"member": member, "variables": shown, "chosen": chosen, "problem": problem}
    context |= {"prompt": prompt, "value_sets": value_sets_of(prompt)}
    return render(request, "playground/variables.html", context)


def _shape(typed: TypedVariable) -> str:
    return f"{typed.variable.name}{'' if typed.is_used else ' (unused)'}"


@require_POST
def preview(request: Request, workspace: str) -> HttpResponse:
    """The prompt as it would be sent, with what is inserted marked."""
    member = get_member(request.user, workspace, Right.WRITE)
    content = draft_content(request.POST)
    shown = variables_of(content)
    # A file stands in its place as its blocks: here, its name.
    files = {typed.variable.name: f"[{typed.file_name}]" for typed in shown if typed.variable.kind == Kind.FILE}
    filled = inserted(shown) | files
    turns = [(view.label, list(fill_pieces(view.text, filled))) for view in turn_views(content["turns"], member)]
    context = {"system": list(fill_pieces(content["system"], filled)), "turns": turns}
    return render(request, "playground/preview.html", context)
