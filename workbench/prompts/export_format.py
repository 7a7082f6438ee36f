"""The file in which prompts travel: one JSON document, versioned, described in docs/export-format.md.

What is read is data and nothing more: unknown fields are ignored, wrong ones are refused with the place where they
stand. No connection, key, person or run is ever in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from workbench.prompts.cache_marks import marks_of
from workbench.prompts.content import PromptContent
from workbench.prompts.models import MAX_NAME, MAX_NOTE, MAX_TAG
from workbench.prompts.turns import ROLES, Turn, turn_of
from workbench.prompts.variables import Kind, Variable

FORMAT = "workbench-prompts"
VERSION = 1
MAX_FILE = 32 * 1024 * 1024  # bytes
MAX_VERSIONS = 50_000  # of all prompts of a file together
# Never travels: it names a connection of one workspace.
NOT_EXPORTED = ("connection",)


class NotAnExportError(Exception):
    """The file cannot be read; the message says why, and where."""


@dataclass(frozen=True, slots=True)
class TravellingVersion:
    """A version as it stands in a file."""

    number: int
    content: PromptContent
    note: str
    created_at: datetime
    restored_from: int | None = None


@dataclass(frozen=True, slots=True)
class TravellingPrompt:
    """A prompt as it stands in a file, versions from the first to the newest."""

    id: UUID
    name: str
    description: str = ""
    folder: str = ""
    tags: Sequence[str] = ()
    labels: Mapping[str, int] = field(default_factory=dict)
    value_sets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    versions: Sequence[TravellingVersion] = ()


@dataclass(frozen=True, slots=True)
class TravellingSet:
    """A parameter set as it stands in a file."""

    name: str
    description: str
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Export:
    """What a file holds."""

    prompts: Sequence[TravellingPrompt]
    parameter_sets: Sequence[TravellingSet] = ()


def prompt_as_json(prompt: TravellingPrompt) -> dict[str, Any]:
    """The shape of a prompt in the file."""
    return {
        "id": str(prompt.id),
        "name": prompt.name,
        "description": prompt.description,
        "folder": prompt.folder,
        "tags": list(prompt.tags),
        "labels": dict(prompt.labels),
        "value_sets": {name: dict(values) for name, values in prompt.value_sets.items()},
        "versions": [_version_as_json(version) for version in prompt.versions],
    }


def _version_as_json(version: TravellingVersion) -> dict[str, Any]:
    fields = version.content.as_fields()
    fields["parameters"] = exported_settings(fields["parameters"])
    about = {"number": version.number, "note": version.note, "created_at": version.created_at.isoformat()}
    return {**about, "restored_from": version.restored_from, **fields}


def exported_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters without what names a connection."""
    return {name: value for name, value in settings.items() if name not in NOT_EXPORTED}


