"""Files in a real browser: picked, dropped and pasted, with progress and cancel; shown, deleted, brought back."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from tests.browser.conftest import MakeDevice
from tests.browser.looking import Look
from tests.browser.watching import Watch
from tests.files import making

WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
FILES = "/w/main/files/"


def payload(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def open_files(device: BrowserContext) -> Page:
    page = device.new_page()
    page.goto(FILES)
    expect(page.locator("[data-upload][data-enhanced]")).to_be_visible()
    return page


def pick(page: Page, *files: FilePayload) -> None:
    page.get_by_label("Choose a file").set_input_files(list(files))


def test_several_files_are_picked_and_each_is_told(new_device: MakeDevice, watch: Watch) -> None:
    watch.expect("422")
    page = open_files(new_device())
    pick(
        page,
        payload("report.pdf", making.pdf("Alpha", "Beta")),
        payload("letter.docx", making.docx()),
        payload("people.csv", b"name,age\nAnn,1\n"),
        payload("data.json", b'{"a": 1}'),
        payload("note.txt", b"hello"),
        payload("picture.png", making.image()),
        payload("photo.jpg", making.photo()),
        payload("moving.gif", making.animation()),
        payload("bad.bin", b"\x00\x01\x02"),
    )
    rows = page.locator("[data-uploads] > li")
    expect(rows.nth(0)).to_contain_text("2 pages")
    expect(rows.nth(5)).to_contain_text("40 × 30 px")
    expect(rows.nth(8)).to_contain_text("Accepted are PDF, DOCX")
    expect(rows.locator("progress")).to_have_count(0)
    rows.nth(0).get_by_role("link", name="report.pdf").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("report.pdf")
    expect(page.get_by_role("region", name="As a model sees it")).to_contain_text("[Page 2]\nBeta")
    page.get_by_label("Pages").fill("2")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("region", name="As a model sees it")).not_to_contain_text("Alpha")


def test_an_upload_shows_its_progress_and_can_be_cancelled(new_device: MakeDevice) -> None:
    page = open_files(new_device())
    page.route("**/files/upload/", lambda _route: None, times=1)
    pick(page, payload("slow.txt", b"slow"), payload("next.txt", b"next"))
    rows = page.locator("[data-uploads] > li")
    expect(rows.nth(0).get_by_role("progressbar")).to_be_visible()
    expect(rows.nth(1).get_by_role("progressbar")).to_be_visible()
    rows.nth(0).get_by_role("button", name="Cancel").click()
    expect(rows.nth(0)).to_contain_text("Cancelled. Nothing was stored.")
    expect(rows.nth(1)).to_contain_text("4 characters")
    listed = page.get_by_role("list", name="Files", exact=True)
    expect(listed.get_by_role("link", name="next.txt")).to_be_visible()
    expect(listed.get_by_role("link", name="slow.txt")).to_have_count(0)


def test_a_file_above_the_limit_is_not_even_sent(new_device: MakeDevice) -> None:
    page = open_files(new_device())
    page.locator("[data-upload]").evaluate("form => form.dataset.maxBytes = 3")
    pick(page, payload("large.txt", b"large"))
    expect(page.locator("[data-uploads] > li")).to_contain_text("Nothing was sent")


def test_a_server_that_is_not_reached_is_told(new_device: MakeDevice, watch: Watch) -> None:
    watch.expect("request failed", "ERR_FAILED")
    page = open_files(new_device())
    page.route("**/files/upload/", lambda route: route.abort())
    pick(page, payload("lost.txt", b"lost"))
    expect(page.locator("[data-uploads] > li")).to_contain_text("The server was not reached")


@pytest.mark.parametrize("way", ["drop", "paste"])
def test_files_are_dropped_and_pasted(new_device: MakeDevice, way: str) -> None:
    page = open_files(new_device())
    page.evaluate(
        """([way, content]) => {
            const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
            const data = new DataTransfer();
            data.items.add(new File([bytes], `${way}.png`));
            const form = document.querySelector("[data-upload]");
            const options = { bubbles: true, cancelable: true };
            form.dispatchEvent(way === "drop"
                ? new DragEvent("drop", { ...options, dataTransfer: data })
                : new ClipboardEvent("paste", { ...options, clipboardData: data }));
        }""",
        [way, base64.b64encode(making.image("PNG", (50 if way == "drop" else 60, 20))).decode()],
    )
    expect(page.locator("[data-uploads] > li")).to_contain_text("× 20 px")


def test_a_form_without_script_works(new_device: MakeDevice) -> None:
    page = new_device(java_script_enabled=False).new_page()
    page.goto(FILES)
    page.get_by_label("Choose a file").set_input_files(payload("plain.txt", b"plain"))
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("plain.txt")


def test_an_image_is_shown_and_a_deleted_one_comes_back(new_device: MakeDevice) -> None:
    page = open_files(new_device())
    pick(page, payload("shown.png", making.image("PNG", (70, 50))))
    page.locator("[data-uploads]").get_by_role("link", name="shown.png").click()
    picture = page.get_by_role("img", name="Preview of shown.png")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 70
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert Path(download.value.suggested_filename).name == "shown.png"
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("“shown.png” was deleted.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("shown.png")


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_nothing_keeps_people_out(new_device: MakeDevice, viewport: dict[str, int], watch: Watch) -> None:
    watch.expect("422")
    page = open_files(new_device(viewport=viewport, has_touch=viewport is PHONE, reduced_motion="reduce"))
    look = Look(page)
    look("files")
    pick(
        page,
        payload("report.pdf", making.pdf("Alpha", "Beta")),
        payload("locked.pdf", making.encrypted_pdf()),
        payload("people.csv", b"name,age\nAnn,1\n"),
        payload("a-rather-long-name-of-a-picture-that-was-taken-somewhere.png", making.image("PNG", (90, 60))),
        payload("bad.bin", b"\x00\x01\x02"),
    )
    expect(page.locator("[data-uploads] > li.failed")).to_have_count(1)
    look("files, uploaded")
    links = page.locator("[data-uploads] a[href]")
    addresses = [str(link.get_attribute("href")) for link in links.all()]
    assert len(addresses) == 4
    for address in [FILES, f"{FILES}?q=nothing", *addresses, f"{addresses[0]}?pages=9"]:
        page.goto(address)
        look(address)
    assert look.found == []
