"""Uploading: by a plain form and by script; the same bytes once; what is refused leaves nothing behind."""

from __future__ import annotations

import errno
import hashlib
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.conftest import SetEnvironment
from tests.files import making
from tests.files.conftest import Store
from workbench.files import storing
from workbench.files.models import FileState, StoredFile
from workbench.teams.models import Member

pytestmark = pytest.mark.django_db

UPLOAD = "/w/main/files/upload/"


def post(browser: Client, name: str, content: bytes, **headers: str) -> Any:  # noqa: ANN401 - the test client's own answer, with json()
    """Post the form as the page's script does."""
    fields = {"file": SimpleUploadedFile(name, content), "end": "1"}
    return browser.post(UPLOAD, fields, headers={"accept": "application/json", **headers})


def nothing_is_left(folder: Path) -> bool:
    return not StoredFile.objects.exists() and not [path for path in folder.rglob("*") if path.is_file()]


def test_a_script_is_told_what_was_found(bob: Client) -> None:
    answer = post(bob, "report.pdf", making.pdf("one", "two"))
    assert answer.status_code == 201
    told = answer.json()
    file = StoredFile.objects.get()
    assert told["id"] == str(file.pk)
    assert (told["name"], told["kind"], told["found"]) == ("report.pdf", "pdf", "2 pages")
    assert told["url"] == f"/w/main/files/{file.pk}/"
    assert told["tokens"] > 3000


def test_without_script_a_form_leads_to_the_file(bob: Client) -> None:
    answer = bob.post(UPLOAD, {"file": SimpleUploadedFile("a.txt", b"hello"), "end": "1"}, follow=True)
    assert answer.redirect_chain[-1][0] == f"/w/main/files/{StoredFile.objects.get().pk}/"
    assert "“a.txt” is stored." in answer.content.decode()
    refused = bob.post(UPLOAD, {"file": SimpleUploadedFile("a.txt", b"\x00\x01"), "end": "1"}, follow=True)
    assert "Accepted are PDF" in refused.content.decode()


def test_it_is_stored_under_an_id_of_its_own(bob: Client, folder: Path) -> None:
    post(bob, "../../etc/passwd.txt", b"hello")
    file = StoredFile.objects.get()
    assert file.name == "passwd.txt"
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    assert names == [f"{file.workspace_id}/{file.pk}/original", f"{file.workspace_id}/{file.pk}/text"]


def test_the_same_bytes_are_stored_once(bob: Client, alice: Client) -> None:
    first = post(bob, "a.txt", b"hello").json()
    again = post(alice, "b.txt", b"hello")
    assert (again.status_code, again.json()["id"], again.json()["was_known"]) == (200, first["id"], True)
    assert StoredFile.objects.get().name == "b.txt"


def test_the_same_photo_is_known_though_its_metadata_is_gone(bob: Client) -> None:
    first = post(bob, "a.jpg", making.photo()).json()
    assert post(bob, "a.jpg", making.photo()).json()["id"] == first["id"]


def test_a_deleted_file_comes_back_by_uploading_it_again(bob: Client) -> None:
    first = post(bob, "a.txt", b"hello").json()
    bob.post(f"{first['url']}delete/")
    assert post(bob, "a.txt", b"hello").json()["id"] == first["id"]
    assert StoredFile.objects.get().deleted_at is None


def test_another_workspace_has_a_file_of_its_own(bob: Client, mallory: Client) -> None:
    post(bob, "a.txt", b"hello")
    answer = mallory.post("/w/other/files/upload/", {"file": SimpleUploadedFile("a.txt", b"hello"), "end": "1"})
    assert answer.status_code == 302
    assert StoredFile.objects.count() == 2


def test_a_file_whose_content_was_lost_is_stored_again(bob: Client, folder: Path) -> None:
    first = post(bob, "a.txt", b"hello").json()
    for path in folder.rglob("*"):
        if path.is_file():
            path.unlink()
    assert post(bob, "a.txt", b"hello").json()["id"] == first["id"]
    assert storing.has(StoredFile.objects.get(), storing.ORIGINAL)


@pytest.mark.parametrize("name", ["", "a.txt"])
def test_an_empty_file_is_refused(bob: Client, folder: Path, name: str) -> None:
    answer = post(bob, name or "x", b"")
    assert answer.status_code == 422
    assert nothing_is_left(folder)


