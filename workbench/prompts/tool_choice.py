"""Whether a model may, must or must not use tools: a lane's flat settings in the shape of the Messages API, and back.

`tool_choice` is "auto", "any", "tool" (the one named by `tool_name`) or "none"; `parallel_tools` is "no" for one call
at a time. Knows no model: what a model takes was checked before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from workbench.connections.parameter_rules import TOOL_CHOICES
from workbench.prompts.tools import tool_names


def choice_of(settings: Mapping[str, Any]) -> dict[str, Any] | None:
    """What `tool_choice` a lane's settings make; None: none, which means "auto"."""
    kind = settings.get("tool_choice") or ""
    is_single = settings.get("parallel_tools") == "no" and kind != "none"
    if not kind and not is_single:
        return None
    choice: dict[str, Any] = {"type": kind or "auto"}
    if kind == "tool":
        choice["name"] = settings.get("tool_name", "")
    if is_single:
        choice["disable_parallel_tool_use"] = True
    return choice


def settings_of_choice(choice: object) -> dict[str, str]:
    """The settings that make this `tool_choice`; empty if none do, or none are needed."""
    if not isinstance(choice, Mapping) or choice.get("type") not in TOOL_CHOICES:
        return {}
    kind, name = choice.get("type"), choice.get("name")
    is_single = choice.get("disable_parallel_tool_use") is True
    found = {"tool_choice": "" if kind == "auto" and is_single else kind, "tool_name": name if kind == "tool" else ""}
    found["parallel_tools"] = "no" if is_single else ""
    settings = {setting: str(value) for setting, value in found.items() if value}
    said = {name: value for name, value in choice.items() if (name, value) != ("disable_parallel_tool_use", False)}
    return settings if said == choice_of(settings) else {}


def wrong_name(settings: Mapping[str, Any], tools: Iterable[Mapping[str, Any]]) -> str:
    """Why the one tool that must be used is none of these; empty if it is."""
    offered = list(tools)
    name = settings.get("tool_name", "")
    is_set = any("name" not in tool for tool in offered)  # its members' names are not known here
    if settings.get("tool_choice") != "tool" or is_set or name in tool_names(offered):
        return ""
    return _("There is no tool named “%(name)s”.") % {"name": name}
