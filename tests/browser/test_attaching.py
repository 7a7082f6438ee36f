"""Files of messages in a real browser: uploaded, picked, dropped and pasted there, sent as the API takes them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.conftest import MakeDevice, OpenPlayground
from tests.browser.keys import Keys, button
from tests.browser.looking import Look
from tests.browser.watching import Watch
from tests.files import making
from tests.upstream import Upstream

DROP_OR_PASTE = """([way, name, content]) => {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], name));
    const options = { bubbles: true, cancelable: true };
    const text = document.querySelector("#turns .turn-text");
    text.focus();
    text.dispatchEvent(new DragEvent("dragenter", { ...options, dataTransfer: data }));
    return new Promise((done) => setTimeout(done, 500)).then(() => text.dispatchEvent(way === "drop"
        ? new DragEvent("drop", { ...options, dataTransfer: data })
        : new ClipboardEvent("paste", { ...options, clipboardData: data })));
}"""


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    """A server whose one model takes everything."""
    models = {"data": [{"type": "model", "id": "claude-opus-4-7", "display_name": "Opus"}], "has_more": False}
    with Upstream.in_thread(models=models) as running:
        yield running


def payload(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def attach(page: Page, *files: FilePayload) -> Locator:
    """Attaches files to the first message through the dialog. Gives what is attached."""
    button(page, "Attach files").first.click()
    expect(page.locator("[data-upload][data-enhanced]")).to_be_visible()
    page.get_by_label("Choose a file").set_input_files(list(files))
    attached = page.locator("#turn-0-files .attached")
    expect(attached).to_have_count(len(files), timeout=30_000)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    return attached


def asked(upstream: Upstream) -> list[dict[str, Any]]:
    """The content of the first message of the newest request."""
    content: list[dict[str, Any]] = json.loads(upstream.calls()[-1].body)["messages"][0]["content"]
    return content


def test_eight_kinds_are_attached_run_and_come_back(open_playground: OpenPlayground, upstream: Upstream) -> None:
    playground = open_playground()
    page = playground.page
    image = making.image()
    attached = attach(
        page,
        payload("report.pdf", making.pdf("Alpha", "Beta")),
        payload("letter.docx", making.docx()),
        payload("people.csv", b"name,age\nAnn,1\n"),
        payload("data.json", b'{"a": 1}'),
        payload("note.txt", b"hello"),
        payload("picture.png", image),
        payload("photo.jpg", making.photo()),
        payload("moving.gif", making.animation()),
    )
    with page.expect_response("**/draft/"):
        playground.run("What is in them?").ends()
    content = asked(upstream)
    assert [block["type"] for block in content] == ["document"] * 5 + ["image"] * 3 + ["text"]
    assert base64.b64decode(content[0]["source"]["data"]).startswith(b"%PDF")
    assert content[2]["source"] == {"type": "text", "media_type": "text/plain", "data": "name,age\nAnn,1\n"}
    assert content[5]["source"]["media_type"] == "image/png"
    assert content[8] == {"type": "text", "text": "What is in them?"}
    page.reload()
    expect(attached).to_have_count(8)
    expect(attached.nth(0)).to_contain_text("2 pages")
    attached.nth(0).get_by_role("button", name="Take “report.pdf” out").click()
    expect(attached).to_have_count(7)
    playground.run("And now?").ends()
    assert [block["type"] for block in asked(upstream)] == ["document"] * 4 + ["image"] * 3 + ["text"]


def test_pages_are_chosen_and_seen_as_a_model_sees_them(
    open_playground: OpenPlayground, upstream: Upstream, watch: Watch
) -> None:
    watch.expect("422")
    playground = open_playground()
    page = playground.page
    [pdf] = attach(page, payload("long.pdf", making.pdf("First", "Second", "Third"))).all()
    pdf.get_by_text("How it is sent").click()
    pages = pdf.get_by_role("textbox", name="Pages")
    pages.fill("9")
    playground.message.fill("Read")
    playground.run_button.click()
    expect(pdf.locator(".field-error")).to_contain_text("There is no page 9")
    pages.fill("2-3")
    pdf.get_by_role("checkbox", name="As text only").check()
    button(page, "As a model sees it").click()
    seen = page.get_by_role("region", name="As a model sees it")
    expect(seen).to_contain_text("[Page 3]\nThird")
    expect(seen).not_to_contain_text("First")
    text = seen.text_content()
    page.keyboard.press("Escape")
    playground.run().ends()
    assert asked(upstream)[0]["source"]["data"] == text


@pytest.mark.parametrize("way", ["drop", "paste"])
def test_a_picture_is_dropped_on_a_message_or_pasted_into_it(open_playground: OpenPlayground, way: str) -> None:
    page = open_playground().page
    size = (50 if way == "drop" else 60, 20)
    page.evaluate(DROP_OR_PASTE, [way, f"{way}.png", base64.b64encode(making.image("PNG", size)).decode()])
    expect(page.locator("#turn-0-files .attached")).to_contain_text(f"{way}.png")
    expect(page.get_by_role("dialog").get_by_role("button", name=f"Attached {way}.png")).to_be_visible()


def test_by_keys_alone_to_a_new_message(open_playground: OpenPlayground, upstream: Upstream) -> None:
    playground = open_playground()
    page = playground.page
    attach(page, payload("kept.txt", b"kept"))
    playground.message.fill("First")
    keys = Keys(page)
    keys.press(page.locator('[data-turn="add"]'))
    keys.press(page.locator('[data-turn="add"]'))
    last = page.locator("#turns > li").last
    keys.write(last.get_by_role("textbox"), "Third")
    page.locator("#turns > li").nth(1).get_by_role("textbox").fill("Second")
    keys.reach(last.get_by_role("textbox"))
    keys.reach(last.get_by_role("button", name="Attach files"), back=True)
    page.keyboard.press("Enter")
    keys.press(page.get_by_role("dialog").get_by_role("button", name="Attach kept.txt"))
    expect(last.locator(".attached")).to_contain_text("kept.txt")
    page.keyboard.press("Escape")
    expect(last.get_by_role("button", name="Attach files")).to_be_focused()
    playground.run().ends()
    messages = json.loads(upstream.calls()[-1].body)["messages"]
    assert [message["content"][0]["type"] for message in (messages[0], messages[2])] == ["document", "document"]


def test_without_script_it_is_attached_page_by_page(new_device: MakeDevice, open_playground: OpenPlayground) -> None:
    attach(open_playground().page, payload("plain.txt", b"plain words"))
    page = new_device(java_script_enabled=False).new_page()
    page.goto("/w/main/")
    page.get_by_role("textbox", name="User message", exact=True).fill("Typed")
    button(page, "Attach files").first.click()
    page.get_by_role("button", name="Attach plain.txt").click()
    expect(page.locator("#turn-0-files .attached")).to_contain_text("plain.txt")
    expect(page.get_by_role("textbox", name="User message", exact=True)).to_have_value("Typed")


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_keeps_people_out(open_playground: OpenPlayground, width: int) -> None:
    page = open_playground(viewport={"width": width, "height": 900}, reduced_motion="reduce").page
    [pdf] = attach(page, payload("report.pdf", making.pdf("Alpha"))).all()
    pdf.get_by_text("How it is sent").click()
    look = Look(page)
    look("a message with a file")
    button(page, "Attach files").first.click()
    expect(page.get_by_role("button", name="Attached report.pdf")).to_be_visible()
    look("the dialog")
    button(page, "Close").click()
    button(page, "As a model sees it").click()
    expect(page.get_by_role("region", name="As a model sees it")).to_be_visible()
    look("what a model sees")
    assert look.found == []


def test_a_file_is_chosen_as_the_value_of_a_variable(open_playground: OpenPlayground, upstream: Upstream) -> None:
    playground = open_playground()
    page = playground.page
    playground.message.fill("Sum up {{report}} in a line.")
    menu = page.locator("summary").and_(page.get_by_label("Settings of report"))
    menu.click()
    page.get_by_role("combobox", name="Kind").select_option("File")
    choose = page.get_by_role("button", name="report", exact=True)
    expect(choose).to_be_attached()
    menu.click()
    choose.click()
    expect(page.locator("[data-upload][data-enhanced]")).to_be_visible()
    page.get_by_label("Choose a file").set_input_files(payload("q3.pdf", making.pdf("Numbers")))
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator(".variable-file")).to_contain_text("q3.pdf")
    playground.run().ends()
    assert [block["type"] for block in asked(upstream)] == ["text", "document", "text"]
