"""Passkeys: made in the account, used to sign in without a password and as a second factor; asked for by a browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import MakeDevice
from tests.server import OWNER, Server

pytestmark = pytest.mark.security


@pytest.fixture(scope="module")
def server(prepared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Workbench under a name: browsers keep no passkeys for numbers."""
    data_dir = tmp_path_factory.mktemp("passkeys") / "data"
    shutil.copytree(prepared_data, data_dir)
    server = Server(data_dir)
    server.url = f"http://localhost:{server.port}"
    server.environment["WORKBENCH_PUBLIC_URL"] = server.url
    with server:
        yield server


def with_authenticator(page: Page) -> None:
    """Gives the page's browser a device that holds passkeys and always knows its owner's finger."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    automatic = {"isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, **automatic}})


def add_passkey(page: Page) -> None:
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_role("textbox", name="Password").fill(OWNER[1])
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("textbox", name="Name").fill("My laptop")
    page.get_by_role("button", name="Add passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_passkey_signs_in_alone_and_as_a_second_factor(new_device: MakeDevice) -> None:
    page = new_device().new_page()
    with_authenticator(page)
    add_passkey(page)
    page.goto("/accounts/2fa/webauthn/")
    expect(page.get_by_text("My laptop")).to_be_visible()

    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/w/main/")

    sign_out(page)
    page.get_by_role("textbox", name="Email").fill(OWNER[0])
    page.get_by_role("textbox", name="Password").fill(OWNER[1])
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/w/main/")

    page.goto("/accounts/2fa/webauthn/")
    page.get_by_role("link", name="Remove").click()
    page.get_by_role("link", name="Use a security key").click()
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("None yet.")).to_be_visible()
    sign_out(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_visible()
    page.goto("/w/main/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_giving_up_leaves_the_page_as_it_was(new_device: MakeDevice) -> None:
    page = new_device(signed_in=False).new_page()
    page.add_init_script("navigator.credentials.get = () => Promise.reject(new DOMException('no', 'NotAllowedError'))")
    page.goto("/accounts/login/")
    page.get_by_role("textbox", name="Email").fill("somebody@example.org")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("No passkey was given. Try again.")).to_be_visible()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_enabled()
    expect(page.get_by_role("textbox", name="Email")).to_have_value("somebody@example.org")
