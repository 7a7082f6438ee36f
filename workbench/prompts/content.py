"""What a prompt says, without its name and history: the same shape for versions, drafts, comparison and export."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from workbench.prompts.beside import values_beside, write_beside
from workbench.prompts.cache_marks import marks_of
from workbench.prompts.models import PromptVersion
from workbench.prompts.turns import Turn, beside_text, turn_of
from workbench.prompts.variable_words import describe
from workbench.prompts.variables import Kind, Variable, find_names

# Parameters in the order in which they are shown. `connection` is the id of the connection that offers the model; it
# has no meaning in another workspace. `betas` and `extra` (a JSON object merged into the request) stay as typed.
NUMBERS = ("max_tokens", "temperature", "top_p", "top_k", "thinking_budget")
PARAMETERS = (
    "model",
    "connection",
    "max_tokens",
    "thinking",
    "thinking_budget",
    "thinking_display",
    "effort",
    "temperature",
    "top_p",
    "top_k",
    "stop_sequences",
    "tool_choice",
    "tool_name",
    "parallel_tools",
    "cache_control",
    "service_tier",
    "speed",
    "user_id",
    "betas",
    "extra",
)


@dataclass(frozen=True, slots=True)
class PromptContent:
    """System prompt, messages, variables and parameters of one state of a prompt.

    `messages` are turns; `tools` and `output_schema` as the API takes them; `cache` marks tools and system prompt.
    """

    system: str = ""
    messages: Sequence[Turn] = ()
    variables: Sequence[Variable] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    tools: Sequence[Any] = ()
    output_schema: Any = None
    cache: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_version(cls, version: PromptVersion) -> PromptContent:
        """What a saved version holds."""
        return cls(
            system=version.system,
            messages=[turn_of(message) for message in version.messages],
            variables=[Variable.read(stored) for stored in version.variables],
            parameters=version.parameters,
            tools=version.tools,
            output_schema=version.output_schema,
            cache=version.cache,
        )

    @classmethod
    def of_draft(cls, draft: Mapping[str, Any]) -> PromptContent:
        """What a draft would be as a version: values as typed become values of the API, where they can."""
        turns = draft.get("turns") or []
        content = cls(
            system=draft.get("system", ""),
            messages=[turn_of(turn) for turn in turns],
            parameters=parameters_of(next(iter(draft.get("lanes") or []), {})),
        )
        used = set(find_names(content.texts))
        defined = [Variable.read(stored) for stored in draft.get("variables") or []]
        beside = values_beside(draft)
        tools = beside.get("tools", [])
        return replace(
            content,
            variables=[variable for variable in defined if variable.name in used],
            tools=tools if isinstance(tools, list) else [tools],
            output_schema=beside.get("output_schema"),
            cache=marks_of(draft.get("cache")),
        )

    @property
    def texts(self) -> Iterator[str]:
        """Every text in which a variable may stand."""
        yield self.system
        for message in self.messages:
            yield message["text"]

    @property
    def shown_messages(self) -> list[tuple[Turn, list[str]]]:
        """Each message, and what stands beside its text, for people."""
        return [(message, beside_text(message)) for message in self.messages]

    @property
    def used_variables(self) -> list[Variable]:
        """The variables of the texts in the order in which they appear; those that nobody defined as usual ones."""
        defined = {variable.name: variable for variable in self.variables}
        found = (defined.get(name) or Variable(name) for name in find_names(self.texts))
        return [variable for variable in found if variable.kind != Kind.LITERAL]

    @property
    def shown_variables(self) -> list[tuple[str, str]]:
        """Names of the variables that are used, and what each is in words."""
        return [(variable.name, describe(variable)) for variable in self.used_variables]

    @property
    def shown_parameters(self) -> list[tuple[str, str]]:
        """Names and values of the parameters for people, in their usual order."""
        return shown_parameters(self.parameters)

    @property
    def beside(self) -> Mapping[str, str]:
        """Tools and output schema as JSON for people, by name; what is empty is missing."""
        return write_beside({"tools": list(self.tools), "output_schema": self.output_schema})

    def as_fields(self) -> dict[str, Any]:
        """The fields of a version."""
        return {
            "system": self.system,
            "messages": [dict(message) for message in self.messages],
            "variables": [variable.stored() for variable in self.variables],
            "parameters": dict(self.parameters),
            "tools": list(self.tools),
            "output_schema": self.output_schema,
            "cache": dict(self.cache),
        }

    def as_draft(self) -> dict[str, Any]:
        """The shape of a draft."""
        parameters = dict(self.parameters)
        model = parameters.pop("model", "")
        connection = parameters.pop("connection", "")
        return {
            "system": self.system,
            "turns": [dict(message) for message in self.messages],
            "lanes": [{"model": f"{connection}:{model}" if model else "", **parameters}],
            "variables": [variable.stored() for variable in self.variables],
            **self.beside,
            "cache": dict(self.cache),
        }

    def same_as(self, saved: PromptContent) -> bool:
        """Whether this says what a saved content says. What was saved without a model or limit fits any."""
        mine, theirs = self._comparable(), saved._comparable()
        for name in ("model", "connection", "max_tokens"):
            if name not in saved.parameters:
                mine["parameters"].pop(name, None)
        return mine == theirs

    def _comparable(self) -> dict[str, Any]:
        fields = self.as_fields()
        usual = [Variable(name).stored() for name in find_names(self.texts)]
        # A variable that nobody touched is the same as one that is not defined.
        fields["variables"] = sorted(
            (stored for stored in fields["variables"] if stored not in usual), key=lambda stored: str(stored["name"])
        )
        return fields


def shown_parameters(parameters: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Parameters for people: name and value of each, in their usual order."""
    names = (name for name in PARAMETERS if name in parameters and name != "connection")
    return [(name, shown_value(parameters[name])) for name in names]


def shown_value(value: object) -> str:
    """A parameter's value for people: text as it is, all else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def parameters_of(lane: Mapping[str, Any]) -> dict[str, Any]:
    """A lane's settings as typed, by their API names; what is no number stays as it was typed."""
    connection, _colon, model = str(lane.get("model", "")).partition(":")
    found: dict[str, Any] = {"model": model, "connection": connection}
    for name in PARAMETERS[2:]:
        value = lane.get(name)
        if name == "stop_sequences" and isinstance(value, str):
            value = [line.replace("\\n", "\n").replace("\\t", "\t") for line in value.splitlines() if line]
        elif isinstance(value, str):
            value = _number(value) if name in NUMBERS else value.strip()
        found[name] = value
    return {name: value for name, value in found.items() if value not in ("", None, [])}


def _number(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text.strip()
