"""The data of a pasted curl command. Runs nothing, reads no files; takes time that grows with the command's length.

(`shlex` takes minutes for a quoted word of two million characters.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

DATA_OPTIONS = ("-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json")
_HERE_DOCUMENT = re.compile(r"<<-?[ \t]{0,9}(['\"]?)(\w{1,40})\1[^\n]{0,200}\n")
# What a word of a shell is made of; whatever is none of these is a quotation mark without its partner.
_PIECE = re.compile(
    r"(?P<space>(?:\s|\\\r?\n)+)|'(?P<plain>[^']*)'|\$'(?P<ansi>[^'\\]*(?:\\.[^'\\]*)*)'"
    r'|"(?P<double>[^"\\]*(?:\\.[^"\\]*)*)"|\\(?P<escaped>.)|(?P<bare>[^\s\'"\\$]+|\$)',
    re.DOTALL,
)
_DOUBLE = re.compile(r'\\(["\\$`\n])')
_ANSI = re.compile(r"\\(?:u(?P<code>[0-9a-fA-F]{4})|(?P<letter>.))", re.DOTALL)
_ANSI_LETTERS = {"n": "\n", "r": "\r", "t": "\t"}


class NoDataError(Exception):
    """The command holds no data; the message says why."""


def data_of(command: str) -> str:
    """What the command sends.

    Raises:
        NoDataError: it sends none, or takes it from elsewhere.
    """
    command, here = _without_here_document(command)
    words = list(_words(command))
    for place, option in enumerate(words):
        if option in DATA_OPTIONS and place + 1 < len(words):
            return _data(words[place + 1], here)
        if option.startswith(DATA_OPTIONS) and "=" in option:
            return _data(option.partition("=")[2], here)
    raise NoDataError(_("The curl command has no data (-d)."))


def _words(command: str) -> Iterator[str]:
    word: list[str] = []
    place = 0
    while place < len(command):
        found = _PIECE.match(command, place)
        if not found:
            raise NoDataError(_("The curl command ends within a quotation."))
        place = found.end()
        if found["space"] is None:
            word.append(_said(found))
        elif word:
            yield "".join(word)
            word = []
    if word:
        yield "".join(word)


def _said(piece: re.Match[str]) -> str:
    """What a piece of a word stands for, without its quotation marks."""
    if piece["double"] is not None:
        return _DOUBLE.sub(lambda found: found[1].strip("\n"), piece["double"])
    if piece["ansi"] is not None:
        return _ANSI.sub(_ansi, piece["ansi"])
    return next(text for text in (piece["plain"], piece["escaped"], piece["bare"]) if text is not None)


def _ansi(found: re.Match[str]) -> str:
    return chr(int(found["code"], 16)) if found["code"] else _ANSI_LETTERS.get(found["letter"], found["letter"])


def _without_here_document(command: str) -> tuple[str, str | None]:
    """The command itself, and what it is given line by line (`<<EOF`), if anything."""
    found = _HERE_DOCUMENT.search(command)
    text = command[found.end() :].rstrip() if found else ""
    if not found or not text.endswith(f"\n{found[2]}"):
        return command, None
    return command[: found.start()], text.removesuffix(found[2])


def _data(value: str, here: str | None) -> str:
    if not value.startswith("@"):
        return value
    if value != "@-":
        words = _("The command takes its data from a file. Paste what is in “%(name)s”.")
        raise NoDataError(words % {"name": value[1:]})
    if here is None:
        raise NoDataError(_("The command takes its data from elsewhere. Paste the data itself."))
    return here
