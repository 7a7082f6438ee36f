"""The data of a curl command: whatever a shell would hand over, however long it is."""

from __future__ import annotations

import re
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.prompts.curl import NoDataError, data_of

TEXT = st.text(st.sampled_from("ab {}:,'\"\\\n$`<é"), max_size=30)


@given(TEXT.filter(lambda text: not text.startswith("@")))
def test_what_a_shell_hands_over_is_taken(text: str) -> None:
    double = '"' + re.sub(r'(["\\$`])', r"\\\1", text) + '"'
    assert [data_of(f"curl -H {quoted} -d {quoted} x") for quoted in (shlex.quote(text), double)] == [text, text]


@pytest.mark.parametrize(
    "said",
    [
        r"""$'it\'s \u0021 \\n é'""",
        r"""'it'"'"'s ! \n é'""",
        r"""it\'s" ! "'\n'\ é""",
    ],
)
def test_words_are_quoted_in_many_ways(said: str) -> None:
    assert data_of(f"curl --data-raw {said} \\\n  --compressed") == r"it's ! \n é"


@pytest.mark.parametrize("command", ["curl", "curl -d", "curl -X POST x", "curl -d 'x", 'curl -d "x', "curl -d $'x"])
def test_without_data_it_is_told(command: str) -> None:
    with pytest.raises(NoDataError):
        data_of(command)


@pytest.mark.reliability
@pytest.mark.timeout(60)
def test_a_long_command_takes_time_that_grows_with_its_length() -> None:
    """Two million characters in quotation marks once took minutes."""
    text = "'\"x" * 1_000_000
    assert data_of(f"curl -d {shlex.quote(text)}") == text
    for unclosed in ("'" + "x" * 4_000_000, '"' + "\\x" * 2_000_000, "$'" + "\\" * 4_000_001):
        with pytest.raises(NoDataError):
            data_of(f"curl -d {unclosed}")
