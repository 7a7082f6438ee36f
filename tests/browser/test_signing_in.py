"""Coming in: by the link that a start prints, by e-mail and password; and what a wrong one is told."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import MakeDevice
from tests.server import OWNER, Server


def test_the_printed_link_opens_the_playground_once(new_device: MakeDevice, server: Server) -> None:
    link = server.sign_in_link()
    page = new_device(signed_in=False).new_page()
    page.goto(link)
    expect(page).to_have_url(f"{server.url}/w/main/")
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_enabled()
    again = new_device(signed_in=False).new_page()
    again.goto(link)
    expect(again.get_by_text("This sign-in link was used before")).to_be_visible()
    expect(again.get_by_role("textbox", name="Email")).to_be_visible()


def test_email_and_password_open_the_page_that_was_asked_for(new_device: MakeDevice, server: Server) -> None:
    page = new_device(signed_in=False).new_page()
    page.goto("/w/main/runs/")
    page.get_by_role("textbox", name="Email").fill(OWNER[0])
    page.get_by_role("textbox", name="Password").fill(OWNER[1])
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{server.url}/w/main/runs/")


def test_a_wrong_password_keeps_the_email_and_says_what_is_wrong(new_device: MakeDevice) -> None:
    page = new_device(signed_in=False).new_page()
    page.goto("/accounts/login/")
    page.get_by_role("textbox", name="Email").fill(OWNER[0])
    page.get_by_role("textbox", name="Password").fill("not the password")
    page.keyboard.press("Enter")
    expect(page.get_by_text("not correct")).to_be_visible()
    expect(page.get_by_role("textbox", name="Email")).to_have_value(OWNER[0])


def test_signing_out_ends_the_session(new_device: MakeDevice, server: Server) -> None:
    page = new_device(signed_in=False).new_page()
    page.goto("/accounts/login/")
    page.get_by_role("textbox", name="Email").fill(OWNER[0])
    page.get_by_role("textbox", name="Password").fill(OWNER[1])
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{server.url}/w/main/")
    page.get_by_label("Account").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(f"{server.url}/accounts/login/")
    page.goto("/w/main/")
    expect(page.get_by_role("textbox", name="Password")).to_be_visible()
