"""What one does with prompts on their own pages, by the keys alone. Where the focus is can always be seen, and no
answer of the server that replaces a part of the page takes it away.
"""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPlayground
from tests.browser.keys import Keys, button, link, save, summary

NEAR = 3  # presses of Tab from the top of a new page to the notice that says what was done


@pytest.fixture
def keys(open_playground: OpenPlayground) -> Keys:
    """The playground with a saved prompt."""
    return Keys(open_playground().page)


def open_prompt_page(keys: Keys) -> None:
    keys.press(link(keys.page, "Mine"))
    expect(keys.page.get_by_role("heading", name="Versions", exact=True)).to_be_visible()


def save_two_versions(keys: Keys) -> None:
    for number, text in ((2, "Kind words"), (3, "Kind and short words")):
        keys.write(keys.page.get_by_role("textbox", name="System prompt"), text)
        save(keys, number)


def test_versions_are_compared_and_restored(keys: Keys) -> None:
    page = keys.page
    save_two_versions(keys)
    open_prompt_page(keys)
    keys.press(link(page, "What version 3 changed"))
    expect(page.locator("ins")).to_contain_text("and short")
    keys.reach(page.get_by_role("combobox", name="From version"))
    page.keyboard.type("v1")
    keys.press(button(page, "Compare"))
    page.wait_for_url("**/compare/?from=1&to=3*")
    keys.press(link(page, "In one"))
    page.wait_for_url("**view=inline*")
    keys.press(link(page, "Mine"))
    keys.press(link(page, "v2"))
    keys.press(button(page, "Restore"))
    expect(page.get_by_text("Version 2 is the newest again, as version 4.")).to_be_visible()


def test_a_label_is_set_moved_and_removed(keys: Keys) -> None:
    page = keys.page
    save_two_versions(keys)
    open_prompt_page(keys)
    for number in ("3", "2"):
        keys.write(page.get_by_role("combobox", name="Label"), "production")
        keys.write(page.get_by_role("spinbutton", name="At version"), number)
        page.keyboard.press("Enter")
        expect(page.get_by_text(f"“production” points at version {number} now.")).to_be_visible()
    keys.press(summary(page, "Who moved labels"))
    expect(page.get_by_text("v3 → v2")).to_be_visible()
    keys.press(button(page, "Remove the label production"), "Space")
    expect(page.get_by_text("“production” points at no version now.")).to_be_visible()


def test_a_prompt_is_archived_and_brought_back(keys: Keys) -> None:
    page = keys.page
    open_prompt_page(keys)
    keys.press(summary(page, "More"))
    keys.press(button(page, "Archive"))
    expect(page.get_by_text("“Mine” was archived. Its links still work.")).to_be_visible()
    keys.press(button(page, "Undo"), within=NEAR)
    expect(page.get_by_text("“Mine” is back in the list.")).to_be_visible()
    keys.press(summary(page, "More"), "Space")
    keys.press(button(page, "Archive"), "Space")
    expect(page.get_by_text("“Mine” was archived. Its links still work.")).to_be_visible()
    keys.press(link(page, "Archived"))
    keys.press(link(page, "Versions of Mine: 1").first)
    keys.press(summary(page, "More"))
    keys.press(button(page, "Bring back"))
    expect(page.get_by_text("“Mine” is back in the list.")).to_be_visible()


def test_a_prompt_is_deleted_and_brought_back(keys: Keys) -> None:
    page = keys.page
    open_prompt_page(keys)
    keys.press(summary(page, "More"))
    keys.press(button(page, "Delete"))
    expect(page.get_by_text("“Mine” was deleted.")).to_be_visible()
    keys.press(button(page, "Undo"), within=NEAR)
    expect(page.get_by_text("“Mine” is back.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mine")


def test_escape_closes_the_menu_and_the_focus_is_where_it_was(keys: Keys) -> None:
    page = keys.page
    open_prompt_page(keys)
    keys.press(summary(page, "More"))
    keys.reach(button(page, "Archive"))
    page.keyboard.press("Escape")
    expect(button(page, "Archive")).to_be_hidden()
    expect(summary(page, "More")).to_be_focused()


def test_it_is_filed_in_a_folder_with_tags_and_found_there(keys: Keys) -> None:
    page = keys.page
    open_prompt_page(keys)
    keys.press(summary(page, "More"))
    keys.press(link(page, "Name, folder, tags"))
    keys.write(page.get_by_role("textbox", name="Name"), "Filed by keys")
    keys.write(page.get_by_role("combobox", name="Folder"), "keys/only")
    keys.write(page.get_by_role("textbox", name="Tags"), "handless, quick")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Filed by keys")
    keys.press(link(page, "keys/only"))
    expect(page.locator(".row-title")).to_have_text(["Filed by keys"])
    keys.reach(page.get_by_role("combobox", name="Tag"))
    page.keyboard.type("handless")
    keys.press(button(page, "Search"))
    page.wait_for_url("**tag=handless*")
    expect(page.locator(".row-title")).to_have_text(["Filed by keys"])


def test_a_favourite_is_marked_and_the_focus_stays_on_the_star(keys: Keys) -> None:
    page = keys.page
    open_prompt_page(keys)
    star = button(page, "Favourite")
    keys.press(star, "Space")
    expect(star).to_have_attribute("aria-pressed", "true")
    keys.is_somewhere()
    expect(star).to_be_focused()
    page.keyboard.press("Space")
    expect(star).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Space")
    expect(star).to_have_attribute("aria-pressed", "true")
    page.goto("/w/main/prompts/")
    keys.press(link(page, "Favourites"))
    expect(page.locator(".row-title", has_text="Mine").first).to_be_visible()


def test_a_draft_is_thrown_away_in_the_list_and_brought_back(keys: Keys) -> None:
    page = keys.page
    with page.expect_response("**/draft/"):
        keys.write(page.get_by_role("textbox", name="System prompt"), "Listed words")
    page.goto("/w/main/prompts/")
    keys.press(link(page, "My drafts"))
    keys.press(page.get_by_role("listitem").filter(has_text="Listed words").get_by_role("button", name="Throw away"))
    expect(page.get_by_text("The draft was thrown away.")).to_be_visible()
    keys.press(button(page, "Undo"), within=NEAR)
    expect(page.get_by_role("textbox", name="System prompt")).to_have_value("Listed words")


def test_a_prompt_goes_out_as_a_file_and_comes_in_again(keys: Keys) -> None:
    page = keys.page
    open_prompt_page(keys)
    keys.press(summary(page, "More"))
    keys.reach(link(page, "Export"))
    with page.expect_download() as got:
        page.keyboard.press("Enter")
    exported = json.loads(got.value.path().read_text())
    assert [prompt["name"] for prompt in exported["prompts"]] == ["Mine"]
    page.goto("/w/main/prompts/")
    keys.press(link(page, "Import a file"))
    file = page.get_by_label("File", exact=True)
    keys.reach(file)
    file.set_input_files(got.value.path())  # what opens from there is the browser's own
    keys.press(button(page, "Import"))
    expect(page.get_by_role("heading", name="Imported", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("The same here · 1"))).to_be_visible()


def test_prompts_are_picked_and_go_out_together(keys: Keys) -> None:
    page = keys.page
    page.goto("/w/main/prompts/?q=mail")
    keys.press(page.get_by_role("checkbox", name=re.compile("^Pick ")).first, "Space")
    keys.reach(button(page, "Export the picked ones"))
    with page.expect_download() as got:
        page.keyboard.press("Enter")
    assert len(json.loads(got.value.path().read_text())["prompts"]) == 1
