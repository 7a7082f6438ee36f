"""Saving by keyboard, variables while typing, and two people with one prompt who see each other's versions at once."""

from __future__ import annotations

import json
import re
from contextlib import closing

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import MakeDevice, OpenPlayground
from tests.browser.playground import Playground
from tests.browser.watching import Watch
from tests.server import Server
from tests.upstream import Upstream

BOB = ("bob@example.org", "another-long-password")
MAKE_BOB = f"""
from workbench.teams.models import Member, User, Workspace
user = User.objects.create_user("{BOB[0]}", "{BOB[1]}")
Member.objects.create(user=user, workspace=Workspace.objects.get(slug="main"), role="editor")
"""


@pytest.fixture(scope="module")
def bobs_cookies(server: Server) -> dict[str, str]:
    """A second member of the workspace, signed in."""
    server.python(MAKE_BOB)
    with closing(server.browser(*BOB)) as client:
        return dict(client.cookies)


@pytest.fixture
def bob(new_device: MakeDevice, bobs_cookies: dict[str, str], origin: str) -> BrowserContext:
    """Bob's device."""
    device = new_device(signed_in=False)
    for name, value in bobs_cookies.items():
        device.add_cookies([{"name": name, "value": value, "url": origin}])
    return device


def save(page: Page, number: int) -> None:
    page.keyboard.press("Control+s")
    expect(page.get_by_text(f"Saved as version {number}.")).to_be_visible()
    expect(page.locator("#version")).to_contain_text(f"v{number}")


def test_the_keyboard_alone_saves_a_new_prompt_and_its_next_version(open_playground: OpenPlayground) -> None:
    playground = open_playground(path="/w/main/")
    page = playground.page
    playground.system.fill("Be kind to owls.")
    page.keyboard.press("Control+s")
    name = page.get_by_role("dialog").get_by_label("Name")
    expect(name).to_be_focused()
    expect(name).to_have_value("Be kind to owls.")
    name.press("Control+a")
    page.keyboard.type("Owls")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Owls")
    expect(page.locator("#version")).to_contain_text("v1")
    playground.system.focus()
    page.keyboard.press("End")
    page.keyboard.type(" Always.")
    expect(page.get_by_text("edited", exact=True)).to_be_visible()
    save(page, 2)
    expect(page.get_by_text("edited", exact=True)).to_be_hidden()
    expect(playground.system).to_be_focused()


def test_the_answer_stays_with_the_prompt_that_is_saved(open_playground: OpenPlayground) -> None:
    playground = open_playground(path="/w/main/")
    page = playground.page
    playground.system.fill("")
    playground.run("Answer me [[n=3]]").ends()
    page.keyboard.press("Control+s")
    page.get_by_role("dialog").get_by_role("textbox", name="Name").fill("Answered")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Answered")
    playground.answer().shows("·2»")


def test_enter_in_a_field_runs_and_never_saves(open_playground: OpenPlayground, server: Server) -> None:
    playground = open_playground()
    playground.message.fill("Hello [[n=3]]")
    versions = server.rows("SELECT count(*) FROM prompts_promptversion")[0][0]
    playground.run(press=lambda: playground.max_tokens.press("Enter")).ends()
    assert server.rows("SELECT count(*) FROM prompts_promptversion")[0][0] == versions


def test_running_after_saving_runs(open_playground: OpenPlayground) -> None:
    playground = open_playground()
    playground.message.fill("Hello [[n=3]]")
    save(playground.page, 2)
    playground.run().ends()
    playground.page.get_by_role("button", name="Save").first.click()
    expect(playground.page.get_by_text("Nothing has changed since version 2.")).to_be_visible()
    playground.run(press=lambda: playground.max_tokens.press("Enter")).ends()


def test_a_note_is_saved_by_enter_and_runs_nothing(open_playground: OpenPlayground, server: Server) -> None:
    playground = open_playground()
    page = playground.page
    playground.message.fill("Hello")
    page.get_by_label("More ways to save").click()
    page.get_by_label("Note on this version").fill("Because owls")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved as version 2.")).to_be_visible()
    expect(page.locator("#save-note")).to_have_value("")
    assert server.rows("SELECT note FROM prompts_promptversion ORDER BY id DESC LIMIT 1")[0]["note"] == "Because owls"
    expect(playground.articles).to_have_count(0)


def test_variables_appear_while_typing_and_are_filled_once(
    open_playground: OpenPlayground, upstream: Upstream, watch: Watch
) -> None:
    watch.expect("htmx:")  # reloading breaks off what the page was asking just then
    playground = open_playground()
    page = playground.page
    playground.message.press_sequentially("Greet {{name}} at {{place}} [[n=3]]")
    name = page.get_by_role("textbox", name="name", exact=True)
    name.fill("{{place}} & Söhne")
    with page.expect_response("**/draft/"):
        page.get_by_role("textbox", name="place", exact=True).fill("home")
    playground.run().ends()
    sent = json.loads(upstream.calls()[-1].body)["messages"][0]["content"]
    assert sent == "Greet {{place}} & Söhne at home [[n=3]]"
    page.reload()
    expect(name).to_have_value("{{place}} & Söhne")


