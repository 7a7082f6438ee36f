"""Reads other people's files in a process of its own, behind walls (see walls.py): `python -m workbench.files.reading`.

Plain Python without Django, so that it starts fast and holds no secret. Never connects anywhere, never opens a file for
writing: the file comes as standard input, what is made of it goes to standard output, what was found to standard error.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

# Text that is kept of one file, in characters; what is beyond is cut, and said.
MAX_TEXT = 32 * 1024 * 1024

type Write = Callable[[str], None]
type Details = dict[str, int | str | bool]
type Reader = Callable[[BinaryIO, str, Write], Details]


class ProblemError(Exception):
    """The file cannot be read; `code` says why (see ../problems.py for the words)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TextFullError(Exception):
    """As much text as is kept was written: the reader stops, and what it wrote stands."""
