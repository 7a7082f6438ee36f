"""A flat output schema as a list of fields, for a form; and such a list as the text of a schema.

The text is what counts: what a list of fields cannot say is no list of fields, and is never overwritten. A name may
stand twice, as it may while somebody types.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from workbench.prompts.typed_json import Members, read_members, write_members

MAX_FIELDS = 200
# What the root may say besides its fields.
ROOT = ("type", "properties", "required", "additionalProperties", "title", "description", "$schema")


class Kind(StrEnum):
    """What kind of value a field holds."""

    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    TEXTS = "texts"


TYPES = {Kind.TEXT: "string", Kind.NUMBER: "number", Kind.INTEGER: "integer", Kind.BOOLEAN: "boolean"}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the answer; `choices` for the kind of that name only."""

    name: str
    kind: Kind = Kind.TEXT
    description: str = ""
    is_required: bool = True
    choices: Sequence[str] = ()

    def schema(self) -> Members:
        """Its schema."""
        if self.kind == Kind.CHOICE:
            found = Members([("type", "string"), ("enum", list(self.choices))])
        elif self.kind == Kind.TEXTS:
            found = Members([("type", "array"), ("items", Members([("type", "string")]))])
        else:
            found = Members([("type", TYPES[self.kind])])
        return Members([*found, ("description", self.description)]) if self.description else found


def fields_of(text: str) -> list[Field] | None:
    """The fields of a schema; none for an empty text; None if it is more than a list of fields, or is none (yet)."""
    if not text.strip():
        return []
    root = _once(read_members(text))
    if root is None or not set(root) <= set(ROOT) or root.get("type") != "object":
        return None
    members, required = root.get("properties", Members()), root.get("required", [])
    if not isinstance(members, Members) or not isinstance(required, list) or len(members) > MAX_FIELDS:
        return None
    if not all(isinstance(name, str) for name in required) or not set(required) <= {name for name, _one in members}:
        return None
    if any(isinstance(root.get(name), list) for name in ("additionalProperties", "title", "description", "$schema")):
        return None
    fields = [_field(name, schema) for name, schema in members]
    known = [replace(field, is_required=field.name in required) for field in fields if field]
    return known if len(known) == len(fields) else None


def text_of(fields: Sequence[Field], before: str) -> str:
    """The text of a schema with these fields; `before` says all else. If that is no list of fields, it stays."""
    if fields_of(before) is None:
        return before
    root = read_members(before)
    old = root if isinstance(root, Members) else Members([("type", "object"), ("additionalProperties", False)])
    said = {
        "properties": Members([(field.name, field.schema()) for field in fields]),
        "required": list(dict.fromkeys(field.name for field in fields if field.is_required)),
    }
    rest = [(name, value) for name, value in old if name not in said]
    at = next((index for index, (name, _value) in enumerate(rest) if name == "additionalProperties"), len(rest))
    return write_members(Members([*rest[:at], *said.items(), *rest[at:]]))


def new_name(fields: Sequence[Field]) -> str:
    """A name that no field has."""
    taken = {field.name for field in fields}
    return next(name for number in range(1, len(fields) + 2) if (name := f"field_{number}") not in taken)


def fields_in(data: Mapping[str, Any]) -> list[Field]:
    """A form's fields, n from 0: `schema-<n>-name`, `-kind`, `-description`, `-required`, `-choices` (one a line)."""
    found = []
    for index in range(MAX_FIELDS):
        prefix = f"schema-{index}-"
        if f"{prefix}name" not in data:
            break
        kind = str(data.get(f"{prefix}kind", ""))
        choices = str(data.get(f"{prefix}choices", "")).splitlines()
        field = Field(
            name=str(data[f"{prefix}name"]),
            kind=Kind(kind) if kind in Kind else Kind.TEXT,
            description=str(data.get(f"{prefix}description", "")),
            is_required=bool(data.get(f"{prefix}required")),
            choices=tuple(choice.strip() for choice in choices if choice.strip()),
        )
        found.append(field)
    return found


def _field(name: str, schema: object) -> Field | None:
    """A field out of its schema; None if a form cannot show all of that."""
    said = _once(schema)
    if said is None or not isinstance(description := said.pop("description", ""), str):
        return None
    kind = next((kind for kind, type_name in TYPES.items() if said == {"type": type_name}), None)
    choices = said.get("enum")
    if said == {"type": "array", "items": Members([("type", "string")])}:
        kind = Kind.TEXTS
    elif isinstance(choices, list) and said == {"type": "string", "enum": choices}:
        # A form has one choice a line, without white space around it.
        if not all(isinstance(one, str) and one == one.strip() and len(one.splitlines()) == 1 for one in choices):
            return None
        return Field(name, Kind.CHOICE, description, choices=tuple(choices))
    return Field(name, kind, description) if kind else None


def _once(value: object) -> dict[str, Any] | None:
    """An object's members by name; None if it is none, or one stands twice."""
    found = dict(value) if isinstance(value, Members) else None
    return found if found is not None and isinstance(value, Members) and len(found) == len(value) else None
