"""A cited text is one text again; each mark in it leads to its source beneath, which says where it was read."""

from __future__ import annotations

import re

import pytest

from tests.runs.showing import answer_in, shown, words_in
from tests.upstream_blocks import Scene, located, text
from tests.upstream_scenes import GRASS, OWN_RESULT, SCENES, SKY, WEB
from workbench.runs.blocks import as_markdown, plain_texts


def marks_of(markup: str) -> list[tuple[str, str, str]]:
    """Each mark: where it leads, how it is read aloud, its number."""
    return re.findall(r'<sup class="cite"><a href="#([^"]+)" aria-label="([^"]+)">(\d+)</a></sup>', markup)


def test_pieces_between_citations_are_one_text() -> None:
    markup = answer_in(shown(SCENES["citations"]))
    assert markup.count('data-kind="text"') == 1
    assert "the grass is green" in markup
    assert markup.count("<li>") == 2, "a list that citations cut is a list again"
    words = words_in(re.sub(r"<sup.*?</sup>", "", markup))
    assert words.startswith("What the documents say: the grass is green, and the sky is blue. Start it with the red")


def test_every_mark_leads_to_its_source_and_says_which() -> None:
    markup = answer_in(shown(SCENES["citations"]))
    marks = marks_of(markup)
    assert [number for _to, _label, number in marks] == ["1", "2", "1", "3", "4"], "the same place is the same source"
    assert marks[1][1] == "Source 2: Report 2026.pdf"
    anchors = re.findall(r'<li id="([^"]+)">', markup)
    assert len(anchors) == len(set(anchors)) == 4
    assert {to for to, _label, _number in marks} == set(anchors)


@pytest.mark.parametrize(
    "said",
    [
        "Colours of things characters 0–19 The grass is green.",
        "Report 2026.pdf page 5 The sky is blue.",
        "Document 1 parts 3–4 Press the red button.",
        "Key rotation wiki.example.org part 1 Keys are rotated every ninety days.",
    ],
)
def test_a_source_says_where_it_is_and_what_it_says(said: str) -> None:
    assert said in words_in(answer_in(shown(SCENES["citations"])))


def test_several_pages_are_told_without_the_end_that_is_not_part_of_them() -> None:
    pages = located("page_location", "x", "A", start_page_number=2, end_page_number=5)
    assert "A pages 2–4" in words_in(answer_in(shown(Scene((text("x", [pages]),)))))


def test_numbers_go_on_through_the_whole_answer() -> None:
    content = (text("One", [GRASS]), SCENES["tool_use"].content[1], text("two", [SKY]))
    markup = answer_in(shown(Scene(content)))
    assert [number for _to, _label, number in marks_of(markup)] == ["1", "2"]
    assert '<ol class="sources" start="2"' in markup


@pytest.mark.parametrize(
    "words",
    [
        "```\ncode\n```",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "Title\n===",
        "---",
        "    code",
        "[x](https://example.org/a",
        "",
        "\n",
    ],
)
def test_no_citation_is_lost_and_no_markdown_broken(words: str) -> None:
    without = answer_in(shown(Scene((text(words), text("\n\nafter")))))
    markup = answer_in(shown(Scene((text(words, [GRASS]), text("\n\nafter")))))
    assert len(marks_of(markup)) == 1
    assert "\ue0f0" not in markup
    for tag in ("<pre", "<table", "<hr"):
        assert (tag in markup) == (tag in without)


def test_a_model_cannot_forge_a_mark() -> None:
    markup = answer_in(shown(Scene((text("a\ue0f07\ue0f1b", [GRASS]), text("\ue0f01\ue0f1")))))
    assert [number for _to, _label, number in marks_of(markup)] == ["1"]


def test_the_text_to_copy_and_the_file_have_it_whole() -> None:
    message = {"content": [text("The sky ", []), text("is blue", [SKY, WEB]), text(".", [])]}
    assert plain_texts(message) == [(0, "The sky is blue.")]
    assert as_markdown(message) == (
        "The sky is blue[^1][^2].\n\n"
        "[^1]: Report 2026.pdf, page 5: “The sky is blue.”\n"
        f"[^2]: [{WEB['title']}](<{WEB['url']}>): “{WEB['cited_text']}”"
    )


def test_texts_without_citations_stay_apart() -> None:
    message = {"content": [text("one"), text("two")]}
    assert plain_texts(message) == [(0, "one"), (1, "two")]
    assert answer_in(shown(Scene((text("one"), text("two"))))).count('data-kind="text"') == 2


def test_a_source_of_our_own_search_is_a_link_only_on_the_web() -> None:
    inside = {**OWN_RESULT, "source": "file:///etc/passwd"}
    markup = answer_in(shown(Scene((text("x", [OWN_RESULT]), text("y", [inside])))))
    assert re.findall(r'<a href="(?!#)([^"]*)"', markup) == ["https://wiki.example.org/keys"]


def test_a_source_leads_to_the_place_in_the_file_that_was_attached() -> None:
    one, two = "01a20000-0000-7000-8000-000000000001", "01a20000-0000-7000-8000-000000000002"
    files = [
        {"id": one, "name": "grass.txt", "options": {"title": "Plants"}},
        {"id": two, "name": "sky.pdf", "options": {}},
    ]
    template = {"turns": [{"role": "user", "text": "Read", "files": files}]}
    grass = {"type": "char_location", "cited_text": "Grass is green, mostly", "document_title": "Plants"}
    sky = {"type": "page_location", "cited_text": "blue-ish", "document_title": "sky.pdf"}
    other = {"type": "page_location", "cited_text": "no", "document_title": "Somebody’s own"}
    pages = {"start_page_number": 3, "end_page_number": 5}
    characters = {"start_char_index": 0, "end_char_index": 22}
    citations = [grass | characters, sky | pages, other | pages]
    scene = Scene(({"type": "text", "text": "So it is.", "citations": citations},))
    markup = answer_in(shown(scene, template=template))
    found = re.findall(r'<li id="[^"]+"><a href="(/[^"]+)"', markup)
    assert found == [
        f"/w/main/files/{one}/#:~:text=Grass%20is%20green%2C%20mostly",
        f"/w/main/files/{two}/?pages=3-4#:~:text=blue%2Dish",
    ]
    assert '<bdi class="source-title">Somebody’s own</bdi>' in markup
