"""A second factor from an authenticator app: turned on, asked for when signing in, its pages open to everybody."""

from __future__ import annotations

import base64
import hmac
import struct
import time

from playwright.sync_api import Page, expect

from tests.browser.conftest import MakeDevice
from tests.browser.looking import Look
from tests.browser.watching import Watch
from tests.server import OWNER, Server


def code_of(secret: str) -> str:
    """What an authenticator app shows now (RFC 6238: SHA-1, six digits, 30 seconds)."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), "sha1")
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def turn_on(page: Page, look: Look) -> str:
    """Turns it on, as a person does. Returns the first recovery code."""
    page.goto("/accounts/2fa/totp/activate/")
    look("confirm that it is you")
    page.get_by_role("textbox", name="Password").fill(OWNER[1])
    page.get_by_role("button", name="Confirm").click()
    look("turn on")
    secret = page.get_by_role("textbox", name="Secret").input_value()
    page.get_by_role("textbox", name="code").fill(code_of(secret))
    page.get_by_role("button", name="Turn on").click()
    expect(page.locator("figure.code pre")).to_be_visible()
    look("recovery codes")
    codes = (page.locator("figure.code pre").text_content() or "").split()
    page.goto("/accounts/2fa/")
    look("turned on")
    page.goto("/accounts/2fa/totp/deactivate/")
    look("turn off")
    page.goto("/accounts/2fa/recovery-codes/generate/")
    look("new recovery codes")
    return codes[0]


def test_it_is_turned_on_and_asked_for(new_device: MakeDevice, server: Server, watch: Watch) -> None:
    look = Look(new_device(viewport={"width": 390, "height": 844}, reduced_motion="reduce").new_page())
    recovery_code = turn_on(look.page, look)
    page = look.page = new_device(signed_in=False, reduced_motion="reduce").new_page()
    page.goto("/accounts/login/")
    page.get_by_role("textbox", name="Email").fill(OWNER[0])
    page.get_by_role("textbox", name="Password").fill(OWNER[1])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    look("second factor")
    page.get_by_role("textbox", name="code").fill("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Incorrect code")).to_be_visible()
    look("wrong code")
    page.get_by_role("textbox", name="code").fill(recovery_code)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{server.url}/w/main/")
    assert look.found == []
