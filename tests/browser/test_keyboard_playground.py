"""What one does with a prompt in the playground, by the keys alone: variables, sets, drafts, links, conflicts. No
answer of the server that replaces a part of the page takes the focus away.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPlayground
from tests.browser.keys import Keys, button, save, summary
from tests.browser.watching import Watch

NEAR = 3  # presses of Tab from the top of a new page to the notice that says what was done


@pytest.fixture
def keys(open_playground: OpenPlayground) -> Keys:
    """The playground with a saved prompt."""
    return Keys(open_playground().page)


def test_a_variable_is_filled_and_its_values_are_saved_as_a_set_and_taken(keys: Keys, watch: Watch) -> None:
    watch.expect("htmx:(afterRequest|sendAbort)")  # typing on takes back what the page was asking just then
    page = keys.page
    keys.write(page.get_by_role("textbox", name="User message"), "Greet {{who}}")
    who = page.get_by_role("textbox", name="who", exact=True)
    who.wait_for()
    keys.is_somewhere()
    keys.write(who, "Ines")
    keys.reach(summary(page, "Save values"), back=True)
    page.keyboard.press("Enter")
    keys.write(page.get_by_role("textbox", name="Name of the set"), "Ines")
    page.keyboard.press("Enter")
    choice = page.get_by_role("combobox", name="Set of values")
    expect(choice).to_be_visible()
    keys.is_somewhere()
    keys.write(who, "Somebody")
    keys.reach(choice, back=True)
    page.keyboard.press("Home")
    page.keyboard.type("Ines")
    expect(who).to_have_value("Ines")
    keys.is_somewhere()
    expect(choice).to_be_focused()
    keys.press(summary(page, "Save values"))
    keys.press(button(page, "Remove “Ines”"))
    expect(choice).to_be_hidden()
    keys.is_somewhere()
    expect(who).to_have_value("Ines")


def test_an_unused_variable_is_forgotten_and_the_focus_goes_on(keys: Keys) -> None:
    page = keys.page
    keys.write(page.get_by_role("textbox", name="User message"), "Greet {{who}} and {{whom}}")
    keys.write(page.get_by_role("textbox", name="whom", exact=True), "Ines")
    keys.reach(page.get_by_role("textbox", name="User message"), back=True)
    page.keyboard.press("Control+a")
    page.keyboard.type("Greet {{who}}")
    forget = button(page, "Forget whom")
    forget.wait_for()
    keys.is_somewhere()
    keys.press(forget)
    expect(forget).to_be_hidden()
    keys.is_somewhere()


def test_a_variable_gets_choices(keys: Keys) -> None:
    page = keys.page
    keys.write(page.get_by_role("textbox", name="User message"), "In {{language}}")
    keys.press(summary(page, "Settings of language"))
    kind = page.get_by_role("combobox", name="Kind")
    keys.reach(kind)
    page.keyboard.type("Choice")
    chosen = page.get_by_role("combobox", name="language", exact=True)
    chosen.wait_for()
    keys.is_somewhere()
    expect(kind).to_be_focused()
    keys.write(page.get_by_role("textbox", name="Choices, one a line"), "English\nFrench")
    page.keyboard.press("Tab")
    expect(chosen.get_by_role("option")).to_have_count(3)
    keys.is_somewhere()
    page.keyboard.press("Escape")
    keys.reach(chosen)
    page.keyboard.type("French")
    expect(chosen).to_have_value("French")


def test_settings_are_saved_as_a_set_applied_and_saved_back(keys: Keys) -> None:
    page = keys.page
    name = "Calm by keys"
    temperature = page.get_by_role("spinbutton", name="Temperature")
    keys.write(temperature, "0.3")
    keys.press(summary(page, "Parameters"))
    keys.press(summary(page, "Save these settings"))
    keys.write(page.get_by_role("textbox", name="As a new set, named"), name)
    page.keyboard.press("Enter")
    tag = page.locator("#lane-0-set-tag")
    expect(tag).to_have_text(name)
    keys.is_somewhere()
    keys.write(temperature, "0.9")
    expect(tag).to_have_text(f"{name} · changed")
    keys.is_somewhere()
    keys.press(summary(page, "Parameters"))
    keys.press(summary(page, "Save these settings"))
    keys.press(button(page, f"Save back to “{name}”"))
    expect(tag).to_have_text(name)
    keys.is_somewhere()
    keys.write(temperature, "0.1")
    expect(tag).to_have_text(f"{name} · changed")
    keys.press(summary(page, "Parameters"))
    choice = page.get_by_role("combobox", name="Saved set")
    keys.reach(choice)
    page.keyboard.press("Home")
    expect(tag).to_have_text("")
    keys.is_somewhere()
    keys.press(summary(page, "Parameters"))
    keys.reach(choice)
    page.keyboard.type(name)
    expect(tag).to_have_text(name)
    expect(temperature).to_have_value("0.9")
    keys.is_somewhere()


def test_changes_are_thrown_away_and_brought_back(keys: Keys) -> None:
    page = keys.page
    system = page.get_by_role("textbox", name="System prompt")
    keys.write(system, "Precious words")
    keys.press(summary(page, "More ways to save"))
    keys.press(button(page, "Throw my changes away"))
    expect(page.get_by_text("Your changes were thrown away.")).to_be_visible()
    expect(system).to_have_value("")
    keys.press(button(page, "Undo"), within=NEAR)
    expect(system).to_have_value("Precious words")


def test_a_share_link_is_copied_and_the_focus_stays_on_its_button(keys: Keys) -> None:
    page = keys.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    keys.press(summary(page, "Share"))
    field = page.get_by_role("textbox", name="The prompt, always its newest version")
    keys.reach(field)
    page.keyboard.press("Tab")
    keys.is_somewhere()
    copies = page.locator(".copy-line").filter(has=field).get_by_role("button")
    expect(copies).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#said")).not_to_be_empty()
    keys.is_somewhere()
    expect(copies).to_be_focused()
    assert page.evaluate("() => navigator.clipboard.readText()") == field.input_value()


def test_the_conflict_is_settled_and_the_focus_comes_back_to_the_text(
    keys: Keys, open_playground: OpenPlayground, watch: Watch
) -> None:
    watch.expect("409")
    page = keys.page
    other = Keys(open_playground().page)
    for person, text in ((other, "Their words"), (keys, "My words")):
        person.write(person.page.get_by_role("textbox", name="System prompt"), text)
    save(other, 2)
    page.keyboard.press("Control+s")
    expect(page.get_by_role("dialog", name="Somebody saved before you")).to_be_visible()
    keys.is_somewhere()
    expect(button(page, "Keep mine as version 3")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#version")).to_contain_text("v3")
    expect(page.get_by_role("dialog")).to_be_hidden()
    keys.is_somewhere()
    expect(page.get_by_role("textbox", name="System prompt")).to_be_focused()


def test_an_invitation_is_made_and_its_link_copied(keys: Keys) -> None:
    page = keys.page
    page.goto("/w/main/settings/members/")
    keys.reach(page.get_by_role("combobox", name="Role"))
    page.keyboard.type("Viewer")
    keys.press(button(page, "Make a link"))
    expect(page.get_by_role("textbox", name="Invitation link")).to_be_visible()
    keys.is_somewhere()
    keys.reach(page.get_by_role("textbox", name="Invitation link"))
    page.keyboard.press("Tab")
    keys.is_somewhere()
    keys.press(button(page, "Withdraw").last)
    expect(page.get_by_text("The invitation was withdrawn.")).to_be_visible()
