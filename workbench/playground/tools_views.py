"""The playground's tools: the list made again as its JSON is typed, changed by buttons, and added to by forms.

Every answer is a fragment; the JSON itself travels in the field `tools`, and nothing is stored but on request.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from workbench.connections.models import CatalogModel
from workbench.connections.queries import picker_models
from workbench.http import Request
from workbench.playground.posted import number_in
from workbench.playground.tools_part import (
    ToolsPart,
    name_problem,
    tools_part,
    typed_tools,
    with_kept,
    with_tool,
)
from workbench.prompts.server_form import SETTINGS, ServerForm
from workbench.prompts.tool_actions import fetch_tools, keep_tool, list_tools
from workbench.prompts.tool_form import TYPES, Row, ToolForm
from workbench.prompts.tool_kinds import KINDS
from workbench.prompts.tools import Tool, check_tools, is_own, read_tools
from workbench.prompts.typed_json import write_typed
from workbench.runs.forms import MAX_LANES
from workbench.teams.access import get_member
from workbench.teams.models import Member, Right


@require_POST
def tools_typed(request: Request, workspace: str) -> HttpResponse:
    """The list for the JSON as it stands; in the address what to do with it first: `remove`, `up` or `down` one by its
    place, or `put` back what was removed (`definition`)."""
    member = get_member(request.user, workspace, Right.WRITE)
    text = _text(request.POST)
    tools = typed_tools(text)
    act = next((name for name in ("remove", "up", "down", "put") if name in request.GET), "")
    at = number_in(request.GET, act)
    if not act or at is None or tools is None or (act != "put" and at >= len(tools)):
        return _part(request, member, tools_part(text, _models(request.POST, member)), is_typed=True)
    focus, removed = "", None
    if act == "remove":
        removed = tools.pop(at)
        focus = "tools-undo"
    elif act == "put":
        tools[at:at] = read_tools(request.POST.get("definition", "")).tools
        focus = f"tool-{at}-edit"
    else:
        to = max(0, min(at + (-1 if act == "up" else 1), len(tools) - 1))
        tools.insert(to, tools.pop(at))
        is_at_end = to == 0 if act == "up" else to == len(tools) - 1
        focus = f"tool-{to}-{'edit' if is_at_end else act}"
    part = tools_part(write_typed(tools) if tools else "", _models(request.POST, member))
    part.focus, part.removed, part.removed_at = focus, removed, at
    return _part(request, member, part)


@require_POST
def tool_form(request: Request, workspace: str) -> HttpResponse:
    """A form in the dialog: for a new tool, `?family=` of the provider's, `?paste`, `?kept`, or the one at `?at=`.

    `?again`: the form as it was posted, with one more row (`more`), one less (`drop`), or in the other `mode`.
    """
    member = get_member(request.user, workspace, Right.WRITE)
    tools = typed_tools(_text(request.POST))
    at, family = number_in(request.GET, "at"), request.GET.get("family", "")
    if tools is None:
        return _dialog(request, member, "broken", at)
    if "again" in request.GET:
        return _dialog(request, member, "own", at, form=_changed(request))
    if at is not None and at < len(tools) and isinstance(tools[at], dict):
        return _dialog_of(request, member, tools[at], at)
    if "paste" in request.GET:
        return _dialog(request, member, "paste", None)
    if "kept" in request.GET:
        return _dialog(request, member, "kept", None, kept=list_tools(member.workspace))
    form = ServerForm.of_family(family) if family in SETTINGS else ToolForm(rows=[Row()])
    return _dialog(request, member, "server" if family in SETTINGS else "own", None, form=form)


def _dialog_of(request: Request, member: Member, tool: Tool, at: int) -> HttpResponse:
    kind = KINDS.get(str(tool.get("type", "")))
    if kind and kind.family:
        return _dialog(request, member, "server", at, form=ServerForm.of_tool(tool))
    if is_own(tool):
        return _dialog(request, member, "own", at, form=ToolForm.of_tool(tool))
    return _dialog(request, member, "paste", at, pasted=write_typed(tool))


def _changed(request: Request) -> ToolForm:
    """The posted form after one of its buttons."""
    form = ToolForm.of_post(request.POST)
    drop = number_in(request.GET, "drop")
    if "more" in request.GET:
        form.rows.append(Row())
    elif drop is not None and drop < len(form.rows):
        form.rows.pop(drop)
    elif request.GET.get("to") == "raw":
        form.as_raw()
    elif request.GET.get("to") == "rows":
        form.as_rows()
    return form


@require_POST
def tool_put(request: Request, workspace: str) -> HttpResponse:
    """What a form of the dialog says, into the list: at place `?at=`, else at its end. Closes the dialog; or shows it
    again with what is wrong."""
    member = get_member(request.user, workspace, Right.WRITE)
    at, kind = number_in(request.GET, "at"), request.POST.get("form", "")
    tools = typed_tools(_text(request.POST))
    if tools is None:
        return _dialog(request, member, "broken", at)
    if kind == "kept":
        ids = [int(text) for text in request.POST.getlist("tool") if text.isdecimal() and len(text) < 19]
        return _put(request, member, with_kept(tools, [tool.definition for tool in fetch_tools(member, ids)]), None)
    if kind == "paste":
        return _put_pasted(request, member, tools, at)
    family = request.POST.get("family", "")
    form = ServerForm.of_post(family, request.POST) if family in SETTINGS else ToolForm.of_post(request.POST)
    tool = form.tool()
    if tool and (problem := name_problem(tools, tool, at)):
        form.problems["name" if isinstance(form, ToolForm) else "form"] = problem
    if tool is None or form.problems:
        return _dialog(request, member, "own" if isinstance(form, ToolForm) else "server", at, form=form)
    changed, place = with_tool(tools, tool, at)
    return _put(request, member, changed, place)


def _put_pasted(request: Request, member: Member, tools: list[Any], at: int | None) -> HttpResponse:
    pasted = request.POST.get("pasted", "").replace("\r\n", "\n")
    read = read_tools(pasted)
    problem = read.told
    if not problem and (at is not None and len(read.tools) != 1):
        problem = _("Write one tool here.")
    if not problem and not read.tools:
        problem = _("There is no tool in it.")
    if problem:
        return _dialog(request, member, "paste", at, pasted=pasted, problem=problem)
    changed = [*tools, *read.tools] if at is None else with_tool(tools, read.tools[0], at)[0]
    return _put(request, member, changed, at if at is not None else len(tools), read.notices)


def _put(
    request: Request, member: Member, tools: list[Any], at: int | None, notices: list[str] | None = None
) -> HttpResponse:
    part = tools_part(write_typed(tools) if tools else "", _models(request.POST, member))
    part.notices = [*(notices or []), *part.notices]
    part.focus = "tools-add" if at is None else f"tool-{at}-edit"
    return _part(request, member, part)


@require_POST
def tool_keep(request: Request, workspace: str) -> HttpResponse:
    """Keep the tool at place `?at=` in the workspace, in the place of the one of its name."""
    member = get_member(request.user, workspace, Right.WRITE)
    tools, at = typed_tools(_text(request.POST)) or [], number_in(request.GET, "at")
    tool = tools[at] if at is not None and at < len(tools) else None
    if not isinstance(tool, dict) or check_tools([tool]).problems:
        return _told(request, "error", _("This tool is not in order yet. Put it right first."))
    kept, is_new = keep_tool(member, tool)
    words = _("“%(name)s” is kept in the workspace.") if is_new else _("“%(name)s” was replaced in the workspace.")
    return _told(request, "success", words % {"name": kept.name})


def _told(request: Request, kind: str, text: str) -> HttpResponse:
    return render(request, "playground/tool_told.html", {"kind": kind, "text": text})


def _part(request: Request, member: Member, part: ToolsPart, *, is_typed: bool = False) -> HttpResponse:
    """The list and, unless a person is typing in it, the field; the draft is told of what it did not see typed."""
    context = {"member": member, "part": part, "is_typed": is_typed}
    answer = render(request, "playground/tools_changed.html", context)
    if not is_typed:
        trigger_client_event(answer, "input", {"target": "#tool-rows"}, after="settle")
    return answer


def _dialog(request: Request, member: Member, kind: str, at: int | None, **more: object) -> HttpResponse:
    context: dict[str, Any] = {"member": member, "at": at, "kinds": TYPES, "again": "again" in request.GET, **more}
    acts = {"more": "last", "drop": "more", "to": "raw"}
    context["focus"] = next((focus for act, focus in acts.items() if act in request.GET), "")
    form = more.get("form")
    is_wrong = bool(more.get("problem") or (isinstance(form, ToolForm | ServerForm) and form.problems))
    is_wrong = is_wrong and "again" not in request.GET
    status = 422 if is_wrong or kind == "broken" else 200
    return render(request, f"playground/tool_{kind}.html", context, status=status)


def _text(data: QueryDict) -> str:
    return data.get("tools", "").replace("\r\n", "\n")


def _models(data: QueryDict, member: Member) -> list[CatalogModel]:
    """The models of the lanes that were posted along."""
    chosen = [data[name] for index in range(MAX_LANES) if (name := f"lane-{index}-model") in data]
    offered = picker_models(member.workspace) if chosen else {}
    return [offered[value] for value in chosen if value in offered]
