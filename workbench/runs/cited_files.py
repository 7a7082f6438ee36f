"""The pages of a run's own files, by the titles under which the model got them: where citations lead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from django.urls import reverse

from workbench.prompts.turns import turn_of
from workbench.prompts.variables import Variable
from workbench.runs.models import Run

LONGEST_FRAGMENT = 120  # characters of a cited text by which a browser finds its place


def cited_files(run: Run) -> dict[str, str]:
    """The address of each file's page, by the file's title. No query."""
    found: dict[str, str] = {}
    for title, file_id, part in _sent(run.template or {}):
        address = reverse("file", args=[run.workspace.slug, file_id])
        found.setdefault(title, f"{address}?{part}" if part else address)
    return found


def place_in(address: str, citation: Mapping[str, Any], cited: str) -> str:
    """The address of the place that a citation names: its pages, and the text itself, which browsers look for."""
    match citation:
        case {"type": "page_location", "start_page_number": int(start), "end_page_number": int(end)} if (
            "?" not in address
        ):
            address += f"?pages={start}-{max(start, end - 1)}"
    words = " ".join(cited.split())[:LONGEST_FRAGMENT]
    # In this kind of fragment a hyphen and a comma have a meaning of their own (WICG, text fragments).
    return f"{address}#:~:text={quote(words, safe='').replace('-', '%2D')}" if words else address


def _sent(template: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Title, id, and the part that was sent (of a PDF), of every file."""
    for turn in template.get("turns") or []:
        for file in turn_of(turn).get("files", ()):
            pages = file["options"].get("pages", "")
            yield file["options"].get("title") or file["name"], file["id"], f"pages={quote(pages)}" if pages else ""
    values = template.get("values") or {}
    for stored in template.get("variables") or []:
        variable = Variable.read(stored)
        value = str(values.get(variable.name) or "")
        if file_id := variable.file_id(value):
            yield variable.value(value).partition(" ")[2], file_id, ""
