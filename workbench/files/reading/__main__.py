"""`python -m workbench.files.reading <what> [<argument>]`: does one thing with the file on standard input.

`pdf`, `docx`, `text <name>` write its text as one JSON string a line (a line is a page, a row, a paragraph or a piece);
`image`, `shrink <side>`, `cut <ranges>` write a file. The last line on standard error is `{"details": …}` or
`{"problem": "<code>"}`.
"""

from __future__ import annotations

import errno
import json
import logging
import sys
import warnings
from typing import BinaryIO

from workbench.files.reading import MAX_TEXT, Details, ProblemError, TextFullError
from workbench.files.reading.walls import raise_walls

# The disk for temporary files is full; more is written than any file gives (see walls.OUTPUT).
NO_ROOM = {errno.ENOSPC: "no_room", errno.EFBIG: "bomb"}


def main(what: str, argument: str) -> Details:
    """Do it. Raises ProblemError."""
    file, out = open(0, "rb", closefd=False), open(1, "wb", closefd=False)  # noqa: SIM115 - descriptors
    if what in ("image", "shrink", "cut"):
        return _make(what, file, out, argument)
    return _extract(what, file, out, argument)


def _make(what: str, file: BinaryIO, out: BinaryIO, argument: str) -> Details:
    # Each library only where it is needed: starting is most of the time that a small file takes.
    if what == "cut":
        from workbench.files.reading.pdf import cut  # noqa: PLC0415

        details = cut(file, out, argument)
    else:
        from workbench.files.reading.images import clean, shrink  # noqa: PLC0415

        details = shrink(file, out, int(argument)) if what == "shrink" else clean(file, out)
    out.flush()
    return details


def _extract(what: str, file: BinaryIO, out: BinaryIO, name: str) -> Details:
    written = 0

    def write(text: str) -> None:
        nonlocal written
        # Lone surrogates and NULs can be stored and sent by nobody.
        clean = text.encode("utf-8", "replace").decode().replace("\x00", "")[: MAX_TEXT - written]
        written += len(clean)
        out.write(json.dumps(clean, ensure_ascii=False).encode() + b"\n")
        if written >= MAX_TEXT:
            raise TextFullError

    details: Details = {}
    try:
        if what == "pdf":
            from workbench.files.reading.pdf import read as read_pdf  # noqa: PLC0415

            read_pdf(file, details, write)
        elif what == "docx":
            from workbench.files.reading.docx import read as read_docx  # noqa: PLC0415

            read_docx(file, details, write)
        else:
            from workbench.files.reading.texts import read as read_text  # noqa: PLC0415

            read_text(file, name, details, write)
    except TextFullError:
        details["cut"] = "size"
    out.flush()
    return details | {"characters": written}


def _run(what: str, argument: str) -> dict[str, object]:
    try:
        return {"details": main(what, argument)}
    except ProblemError as error:
        return {"problem": error.code}
    except (MemoryError, RecursionError):
        return {"problem": "memory"}
    except OSError as error:
        return {"problem": NO_ROOM.get(error.errno or 0, "damaged"), "error": str(error)[:300]}
    except Exception as error:  # noqa: BLE001 - a parser of other people's files may raise anything
        return {"problem": "damaged", "error": f"{type(error).__name__}: {error}"[:300]}


if __name__ == "__main__":
    raise_walls()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    found = _run(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "")
    sys.stderr.write("\n" + json.dumps(found) + "\n")
