"""One of the provider's own tools as a form: its version and its settings. Both ways, and without loss."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workbench.prompts.tool_kinds import KINDS
from workbench.prompts.tools import Tool, check_tools

# The version that the most models take (api reference, tools).
USUAL = {
    "web_search": "web_search_20250305",
    "web_fetch": "web_fetch_20250910",
    "code_execution": "code_execution_20250825",
    "tool_search": "tool_search_tool_bm25_20251119",
}
LABELS = {
    "web_search": gettext_lazy("Web search"),
    "web_fetch": gettext_lazy("Web fetch"),
    "code_execution": gettext_lazy("Code execution"),
    "tool_search": gettext_lazy("Tool search"),
}
HELP = {
    "web_search": gettext_lazy("The provider searches the web; the answer cites what was found. Costs extra."),
    "web_fetch": gettext_lazy("The provider reads pages and PDF files whose addresses are in the conversation."),
    "code_execution": gettext_lazy("The provider runs programs that the model writes, in a place of its own."),
    "tool_search": gettext_lazy("The model looks for tools that are only loaded when they are found."),
}
PLACE = ("city", "region", "country", "timezone")


@dataclass(frozen=True, slots=True)
class Setting:
    """One field of the form: `kind` is number, lines, text, choice or switch; `key` is where it stands in the tool."""

    key: str
    kind: str
    label: Promise
    help: Promise | str = ""
    choices: tuple[tuple[str, Promise], ...] = ()


_USES = Setting("max_uses", "number", gettext_lazy("At most so many uses"))
_ALLOWED = Setting(
    "allowed_domains", "lines", gettext_lazy("Only these domains"), gettext_lazy("One a line, such as example.org.")
)
_BLOCKED = Setting("blocked_domains", "lines", gettext_lazy("Never these domains"))
_INCLUSION = Setting(
    "response_inclusion",
    "choice",
    gettext_lazy("What was found, in the answer"),
    choices=(
        ("", gettext_lazy("default")),
        ("full", gettext_lazy("Whole")),
        ("excluded", gettext_lazy("Left out")),
    ),
)
SETTINGS: Mapping[str, tuple[Setting, ...]] = {
    "web_search": (
        _USES,
        _INCLUSION,
        _ALLOWED,
        _BLOCKED,
        Setting("city", "text", gettext_lazy("Near: city")),
        Setting("region", "text", gettext_lazy("Near: region")),
        Setting("country", "text", gettext_lazy("Near: country"), gettext_lazy("Two letters, such as DE.")),
        Setting("timezone", "text", gettext_lazy("Near: time zone"), gettext_lazy("Such as Europe/Berlin.")),
    ),
    "web_fetch": (
        _USES,
        Setting("max_content_tokens", "number", gettext_lazy("At most so many tokens of a page")),
        _INCLUSION,
        _ALLOWED,
        _BLOCKED,
        Setting("citations", "switch", gettext_lazy("Cite what was read")),
    ),
    "code_execution": (),
    "tool_search": (),
}


@dataclass(slots=True)
class ServerForm:
    """What the form holds, as typed: `kind` is the type with its date, `rest` what it has no field for, as JSON."""

    family: str
    kind: str = ""
    values: dict[str, str] = field(default_factory=dict)
    rest: str = ""
    problems: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of_family(cls, family: str) -> ServerForm:
        """An empty one for web_search, web_fetch, code_execution or tool_search."""
        return cls(family, USUAL[family])

    @classmethod
    def of_tool(cls, tool: Mapping[str, Any]) -> ServerForm:
        """The form with a tool in it, whose type is known."""
        kind = str(tool["type"])
        form = cls(KINDS[kind].family, kind)
        rest = {name: value for name, value in tool.items() if name not in ("type", "name")}
        form.values = dict(_values(SETTINGS[form.family], rest))
        form.rest = json.dumps(rest, ensure_ascii=False) if rest else ""
        return form

    @classmethod
    def of_post(cls, family: str, data: QueryDict) -> ServerForm:
        """The form as it was posted."""
        values = {setting.key: data.get(f"server-{setting.key}", "") for setting in SETTINGS[family]}
        return cls(family, data.get("server-type", ""), values, data.get("rest", ""))

    @property
    def label(self) -> Promise:
        """What the tool is called."""
        return LABELS[self.family]

    @property
    def help(self) -> Promise:
        """What it does."""
        return HELP[self.family]

    @property
    def versions(self) -> list[str]:
        """The types of this family."""
        return [kind for kind, found in KINDS.items() if found.family == self.family]

    @property
    def fields(self) -> Iterator[tuple[Setting, str, str]]:
        """Each setting with its value and what is wrong with it."""
        for setting in SETTINGS[self.family]:
            yield setting, self.values.get(setting.key, ""), self.problems.get(setting.key, "")

    def tool(self) -> Tool | None:
        """The tool, if nothing is wrong; `problems` then names each field."""
        self.problems = {}
        if self.kind not in self.versions:
            self.problems["form"] = _("Choose a version.")
            return None
        tool: Tool = {"type": self.kind, "name": KINDS[self.kind].name}
        tool |= dict(self._options())
        for problem in check_tools([tool]).problems:
            place = str(problem.path[0]) if problem.path else "form"
            place = place if any(setting.key == place for setting in SETTINGS[self.family]) else "form"
            self.problems.setdefault(place, problem.message)
        return None if self.problems else tool

    def _options(self) -> Iterator[tuple[str, Any]]:
        try:
            rest = json.loads(self.rest) if self.rest else {}
        except (ValueError, RecursionError):
            rest = {}
        for setting in SETTINGS[self.family]:
            if setting.key in PLACE:
                continue
            rest.pop(setting.key, None)
            if (value := self._option(setting)) not in (None, [], ""):
                yield setting.key, value
        if self.family == "web_search":
            rest.pop("user_location", None)
            place = {name: text for name in PLACE if (text := self.values.get(name, "").strip())}
            if place:
                yield "user_location", {"type": "approximate", **place}
        yield from rest.items()

    def _option(self, setting: Setting) -> Any:  # noqa: ANN401 - any JSON
        text = self.values.get(setting.key, "").strip()
        if setting.kind == "lines":
            return [line.strip() for line in text.splitlines() if line.strip()]
        if setting.kind == "number":
            return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else text
        if setting.kind == "switch":
            return {"enabled": True} if text == "1" else None
        return text


def _values(settings: tuple[Setting, ...], tool: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The settings of a tool as the form shows them."""
    place = tool.get("user_location")
    for setting in settings:
        value = tool.get(setting.key)
        if setting.key in PLACE:
            value = place.get(setting.key) if isinstance(place, Mapping) else None
        elif setting.kind == "switch":
            value = "1" if isinstance(value, Mapping) and value.get("enabled") else ""
        elif setting.kind == "lines":
            value = "\n".join(map(str, value)) if isinstance(value, list) else value
        yield setting.key, "" if value is None else str(value)
