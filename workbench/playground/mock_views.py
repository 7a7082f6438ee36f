"""Saved results of tools in the playground: taken as the result of a call, and saved from one."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from workbench.http import Request
from workbench.playground.posted import number_in
from workbench.playground.tools_part import typed_tools
from workbench.prompts.models import MAX_NAME
from workbench.prompts.tool_actions import (
    MAX_MOCK,
    MAX_MOCKS,
    Mock,
    TooManyMocksError,
    keep_tool,
    mocks_of,
    save_mock,
    tool_named,
)
from workbench.prompts.tools import check_tools
from workbench.prompts.turns import ToolResult
from workbench.teams.access import get_member
from workbench.teams.models import Member, Right


@require_POST
def mock_take(request: Request, workspace: str) -> HttpResponse:
    """The field of a result (`key` of its turn, `number` in it) with the saved result that was picked; `?back`: with
    what was typed before that."""
    member = get_member(request.user, workspace, Right.WRITE)
    result, chosen = _posted(request), request.POST.get(f"{_place(request)}-mock", "")
    tool = tool_named(member.workspace, result["name"])
    mock = next((mock for mock in tool.mocks if mock["name"] == chosen), None) if tool else None
    before = ""
    if "back" in request.GET:
        result["text"], chosen = request.POST.get(f"{_place(request)}-before", "").replace("\r\n", "\n"), ""
    elif mock:
        before = result["text"] if result["text"] != mock["text"] else ""
        result = ToolResult(**{**result, "text": str(mock["text"]), "is_error": bool(mock["is_error"])})
    answer = _field(request, member, result, chosen=chosen, before=before)
    return trigger_client_event(answer, "input", {"target": f"#{_place(request)}"}, after="settle")


@require_POST
def mock_name(request: Request, workspace: str) -> HttpResponse:
    """In the dialog: the name under which a result is saved."""
    member = get_member(request.user, workspace, Right.WRITE)
    return _dialog(request, member)


@require_POST
def mock_keep(request: Request, workspace: str) -> HttpResponse:
    """Save a result under `mock-name`, for the tool of the workspace; one that is only in the prompt is kept there."""
    member = get_member(request.user, workspace, Right.WRITE)
    result, name = _posted(request), " ".join(request.POST.get("mock-name", "").split())
    if not name or len(name) > MAX_NAME:
        return _dialog(request, member, _("Give it a name of at most %(number)s characters.") % {"number": MAX_NAME})
    tool = tool_named(member.workspace, result["name"])
    if tool is None:
        definition = _typed(request.POST, result["name"])
        if definition is None:
            words = _("There is no tool named “%(name)s” in the prompt or the workspace. Add it first.")
            return _dialog(request, member, words % {"name": result["name"]})
        tool, _is_new = keep_tool(member, definition)
    try:
        save_mock(member, tool, Mock(name=name, text=result["text"], is_error=result["is_error"]))
    except TooManyMocksError:
        words = _("A tool has at most %(number)s saved results of at most %(size)s.")
        return _dialog(request, member, words % {"number": MAX_MOCKS, "size": filesizeformat(MAX_MOCK)})
    return _field(request, member, result, chosen=name, saved=name)


def _typed(data: QueryDict, name: str) -> dict[str, Any] | None:
    """The definition of this name in the prompt, if it is in order."""
    tools = typed_tools(data.get("tools", "")) or []
    found = next((tool for tool in tools if isinstance(tool, dict) and tool.get("name") == name), None)
    return None if found is None or check_tools([found]).problems else found


def _place(request: Request) -> str:
    """The id of the field that is asked about; letters, digits and dashes only."""
    key, number = request.GET.get("key", ""), request.GET.get("number", "")
    place = f"{key}-result-{number}"
    return "".join(letter for letter in place if letter.isalnum() or letter == "-")[:100]


def _posted(request: Request) -> ToolResult:
    """The result that is asked about: the only one that was posted, or the one with this number of all in its turn."""
    key, number = request.GET.get("key", ""), number_in(request.GET, "number") or 1

    def value(name: str) -> str:
        values = request.POST.getlist(f"{key}-result-{name}")
        return values[min(number, len(values)) - 1] if values else ""

    use = value("id")
    is_error = use in request.POST.getlist(f"{key}-result-error")
    return ToolResult(tool_use_id=use, name=value("name"), text=value("text").replace("\r\n", "\n"), is_error=is_error)


def _context(request: Request, member: Member, result: ToolResult) -> dict[str, Any]:
    number = request.GET.get("number", "")
    context = {"member": member, "result": result, "key": request.GET.get("key", ""), "number": number}
    return {**context, "place": _place(request)}


def _field(
    request: Request, member: Member, result: ToolResult, *, chosen: str, saved: str = "", before: str = ""
) -> HttpResponse:
    mocks = mocks_of(member.workspace, [result["name"]]).get(result["name"], [])
    more = {"mocks": mocks, "chosen": chosen, "saved": saved, "before": before}
    template = "playground/tool_mock_saved.html" if saved else "playground/tool_result.html"
    return render(request, template, {**_context(request, member, result), **more})


def _dialog(request: Request, member: Member, problem: str = "") -> HttpResponse:
    context = {**_context(request, member, _posted(request)), "problem": problem}
    context["typed"] = request.POST.get("mock-name", "")
    return render(request, "playground/tool_mock.html", context, status=422 if problem else 200)
