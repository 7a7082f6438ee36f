"""What is typed is on the server within two seconds, comes back everywhere, and is never lost."""

from __future__ import annotations

import json
import time

import httpx
import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import MakeDevice, OpenPlayground
from tests.browser.playground import Playground
from tests.browser.watching import Watch
from tests.server import Server


def stored_draft(server: Server) -> str:
    """The text of the first message as it was stored last."""
    rows = server.rows(
        "SELECT content FROM prompts_draft WHERE thrown_away_at IS NULL ORDER BY updated_at DESC LIMIT 1"
    )
    return str(json.loads(rows[0]["content"])["turns"][0]["text"]) if rows else ""


def wait_for_draft(server: Server, text: str, within_s: float) -> None:
    """Waits until this text is stored."""
    deadline = time.monotonic() + within_s
    while stored_draft(server) != text:
        assert time.monotonic() < deadline, f"stored is {stored_draft(server)!r}"
        time.sleep(0.02)


def open_sample(playground: Playground, name: str) -> None:
    """Opens a sample prompt from the list."""
    playground.page.goto("/w/main/prompts/")
    playground.page.get_by_role("link", name=name, exact=True).click()
    expect(playground.page.get_by_role("heading", level=1)).to_have_text(name)


def test_typed_text_is_stored_within_two_seconds(open_playground: OpenPlayground, server: Server) -> None:
    playground = open_playground()
    playground.message.fill("")
    playground.message.press_sequentially("Typed with line\nbreak")
    wait_for_draft(server, "Typed with line\nbreak", 2)


def test_it_is_stored_while_somebody_types_on_and_on(open_playground: OpenPlayground, server: Server) -> None:
    playground = open_playground()
    playground.message.fill("")
    began = time.monotonic()
    while time.monotonic() - began < 2.5:
        playground.message.press_sequentially("a", delay=100)
    assert stored_draft(server).startswith("aaaa")


def test_reload_and_another_device_bring_it_back(
    new_device: MakeDevice, open_playground: OpenPlayground, server: Server
) -> None:
    playground = open_playground()
    playground.system.fill("A system prompt")
    playground.message.fill("A draft  with spaces ")
    playground.max_tokens.fill("123")
    wait_for_draft(server, "A draft  with spaces ", 2)
    playground.page.reload()
    for seen in (playground, open_playground(new_device())):
        expect(seen.system).to_have_value("A system prompt")
        expect(seen.message).to_have_value("A draft  with spaces ")
        expect(seen.max_tokens).to_have_value("123")


def test_leaving_at_once_loses_nothing(open_playground: OpenPlayground, server: Server) -> None:
    playground = open_playground()
    playground.page.wait_for_load_state("networkidle")
    playground.message.fill("Typed and left at once")
    playground.page.goto("/w/main/runs/")
    wait_for_draft(server, "Typed and left at once", 2)


def test_a_prompt_that_was_changed_is_marked_and_not_when_it_is_as_saved(open_playground: OpenPlayground) -> None:
    playground = open_playground()
    open_sample(playground, "Sort customer mail")
    edited = playground.page.locator("#draft-state")
    expect(edited).to_be_hidden()
    before = playground.message.input_value()
    playground.message.fill(before + " More.")
    expect(edited).to_be_visible()
    playground.page.reload()
    expect(edited).to_be_visible()
    playground.message.fill(before)
    expect(edited).to_be_hidden()


def test_each_prompt_has_a_draft_of_its_own(open_playground: OpenPlayground, server: Server) -> None:
    playground = open_playground(path="/w/main/")
    playground.message.fill("Belongs to no prompt")
    wait_for_draft(server, "Belongs to no prompt", 2)
    open_sample(playground, "Explain code step by step")
    expect(playground.message).not_to_have_value("Belongs to no prompt")
    playground.page.goto("/w/main/")
    expect(playground.message).to_have_value("Belongs to no prompt")


@pytest.mark.security
def test_signed_out_meanwhile_a_notice_says_so_and_nothing_is_lost(
    new_device: MakeDevice, open_playground: OpenPlayground, server: Server, watch: Watch
) -> None:
    watch.expect("401", "WebSocket connection to")
    device = new_device(signed_in=False)
    client = sign_in(device, server)
    playground = open_playground(device)
    answer = playground.run("Long [[n=200 delay_ms=20]]")
    answer.shows("·5»")
    server.post(client, "/accounts/logout/", {})
    expect(answer.part("status")).to_contain_text("you were signed out or removed; sign in and reload")
    playground.message.fill("Written after signing out")
    expect(playground.page.locator("#draft-unsaved")).to_be_visible()
    playground.page.keyboard.press("Control+Enter")
    notices = playground.page.locator("#notices")
    expect(notices).to_contain_text("You were signed out")
    expect(notices).to_contain_text("What you typed is still here")
    expect(playground.message).to_have_value("Written after signing out")
    sign_in(device, server)
    playground.message.press_sequentially("!")
    wait_for_draft(server, "Written after signing out!", 2)
    expect(playground.page.locator("#draft-unsaved")).to_be_hidden()
    playground.run().ends()


def sign_in(device: BrowserContext, server: Server) -> httpx.Client:
    """Signs a device in (again), as another of its tabs would. Returns a client of the same session."""
    client = server.browser()
    device.add_cookies([{"name": c.name, "value": c.value or "", "url": server.url} for c in client.cookies.jar])
    return client
