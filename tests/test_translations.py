"""The Chinese catalogue holds every text of the sources, translated, with nothing lost of what is filled in."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests import translations

# Names and units that Chinese writes in the same letters.
SAME_IN_CHINESE = {
    "%(count)s token",
    "%(kind)s, %(size)s KB",
    "%(shown)s of %(all)s",
    "%(number)s ms",
    "%(number)s s",
    "Claude API",
    "IDs",
    "JSON",
    "Markdown",
    "Top k",
    "Top p",
    "tok/s",
}
FILLED_IN = re.compile(r"%\(\w+\)[sd]|\{\w+\}|</?\w[^>]*>")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_every_text_of_the_sources_is_in_the_catalogue() -> None:
    known = {(entry.text, entry.plural) for entry in translations.entries_of()}
    assert translations.texts_in_sources() - known == set(), "run `make messages`, then translate what is new"


def test_every_text_is_translated_and_none_is_a_guess() -> None:
    assert [entry.text for entry in translations.entries_of() if not entry.is_sure] == []


def test_every_translation_is_chinese() -> None:
    foreign = {entry.text for entry in translations.entries_of() if not CHINESE.search(entry.translation)}
    assert foreign - SAME_IN_CHINESE == set()


def test_what_is_filled_in_stands_in_the_translation_too() -> None:
    for entry in translations.entries_of():
        original = Counter(FILLED_IN.findall(entry.plural or entry.text))
        assert Counter(FILLED_IN.findall(entry.translation)) == original, entry.text


def test_chinese_sentences_have_chinese_punctuation() -> None:
    for entry in translations.entries_of():
        assert not re.search(r"[\u4e00-\u9fff][,;:?!]", entry.translation), entry.translation


def test_the_catalogue_says_nothing_of_the_machine_and_the_day_it_was_collected_on() -> None:
    text = translations.CATALOGUE.read_text()
    assert "POT-Creation-Date" not in text
    assert not re.search(r"^#: .*(?:^|\s)(?:/|\w:\\|.*:\d)", text, re.MULTILINE)


def test_modules_call_gettext_by_names_that_are_collected() -> None:
    for path, tree in translations.modules():
        assert set(translations.names_of_gettext(tree)) <= translations.COLLECTED, path


def test_texts_are_written_out_where_they_are_translated() -> None:
    for path, tree in translations.modules():
        for call, texts in translations.calls_of_gettext(tree, translations.names_of_gettext(tree)):
            assert all(isinstance(text, ast.Constant) for text in texts), f"{path}:{call.lineno}"


def test_nothing_is_translated_inside_an_f_string_where_older_gnu_gettext_does_not_look() -> None:
    for path, tree in translations.modules():
        names = translations.names_of_gettext(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                assert list(translations.calls_of_gettext(node, names)) == [], f"{path}:{node.lineno}"


def test_scripts_bring_no_sentences_of_their_own() -> None:
    for path in sorted((translations.ROOT / "static/js").glob("*.js")):
        code = re.sub(r"^\s*(?://|/?\*).*$|\s//\s.*$", "", path.read_text(), flags=re.MULTILINE)
        assert re.findall(r"""["'`]([A-Z][a-z’]+ [^"'`]*[a-z])["'`.]""", code) == [], path


def test_gnu_gettext_finds_the_same_texts(tmp_path: Path) -> None:
    if not shutil.which("xgettext"):
        if os.environ.get("WORKBENCH_REQUIRE_BROWSER") == "1":
            pytest.fail("GNU gettext is missing")
        pytest.skip("GNU gettext is not installed")
    for name in ("workbench", "templates"):
        shutil.copytree(translations.ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(translations.ROOT / "manage.py", tmp_path)
    (tmp_path / "locale").mkdir()
    command = [sys.executable, "manage.py", "makemessages", "--locale", "zh_Hans"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    collected = translations.entries_of(tmp_path / "locale/zh_Hans/LC_MESSAGES/django.po")
    assert {(entry.text, entry.plural) for entry in collected} == translations.texts_in_sources()
