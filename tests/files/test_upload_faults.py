"""Bad luck and bad files while uploading: each answer says what happened, what was kept, and what to do next."""

from __future__ import annotations

import errno
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
import pytest
from django.core.files.storage import FileSystemStorage
from django.test import Client
from pytest_django import Settings

from tests.conftest import MakeServer
from tests.files import making
from tests.files.conftest import Store
from tests.files.test_uploading import UPLOAD, nothing_is_left, post
from workbench.files import blocks, storing, workers
from workbench.files.blocks import FileData
from workbench.files.models import FileState, StoredFile
from workbench.files.options import FileOptions
from workbench.files.text import beginning
from workbench.files.words import found_in

pytestmark = [pytest.mark.django_db, pytest.mark.reliability]

MB = 1024 * 1024


class FullDisk(FileSystemStorage):
    """A folder on a disk that is full after so many bytes more."""

    room = 0

    def _save(self, name: str, content: Any) -> str:  # noqa: ANN401 - as Django has it
        whole = content.read()
        content.seek(0)
        if len(whole) <= self.room:
            FullDisk.room -= len(whole)
            return super()._save(name, content)  # type: ignore[misc, no-any-return] # as Django has it
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(whole[: self.room])
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def full_disk(settings: Settings, folder: Path) -> Callable[[int], None]:
    """From now on the disk of files has so many bytes of room."""

    def fill(room: int) -> None:
        FullDisk.room = room
        options = {"location": str(folder), "allow_overwrite": True}
        backend = {"BACKEND": f"{__name__}.FullDisk", "OPTIONS": options}
        settings.STORAGES = {**settings.STORAGES, "files": backend}

    return fill


@pytest.mark.parametrize("room", [0, 3, 7])
def test_a_disk_that_fills_in_mid_file_keeps_no_half(
    bob: Client, folder: Path, full_disk: Callable[[int], None], room: int
) -> None:
    full_disk(room)
    answer = post(bob, "a.txt", b"hello")
    assert answer.status_code == 507
    assert "its disk may be full. Nothing was stored." in answer.json()["error"]
    assert nothing_is_left(folder)


def test_no_room_while_the_form_is_read_is_told(bob: Client, folder: Path) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")
    with patch("django.core.files.uploadhandler.TemporaryFileUploadHandler.new_file", side_effect=full):
        answer = post(bob, "a.txt", b"x" * 3 * MB)
    assert answer.status_code == 507
    assert "disk may be full" in answer.json()["error"]
    assert nothing_is_left(folder)


def test_a_disk_without_room_for_a_smaller_image_is_said(
    store: Store, folder: Path, full_disk: Callable[[int], None]
) -> None:
    file = store("a.png", making.image(size=(400, 300)))
    full_disk(10)
    with pytest.raises(blocks.CannotSendError, match=r"a.png.*disk may be full"):
        list(blocks.encoded(FileData(file.pk, "side-100")))
    # Nothing half is taken for the image later.
    full_disk(10 * MB)
    assert blocks.length(FileData(file.pk, "side-100")) > 100


def test_a_storage_that_fails_is_said(store: Store) -> None:
    file = store("a.png", making.image())
    with (
        patch.object(storing, "chunks", side_effect=OSError(errno.EIO, "the bucket does not answer")),
        pytest.raises(blocks.CannotSendError, match=r"a.png.*the bucket does not answer"),
    ):
        list(blocks.encoded(FileData(file.pk)))


@pytest.mark.parametrize(
    "name", ["n" * 10_000 + ".txt", "報告" * 400 + ".txt"], ids=["10,000 letters", "2,400 bytes of UTF-8"]
)
def test_an_endless_name_is_refused_in_words(bob: Client, folder: Path, name: str) -> None:
    head = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    body = head + b'hello\r\n--b\r\nContent-Disposition: form-data; name="end"\r\n\r\n1\r\n--b--\r\n'
    media_type = "multipart/form-data; boundary=b"
    answer = bob.post(UPLOAD, body, content_type=media_type, headers={"accept": "application/json"})
    assert answer.status_code == 400
    assert "Its name may be too long" in answer.json()["error"]
    assert "Nothing was stored." in answer.json()["error"]
    assert nothing_is_left(folder)
    # Without script, too.
    page = bob.post(UPLOAD, body, content_type=media_type, follow=True)
    assert "Its name may be too long" in page.text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("\u202etxt.exe", "txt.exe"),
        ("..\\..\\secret/../../a.txt", "a.txt"),
        ("/etc/passwd", "passwd"),
        ("é" * 250 + ".txt", "é" * 250 + ".txt"),
    ],
)
def test_a_name_with_tricks_is_only_a_name(bob: Client, folder: Path, name: str, shown: str) -> None:
    answer = post(bob, name, b"hello")
    assert answer.json()["name"] == shown
    file = StoredFile.objects.get()
    parts = {path.relative_to(folder).parts[1] for path in folder.rglob("*") if path.is_file()}
    assert parts == {str(file.pk)}
    assert shown in bob.get(f"/w/main/files/{file.pk}/").text


