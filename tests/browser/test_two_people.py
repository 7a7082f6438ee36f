"""Two people in two browsers: one invites the other by link, then both work on one prompt, in turn and at once.
Whatever either typed is in a version or in a draft that was put aside.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import MakeDevice, OpenPlayground
from tests.browser.people import join
from tests.browser.playground import Playground
from tests.browser.watching import Watch
from tests.server import Server

LIMIT_S = 10


@dataclass(frozen=True)
class Person:
    """One of the two, with the prompt open in a browser of their own."""

    name: str
    page: Page

    @property
    def system(self) -> Locator:
        """The system prompt that they see."""
        return Playground(self.page).system

    def types(self, what: str) -> None:
        """Replaces the system prompt by words that nobody else types."""
        self.system.fill(f"Kind words, {what} by {self.name}")

    def saves(self, number: int) -> None:
        """Saves what is typed; it must become this version."""
        self.page.keyboard.press("Control+s")
        expect(self.page.get_by_text(f"Saved as version {number}.")).to_be_visible()
        expect(self.page.locator("#version")).to_contain_text(f"v{number}")

    def sees(self, what: str, author: Person) -> None:
        """The system prompt must be what the author typed."""
        expect(self.system).to_have_value(f"Kind words, {what} by {author.name}")

    def is_told(self, author: Person, number: int) -> None:
        """The page must say, by itself, that somebody saved a version, and leave what is typed as it is."""
        before = self.system.input_value()
        expect(self.page.locator("#news")).to_contain_text(f"{author.name} saved version {number} of this prompt")
        expect(self.system).to_have_value(before)


def save_at_once(first: Person, second: Person) -> tuple[Person, Person, Locator]:
    """Both press Ctrl-S before either has an answer. Gives who came first, who was late, and what that one is asked."""
    for person in (first, second):
        person.page.keyboard.press("Control+s")
    deadline = time.monotonic() + LIMIT_S
    while time.monotonic() < deadline:
        for early, late in ((first, second), (second, first)):
            dialog = late.page.get_by_role("dialog", name="Somebody saved before you")
            if dialog.is_visible():
                expect(early.page.get_by_text("Saved as version")).to_be_visible()
                expect(early.page.get_by_role("dialog")).to_be_hidden()
                return early, late, dialog
        first.page.wait_for_timeout(20)
    raise AssertionError("nobody was asked")


def save_in_turn(owner: Person, dora: Person) -> None:
    owner.types("begun")
    owner.saves(2)
    dora.is_told(owner, 2)
    dora.page.reload()
    dora.sees("begun", owner)
    dora.types("gone on")
    dora.saves(3)
    owner.is_told(dora, 3)
    owner.page.reload()
    owner.sees("gone on", dora)


def keep_mine(owner: Person, dora: Person) -> None:
    """Both save, and the late one's becomes the next version."""
    owner.types("at once")
    dora.types("at once")
    early, late, dialog = save_at_once(owner, dora)
    expect(dialog).to_contain_text(f"{early.name} saved version 4")
    dialog.get_by_role("button", name="Keep mine as version 5").click()
    expect(dialog).to_be_hidden()
    expect(late.page.locator("#version")).to_contain_text("v5")
    late.sees("at once", late)
    early.is_told(late, 5)
    early.page.reload()
    early.sees("at once", late)


def take_theirs(owner: Person, dora: Person) -> None:
    """Both save, and the late one looks at the difference, takes the other's, and finds the own put aside."""
    owner.types("again")
    dora.types("again")
    early, late, dialog = save_at_once(owner, dora)
    with late.page.context.expect_page() as opened:
        dialog.get_by_role("link", name="Look at the difference").click()
    difference = opened.value
    expect(difference.get_by_role("combobox", name="From version")).to_have_value("6")
    expect(difference.get_by_role("combobox", name="To version")).to_have_value("mine")
    expect(difference.locator("del").first).to_contain_text(early.name)
    expect(difference.locator("ins").first).to_contain_text(late.name)
    difference.close()
    dialog.get_by_role("button", name="Take theirs, put mine aside").click()
    late.sees("again", early)
    expect(late.page.locator("#version")).to_contain_text("v6")
    late.page.goto("/w/main/prompts/drafts/")
    row = late.page.get_by_role("listitem").filter(has_text=f"again by {late.name}")
    expect(row.get_by_text("put aside")).to_be_visible()
    row.get_by_role("button", name="Take up again").click()
    late.sees("again", late)
    late.page.get_by_role("button", name="Take theirs, put mine aside").click()
    late.sees("again", early)


def restore(dora: Person, owner: Person, prompt: str) -> None:
    """Compares two older versions, and makes one of them the newest."""
    page = dora.page
    page.goto(f"{prompt}compare/?from=2&to=3")
    expect(page.locator("del").first).to_contain_text("begun")
    expect(page.locator("ins").first).to_contain_text("gone on")
    page.goto(f"{prompt}versions/2/")
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_text("Version 2 is the newest again, as version 7.")).to_be_visible()
    owner.is_told(dora, 7)


def kept_texts(server: Server, prompt_key: str) -> list[str]:
    """Every system prompt that is stored for a prompt: of its versions in their order, then of drafts put aside."""
    versions = server.rows("SELECT system FROM prompts_promptversion WHERE prompt_id = ? ORDER BY number", prompt_key)
    aside = "SELECT content FROM prompts_draft WHERE prompt_id = ? AND put_aside_at IS NOT NULL"
    drafts = [json.loads(row["content"]) for row in server.rows(aside, prompt_key)]
    return [str(row["system"]) for row in versions] + [str(draft["system"]) for draft in drafts]


def test_two_people_work_on_one_prompt_and_lose_nothing(
    new_device: MakeDevice, open_playground: OpenPlayground, server: Server, home: str, watch: Watch
) -> None:
    watch.expect("409", "htmx:")  # reloading breaks off what the page was asking just then
    owner = Person("owner", open_playground().page)
    dora = Person("Dora", join(owner.page.context.new_page(), new_device, "Editor", "Dora"))
    dora.page.goto(home)
    prompt_id = home.partition("prompt=")[2]

    save_in_turn(owner, dora)
    keep_mine(owner, dora)
    take_theirs(owner, dora)
    restore(dora, owner, f"/w/main/prompts/{prompt_id}/")

    kept = kept_texts(server, prompt_id.replace("-", ""))
    typed = {"Kind words, begun by owner", "Kind words, gone on by Dora"}
    typed |= {f"Kind words, {what} by {who}" for what in ("at once", "again") for who in ("owner", "Dora")}
    assert typed - set(kept) == set()
    assert kept[6] == "Kind words, begun by owner", "the version that was restored is the newest"
    assert len(kept) >= 8, "seven versions, and what was put aside"
