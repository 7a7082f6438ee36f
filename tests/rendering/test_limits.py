"""Answers that are long, or built to cost much, are shown all the same: whole, and without stopping the server."""

from __future__ import annotations

import time
from itertools import cycle, islice

import pytest

from tests.rendering.reading import Page, problems
from workbench.rendering.highlight import LANGUAGES, MAX_HIGHLIGHTED, MAX_LINE, highlight_code, highlight_json
from workbench.rendering.markdown import render_markdown

# What follows either ends within a second or so, or not for minutes: this limit tells the two apart.
pytestmark = [pytest.mark.reliability, pytest.mark.timeout(60)]


def of_length(pattern: str, length: int) -> str:
    return "".join(islice(cycle(pattern), length))


def soon() -> float:
    """An allowance much smaller than ours: what overruns it by far is one step that nothing interrupts."""
    return time.thread_time() + 0.02


def test_the_longest_rendered_answer_is_256_kib_of_utf_8() -> None:
    assert render_markdown("é" * (128 * 1024)).startswith("<p>é")
    for longer in ("é" * (128 * 1024) + "x", "x" * (256 * 1024 + 1)):
        assert render_markdown(longer) == f'<pre class="plain">\n{longer}</pre>'


def test_a_longer_answer_is_escaped_and_loses_nothing() -> None:
    answer = "\n\n  <script>alert(1)</script> & *not strong* \x00\ud800\n" + "x" * 300_000
    rendered = render_markdown(answer)
    assert problems(rendered) == []
    # Browsers leave out the first line break after the tag.
    assert Page(rendered).text[1:] == answer.replace("\x00", "\ufffd").replace("\ud800", "\ufffd")
    rendered.encode()


@pytest.mark.parametrize(
    "answer",
    [
        ">" * 100_000,
        "> " * 50 + "x",
        "".join("  " * depth + "- x\n" for depth in range(50)),
        "- " * 30 + "x",
        "> " * 30 + "x\n" + "y\n" * 100_000,
        "- > " * 15 + "x\n" + "y\n" * 100_000,
        "[" * 100_000,
        "![" * 20_000,
    ],
)
def test_deep_nesting_and_masses_of_brackets_are_shown_as_they_are(answer: str) -> None:
    page = Page(render_markdown(answer))
    assert page.tags == [("pre", {"class": "plain"})]
    assert page.text == "\n" + answer


def test_brackets_in_code_do_not_count() -> None:
    page = Page(render_markdown("```json\n" + "[1],\n" * 12_000 + "```"))
    assert page.all("figure") == [{"class": "code", "data-language": "json"}]


def test_nesting_and_quoting_as_people_do_it_is_rendered() -> None:
    assert Page(render_markdown("".join("  " * depth + "- x\n" for depth in range(12)))).tags[0][0] == "ul"
    assert Page(render_markdown("> > > x\n" + "> > > y\n" * 5000)).tags[0][0] == "blockquote"


def test_one_long_address_used_many_times_does_not_swell_the_page() -> None:
    answer = "[a]: https://a.example/" + "y" * 150_000 + "\n\n" + "[a] " * 9_000
    rendered = render_markdown(answer)
    assert len(rendered) < 2_000_000
    assert Page(rendered).text.count("a ") == 8_999
    assert 1 <= len(Page(rendered).all("a")) <= 7


@pytest.mark.parametrize(
    "pattern",
    [
        "*", "*a ", "**a ", "a**b", "*_", "_a*b ", "~~a ", "`a``b ", "<", "<a ", "<!--", "<?", "&", "&#0;", "\\", ">\n",
        "- ", "- a\n", "1. a\n", "# a\n", "a\n=\n", "---\n", " ", "\t", "\n", "a\n", "a  \n", "```\n", "|a|\n|-|\n",
        "a|", "(", "![a](b)", "[a](b)", "[a]: b\n", "https://a ", "<http://a>", '"', "\U0001d4b3", "\x00", "\ud800",
        "\r", "\u202e",
    ],
)  # fmt: skip
def test_masses_of_one_thing_are_shown(pattern: str) -> None:
    answer = of_length(pattern, 50_000)
    rendered = render_markdown(answer)
    assert problems(rendered) == []
    assert len(rendered) < 16 * len(answer)


@pytest.mark.parametrize("opening", ["*a _b ", "**a ~~b "])
def test_tens_of_thousands_of_nested_words_do_not_exhaust_the_stack(opening: str) -> None:
    answer = opening * 10_000 + "".join(reversed(opening)) * 10_000
    assert problems(render_markdown(answer)) == []


# Each made a lexer of Pygments take minutes.
COSTLY = [
    ("c", "\n"), ("cpp", " \n"), ("java", "\n"), ("csharp", "a\n"), ("csharp", "a\n\t"), ("c", "//"), ("make", " "),
    ("ini", "="), ("ini", "a="), ("objective-c", "\n"), ("python", "("), ("python", '"'), ("json", "["),
]  # fmt: skip


@pytest.mark.parametrize(("language", "pattern"), COSTLY)
def test_code_built_to_cost_much_is_shown_whole(language: str, pattern: str) -> None:
    for code in (of_length(pattern, MAX_HIGHLIGHTED), "\n".join([of_length(pattern, MAX_LINE - 1)] * 45)):
        assert Page(highlight_code(code, language, until=soon())).text == code


def test_many_costly_pieces_of_code_share_one_allowance() -> None:
    page = Page(render_markdown(("```c\n" + "\n" * 1200 + "int x;\n```\n") * 200))
    assert len(page.all("figure")) == 200
    assert page.text.count("int x;") == 200


@pytest.mark.parametrize("code", ["x = 1\n" * 10_000, "x = '" + "y" * MAX_LINE + "'"])
def test_code_that_is_too_long_has_no_colours(code: str) -> None:
    page = Page(highlight_code(code, "python"))
    assert page.tags == []
    assert page.text == code


def test_json_of_16_mib_is_shown_without_colours() -> None:
    text = '{"a": "' + "b" * (16 * 1024 * 1024) + '"}'
    assert Page(highlight_json(text)).text == text


@pytest.mark.parametrize("pattern", ["[", '{"a":', '"', '"\\', "1", "-", "/*", "\n", "tr"])
def test_json_built_to_cost_much_keeps_its_text(pattern: str) -> None:
    text = of_length(pattern, MAX_HIGHLIGHTED)
    assert Page(highlight_json(text)).text == text


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_no_language_hangs_on_blank_lines_or_a_long_line(language: str) -> None:
    for code in ("\n" * MAX_HIGHLIGHTED, "a\n" * 10_000, ("=" * 999 + "\n") * 10, (" " * 999 + "\n") * 10):
        assert Page(highlight_code(code, language, until=soon())).text == code
