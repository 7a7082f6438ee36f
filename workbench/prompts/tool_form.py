"""One tool of one's own as a form: name, description, and the parameters as rows or as a raw schema.

Both ways, and without loss: what the form has no field for travels beside it as JSON and goes back unchanged.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from workbench.prompts.tools import Tool, check_tools
from workbench.prompts.typed_json import TypedJsonError, read_typed, write_typed

TYPES = ("string", "number", "integer", "boolean", "array", "object")
FLAGS = ("strict", "defer_loading")
EMPTY_SCHEMA: Tool = {"type": "object", "properties": {}}


@dataclass(frozen=True, slots=True)
class Row:
    """A parameter: `kind` is one of TYPES, empty for what only a schema can say; `rest`: all else it says, as JSON."""

    name: str = ""
    kind: str = "string"
    description: str = ""
    is_required: bool = False
    rest: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed."""
        return not (self.name.strip() or self.description.strip())


@dataclass(slots=True)
class ToolForm:
    """What the form holds, as typed. `rest` and `schema_rest`: what it has no field for, as JSON; `problems`: what is
    wrong, by field (name, description, rows, schema, form)."""

    name: str = ""
    description: str = ""
    flags: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)
    is_raw: bool = False
    schema: str = ""
    rest: str = ""
    schema_rest: str = ""
    problems: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of_tool(cls, tool: Mapping[str, Any]) -> ToolForm:
        """The form with a tool in it."""
        known = ("name", "description", "input_schema", *FLAGS)
        form = cls(
            name=str(tool.get("name", "")),
            description=str(tool.get("description", "")),
            flags=tuple(flag for flag in FLAGS if tool.get(flag) is True),
            rest=_packed({name: value for name, value in tool.items() if name not in known}),
        )
        form.take_schema(tool.get("input_schema", EMPTY_SCHEMA))
        return form

    @classmethod
    def of_post(cls, data: QueryDict) -> ToolForm:
        """The form as it was posted."""
        fields = (data.getlist(f"parameter-{name}") for name in ("name", "kind", "description", "required", "rest"))
        rows = [
            Row(name, kind, _typed(description), required == "1", rest)
            for name, kind, description, required, rest in zip(*fields, strict=False)
        ]
        return cls(
            name=data.get("tool-name", "").strip(),
            description=_typed(data.get("tool-description", "")),
            flags=tuple(flag for flag in FLAGS if data.get(f"tool-{flag}") == "1"),
            rows=rows,
            is_raw=data.get("mode") == "raw",
            schema=_typed(data.get("schema", "")),
            rest=data.get("rest", ""),
            schema_rest=data.get("schema-rest", ""),
        )

    @property
    def schema_of_rows(self) -> Tool:
        """The schema that the rows make."""
        rows = [row for row in self.rows if not row.is_empty]
        properties: Tool = {}
        for row in rows:
            said: Tool = {"type": row.kind} if row.kind in TYPES else {}
            if row.description.strip():
                said["description"] = row.description
            properties[row.name.strip()] = said | {
                word: value for word, value in _unpacked(row.rest).items() if word not in said
            }
        schema: Tool = {"type": "object", "properties": properties}
        if required := [row.name.strip() for row in rows if row.is_required]:
            schema["required"] = required
        return {**schema, **_unpacked(self.schema_rest)}

    def take_schema(self, schema: object) -> None:
        """Show a schema: as rows if they can say it, else raw."""
        rows = _rows_of(schema)
        self.is_raw = rows is None
        self.rows = rows or []
        self.schema = write_typed(schema) if rows is None else ""
        self.schema_rest = ""
        if rows is not None and isinstance(schema, Mapping):
            known = ("type", "properties", "required")
            self.schema_rest = _packed({name: value for name, value in schema.items() if name not in known})

    def as_rows(self) -> None:
        """Turn the raw schema into rows; if it has no such form, say so and leave it as it is."""
        try:
            schema = read_typed(self.schema) if self.schema.strip() else EMPTY_SCHEMA
        except TypedJsonError as wrong:
            self.is_raw, self.problems["schema"] = True, str(wrong)
            return
        typed = self.schema
        self.take_schema(schema)
        if self.is_raw:
            self.schema = typed
            self.problems["schema"] = _("This schema says more than rows can. Edit it here.")

    def as_raw(self) -> None:
        """Turn the rows into a raw schema."""
        if not self.is_raw:
            self.is_raw, self.schema = True, write_typed(self.schema_of_rows)

    def tool(self) -> Tool | None:
        """The tool, if nothing is wrong; `problems` then names each field."""
        self.problems = dict(self._row_problems())
        try:
            schema = read_typed(self.schema or "{}") if self.is_raw else self.schema_of_rows
        except TypedJsonError as wrong:
            self.problems["schema"] = str(wrong)
            schema = EMPTY_SCHEMA
        tool: Tool = {"name": self.name}
        if self.description.strip():
            tool["description"] = self.description
        tool |= {"input_schema": schema, **dict.fromkeys(self.flags, True), **_unpacked(self.rest)}
        for problem in check_tools([tool]).problems:
            where = str(problem.path[0]) if problem.path else "form"
            place = {"name": "name", "description": "description", "input_schema": "schema"}.get(where, "form")
            inner = ".".join(map(str, problem.path[1:]))
            self.problems.setdefault(place, f"{inner}: {problem.message}" if inner else problem.message)
        return None if self.problems else tool

    def _row_problems(self) -> Iterator[tuple[str, str]]:
        names = [row.name.strip() for row in self.rows if not row.is_empty and not self.is_raw]
        if "" in names:
            yield "rows", _("A parameter has no name.")
        elif len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            yield "rows", _("Two parameters are named “%(name)s”.") % {"name": twice}


def _rows_of(schema: object) -> list[Row] | None:
    """A schema as rows; None if they cannot say it. What they have no field for stays in each row's `rest`."""
    if not isinstance(schema, Mapping) or schema.get("type") != "object":
        return None
    properties, required = schema.get("properties", {}), schema.get("required", [])
    if not isinstance(properties, Mapping) or not isinstance(required, list):
        return None
    if not all(isinstance(one, Mapping) for one in properties.values()):
        return None
    if not all(isinstance(name, str) and name in properties for name in required):
        return None
    return [_row(name, one, is_required=name in required) for name, one in properties.items()]


def _row(name: str, said: Mapping[str, Any], *, is_required: bool) -> Row:
    kind, description = said.get("type"), said.get("description")
    taken = {"type"} if kind in TYPES else set()
    if isinstance(description, str) and description.strip():
        taken.add("description")
    rest = _packed({word: value for word, value in said.items() if word not in taken})
    text = description if isinstance(description, str) else ""
    return Row(name, str(kind) if kind in TYPES else "", text, is_required, rest)


def _packed(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False) if values else ""


def _unpacked(text: str) -> Tool:
    try:
        found = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _typed(text: str) -> str:
    return text.replace("\r\n", "\n")
