"""Each content block is shown as what it is; what we do not know is shown raw; nothing in it is more than text."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.rendering.reading import Page
from tests.runs.showing import answer_in, shown, words_in
from tests.upstream_blocks import Scene, answered, called, found, text
from tests.upstream_scenes import SCENES
from workbench.runs.blocks import as_markdown, blocks_of, text_of

HOSTILE = '<img src=x onerror="alert(1)"><script>alert(1)</script>'


def words(scene: Scene) -> str:
    return words_in(answer_in(shown(scene)))


@pytest.mark.parametrize(
    ("scene", "expected"),
    [
        ("text", ["Hello", "This is plain Markdown with code"]),
        ("thinking", ["Thinking", "284 tokens", "The person asks for three things.", "It is 21 °C"]),
        ("thinking_not_shown", ["Thinking (not shown by the provider)", "1,840 tokens", "The answer is 42."]),
        ("redacted_thinking", ["The provider encrypted a part of the thinking."]),
        ("tool_use", ["Tool call get_weather", '"city" : "Zürich"']),
        ("parallel_tools", ["Tool call list_trains Tool call get_weather called by the model’s code"]),
        ("web_search", ["Web search web_search tallest mountain", "Pages found", "en.example.org 2 weeks ago"]),
        ("web_fetch", ["Page fetched An article example.org", "Its first paragraph <b>is", "application/pdf, 1 KB"]),
        ("code_execution", ["Run code", "import statistics", "Result return code 0 Output 3 File file_011"]),
        ("code_execution_encrypted", ["return code 0 · the output is encrypted: only the model reads it"]),
        ("bash", ["Run a command", "return code 1 Output total 0 Errors cat: /tmp/missing: No such file"]),
        ("text_editor", ["The file was made.", "Changes -print('hello') +print('good day')", "File print('good day')"]),
        ("tool_search", ["Search for tools", "Tools found get_weather get_forecast", "Tools found Nothing was found."]),
        ("mcp", ["Tool call create_ticket server tracker", "Result Ticket 7 was made."]),
        ("unknown_block", ['hologram { "type" : "hologram" , "depth" : 3']),
    ],
)
def test_a_block_is_shown_in_words(scene: str, expected: list[str]) -> None:
    page = words(SCENES[scene])
    assert [part for part in expected if part not in page] == [], page


@pytest.mark.parametrize(
    "said",
    [
        "Failed It was used as often as the request allows. Raise its limit to allow more. (max_uses_exceeded)",
        "Only addresses that occurred in the conversation may be fetched; this one did not.",
        "It ran too long and was ended. (execution_time_exceeded)",
        "It is not available at the provider right now. (unavailable)",
        "There is no such file. (file_not_found)",
        "The model called it with an input that it does not take. (invalid_tool_input)",
    ],
)
def test_a_tool_that_failed_says_why(said: str) -> None:
    assert said in words(SCENES["server_tool_errors"])


def test_an_error_that_we_do_not_know_is_told_by_its_code() -> None:
    content = {"type": "web_search_tool_result_error", "error_code": "sun_too_bright"}
    assert "Failed It failed. (sun_too_bright)" in words(Scene((answered("web_search", content),)))


def test_only_pages_of_the_web_are_links() -> None:
    markup = answer_in(shown(SCENES["web_search"]))
    links = re.findall(r"<a [^>]*>", markup)
    assert not any("javascript:" in link for link in links)
    outside = [link for link in links if 'href="#' not in link]
    assert len(outside) == 3, "two that were found, and the one that is cited"
    assert all('target="_blank"' in link and 'rel="noopener noreferrer nofollow"' in link for link in outside)
    assert "A page that is none" in words_in(markup)


@pytest.mark.parametrize(
    "block",
    [
        {"type": "tool_use", "id": "t", "name": HOSTILE, "input": {HOSTILE: HOSTILE}},
        {"type": "server_tool_use", "id": "t", "name": HOSTILE, "input": {"query": HOSTILE}},
        called("web_search", query=HOSTILE),
        called("web_fetch", url=f"https://example.org/{HOSTILE}"),
        called("bash_code_execution", command=HOSTILE),
        answered("web_search", [found(f'https://example.org/"{HOSTILE}', HOSTILE, HOSTILE)]),
        answered("web_fetch", {"url": HOSTILE, "content": {"source": {"type": "text", "data": HOSTILE}}}),
        answered("code_execution", {"stdout": HOSTILE, "stderr": HOSTILE, "return_code": HOSTILE}),
        answered("tool_search", {"tool_references": [{"tool_name": HOSTILE}]}),
        answered("web_search", {"error_code": HOSTILE}),
        {"type": "container_upload", "file_id": HOSTILE},
        {"type": "thinking", "thinking": HOSTILE, "signature": ""},
        {"type": HOSTILE, "x": HOSTILE},
        text(
            HOSTILE, [{"type": "web_search_result_location", "cited_text": HOSTILE, "url": HOSTILE, "title": HOSTILE}]
        ),
    ],
    ids=lambda block: str(block["type"])[:30],
)
def test_what_others_wrote_is_text(block: dict[str, Any]) -> None:
    markup = answer_in(shown(Scene((block,))))
    page = Page(markup)
    assert {tag for tag, _attributes in page.tags}.isdisjoint({"img", "script", "iframe", "form", "style"})
    assert not [
        name for _tag, attributes in page.tags for name in attributes if name.startswith(("on", "hx-", "style"))
    ]
    assert "<img src=x onerror=" in page.text, "it is there to be read"


@pytest.mark.parametrize(
    "block",
    [
        {"type": "tool_use"},
        {"type": "tool_use", "name": 7, "input": [1]},
        {"type": "server_tool_use", "name": "web_search", "input": {"query": ["a"]}},
        answered("web_search", None),
        answered("web_search", [1, None, {}, {"url": 7}]),
        answered("web_fetch", {"url": None}),
        answered("web_fetch", {"url": "http://[", "content": []}),
        answered("code_execution", "x"),
        answered("text_editor_code_execution", {"type": "text_editor_code_execution_view_result", "content": 7}),
        answered("tool_search", {"tool_references": [7]}),
        {"type": "mcp_tool_result", "content": [7]},
        {"type": "container_upload"},
        {"type": "redacted_thinking"},
        {"type": "thinking", "thinking": None},
        {"type": "text", "text": None, "citations": [None]},
        {"type": None},
        {},
    ],
    ids=str,
)
def test_a_block_of_another_shape_breaks_nothing(block: dict[str, Any]) -> None:
    message = {"content": [block, {"type": "text", "text": "after"}]}
    assert len(blocks_of(message)) == 2
    assert text_of(message) == "after"
    assert as_markdown(message).endswith("after")


def test_thousands_of_blocks_are_cut_on_the_screen_but_not_in_the_text() -> None:
    message = {"content": [{"type": "text", "text": "x"}] * 3000}
    shown_blocks = blocks_of(message)
    assert len(shown_blocks) == 1001
    assert shown_blocks[-1].title == "2000 more blocks are not shown."
    assert text_of(message).count("x") == 3000


def test_long_results_are_cut_on_the_screen() -> None:
    many = [found(f"https://example.org/{number}", f"Page {number}") for number in range(80)]
    markup = answer_in(shown(Scene((answered("web_search", many),))))
    assert markup.count("<a ") == 50
    assert "50 of 80" in words_in(markup)
    long = {"stdout": "x" * 100_000, "stderr": "", "return_code": 0}
    assert len(answer_in(shown(Scene((answered("code_execution", long),))))) < 30_000


def test_json_is_code_and_can_be_seen_as_a_tree() -> None:
    page = shown(SCENES["json"])
    assert '<figure class="code wraps" data-language="json">' in answer_in(page)
    assert 'data-view="tree"' in page
    assert 'data-view="tree"' not in shown(SCENES["text"])
