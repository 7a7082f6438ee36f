"""The variables of a form: definitions and values as typed, and what is wrong with them.

Each variable has the fields `variable-<n>-name`, `-kind`, `-value`, `-default`, `-sample`, `-choices` (one a line) and
`-required` ("1" or "0"), n counting from 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from workbench.prompts.variables import MAX_VARIABLES, Kind, Variable, find_names, is_json, is_number


@dataclass(frozen=True, slots=True)
class TypedVariable:
    """A variable as the page shows it: its place in the form, its definition, the value typed, whether it is used."""

    index: int
    variable: Variable
    value: str
    is_used: bool

    @property
    def prefix(self) -> str:
        """What its fields' names begin with."""
        return f"variable-{self.index}"

    @property
    def file_name(self) -> str:
        """The name of the file that is its value."""
        return self.value.partition(" ")[2]

    @property
    def problem(self) -> str:
        """What is wrong with the value that would be inserted; empty if nothing."""
        variable, value = self.variable, self.variable.value(self.value)
        if not value.strip():
            words = _("“%(name)s” has no value yet. Fill it in, or make it optional.")
            return words % {"name": variable.name} if variable.is_required else ""
        if variable.kind == Kind.FILE and not variable.file_id(self.value):
            return _("Choose a file.")
        if variable.kind == Kind.NUMBER and not is_number(value.strip()):
            return _("This is not a number.")
        if variable.kind == Kind.JSON and not is_json(value):
            return _("This is not JSON.")
        if variable.kind == Kind.CHOICE and variable.choices and value not in variable.choices:
            return _("Choose one of the values offered.")
        return ""


def files_inserted(variables: Sequence[TypedVariable]) -> dict[str, str]:
    """The ids of the files that stand for variables, by their names."""
    found = {typed.variable.name: typed.variable.file_id(typed.value) for typed in variables if typed.is_used}
    return {name: file_id for name, file_id in found.items() if file_id}


def variables_in(data: Mapping[str, Any]) -> Iterator[tuple[Variable, str]]:
    """The variables that a form posts, with their values, in its order."""
    for index in range(MAX_VARIABLES):
        prefix = f"variable-{index}-"
        name = str(data.get(f"{prefix}name", ""))
        if not name:
            return
        choices = [line.strip() for line in str(data.get(f"{prefix}choices", "")).splitlines()]
        definition = {
            "name": name,
            "kind": data.get(f"{prefix}kind", ""),
            "default": _unix(data.get(f"{prefix}default", "")),
            "sample": _unix(data.get(f"{prefix}sample", "")),
            "required": data.get(f"{prefix}required", "1") != "0",
            "choices": [choice for choice in choices if choice],
        }
        yield Variable.read(definition), _unix(data.get(f"{prefix}value", ""))


def arrange(
    texts: Iterable[str], defined: Iterable[Variable], values: Mapping[str, str], without: str = ""
) -> list[TypedVariable]:
    """The variables to show: those in the texts in their order, then those that were defined and are not used.

    Args:
        values: what was typed, by name.
        without: a variable to leave out unless the texts use it.
    """
    known = {variable.name: variable for variable in defined}
    used = find_names(texts)[:MAX_VARIABLES]
    unused = [name for name in known if name not in used and name != without]
    return [
        TypedVariable(index, known.get(name) or Variable(name), values.get(name, ""), is_used=name in used)
        for index, name in enumerate([*used, *unused][:MAX_VARIABLES])
    ]


def inserted(variables: Sequence[TypedVariable]) -> dict[str, str]:
    """The values to insert, by name; braces that belong to the text have none."""
    return {
        typed.variable.name: typed.variable.value(typed.value)
        for typed in variables
        if typed.is_used and typed.variable.kind != Kind.LITERAL
    }


def problems(variables: Sequence[TypedVariable]) -> list[tuple[str, str]]:
    """The name of each wrong field, and what is wrong with it."""
    return [
        (f"{typed.prefix}-value", typed.problem)
        for typed in variables
        if typed.is_used and typed.variable.kind != Kind.LITERAL and typed.problem
    ]


def _unix(text: Any) -> str:  # noqa: ANN401 - whatever a form holds
    """Browsers send line breaks of text areas as CR LF, whatever was typed."""
    return str(text).replace("\r\n", "\n")
