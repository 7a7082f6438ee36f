"""Has a file read by a process of its own (reading/), a few at a time. Never reads one itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from signal import SIGKILL, SIGXCPU
from typing import BinaryIO

import structlog

log = structlog.get_logger(__name__)

ROOT = Path(__file__).resolve().parent.parent.parent
# Each may take a gigabyte (reading/walls.py).
AT_ONCE = 2
TIME_LIMIT_S = 90.0
SAID = 64 * 1024  # bytes of standard error that are looked at

_turns = threading.BoundedSemaphore(AT_ONCE)

type Details = dict[str, int | str | bool]


class ReadingError(Exception):
    """The file could not be read; `code` is a key of problems.py, or "not_accepted"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_with(what: str, argument: str, source: BinaryIO, out: BinaryIO) -> Details:
    """Have it done; what it writes is in `out` then.

    Args:
        what: as in reading/__main__.py: pdf, docx, text, image, shrink, cut.
        source: a real file; read from its beginning.

    Raises:
        ReadingError: it could not be done.
    """
    os.lseek(source.fileno(), 0, os.SEEK_SET)
    with _turns, tempfile.TemporaryFile() as said:
        command = [sys.executable, "-B", "-m", "workbench.files.reading", what, argument]
        # Without our environment: it holds keys, and a parser of other people's files needs none.
        environment = {"LANG": "C.UTF-8"}
        try:
            done = subprocess.run(  # noqa: S603 - our own program; the file's name is an argument, not a command
                command,
                stdin=source,
                stdout=out,
                stderr=said,
                cwd=ROOT,
                env=environment,
                timeout=TIME_LIMIT_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise ReadingError("time") from None
        result = _result_in(said)
    source.seek(0)
    out.seek(0)
    if isinstance(details := result.get("details"), dict):
        return details
    code = str(result.get("problem") or _code_of_end(done.returncode))
    log.info("file.unreadable", reader=what, problem=code, error=result.get("error", ""), status=done.returncode)
    raise ReadingError(code)


def _result_in(said: BinaryIO) -> dict[str, object]:
    said.seek(max(0, said.seek(0, os.SEEK_END) - SAID))
    lines = said.read().splitlines()
    try:
        result = json.loads(lines[-1])
    except (IndexError, ValueError):
        return {}
    return result if isinstance(result, dict) else {}


def _code_of_end(status: int) -> str:
    if status in (-SIGXCPU, -SIGKILL):
        return "time"
    return "damaged"