def test_a_form_without_a_file_is_refused(bob: Client) -> None:
    answer = bob.post(UPLOAD, {"end": "1"}, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()) == (422, {"error": "Choose a file first."})


@pytest.mark.reliability
@pytest.mark.parametrize("size", [10, 200_000])
def test_a_form_that_was_cut_is_refused(bob: Client, folder: Path, size: int) -> None:
    boundary = "b"
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    body = head.encode() + b"x" * size
    answer = bob.post(
        UPLOAD, body, content_type=f"multipart/form-data; boundary={boundary}", headers={"accept": "application/json"}
    )
    assert answer.status_code == 400
    assert "broke off" in answer.json()["error"]
    assert nothing_is_left(folder)


@pytest.mark.reliability
def test_too_large_a_file_is_refused(bob: Client, folder: Path, set_environment: SetEnvironment) -> None:
    set_environment(max_file_mb=1)
    answer = post(bob, "a.txt", b"x" * (1024 * 1024 + 1))
    assert answer.status_code == 413
    assert "larger than 1 MB" in answer.json()["error"]
    assert nothing_is_left(folder)
    assert post(bob, "a.txt", b"x" * 1024 * 1024).status_code == 201


@pytest.mark.reliability
def test_a_length_above_the_limit_is_refused_unread(bob: Client, set_environment: SetEnvironment) -> None:
    set_environment(max_file_mb=1)
    with patch("workbench.files.upload_views._take") as take:
        answer = post(bob, "a.txt", b"x" * 2 * 1024 * 1024)
    assert answer.status_code == 413
    assert not take.called


@pytest.mark.reliability
def test_the_quota_of_a_workspace_is_kept(bob: Client, set_environment: SetEnvironment) -> None:
    set_environment(files_quota_gb=1 / 1024)
    assert post(bob, "a.txt", b"a" * 600_000).status_code == 201
    answer = post(bob, "b.txt", b"b" * 600_000)
    assert answer.status_code == 413
    assert "more than 1.0" in answer.json()["error"]
    assert StoredFile.objects.count() == 1
    # What is there already takes no room a second time.
    assert post(bob, "c.txt", b"a" * 600_000).status_code == 200


@pytest.mark.reliability
@pytest.mark.parametrize("part", ["original", "text"])
def test_a_full_disk_leaves_nothing_behind(bob: Client, folder: Path, part: str) -> None:
    whole = storing.keep

    def full(file: StoredFile, name: str, content: object) -> None:
        if name == part:
            raise OSError(errno.ENOSPC, "No space left on device")
        whole(file, name, content)  # type: ignore[arg-type] # as it came

    with patch("workbench.files.storing.keep", full):
        answer = post(bob, "a.txt", b"hello")
    assert answer.status_code == 507
    assert "disk may be full" in answer.json()["error"]
    assert nothing_is_left(folder)


@pytest.mark.reliability
def test_a_crash_of_ours_leaves_nothing_behind(bob: Client, folder: Path) -> None:
    bob.raise_request_exception = False
    with patch("workbench.files.uploading.read_with", side_effect=RuntimeError):
        assert post(bob, "a.txt", b"hello").status_code == 500
    assert nothing_is_left(folder)


@pytest.mark.security
def test_a_form_without_its_token_is_refused(editor: Member) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"host": "127.0.0.1"})
    strict.force_login(editor.user)
    assert post(strict, "a.txt", b"hello").status_code == 403
    assert not StoredFile.objects.exists()


@pytest.mark.security
def test_who_may_not_upload_is_refused_unread(charlie: Client, mallory: Client) -> None:
    with patch("workbench.files.upload_views._take") as take:
        assert post(charlie, "a.txt", b"hello").status_code == 403
        assert post(mallory, "a.txt", b"hello").status_code == 404
    assert not take.called


def test_two_uploads_of_the_same_bytes_at_once_are_one(bob: Client, editor: Member, store: Store) -> None:
    """The other one has begun: its row is there, its content not yet."""
    StoredFile.objects.create(
        workspace=editor.workspace, name="x", kind="text", size=5, sha256=hashlib.sha256(b"hello").hexdigest()
    )
    assert post(bob, "a.txt", b"hello").status_code == 201
    assert StoredFile.objects.get().state == FileState.READY
