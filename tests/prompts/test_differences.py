"""Differences: both texts can be read off them, whatever they hold; and what people changed is what is marked."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.prompts.conftest import add_versions, saying
from workbench.prompts.actions import save_version
from workbench.prompts.content import PromptContent
from workbench.prompts.differences import compare_versions
from workbench.prompts.drafts import save_draft
from workbench.prompts.models import Prompt
from workbench.prompts.variables import Kind, Variable
from workbench.rendering.differences import Change, compare_texts
from workbench.teams.models import Member

TEXT = st.text(st.sampled_from("ab {}\n\r姓é\u2028"), max_size=80)


@given(TEXT, TEXT)
def test_both_texts_can_be_read_off(before: str, after: str) -> None:
    parts = compare_texts(before, after)
    assert "".join(part.text for part in parts if part.change != Change.ADDED) == before
    assert "".join(part.text for part in parts if part.change != Change.REMOVED) == after


def marked(before: str, after: str) -> str:
    signs = {Change.SAME: "{}", Change.ADDED: "[+{}]", Change.REMOVED: "[-{}]"}
    return "".join(signs[part.change].format(part.text) for part in compare_texts(before, after))


@pytest.mark.parametrize(
    ("before", "after", "seen"),
    [
        ("same", "same", "same"),
        ("", "new", "[+new]"),
        ("You are kind.", "You are very kind.", "You are [+very ]kind."),
        ("one\ntwo\nthree\n", "one\nthree\n", "one\n[-two\n]three\n"),
        ("Ask {{old}} now", "Ask {{ new }} now", "Ask [-{{old}}][+{{ new }}] now"),
        ("我喜欢红色的苹果", "我喜欢绿色的苹果", "我喜欢[-红][+绿]色的苹果"),
        (
            "completely different words here",
            "nothing of it stays 12345",
            "[-completely different words here][+nothing of it stays 12345]",
        ),
    ],
)
def test_words_are_marked(before: str, after: str, seen: str) -> None:
    assert marked(before, after) == seen


@pytest.mark.reliability
def test_long_texts_are_compared_all_the_same() -> None:
    before = "\n".join(f"line {number % 7} of many" for number in range(30_000))
    parts = compare_texts(before, before.replace("line 3", "row 3"))
    assert "".join(part.text for part in parts if part.change != Change.ADDED) == before


def test_a_message_put_in_between_does_not_shift_the_others() -> None:
    def turns(*texts: str) -> PromptContent:
        return PromptContent(messages=[{"role": "user", "text": text} for text in texts])

    found = compare_versions(turns("a", "b", "c"), turns("a", "new", "b", "c"))
    assert [difference.is_changed for difference in found[1:]] == [False, True, False, False]


def test_parameters_variables_and_tools_are_compared() -> None:
    before = saying(parameters={"max_tokens": 5}, variables=[Variable("a")])
    after = saying(parameters={"max_tokens": 6}, variables=[Variable("a", Kind.NUMBER)], tools=[{"name": "t"}])
    changed = [difference.name for difference in compare_versions(before, after) if difference.is_changed]
    assert changed == ["Parameters", "Variables", "Tools"]


def test_variables_are_compared_in_words() -> None:
    before = saying(variables=[Variable("a"), Variable("b", Kind.CHOICE, choices=("x", "y"))])
    after = saying(variables=[Variable("a", Kind.FILE, is_required=False), Variable("b", Kind.LITERAL)])
    [found] = [difference for difference in compare_versions(before, after) if difference.is_changed]
    assert "".join(part.text for part in found.before) == "a: long text\nb: choice: x, y\n"
    assert "".join(part.text for part in found.after) == "a: file · optional\nb: no variable, only braces\n"


@pytest.mark.django_db
def test_a_version_tells_the_kinds_of_its_variables(alice: Client, owner: Member, prompt: Prompt) -> None:
    save_version(owner, prompt, saying("{{a}} {{b}}", variables=[Variable("a", Kind.FILE), Variable("b")]), None)
    page = alice.get(f"/w/main/prompts/{prompt.id}/").content.decode()
    assert re.findall(r"<dd dir=.auto.>\s*(.*?)\s*</dd>", page)[:2] == ["file", "long text"]


@pytest.mark.django_db
def test_the_page_shows_both_views(alice: Client, owner: Member, prompt: Prompt) -> None:
    add_versions(owner, prompt, "Be very brief.")
    side = alice.get(f"/w/main/prompts/{prompt.id}/compare/?from=1&to=2").content.decode()
    assert re.search(r"Be ?<ins> ?very ?</ins> ?brief\.", side)
    assert "Be brief." in side
    inline = alice.get(f"/w/main/prompts/{prompt.id}/compare/?from=2&to=1&view=inline").content.decode()
    assert re.search(r"Be ?<del> ?very ?</del> ?brief\.", inline)
    assert alice.get(f"/w/main/prompts/{prompt.id}/compare/?from=1&to=9").status_code == 404


@pytest.mark.django_db
def test_what_is_typed_is_compared_with_a_version(alice: Client, owner: Member, prompt: Prompt) -> None:
    path = f"/w/main/prompts/{prompt.id}/compare/?from=1&to=mine"
    assert "Mine, not saved" not in alice.get(path).content.decode()
    save_draft(owner, prompt, {"system": "Be very brief.", "turns": [{"role": "user", "text": "Hello"}]}, 1)
    page = alice.get(path).content.decode()
    assert re.search(r"Be ?<ins> ?very ?</ins> ?brief\.", page)
    assert '<option value="mine" selected>' in page
    assert "from=1&amp;to=mine&amp;view=inline" in page
    assert "<ins>" not in alice.get(path.replace("mine", "1")).content.decode()


@pytest.mark.django_db
def test_nobody_else_compares_what_is_typed(bob: Client, owner: Member, prompt: Prompt) -> None:
    save_draft(owner, prompt, {"system": "Secret.", "turns": [{"role": "user", "text": "Hello"}]}, 1)
    assert "Secret" not in bob.get(f"/w/main/prompts/{prompt.id}/compare/?from=1&to=mine").content.decode()


@pytest.mark.django_db
def test_versions_and_differences_have_links_to_copy(bob: Client, owner: Member, prompt: Prompt) -> None:
    add_versions(owner, prompt, "Be very brief.")
    place = f"/w/main/prompts/{prompt.id}"
    link = f"{place}/versions/1/"
    assert re.search(rf"value=\"https?://[^/]+{link}\"", bob.get(link).content.decode())
    link = f"{place}/compare/?from=1&amp;to=2&amp;view=inline"
    page = bob.get(f"{place}/compare/?from=1&to=2&view=inline").content.decode()
    assert re.search(rf"value=\"https?://[^/]+{re.escape(link)}\"", page)


@pytest.mark.reliability
@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\n" * 5_000, "\nx\n" * 2_400),
        ("a\nb\n" * 2_499, "b\na\n" * 2_499),
        ("a b c a \n" * 4_000, "b a a c \n" * 4_000),
        ("的一是" * 660, "是的一一" * 490),
        (
            "".join(f"{n}\n{'a b ' * 400}\n" for n in range(500)),
            "".join(f"{n}\n{'b a a ' * 300}\n" for n in range(500)),
        ),
    ],
)
def test_what_says_the_same_over_and_over_is_compared_in_seconds(before: str, after: str) -> None:
    """Five thousand empty lines once took many minutes."""
    parts = compare_texts(before, after)
    assert "".join(part.text for part in parts if part.change != Change.ADDED) == before
    assert "".join(part.text for part in parts if part.change != Change.REMOVED) == after


@pytest.mark.reliability
@pytest.mark.timeout(60)
def test_hundreds_of_messages_that_changed_are_compared_in_seconds() -> None:
    def turns(text: str) -> PromptContent:
        return PromptContent(messages=[{"role": "user", "text": f"{text} {number} " * 200} for number in range(400)])

    found = compare_versions(turns("a b c"), turns("b a c"))
    assert sum(difference.is_changed for difference in found) == 400
