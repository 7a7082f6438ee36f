"""Which parameters a model takes, in which ranges, and which exclude each other: what the page offers and checks.

Parameters go by flat names, as in a lane's form and in saved sets; runs/request.py makes the API's shapes of them:
`thinking` (a type), `thinking_budget` (tokens), `thinking_display`, `effort`, `service_tier`, `speed`, `cache_control`,
`tool_choice` (a type), `tool_name`, `parallel_tools`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from workbench.connections.capabilities import EFFORTS, Capabilities, capabilities_of, why_no_sampling
from workbench.connections.models import CatalogModel, Connection

DEFAULT_MAX_TOKENS = 4096
# The API refuses a smaller budget for thinking (tokens).
LEAST_BUDGET = 1024
# Where nobody tells a ceiling (tokens, and top k): the largest number that servers read as an integer.
NO_CEILING = 2**31 - 1
# Whether a model may, must or must not use tools; those that force it.
TOOL_CHOICES = ("auto", "any", "tool", "none")
FORCED = ("any", "tool")


@dataclass(frozen=True, slots=True)
class Parameter:
    """What one number may be. Both ends of the range are legal; `reason` says why it is absent, if it is."""

    allowed: bool
    min: float
    max: float
    step: float
    default: float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ParameterRules:
    """What one model takes: numbers with their ranges, choices with their values; an empty choice is absent.

    `notes`: sentences for the page about what is absent or excluded.
    """

    capabilities: Capabilities
    numbers: Mapping[str, Parameter]
    choices: Mapping[str, tuple[str, ...]]
    notes: tuple[str, ...] = ()

    @property
    def sampling(self) -> bool:
        """Whether temperature, top p and top k may be set."""
        return self.numbers["temperature"].allowed

    @property
    def max_tokens(self) -> int:
        """The most tokens an answer may have."""
        return int(self.numbers["max_tokens"].max)

    @property
    def default_max_tokens(self) -> int:
        """What an answer may have unless somebody says otherwise."""
        return min(DEFAULT_MAX_TOKENS, self.max_tokens)

    def has(self, name: str) -> bool:
        """Whether the model has this parameter at all; what no rule speaks of it has."""
        if name in self.numbers:
            return self.numbers[name].allowed
        if name == "tool_name":
            return "tool" in self.choices.get("tool_choice", ())
        return name not in self.choices or bool(self.choices[name])

    def problems(self, parameters: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Every parameter that this model does not take as it is, with a sentence for the person who set it."""
        found = [
            (name, problem)
            for name, rule in self.numbers.items()
            if name in parameters
            and (problem := _problem(name, rule, parameters[name]))
            # Said once, where thinking itself is not taken.
            and not (name == "thinking_budget" and not rule.allowed)
        ]
        for name, values in self.choices.items():
            if parameters.get(name) and parameters[name] not in values:
                found.append((name, _not_taken(self.capabilities, name)))
        return found or list(self._exclusions(parameters))

    def _exclusions(self, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        both = [name for name in self.capabilities.one_of if name in parameters]
        if len(both) > 1:
            yield both[1], _("This model takes either temperature or top p, not both.")
        thinking, budget = parameters.get("thinking"), parameters.get("thinking_budget")
        if thinking == "enabled":
            if budget is None:
                yield "thinking_budget", _("Say how many tokens it may think.")
            elif budget >= parameters.get("max_tokens", NO_CEILING):
                yield "thinking_budget", _("Must be less than max tokens, which counts thinking, too.")
        if thinking == "disabled" and self._is_too_much(parameters.get("effort")):
            words = _("With thinking off this model takes an effort of at most %(level)s.")
            yield "effort", words % {"level": self.capabilities.disabled_up_to}
        if thinking in ("enabled", "adaptive"):
            if parameters.get("temperature", 1) != 1:
                yield "temperature", _("While the model thinks, the temperature must be 1 or left empty.")
            if "top_k" in parameters:
                yield "top_k", _("While the model thinks, top k must be left empty.")
        yield from self._tool_exclusions(parameters)

    def _tool_exclusions(self, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        chosen = parameters.get("tool_choice")
        # Thinking that is on by itself forbids it only where the reference says so: see why_not_forced.
        if chosen in FORCED and parameters.get("thinking") in ("enabled", "adaptive", "between_tools"):
            yield "tool_choice", _("While the model thinks, it cannot be made to use a tool. Turn thinking off.")
        if chosen == "tool" and not parameters.get("tool_name"):
            yield "tool_name", _("Say which tool.")

    def _is_too_much(self, effort: str | None) -> bool:
        limit = self.capabilities.disabled_up_to
        return bool(limit and effort and EFFORTS.index(effort) > EFFORTS.index(limit))

    def left_out(self, parameters: Mapping[str, Any]) -> list[str]:
        """The names of parameters that are set and that this model does not take at all, or not with this value."""
        numbers = [name for name, rule in self.numbers.items() if parameters.get(name) and not rule.allowed]
        chosen = [name for name, values in self.choices.items() if parameters.get(name, "") not in ("", *values)]
        return [*numbers, *chosen]


def thinks(parameters: Mapping[str, Any], capabilities: Capabilities) -> bool:
    """Whether the model will think with these parameters."""
    chosen = parameters.get("thinking")
    return chosen in ("adaptive", "enabled") if chosen else capabilities.thinking_default != "off"


def _problem(name: str, rule: Parameter, value: float) -> str:
    if not rule.allowed:
        return rule.reason
    if rule.min <= value <= rule.max:
        return ""
    if name == "max_tokens" and value > rule.max:
        return _("At most %(number)s tokens with this model.") % {
            "number": number_format(rule.max, force_grouping=True)
        }
    if rule.max >= NO_CEILING - 1:
        return _("Must be %(least)s or more.") % {"least": f"{rule.min:g}"}
    return _("Must be between %(least)s and %(most)s.") % {"least": f"{rule.min:g}", "most": f"{rule.max:g}"}


def _not_taken(capabilities: Capabilities, name: str) -> str:
    if name == "thinking" and capabilities.thinking_default == "always":
        return _("This model always thinks; it takes no other way.")
    if name == "tool_choice" and (reason := why_not_forced(capabilities)):
        return reason
    return _("This model does not take this value. Choose another one.")


def why_not_forced(capabilities: Capabilities) -> str:
    """Why this model can never be made to use a tool; empty if it can (api reference, tool choice)."""
    if capabilities.forced_tools or not capabilities.tools:
        return ""
    return _("This model cannot be made to use a tool; it chooses itself.")


def _tool_choices(capabilities: Capabilities) -> tuple[str, ...]:
    if not capabilities.tools:
        return ()
    return tuple(kind for kind in TOOL_CHOICES if kind not in FORCED or not why_not_forced(capabilities))


def parameter_rules(connection: Connection, model: CatalogModel) -> ParameterRules:
    """What this model takes on this connection, under the version it is set to (automatic: any that fits)."""
    can = capabilities_of(connection, model)
    reason = why_no_sampling(connection, model)
    ceiling = can.max_tokens or NO_CEILING
    budgets = "enabled" in can.thinking and ceiling > LEAST_BUDGET
    notes = [reason] if reason else []
    if can.one_of and not reason:
        notes.append(_("This model takes either temperature or top p, not both."))
    if can.thinking_default == "always":
        notes.append(_("This model always thinks; it takes no other way."))
    return ParameterRules(
        capabilities=can,
        numbers={
            # Zero is legal: it fills the cache and answers nothing.
            "max_tokens": Parameter(True, 0, ceiling, 1, default=min(DEFAULT_MAX_TOKENS, ceiling)),
            "temperature": Parameter(not reason, 0, can.temperature_max, 0.1, reason=reason),
            "top_p": Parameter(not reason, 0, 1, 0.01, reason=reason),
            "top_k": Parameter(not reason, 0, NO_CEILING, 1, reason=reason),
            "thinking_budget": Parameter(
                budgets, LEAST_BUDGET, ceiling - 1, 1, reason=_("This model takes no budget for thinking.")
            ),
        },
        choices={
            "thinking": can.thinking if budgets else tuple(kind for kind in can.thinking if kind != "enabled"),
            "thinking_display": can.display,
            "effort": can.effort,
            "service_tier": can.service_tiers,
            "speed": () if can.fast is None else ("fast",),
            "cache_control": ("5m", "1h") if can.caching else (),
            "tool_choice": _tool_choices(can),
            "parallel_tools": ("no",) if can.tools else (),
        },
        notes=tuple(notes),
    )
