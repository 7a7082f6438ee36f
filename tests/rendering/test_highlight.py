"""Colours are added to code and JSON; the text under them stays what it was, to the last character."""

from __future__ import annotations

import re
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.rendering.reading import Page
from workbench.rendering.highlight import LANGUAGES, TOKEN_CLASSES, highlight_code, highlight_json, language_name

JSON = '{"a": [1, -2.5e3, true, null], "b": "x\\n<b>&amp;\'"}'
CODE = 'class A { /* c */ int f() { return "s" + 1; } }\n# def x: <a href="b">c</a> $d = `e`; -- f\n'


@pytest.mark.parametrize(
    "text",
    [
        JSON,
        "",
        "\n",
        " \n\t{}  \n\n",
        '{\r\n"a":\r1}\r\n',
        "\ufeff[1]",
        "\n\n[1]",
        '{"a": [1, {"b": "unclosed',
        "event: message_start\ndata: {}",
        "<script>alert(1)</script>",
        '"\\ud800 \u2028 \x0b \x7f"',
        JSON * 2000,
    ],
)
def test_json_keeps_its_text_exactly(text: str) -> None:
    page = Page(highlight_json(text))
    assert page.text == text
    assert {tag for tag, _ in page.tags} <= {"span"}


@given(st.text(max_size=200) | st.text('{}[]:,"\\ \n\r0123456789.eE-+truefalsn/*', max_size=200))
@hypothesis_settings(max_examples=300, deadline=None)
def test_any_text_shown_as_json_keeps_its_text_exactly(text: str) -> None:
    assert Page(highlight_json(text)).text == text.replace("\x00", "\ufffd")


def test_a_carriage_return_is_written_so_that_browsers_keep_it() -> None:
    assert highlight_json("[\r\n]") == "[&#13;\n]"


def test_json_has_colours() -> None:
    classes = {attributes["class"] for attributes in Page(highlight_json(JSON)).all("span")}
    assert classes == {"nt", "mi", "mf", "kc", "s2"}


@pytest.mark.reliability
def test_json_with_characters_that_no_page_can_hold_can_still_be_sent() -> None:
    assert Page(highlight_json('"a\x00\ud800b"')).text == '"a\ufffd\ufffdb"'
    highlight_json('"\ud800"').encode()


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_is_known_and_keeps_the_text_exactly(language: str) -> None:
    assert language_name(language) == language
    for code in (CODE, CODE.strip(), "\n\n" + CODE + "\n\n", "\t x \x0c\n", "'\"(", "\\", "\ufeffx", ""):
        page = Page(highlight_code(code, language))
        assert page.text == code
        assert {attributes["class"] for attributes in page.all("span")} <= TOKEN_CLASSES


@pytest.mark.parametrize(
    ("named", "language"),
    [
        ("py", "python"),
        ("Python", "python"),
        ("sh", "bash"),
        ("js", "javascript"),
        ("c++", "cpp"),
        ("R", "r"),
        ("yml", "yaml"),
    ],
)
def test_a_language_is_known_by_its_other_names(named: str, language: str) -> None:
    assert language_name(named) == language


@pytest.mark.security
@pytest.mark.parametrize(
    "named", ["", " ", "klingon", "brainfuck", "python\x00", "../python", "\u0440\u0443", "x" * 1000]
)
def test_other_languages_are_plain(named: str) -> None:
    assert language_name(named) == ""
    assert highlight_code("if <a>", named) == "if &lt;a&gt;"


@pytest.mark.parametrize(("code", "name"), [('x = "s"', "s2"), ("x = 1", "mi"), ("# c", "c1"), ("def f(): 0", "nf")])
def test_code_has_colours(code: str, name: str) -> None:
    assert {"class": name} in Page(highlight_code(code, "python")).all("span")


def test_colours_end_where_the_time_for_them_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    tenths = count()
    monkeypatch.setattr("workbench.rendering.highlight.time.thread_time", lambda: next(tenths) / 10)
    page = Page(highlight_code("def f(): pass\n" * 100, "python"))
    assert 1 <= len(page.all("span")) <= 5
    assert page.text == "def f(): pass\n" * 100


def test_the_style_sheet_knows_every_class() -> None:
    sheet = (Path(__file__).parents[2] / "static" / "css" / "base.css").read_text()
    rules = " ".join(re.findall(r"^\.code [^{]*", sheet, re.MULTILINE))
    assert set(re.findall(r"\.(\w+)", rules)) >= TOKEN_CLASSES
