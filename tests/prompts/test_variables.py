"""Variables: `{{name}}` is filled once, literally; every other brace is text."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.prompts.variable_form import arrange, inserted, problems, variables_in
from workbench.prompts.variables import Kind, Variable, fill, fill_pieces, find_names, is_json, is_number

BRACES = st.text(st.sampled_from("{}\\ a_1é姓\n%$\"'"), max_size=60)
NAMES = st.from_regex(r"[^\W\d]\w{0,10}", fullmatch=True)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("{{a}} and {{ b }} and {{a}}", ["a", "b"]),
        ("{{größe}} {{姓名}} {{_x1}}", ["größe", "姓名", "_x1"]),
        ("{{{a}}}", ["a"]),
        ('{"json": {"deep": {}}} {} { } {{}} {{ }}', []),
        (r"\frac{{1}}{{2}} \sum_{i=1}^{n}", []),
        ("{{7*7}} {% if x %} {{x.y}} {{x|safe}} {{a-b}} ${a} {a}", []),
        ("{{two\nlines}} {{" + "x" * 65 + "}}", []),
        (r"\{{a}} \\{{b}} \\\{{c}}", ["b"]),
    ],
)
def test_only_names_in_two_braces_are_variables(text: str, names: list[str]) -> None:
    assert find_names([text]) == names


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{{a}}{{ b }}", "12"),
        (r"\{{a}}", "{{a}}"),
        (r"\\{{a}}", "\\1"),
        (r"\\\{{a}}", "\\{{a}}"),
        (r"\{ \\ \n {{unknown}}", r"\{ \\ \n {{unknown}}"),
        ("{{{a}}}", "{1}"),
    ],
)
def test_a_backslash_makes_braces_text(text: str, filled: str) -> None:
    assert fill(text, {"a": "1", "b": "2"}) == filled


@pytest.mark.parametrize(
    "value", ["{{other}}", "{{value}}", "{% include 'x' %}", "{{7*7}}", "\\{{other}}", "\\", "\\1"]
)
def test_a_value_is_inserted_once_and_never_read(value: str) -> None:
    assert fill("a {{value}} b {{other}}", {"value": value, "other": "O"}) == f"a {value} b O"


@given(BRACES)
def test_a_text_without_values_stays_as_it_is_but_for_escapes(text: str) -> None:
    assert fill(text, {}).replace("\\", "") == text.replace("\\", "")
    if "\\" not in text:
        assert fill(text, {}) == text


@given(st.lists(st.tuples(BRACES.filter(lambda text: not find_names([text])), NAMES)), st.text())
def test_every_place_is_filled(parts: list[tuple[str, str]], value: str) -> None:
    # A line break keeps a text's last brace or backslash from being read together with the variable after it.
    text = "".join(f"{before}\n{{{{{name}}}}}\n" for before, name in parts)
    values = {name: value for _before, name in parts}
    pieces = list(fill_pieces(text, values))
    assert [piece.variable for piece in pieces if piece.variable] == [name for _before, name in parts]
    assert all(piece.text == value for piece in pieces if piece.variable)


@pytest.mark.reliability
def test_ten_thousand_variables_are_filled_in_one_pass() -> None:
    text = "".join(f"{{{{v{number}}}}} " for number in range(10_000))
    values = {f"v{number}": "x" * 100 for number in range(10_000)}
    assert fill(text, values) == ("x" * 100 + " ") * 10_000
    assert len(find_names([text])) == 10_000


@pytest.mark.reliability
@pytest.mark.parametrize(
    "hostile", ["\\" * 200_000, "{" * 200_000, "{{" + " " * 200_000, "{{a" * 70_000, "\\{" * 100_000]
)
def test_hostile_braces_take_linear_time(hostile: str) -> None:
    # Ten times as long would be noticed by the time limit of the tests, were it not linear.
    assert fill(hostile * 10, {"a": "b"}).replace("\\", "") == (hostile * 10).replace("\\", "")


@given(
    st.builds(
        Variable,
        name=NAMES,
        kind=st.sampled_from(Kind),
        default=st.text(),
        sample=st.text(),
        is_required=st.booleans(),
        choices=st.lists(st.text()).map(tuple),
    )
)
def test_a_definition_is_read_back_as_it_was_stored(variable: Variable) -> None:
    assert Variable.read(json.loads(json.dumps(variable.stored()))) == variable


def test_the_form_shows_used_variables_in_their_order_and_then_the_others() -> None:
    defined = [Variable("old", Kind.JSON), Variable("b", Kind.NUMBER)]
    shown = arrange(["{{a}} {{b}}"], defined, {"b": "1", "old": "2"})
    assert [(typed.index, typed.variable.name, typed.value, typed.is_used) for typed in shown] == [
        (0, "a", "", True),
        (1, "b", "1", True),
        (2, "old", "2", False),
    ]
    assert [typed.variable.name for typed in arrange(["{{a}}"], defined, {}, without="old")] == ["a", "b"]


@pytest.mark.parametrize(
    ("variable", "value", "problem"),
    [
        (Variable("v"), " \n", "has no value yet"),
        (Variable("v", default="d"), "", ""),
        (Variable("v", is_required=False), "", ""),
        (Variable("v", Kind.NUMBER), "1,5", "not a number"),
        (Variable("v", Kind.NUMBER), "nan", "not a number"),
        (Variable("v", Kind.NUMBER), "-1.5e3", ""),
        (Variable("v", Kind.JSON), '{"a":', "not JSON"),
        (Variable("v", Kind.JSON), '{"a": [1]}', ""),
        (Variable("v", Kind.JSON), "[" * 100_000, "not JSON"),
        (Variable("v", Kind.CHOICE, choices=("a", "b")), "c", "one of the values"),
        (Variable("v", Kind.CHOICE, choices=("a", "b")), "b", ""),
        (Variable("v", Kind.LITERAL), "", ""),
    ],
)
def test_a_wrong_value_is_named(variable: Variable, value: str, problem: str) -> None:
    found = problems(arrange(["{{v}}"], [variable], {"v": value}))
    assert bool(found) == bool(problem)
    if problem:
        assert found[0][0] == "variable-0-value"
        assert problem in found[0][1]


def test_braces_that_are_no_variable_are_not_filled() -> None:
    typed = arrange(["{{a}} {{b}}"], [Variable("a", Kind.LITERAL)], {"a": "x", "b": "y"})
    assert fill("{{a}} {{b}}", inserted(typed)) == "{{a}} y"


def test_a_posted_form_is_read() -> None:
    data = {
        "variable-0-name": "a",
        "variable-0-kind": "choice",
        "variable-0-choices": "x\r\n\r\n y ",
        "variable-0-value": "x",
    }
    data |= {"variable-1-name": "b", "variable-1-value": "1\r\n2", "variable-1-required": "0", "variable-3-name": "no"}
    found = list(variables_in(data))
    assert found == [
        (Variable("a", Kind.CHOICE, choices=("x", "y")), "x"),
        (Variable("b", is_required=False), "1\n2"),
    ]


@pytest.mark.parametrize(("text", "is_one"), [("1", True), ("1_000", False), ("inf", False), ("", False), ("x", False)])
def test_numbers_are_what_people_write(text: str, is_one: bool) -> None:
    assert is_number(text) == is_one


def test_json_is_any_json() -> None:
    assert is_json("null")
    assert not is_json("nil")
