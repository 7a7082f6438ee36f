"""The first minute of a person who has no key: a fresh folder, the printed link, a prompt, a real model's answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MakeDevice
from tests.browser.playground import Playground
from tests.files import making
from tests.server import Server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A first start, with nothing set but folder and port."""
    running = Server(tmp_path_factory.mktemp("first") / "data")
    for name in ("WORKBENCH_LOCAL_MODEL", "WORKBENCH_OWNER_EMAIL", "WORKBENCH_OWNER_PASSWORD"):
        del running.environment[name]
    with running:
        yield running


def test_the_link_leads_to_a_prompt_that_a_real_model_answers(new_device: MakeDevice, server: Server) -> None:
    page = new_device(signed_in=False).new_page()
    page.goto(server.sign_in_link())
    playground = Playground(page)
    expect(page.get_by_role("combobox", name="Model")).to_contain_text("SmolLM2 135M")
    playground.max_tokens.fill("40")
    answer = playground.run("Tell me about the sea.")
    answer.ends()
    assert len(answer.exact.split()) > 3
    expect(answer.part("cost")).to_have_text("free")
    expect(answer.part("status")).to_have_text(
        ["end turn", "max tokens reached"][answer.part("output").text_content() == "40"]
    )


def test_a_model_of_text_says_so_and_gets_the_text_of_a_pdf(new_device: MakeDevice, server: Server) -> None:
    page = new_device(signed_in=False).new_page()
    server.stop()
    server.start()
    page.goto(server.sign_in_link())
    playground = Playground(page)
    page.get_by_role("button", name="Attach files").first.click()
    content = making.pdf("The sea is wide.")
    page.get_by_label("Choose a file").set_input_files({"name": "sea.pdf", "mimeType": "", "buffer": content})
    attached = page.locator("#turn-0-files .attached")
    expect(attached).to_contain_text("sea.pdf")
    page.keyboard.press("Escape")
    expect(attached).to_contain_text("This model takes no PDF: it gets the text of “sea.pdf”.")
    playground.max_tokens.fill("20")
    playground.run("What does it say?").ends()
    page.goto(f"{page.url.partition('?')[0]}runs/")
    page.locator(".row-title").first.click()
    page.get_by_role("link", name="Request").click()
    expect(page.locator("figure.code")).to_contain_text("[Page 1]\\nThe sea is wide.")


def test_the_sample_prompts_teach(new_device: MakeDevice, server: Server) -> None:
    server.stop()
    server.start()
    page = new_device(signed_in=False).new_page()
    page.goto(server.sign_in_link())
    page.get_by_role("link", name="Prompts").click()
    page.get_by_role("link", name="Sort customer mail", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Sort customer mail")).to_be_visible()
    expect(page.get_by_role("textbox", name="System prompt")).not_to_have_value("")
