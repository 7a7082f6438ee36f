"""More than one person: how an owner invites somebody by link and changes roles, and how one joins, by the pages."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import MakeDevice

MEMBERS = "/w/main/settings/members/"
PASSWORD = "seven-green-bottles"


def invite(owner: Page, role: str) -> str:
    """Makes an invitation for whoever has its link. Returns the link, which is shown once."""
    owner.goto(MEMBERS)
    owner.get_by_role("combobox", name="Role").select_option(label=role)
    owner.get_by_role("button", name="Make a link").click()
    link = owner.get_by_role("textbox", name="Invitation link")
    expect(link).to_be_visible()
    return link.input_value()


def join(owner: Page, new_device: MakeDevice, role: str, name: str) -> Page:
    """Invites somebody, who makes an account with the link on a device of their own. Returns their first page."""
    link = invite(owner, role)
    page = new_device(signed_in=False).new_page()
    page.goto(link)
    page.get_by_role("textbox", name="Name").fill(name)
    page.get_by_role("textbox", name="Email").fill(f"{name.lower()}@example.org")
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Make account and join").click()
    expect(page.get_by_text("Welcome to “Main”")).to_be_visible()
    return page


def set_role(owner: Page, name: str, before: str, after: str) -> None:
    """Gives a member another role."""
    owner.goto(MEMBERS)
    owner.locator(f"summary[aria-label='Role of {name}: {before}']").click()
    owner.get_by_role("button", name=after, exact=True).locator("visible=true").click()
    expect(owner.get_by_text(f"{name} is now: {after}")).to_be_visible()
