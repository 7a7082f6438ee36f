"""JSON as a tree: every value with its path, numbers as they were written, and never more than a page can show."""

from __future__ import annotations

import html
import json
import re
import time

import pytest

from tests.rendering.reading import Page
from workbench.rendering.json_tree import MAX_SIZE, MAX_VALUES, is_tree, json_tree


def tree_of(text: str) -> str:
    tree = json_tree(text)
    assert tree is not None
    return tree


def paths_in(tree: str) -> list[str]:
    return [html.unescape(path) for path in re.findall(r'data-value="([^"]*)"', tree)]


@pytest.mark.parametrize(
    "text", ['{"a": 1}', "[1]", ' \n[{"a": []}]\n', "{}", '```json\n{"a": 1}\n```', "```\n[1]\n```\n"]
)
def test_objects_and_lists_are_trees_in_a_fence_too(text: str) -> None:
    assert is_tree(text)
    assert json_tree(text)


@pytest.mark.parametrize("text", ["", "1", '"a"', "null", "{a: 1}", "{", '{"a": 1} and more', "[1,]", "text", "[NaN]"])
def test_other_texts_are_none(text: str) -> None:
    assert not is_tree(text)
    assert json_tree(text) is None


def test_every_value_has_the_path_that_leads_to_it() -> None:
    text = '{"a": {"b c": [1, {"d": null}]}, "\\"": 1, "": 2, "漢": 3}'
    assert paths_in(tree_of(text)) == [
        '$.a["b c"][0]',
        '$.a["b c"][1].d',
        '$.a["b c"][1]',
        '$.a["b c"]',
        "$.a",
        '$["\\""]',
        '$[""]',
        '$["漢"]',
        "$",
    ]


def test_types_and_sizes_are_told() -> None:
    words = Page(tree_of('{"a": [1, 2], "b": {"c": true}, "d": [], "e": "x"}')).text
    for said in ("object, 4 keys", "list, 2 values", "object, 1 key", "list, 0 values", "true", '"x"'):
        assert said in words


def test_numbers_stay_as_they_were_written() -> None:
    words = Page(tree_of("[1.10, 1e10, -0, 123456789012345678901234567890]")).text
    for number in ("1.10", "1e10", "-0", "123456789012345678901234567890"):
        assert number in words


def test_a_key_that_stands_twice_is_shown_twice() -> None:
    words = Page(tree_of('{"a": 1, "a": 2}')).text
    assert "object, 2 keys" in words
    assert words.count("a") >= 2


def test_everything_in_it_is_text() -> None:
    hostile = '<img src=x onerror="alert(1)">'
    page = Page(tree_of(json.dumps({hostile: [hostile, {hostile: hostile}]})))
    assert {tag for tag, _attributes in page.tags} <= {"ul", "li", "details", "summary", "span", "button"}
    assert page.unbalanced == []
    names = {name for _tag, attributes in page.tags for name in attributes}
    assert names <= {"class", "open", "type", "data-copy", "data-value"}


def test_characters_that_no_page_can_hold_are_replaced() -> None:
    assert "\ufffd" in tree_of('["\\u0000"]')


def test_a_wide_one_is_cut_with_a_note() -> None:
    tree = tree_of(json.dumps([list(range(100)) for _ in range(100)]))
    assert tree.count("<li") < MAX_VALUES + 100
    assert "more are not shown" in tree
    assert Page(tree).unbalanced == []


def test_a_deep_one_ends_with_a_note() -> None:
    tree = tree_of("[" * 200 + "]" * 200)
    assert "too deep to be shown" in tree
    assert Page(tree).unbalanced == []


def test_one_that_is_too_deep_for_any_reader_is_none() -> None:
    assert json_tree("[" * 100_000 + "]" * 100_000) is None


def test_a_long_one_is_none_and_costs_nothing() -> None:
    began = time.thread_time()
    assert not is_tree("[" + "1," * MAX_SIZE + "1]")
    assert time.thread_time() - began < 0.1


def test_a_long_value_is_cut() -> None:
    assert len(tree_of(json.dumps(["x" * 100_000]))) < 5000
