"""Reading for the tests of translations: the texts that sources hold, the catalogue, and the words that a page shows.

Texts are found without GNU gettext; one test compares with what GNU gettext finds.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import polib  # type: ignore[import-untyped]  # it has no types
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale/zh_Hans/LC_MESSAGES/django.po"
# Django's functions for texts, by how many of their arguments are texts.
FUNCTIONS = {"gettext": 1, "gettext_lazy": 1, "gettext_noop": 1, "ngettext": 2, "ngettext_lazy": 2}
# What GNU gettext collects as Django calls it: these, and the short name that everyone gives to one of them.
COLLECTED = {*FUNCTIONS, "_"}

type Text = tuple[str, str]  # the text, and its plural or nothing

_LITERAL = r"""u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_IN_TEMPLATE = re.compile(rf"\b(?:ngettext\({_LITERAL}, {_LITERAL}|(?:gettext|_)\({_LITERAL})")


@dataclass(frozen=True, slots=True)
class Entry:
    """A text of a catalogue and its translation: in Chinese one form serves any number."""

    text: str
    plural: str
    translation: str
    is_sure: bool


def entries_of(path: Path = CATALOGUE) -> list[Entry]:
    """What a catalogue holds; the Chinese one of Workbench, if not told otherwise."""
    return [
        Entry(
            entry.msgid,
            entry.msgid_plural,
            entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr,
            is_sure=entry.translated() and not entry.obsolete,
        )
        for entry in polib.pofile(str(path))
    ]


def compile_catalogue(folder: Path) -> None:
    """Put the Chinese texts into a folder of locales, in the form that programs read."""
    compiled = folder / CATALOGUE.relative_to(ROOT / "locale").with_suffix(".mo")
    compiled.parent.mkdir(parents=True)
    polib.pofile(str(CATALOGUE)).save_as_mofile(str(compiled))


def modules() -> list[tuple[Path, ast.Module]]:
    """The application's modules, parsed."""
    return [(path, ast.parse(path.read_text())) for path in sorted((ROOT / "workbench").rglob("*.py"))]


def templates() -> list[Path]:
    """The application's templates, of pages and of mails."""
    return sorted(path for path in (ROOT / "templates").rglob("*.*") if path.suffix in (".html", ".txt"))


def texts_in_sources() -> set[Text]:
    """Every text that may be translated."""
    in_python = {text for _path, tree in modules() for text in texts_in_python(tree)}
    return in_python | {text for path in templates() for text in texts_in_template(path.read_text())}


def names_of_gettext(tree: ast.Module) -> dict[str, str]:
    """Under which names a module knows Django's functions for texts."""
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    return {
        alias.asname or alias.name: alias.name
        for node in imports
        if node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in FUNCTIONS
    }


def calls_of_gettext(tree: ast.AST, names: Mapping[str, str]) -> Iterator[tuple[ast.Call, list[ast.expr]]]:
    """Calls that translate, with the arguments that are texts."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node, node.args[: FUNCTIONS[names[node.func.id]]]


def texts_in_python(tree: ast.Module) -> Iterator[Text]:
    """The texts of a module."""
    for _call, arguments in calls_of_gettext(tree, names_of_gettext(tree)):
        texts = [str(argument.value) for argument in arguments if isinstance(argument, ast.Constant)]
        if texts:
            yield texts[0], texts[1] if len(texts) > 1 else ""


def texts_in_template(source: str) -> Iterator[Text]:
    """The texts of a template, by way of the calls that Django makes of it for GNU gettext."""
    for singular, plural, alone in _IN_TEMPLATE.findall(templatize(source)):
        yield ast.literal_eval(singular or alone), ast.literal_eval(plural) if plural else ""


class _Shown(HTMLParser):
    """Gathers what people read or hear on a page."""

    UNREAD = ("script", "style", "code", "pre", "kbd", "textarea")
    ATTRIBUTES = ("aria-label", "title", "placeholder", "alt", "data-copied", "data-failed")

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []
        self.unread = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if value and (name in self.ATTRIBUTES or name.startswith(("data-words-", "data-label-"))):
                self.shown.append(value)
        # The buttons that choose a language say its name in that language.
        if not self.unread and (tag in self.UNREAD or (tag == "button" and dict(attributes).get("lang"))):
            self.unread = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self.unread:
            self.unread = ""

    def handle_data(self, data: str) -> None:
        if data.strip() and not self.unread:
            self.shown.append(data.strip())


def shown_on(html: str) -> list[str]:
    """Every piece of text that a page shows or tells to a screen reader; not code, not what was typed."""
    reader = _Shown()
    reader.feed(html)
    return reader.shown
