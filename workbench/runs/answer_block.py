"""What is shown of one content block of an answer, whatever its type. Holds no rules; made by blocks.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.utils.safestring import SafeString

from workbench.rendering.highlight import showable
from workbench.runs.citations import Source

NO_HTML = SafeString("")
SCHEMES = ("http", "https")


@dataclass(frozen=True, slots=True)
class Link:
    """An address that a server named. `href` is empty for one that may not be followed: it stays text."""

    href: str
    title: str
    host: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """Code or text within a block, and what it is; `is_bad` for what a program complained of."""

    name: str
    html: SafeString
    is_bad: bool = False


@dataclass(frozen=True, slots=True)
class AnswerBlock:
    """One thing in an answer: a content block, or the texts that citations divide.

    `kind` is its type in the API, `index` its place in the content, `part` which template of templates/runs/blocks
    shows it, `text` what is copied of it, `title` what it is, `name` which tool. The rest as far as there is any.
    """

    kind: str
    index: int
    part: str
    text: str = ""
    html: SafeString = NO_HTML
    title: str = ""
    name: str = ""
    note: str = ""
    problem: str = ""
    is_bad: bool = False
    pieces: list[Piece] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)

    @property
    def template(self) -> str:
        """Which template shows it."""
        return f"runs/blocks/{self.part}.html"


def link_to(address: object, title: object = "", note: object = "") -> Link:
    """A link to another host, or its words alone if the address is none that may be followed."""
    text = showable(address) if isinstance(address, str) else ""
    words = showable(title).strip() if isinstance(title, str) else ""
    host = host_of(text)
    return Link(text if host else "", words or text, host, showable(note) if isinstance(note, str) else "")


def host_of(address: str) -> str:
    """The host of an address that may be followed (http or https); empty for any other."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return ""
    return host if parts.scheme in SCHEMES else ""
