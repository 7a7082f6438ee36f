"""A new prompt beside the one that is typed: empty, nothing lost, and no answer of another one under it."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import OpenPlayground


def test_a_new_prompt_is_empty_and_what_was_typed_before_waits_among_the_drafts(
    open_playground: OpenPlayground,
) -> None:
    playground = open_playground(path="/w/main/")
    page = playground.page
    with page.expect_response("**/draft/"):
        playground.system.fill("Count the owls.")
        playground.run("[[n=3]] owls").ends()
    page.get_by_role("link", name="New prompt").click()
    expect(playground.system).to_have_value("")
    expect(playground.message).to_have_value("")
    expect(playground.articles).to_have_count(0)
    expect(page.locator("#hidden-draft")).to_contain_text("What you typed last is kept")
    playground.message.fill("Only this.")
    expect(page.locator("#hidden-draft")).to_have_count(0)
    page.reload()
    expect(playground.message).to_have_value("Only this.")
    expect(playground.articles).to_have_count(0)
    page.goto(re.sub(r"/w/main/.*", "/w/main/prompts/drafts/", page.url))
    expect(page.get_by_role("listitem").filter(has_text="Count the owls.")).to_contain_text("put aside")


def test_whoever_saves_at_once_after_typing_leaves_no_draft_behind(open_playground: OpenPlayground) -> None:
    playground = open_playground(path="/w/main/?new")
    page = playground.page
    playground.system.fill("Be kind to bats.")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("dialog").get_by_label("Name")).to_have_value("Be kind to bats.")
    playground.system.evaluate(
        "field => { field.value += ' All of them.'; field.dispatchEvent(new Event('input', { bubbles: true })) }"
    )
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Be kind to bats.")
    page.goto(page.url.partition("?")[0])
    expect(playground.system).to_have_value("")


def test_an_answer_to_another_text_or_of_another_model_says_so(open_playground: OpenPlayground) -> None:
    playground = open_playground(path="/w/main/?new")
    page = playground.page
    with page.expect_response("**/draft/"):
        playground.run("[[n=3]] first text").ends()
    whose = page.locator(".answer-whose")
    expect(whose).to_be_empty()
    page.reload()
    expect(whose).to_be_empty()
    with page.expect_response("**/draft/"):
        playground.message.fill("Something else")
    page.reload()
    expect(whose).to_have_text("Answer to another text")
    select = page.get_by_role("combobox", name="Model")
    was = select.input_value()
    label = select.locator("option:checked").text_content()
    other = next(
        value for value in select.locator("option").evaluate_all("all => all.map(o => o.value)") if value != was
    )
    select.select_option(other)
    expect(whose).to_have_text(f"Answer of {label}")
    select.select_option(was)
    expect(whose).to_be_empty()