def read_export(data: bytes) -> Export:
    """What a file holds, checked whole.

    Raises:
        NotAnExportError: it is no export, of a newer version, too large, or something in it is not what it must be.
    """
    if len(data) > MAX_FILE:
        raise NotAnExportError(_("The file is larger than %(number)s MB.") % {"number": MAX_FILE // 1024**2})
    try:
        document = orjson.loads(data)
    except orjson.JSONDecodeError:
        raise NotAnExportError(_("The file is not JSON.")) from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise NotAnExportError(_("The file is not an export of prompts."))
    if document.get("version") != VERSION:
        raise NotAnExportError(_("The file was written by a newer version of Workbench. Update this one first."))
    reader = _Reader("")
    prompts = reader.items(document, "prompts", _prompt)
    if sum(len(prompt.versions) for prompt in prompts) > MAX_VERSIONS:
        words = _("The file holds more than %(number)s versions. Export in parts, folder by folder.")
        raise NotAnExportError(words % {"number": MAX_VERSIONS})
    return Export(prompts, reader.items(document, "parameter_sets", _parameter_set))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Takes fields out of JSON; complains with the path of what is wrong, such as `prompts[3].name`."""

    path: str

    def wrong(self, name: str, wanted: str) -> NotAnExportError:
        words = _("%(path)s must be %(wanted)s.")
        return NotAnExportError(words % {"path": f"{self.path}{name}", "wanted": wanted})

    def text(self, given: Mapping[str, Any], name: str, most: int | None = None, *, is_needed: bool = False) -> str:
        value = given.get(name, "")
        if not isinstance(value, str) or (is_needed and not value.strip()):
            raise self.wrong(name, _("text"))
        if most is not None and len(value) > most:
            raise self.wrong(name, _("at most %(number)s characters") % {"number": most})
        if "\x00" in value or not _is_unicode(value):
            raise self.wrong(name, _("text without broken characters"))
        return value

    def number(self, given: Mapping[str, Any], name: str) -> int:
        value = given.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**31:
            raise self.wrong(name, _("a whole number"))
        return value

    def items[Item](
        self, given: Mapping[str, Any], name: str, read: Callable[[_Reader, Mapping[str, Any]], Item]
    ) -> list[Item]:
        values = given.get(name) or []
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            raise self.wrong(name, _("a list of objects"))
        return [read(_Reader(f"{self.path}{name}[{index}]."), value) for index, value in enumerate(values)]

    def texts(self, given: Mapping[str, Any], name: str, most: int) -> list[str]:
        values = given.get(name) or []
        if not isinstance(values, list):
            raise self.wrong(name, _("a list"))
        return [self.text({name: value}, name, most, is_needed=True) for value in values]

    def mapping(self, given: Mapping[str, Any], name: str) -> dict[str, Any]:
        value = given.get(name) or {}
        if not isinstance(value, dict):
            raise self.wrong(name, _("an object"))
        return value


def _prompt(reader: _Reader, given: Mapping[str, Any]) -> TravellingPrompt:
    try:
        prompt_id = UUID(str(given.get("id", "")))
    except ValueError:
        raise reader.wrong("id", _("a UUID")) from None
    versions = sorted(reader.items(given, "versions", _version), key=lambda version: version.number)
    if [version.number for version in versions] != list(range(1, len(versions) + 1)) or not versions:
        raise reader.wrong("versions", _("numbered from 1, each once"))
    labels = reader.mapping(given, "labels")
    if not all(len(name) <= MAX_TAG and number in range(1, len(versions) + 1) for name, number in labels.items()):
        raise reader.wrong("labels", _("names and numbers of versions"))
    return TravellingPrompt(
        id=prompt_id,
        name=reader.text(given, "name", MAX_NAME, is_needed=True),
        description=reader.text(given, "description"),
        folder=reader.text(given, "folder", MAX_NAME).strip("/ "),
        tags=list(dict.fromkeys(reader.texts(given, "tags", MAX_TAG))),
        labels=labels,
        value_sets=_value_sets(reader, given),
        versions=versions,
    )


def _value_sets(reader: _Reader, given: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    sets = reader.mapping(given, "value_sets")
    inside = _Reader(f"{reader.path}value_sets.")
    return {
        inside.text({name: name}, name, MAX_NAME, is_needed=True): {
            variable: inside.text(values, variable) for variable in inside.mapping(sets, name)
        }
        for name, values in sets.items()
    }


def _version(reader: _Reader, given: Mapping[str, Any]) -> TravellingVersion:
    created_at = parse_datetime(reader.text(given, "created_at", 40)) if given.get("created_at") else None
    if created_at is None or created_at.tzinfo is None:
        raise reader.wrong("created_at", _("a moment with its time zone"))
    tools = given.get("tools") or []
    if not isinstance(tools, list):
        raise reader.wrong("tools", _("a list"))
    return TravellingVersion(
        number=reader.number(given, "number"),
        note=reader.text(given, "note", MAX_NOTE),
        created_at=created_at,
        restored_from=reader.number(given, "restored_from") if given.get("restored_from") is not None else None,
        content=PromptContent(
            system=reader.text(given, "system"),
            messages=reader.items(given, "messages", _message),
            variables=reader.items(given, "variables", _variable),
            parameters=exported_settings(reader.mapping(given, "parameters")),
            tools=tools,
            output_schema=given.get("output_schema"),
            cache=marks_of(reader.mapping(given, "cache")),
        ),
    )


def _message(reader: _Reader, given: Mapping[str, Any]) -> Turn:
    if given.get("role") not in ROLES:
        raise reader.wrong("role", " / ".join(ROLES))
    for name in ("blocks", "results"):
        if not isinstance(given.get(name, []), list) or not all(isinstance(each, dict) for each in given.get(name, [])):
            raise reader.wrong(name, _("a list of objects"))
    return turn_of({**given, "text": reader.text(given, "text")})


def _variable(reader: _Reader, given: Mapping[str, Any]) -> Variable:
    if given.get("kind") not in set(Kind):
        raise reader.wrong("kind", " / ".join(Kind))
    return Variable(
        name=reader.text(given, "name", MAX_NAME, is_needed=True),
        kind=Kind(given["kind"]),
        default=reader.text(given, "default"),
        sample=reader.text(given, "sample"),
        is_required=given.get("required", True) is not False,
        choices=tuple(reader.texts(given, "choices", 10_000)),
    )


def _parameter_set(reader: _Reader, given: Mapping[str, Any]) -> TravellingSet:
    return TravellingSet(
        name=reader.text(given, "name", MAX_NAME, is_needed=True),
        description=reader.text(given, "description", MAX_NOTE),
        settings=exported_settings(reader.mapping(given, "settings")),
    )


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
