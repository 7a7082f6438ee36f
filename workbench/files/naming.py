"""The names of uploaded files as they are shown: one line, no tricks of direction, never a path."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

from workbench.files.models import MAX_NAME

UNNAMED = "unnamed"
# Marks that turn the direction of what follows: "exe.gpj" must not read as "jpg.exe".
DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
ENDING = 20  # characters of an ending that survive shortening


def clean_name(given: str) -> str:
    """A name that can be shown and stored: at most MAX_NAME characters, its ending kept."""
    text = given.encode("utf-8", "replace").decode().replace("\\", "/").rpartition("/")[2]
    text = DIRECTIONS.sub("", text)
    text = "".join(" " if unicodedata.category(letter) in ("Cc", "Zl", "Zp") else letter for letter in text)
    text = " ".join(text.split()).strip()
    if not text.strip("."):
        return UNNAMED
    if len(text) <= MAX_NAME:
        return text
    ending = PurePosixPath(text).suffix
    ending = ending if len(ending) <= ENDING else ""
    return text[: MAX_NAME - len(ending) - 1].rstrip() + "…" + ending