def test_a_table_of_a_million_columns_is_read(bob: Client, store: Store) -> None:
    file = store("a.csv", b"a," * 1_000_000 + b"a\n" + b"1," * 1_000_000 + b"1\n")
    assert file.is_ready
    assert found_in(file) == "1 row × 1,000,001 columns"
    text, is_all = beginning(file, FileOptions(rows=1), 1000)
    assert (text, is_all) == ("a," * 500, False)
    assert len(bob.get(f"/w/main/files/{file.pk}/").content) < 1_000_000


def endless_pdf() -> bytes:
    """A page whose stream is millions of operators, in a few kilobytes."""
    packed = zlib.compress(b"BT /F1 9 Tf (x) Tj ET\n" * 2_000_000, 9)
    whole = making.pdf("x")
    start = whole.index(b"<< /Length", whole.index(b"/Contents"))
    head = f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode()
    return whole[:start] + head + packed + b"\n" + whole[whole.index(b"endstream", start) :]


def test_a_pdf_that_never_ends_is_given_up_in_time(bob: Client) -> None:
    with patch.object(workers, "TIME_LIMIT_S", 1.0):
        answer = post(bob, "a.pdf", endless_pdf())
    told = answer.json()
    assert (answer.status_code, told["is_ready"]) == (201, False)
    assert "longer than is given to one file" in told["remarks"][0] or "memory" in told["remarks"][0]
    assert bob.get("/w/main/files/").status_code == 200


def gif_of(side: int) -> bytes:
    """A GIF of a few bytes that says it has so many pixels a side."""
    small = making.image("GIF", (1, 1))
    return small[:6] + side.to_bytes(2, "little") * 2 + small[10:]


def jpeg_of(side: int) -> bytes:
    """A JPEG of a few bytes that says the same."""
    small = making.image("JPEG", (1, 1))
    sides = small.index(b"\xff\xc0") + 5
    return small[:sides] + side.to_bytes(2, "big") * 2 + small[sides + 4 :]


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.png", making.huge_png(50_000)), ("a.gif", gif_of(50_000)), ("a.jpg", jpeg_of(50_000))],
    ids=["PNG", "GIF", "JPEG"],
)
def test_an_image_of_fifty_thousand_pixels_a_side_is_not_unpacked(bob: Client, name: str, content: bytes) -> None:
    told = post(bob, name, content).json()
    assert not told["is_ready"]
    assert "more pixels than are read here" in told["remarks"][0]
    assert StoredFile.objects.get().state == FileState.UNREADABLE


def test_uploads_that_race_for_the_last_room_keep_the_quota(make_server: MakeServer) -> None:
    server = make_server(WORKBENCH_FILES_QUOTA_GB=str(3.5 / 1024))
    with closing(server.browser()) as client, ThreadPoolExecutor(6) as threads:
        headers = {"x-csrftoken": client.cookies["workbench_csrf"], "accept": "application/json"}

        def upload(number: int) -> httpx.Response:
            files = {"file": (f"{number}.txt", bytes([97 + number]) * MB)}
            return client.post("/w/main/files/upload/", files=files, data={"end": "1"}, headers=headers)

        answers = list(threads.map(upload, range(6)))
        assert sorted(answer.status_code for answer in answers) == [201, 201, 201, 413, 413, 413]
        refused = [answer.json()["error"] for answer in answers if answer.status_code == 413]
        assert all("more than 3.5" in words and "Delete some first." in words for words in refused)
        assert len(server.rows("SELECT id FROM files_storedfile")) == 3
        folders = {path.parent.name for path in (server.data_dir / "files").rglob("*") if path.is_file()}
        assert len(folders) == 3