def test_a_missing_value_is_named_beside_its_field_and_nothing_is_sent(
    open_playground: OpenPlayground, watch: Watch
) -> None:
    watch.expect("422")
    playground = open_playground()
    page = playground.page
    playground.message.fill("Greet {{name}}")
    page.get_by_role("textbox", name="name", exact=True).wait_for()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#error-variable-0-value")).to_contain_text("“name” has no value yet")
    expect(page.get_by_role("textbox", name="name", exact=True)).to_be_focused()
    expect(playground.articles).to_have_count(0)


def test_a_variable_typed_just_before_running_gets_its_field(open_playground: OpenPlayground, watch: Watch) -> None:
    watch.expect("422")
    playground = open_playground()
    playground.page.route("**/variables/", lambda route: route.abort())
    watch.expect("variables/")
    playground.message.fill("Greet {{name}}")
    playground.page.keyboard.press("Control+Enter")
    expect(playground.page.locator("#error-variable-0-value")).to_contain_text("“name” has no value yet")


def test_values_survive_their_variables_being_moved(open_playground: OpenPlayground) -> None:
    playground = open_playground()
    page = playground.page
    playground.message.fill("Greet {{name}}")
    name = page.get_by_role("textbox", name="name", exact=True)
    name.fill("Ines")
    playground.message.fill("Greet")
    expect(page.get_by_text("not used in the texts")).to_be_visible()
    playground.system.fill("For {{name}}")
    expect(page.get_by_text("not used in the texts")).to_be_hidden()
    expect(name).to_have_value("Ines")
    playground.system.fill("For nobody")
    page.get_by_role("button", name="Forget name").click()
    expect(name).to_be_hidden()


def test_a_kind_gives_the_field_that_fits(open_playground: OpenPlayground, watch: Watch) -> None:
    watch.expect("htmx:")  # reloading breaks off what the page was asking just then
    playground = open_playground()
    page = playground.page
    playground.message.fill("In {{language}}")
    page.get_by_label("Settings of language").click()
    page.get_by_role("combobox", name="Kind").select_option("choice")
    page.get_by_label("Choices, one a line").fill("English\n中文")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    page.get_by_role("combobox", name="language", exact=True).select_option("中文")
    save(page, 2)
    page.reload()
    expect(page.get_by_role("combobox", name="language", exact=True)).to_have_value("中文")


def test_who_has_a_prompt_open_is_told_at_once_of_a_new_version(
    open_playground: OpenPlayground, bob: BrowserContext, home: str
) -> None:
    mine = open_playground()
    mine.system.fill("Alice's words")
    theirs = Playground(bob.new_page())
    theirs.page.goto(home)
    theirs.system.fill("Bob's words")
    save(theirs.page, 2)
    news = mine.page.locator("#news")
    expect(news).to_contain_text("bob saved version 2 of this prompt")
    expect(mine.system).to_have_value("Alice's words")
    expect(theirs.page.locator("#news")).to_be_empty()


def test_two_who_save_one_prompt_compare_and_lose_nothing(
    open_playground: OpenPlayground, bob: BrowserContext, home: str, watch: Watch
) -> None:
    watch.expect("409")
    mine = open_playground()
    page = mine.page
    theirs = Playground(bob.new_page())
    theirs.page.goto(home)
    mine.system.fill("You are kind, says Alice")
    theirs.system.fill("You are kind, says Bob")
    save(theirs.page, 2)
    page.keyboard.press("Control+s")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("bob saved version 2")
    with page.context.expect_page() as opened:
        dialog.get_by_role("link", name="Look at the difference").click()
    expect(opened.value.locator("del").first).to_contain_text("Bob")
    expect(opened.value.locator("ins").first).to_contain_text("Alice")
    dialog.get_by_role("button", name="Keep mine as version 3").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#version")).to_contain_text("v3")
    theirs.page.get_by_role("button", name="Take theirs, put mine aside").click()
    expect(theirs.system).to_have_value("You are kind, says Alice")
    page.get_by_role("link", name="Mine").click()
    page.get_by_role("link", name="v2", exact=True).click()
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_text("Version 2 is the newest again, as version 4.")).to_be_visible()
    expect(theirs.page.locator("#news")).to_contain_text(re.compile("saved version 4"))


def test_changes_are_thrown_away_and_brought_back(open_playground: OpenPlayground) -> None:
    playground = open_playground()
    page = playground.page
    playground.system.fill("Precious words")
    page.get_by_label("More ways to save").click()
    page.get_by_role("button", name="Throw my changes away").click()
    expect(page.get_by_text("Your changes were thrown away.")).to_be_visible()
    expect(playground.system).to_have_value("")
    page.get_by_role("button", name="Undo").click()
    expect(playground.system).to_have_value("Precious words")
