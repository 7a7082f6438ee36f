"""Two people, two browsers: one invites by link, the other joins with it; roles change under an open page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MakeDevice
from tests.browser.looking import Look
from tests.browser.people import invite, set_role
from tests.browser.watching import Watch

pytestmark = pytest.mark.security


def test_a_person_joins_by_link_is_given_another_role_and_removed(new_device: MakeDevice, watch: Watch) -> None:
    owner = Look(new_device(reduced_motion="reduce").new_page())
    link = invite(owner.page, "Viewer")
    owner("an invitation was made")
    owner.page.reload()
    assert link not in owner.page.content(), "shown once"
    expect(owner.page.get_by_text("Whoever has the link")).to_be_visible()

    device = new_device(signed_in=False, viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    guest = Look(device.new_page())
    guest.page.goto(link)
    guest("an invitation")
    guest.page.get_by_role("textbox", name="Name").fill("Dora")
    guest.page.get_by_role("textbox", name="Email").fill("dora@example.org")
    watch.expect(r"422")
    guest.page.get_by_role("textbox", name="Password").fill("short")
    guest.page.get_by_role("button", name="Make account and join").click()
    expect(guest.page.get_by_text("This password is too short")).to_be_visible()
    guest("an invitation, with a mistake")
    guest.page.get_by_role("textbox", name="Password").fill("seven-green-bottles")
    guest.page.get_by_role("button", name="Make account and join").click()
    guest.page.wait_for_url("**/w/main/")
    expect(guest.page.get_by_text("Welcome to “Main”")).to_be_visible()

    page = owner.page
    set_role(page, "Dora", "Viewer", "Editor")
    owner("members")

    guest.page.goto("/w/main/")
    expect(guest.page.get_by_role("button", name=re.compile("^Run"))).to_be_visible()
    page.locator("summary[aria-label='Role of Dora: Editor']").click()
    page.get_by_role("link", name="Remove").locator("visible=true").click()
    owner("asks before removing")
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("Dora was removed")).to_be_visible()
    expect(page.get_by_text("dora@example.org")).to_have_count(0)

    page.goto("/w/main/settings/audit/")
    owner("audit")
    rows = page.locator(".rows .row-main > p:first-child")
    said = [" ".join(text.split()) for text in rows.all_text_contents()]
    assert said[:4] == [
        "owner removed Dora",
        "owner changed the role of Dora",
        "Dora signed in",
        "Dora joined Main",
    ]

    used = new_device(signed_in=False).new_page()
    watch.expect(r"404")
    used.goto(link)
    expect(used.get_by_role("heading", name="This invitation cannot be used")).to_be_visible()
    assert owner.found + guest.found == []


def test_a_new_workspace_is_made_from_the_switcher(new_device: MakeDevice) -> None:
    look = Look(new_device(reduced_motion="reduce").new_page())
    page = look.page
    page.goto("/w/main/")
    page.locator("summary[aria-label='Workspace: Main']").click()
    page.get_by_role("link", name="New workspace").click()
    look("new workspace")
    page.get_by_role("textbox", name="Name").fill("Research")
    page.keyboard.press("Enter")
    page.wait_for_url("**/w/research/")
    page.goto("/w/research/settings/workspace/")
    look("workspace")
    page.get_by_role("textbox", name="Name").fill("Research & more")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("summary[aria-label='Workspace: Research & more']")).to_be_visible()
    page.goto("/accounts/profile/")
    look("profile")
    assert look.found == []
