"""Reads HTML as a browser would, to say what is in it: tags with their attributes, and the text."""

from __future__ import annotations

from html.parser import HTMLParser

from workbench.rendering.markdown import ALLOWED, REL

VOID = {"br", "hr"}


class Page(HTMLParser):
    """What a piece of HTML holds: `tags` as (name, attributes), `text`, and `other` (comments, declarations, …)."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.other: list[str] = []
        self.unbalanced: list[str] = []
        self._open: list[str] = []
        self._text: list[str] = []
        self.feed(html)
        self.close()
        self.text = "".join(self._text)
        self.unbalanced += self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag."""
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """It must end what was opened last: half a tag would swallow the page around it."""
        if self._open and self._open[-1] == tag:
            self._open.pop()
        else:
            self.unbalanced.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        """Note the text."""
        self._text.append(data)

    def handle_comment(self, data: str) -> None:
        """Note that there was one."""
        self.other.append(data)

    def handle_decl(self, decl: str) -> None:
        """Note that there was one."""
        self.other.append(decl)

    def handle_pi(self, data: str) -> None:
        """Note that there was one."""
        self.other.append(data)

    def unknown_decl(self, data: str) -> None:
        """Note that there was one."""
        self.other.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of each such tag."""
        return [attributes for name, attributes in self.tags if name == tag]


def problems(html: str) -> list[str]:
    """Everything in the HTML that rendered model output must not have; empty if it is safe to put into a page."""
    page = Page(html)
    found = [f"not closed well: {tag}" for tag in page.unbalanced] + [f"not text: {other}" for other in page.other]
    for tag, attributes in page.tags:
        if tag == "pre" and attributes == {"class": "plain"}:
            continue
        if tag not in ALLOWED:
            found.append(f"tag {tag}")
            continue
        for name, value in attributes.items():
            if tag == "a" and name == "rel":
                continue
            pattern = ALLOWED[tag].get(name)
            if pattern is None or not pattern.fullmatch(value or ""):
                found.append(f"attribute {tag} {name}={value}")
        if "href" in attributes and (attributes.get("rel"), attributes.get("target")) != (REL, "_blank"):
            found.append(f"link {attributes}")
    return found
