"""What a variable is, in words for people: on a version's page and in differences. Makes no HTML."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from workbench.prompts.variables import Kind, Variable


def describe(variable: Variable) -> str:
    """Its kind, and what is not as usual: `choice: a, b · optional · default “a”`."""
    return " · ".join(_words(variable))


def _words(variable: Variable) -> Iterator[str]:
    yield _kind(variable)
    if not variable.is_required:
        yield _("optional")
    if variable.default:
        yield _quoted(_("default"), variable.default)
    if variable.sample:
        yield _quoted(_("sample"), variable.sample)


def _quoted(word: str, value: str) -> str:
    return f"{word} “{value}”"


def _kind(variable: Variable) -> str:
    words = {
        Kind.LONG: _("long text"),
        Kind.TEXT: _("text"),
        Kind.NUMBER: _("number"),
        Kind.CHOICE: _("choice"),
        Kind.JSON: "JSON",
        Kind.FILE: _("file"),
        Kind.LITERAL: _("no variable, only braces"),
    }[variable.kind]
    return f"{words}: {', '.join(variable.choices)}" if variable.kind == Kind.CHOICE else words
