"""Tools as people type or paste them, as the list that the API takes; or what is wrong with them, and where.

Pure: knows no model (see tool_rules.py), stores nothing, and loses nothing: what it cannot read stays as it was typed.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from workbench.prompts.json_schema import misuses
from workbench.prompts.schema_refs import too_large, wrong_references
from workbench.prompts.tool_kinds import BETA, KINDS, NAME, OWN, problems_of_kind, unknown_options, wrong_options
from workbench.prompts.typed_json import TypedJsonError, read_typed

MAX_TOOLS = 500
# Schemas in which nothing was wrong, by hash: the same are read again with every pause in typing.
REMEMBERED = 4096
SHOWN_PROBLEMS = 8
# What others call the schema of a tool's input.
OTHER_SCHEMAS = ("parameters", "inputSchema")

_fine: OrderedDict[bytes, None] = OrderedDict()

type Tool = dict[str, Any]
type Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class ToolProblem:
    """What is wrong in one place: `index` of the tool (None: of the whole list), the path in it, and why."""

    index: int | None
    path: Path
    message: str

    def __str__(self) -> str:
        where = ".".join(map(str, ((self.index,) if self.index is not None else ()) + self.path))
        return f"{where}: {self.message}" if where else self.message


@dataclass(slots=True)
class ReadTools:
    """Tools as the API takes them; `problems` that must be put right first, `notices` of what is only worth knowing."""

    tools: list[Tool] = field(default_factory=list)
    problems: list[ToolProblem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def told(self) -> str:
        """All that is wrong, one place a line; empty if nothing is."""
        lines = [str(problem) for problem in self.problems[:SHOWN_PROBLEMS]]
        return "\n".join([*lines, *(["…"] if len(self.problems) > SHOWN_PROBLEMS else [])])

    def of(self, index: int) -> list[ToolProblem]:
        """What is wrong with one tool."""
        return [problem for problem in self.problems if problem.index == index]


def read_tools(text: str) -> ReadTools:
    """The tools of a text: a list of them, or one alone, as the API writes them or as some others do."""
    if not text.strip():
        return ReadTools()
    try:
        value = read_typed(text)
    except TypedJsonError as wrong:
        return ReadTools(problems=[ToolProblem(None, (), str(wrong))])
    return check_tools(value)


def check_tools(value: object) -> ReadTools:
    """The same for a value that was read already."""
    given = listed(value)
    if given is None:
        return ReadTools(problems=[ToolProblem(None, (), _("Write a list of tools: [{ … }]."))])
    if len(given) > MAX_TOOLS:
        words = _("These are more than %(number)s tools.") % {"number": MAX_TOOLS}
        return ReadTools(problems=[ToolProblem(None, (), words)])
    if reason := too_large(given):
        return ReadTools(problems=[ToolProblem(None, (), reason)])
    found = ReadTools()
    names: set[str] = set()
    for index, one in enumerate(given):
        if not isinstance(one, dict):
            found.problems.append(ToolProblem(index, (), _("Write one JSON object: { … }.")))
            continue
        tool, is_other = as_ours(one)
        found.tools.append(tool)
        if is_other:
            words = _("%(name)s was written for another API; it is sent in the form of this one.")
            found.notices.append(words % {"name": tool_title(tool)})
        found.problems += [ToolProblem(index, path, message) for path, message in _problems(tool)]
        found.notices += _notices(tool)
        name = tool.get("name")
        if isinstance(name, str) and name in names:
            found.problems.append(ToolProblem(index, ("name",), _("Another tool has this name already.")))
        names.add(str(name))
    return found


def listed(value: object) -> list[Any] | None:
    """The list in what was typed: itself, or of one tool alone, or what a whole request has as its `tools`."""
    if isinstance(value, dict) and isinstance(value.get("tools"), list):
        value = value["tools"]
    if isinstance(value, dict):
        return [value]
    return value if isinstance(value, list) else None


def ours(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """What was typed in the form in which it is sent; what is no list of objects stays as it is."""
    given = listed(value)
    return value if given is None else [as_ours(one)[0] if isinstance(one, dict) else one for one in given]


def as_ours(tool: Tool) -> tuple[Tool, bool]:
    """A tool in the form of this API, and whether it came in another one (OpenAI's two, or that of MCP)."""
    inner = tool["function"] if tool.get("type") == "function" and isinstance(tool.get("function"), dict) else tool
    other = next((name for name in OTHER_SCHEMAS if name in inner and "input_schema" not in inner), None)
    if other is None and tool.get("type") != "function":
        return tool, False
    found = {name: inner[name] for name in ("name", "description") if inner.get(name) is not None}
    found["input_schema"] = inner.get(other or "input_schema") or {"type": "object", "properties": {}}
    if isinstance(inner.get("strict"), bool):
        found["strict"] = inner["strict"]
    return found, True


def is_own(tool: Mapping[str, Any]) -> bool:
    """Whether it is defined by its name and schema, not by the provider."""
    return bool(tool.get("type", "custom") == "custom")


def tool_title(tool: Mapping[str, Any]) -> str:
    """What a tool is called in lists: its name, else its type."""
    return str(tool.get("name") or tool.get("type") or "?")


def tool_names(tools: Iterable[Mapping[str, Any]]) -> list[str]:
    """The names of all tools that have one."""
    return [tool["name"] for tool in tools if isinstance(tool.get("name"), str)]


def _problems(tool: Tool) -> Iterator[tuple[Path, str]]:
    if not isinstance(tool.get("type", "custom"), str):
        yield ("type",), _("Must be text.")
        return
    if is_own(tool):
        yield from _problems_of_own(tool)
    elif kind := KINDS.get(tool["type"]):
        yield from (((where,), message) for where, message in problems_of_kind(tool, kind))


def _problems_of_own(tool: Tool) -> Iterator[tuple[Path, str]]:
    name = tool.get("name")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        yield ("name",), _("A name has 1 to 128 letters, digits, _ or -, without accents or spaces.")
    yield from (((where,), message) for where, message in wrong_options(tool, OWN))
    schema = tool.get("input_schema")
    if not isinstance(schema, dict):
        yield ("input_schema",), _("Every tool needs an input schema: {“type”: “object”, …}.")
    else:
        yield from ((("input_schema", *path), message) for path, message in schema_problems(schema))


def schema_problems(schema: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """Why a schema cannot be that of a tool's input: each place, and why."""
    key = hashlib.sha256(json.dumps(schema).encode()).digest()
    if key in _fine:
        return
    found = list(_wrong_in(schema))
    if not found:
        _fine[key] = None
        while len(_fine) > REMEMBERED:
            _fine.popitem(last=False)
    yield from found


def _wrong_in(schema: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    if schema.get("type") != "object":
        yield ("type",), _("Must be “object”: the input of a tool is always one.")
    fit = misuses(schema)
    for place in fit.places:
        words = _("found %(found)s, wanted %(wanted)s") % {"found": place.found, "wanted": place.wanted}
        yield place.path, words
    if fit.gave_up:
        yield (), _("This is too large.")
    elif not fit.places:
        yield from wrong_references(schema)


def _notices(tool: Tool) -> Iterator[str]:
    kind = tool.get("type", "custom")
    title = tool_title(tool)
    if kind in BETA:
        yield _("%(name)s is a beta feature: it needs its beta header, under Parameters.") % {"name": title}
    elif isinstance(kind, str) and kind != "custom" and kind not in KINDS:
        words = _("The type “%(type)s” is not known here; it is sent as it is.")
        yield words % {"type": kind}
    else:
        options = OWN if is_own(tool) else KINDS[kind].options if isinstance(kind, str) else {}
        if options and (unknown := unknown_options(tool, options)):
            words = _("%(name)s has what is not known here, and is sent as it is: %(what)s.")
            yield words % {"name": title, "what": ", ".join(unknown)}
