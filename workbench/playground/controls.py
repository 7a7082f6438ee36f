"""The controls of a lane's settings: which there are for its model, with ranges and choices in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workbench.connections.parameter_rules import FORCED, NO_CEILING, TOOL_CHOICES, ParameterRules, why_not_forced
from workbench.runs.lane_form import LaneForm

CHOICES = {
    "adaptive": gettext_lazy("As much as it takes"),
    "enabled": gettext_lazy("With a budget"),
    "disabled": gettext_lazy("Off"),
    "between_tools": gettext_lazy("Between tool calls"),
    "summarized": gettext_lazy("Summary"),
    "omitted": gettext_lazy("Left out"),
    "low": gettext_lazy("Low"),
    "medium": gettext_lazy("Medium"),
    "high": gettext_lazy("High"),
    "xhigh": gettext_lazy("Very high"),
    "max": gettext_lazy("Greatest"),
    "auto": gettext_lazy("Automatic"),
    "standard_only": gettext_lazy("Standard only"),
    "fast": gettext_lazy("Fast"),
    "5m": gettext_lazy("5 minutes"),
    "1h": gettext_lazy("1 hour"),
    "any": gettext_lazy("Must use a tool"),
    "tool": gettext_lazy("Must use one tool"),
    "none": gettext_lazy("No tools"),
    "no": gettext_lazy("One at a time"),
}
UNSET = {
    "off": gettext_lazy("default: off"),
    "adaptive": gettext_lazy("default: as much as it takes"),
    "always": gettext_lazy("always on"),
}
# Those that are used most stand beside the model; the others in the panel, in this order.
IN_SIGHT = ("max_tokens", "temperature", "effort")
IN_PANEL = (
    "thinking",
    "thinking_budget",
    "thinking_display",
    "top_p",
    "top_k",
    "tool_choice",
    "tool_name",
    "parallel_tools",
    "cache_control",
    "service_tier",
    "speed",
    "stop_sequences",
    "user_id",
    "betas",
    "extra",
)
LARGE = ("stop_sequences", "extra")
WIDE = (*LARGE, "user_id", "betas")


@dataclass(frozen=True, slots=True)
class Control:
    """One control: `kind` is number, select, text or large; `only`: the choice of another with which it is shown."""

    name: str
    kind: str
    label: str
    value: Any
    errors: Sequence[str]
    help: str = ""
    choices: Sequence[tuple[str, str]] = ()
    barred: Sequence[str] = ()  # choices that are shown and cannot be taken; `help` says why
    min: float | None = None
    max: float | None = None
    step: str = "any"
    placeholder: str = ""
    only: str = ""
    is_wide: bool = False


def controls_of(form: LaneForm, names: Sequence[str]) -> Iterator[Control]:
    """Those of the named controls that the lane's model has. Without a model: numbers without ranges."""
    rules = form.rules
    for name in names:
        if name == "effort" and names is IN_SIGHT and rules and rules.sampling:
            continue  # in the panel: temperature has its place
        control = _control(form, rules, name)
        if control:
            yield control


def _control(form: LaneForm, rules: ParameterRules | None, name: str) -> Control | None:
    field = form[name]
    value = field.value()
    same: dict[str, Any] = {
        "name": name,
        "label": str(field.label),
        "value": "" if value is None else value,
        "errors": field.errors,
        "help": str(field.help_text),
        "is_wide": name in WIDE,
    }
    if rules and name in rules.numbers:
        number = rules.numbers[name]
        if not number.allowed:
            return None
        most = None if number.max >= NO_CEILING - 1 else number.max
        step = "any" if name in ("temperature", "top_p") else "1"
        only = "enabled" if name == "thinking_budget" else ""
        unset = "" if name in ("max_tokens", "thinking_budget") else _("default")
        return Control(kind="number", min=number.min, max=most, step=step, placeholder=unset, only=only, **same)
    if rules and name in rules.choices:
        return _select(rules, name, same) if rules.choices[name] else None
    if rules is None and name not in ("max_tokens", "temperature", "stop_sequences"):
        return None
    if rules and not rules.has(name):
        return None
    same["only"] = "tool" if name == "tool_name" else ""
    return Control(kind="large" if name in LARGE else "text", **same)


def _select(rules: ParameterRules, name: str, same: dict[str, Any]) -> Control:
    values = rules.choices[name]
    none = UNSET[rules.capabilities.thinking_default] if name == "thinking" else _("default")
    none = _("no") if name == "cache_control" else none
    barred: Sequence[str] = ()
    if name == "tool_choice" and (why := why_not_forced(rules.capabilities)):
        barred, values, same = FORCED, TOOL_CHOICES, {**same, "help": why}
    choices = [("", str(none)), *((value, str(CHOICES.get(value, value))) for value in values)]
    return Control(kind="select", choices=choices, barred=barred, **same)
