"""The list of files and the page of one: found, shown as a model sees it, renamed, deleted with a way back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.files import making
from tests.files.conftest import Store, whole
from workbench.files.actions import forget_uses, note_uses, purge_files
from workbench.files.models import FileState, FileUse, StoredFile, UseKind
from workbench.teams.models import AuditEntry, Member

pytestmark = pytest.mark.django_db

LIST = "/w/main/files/"


def text_at(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_empty_list_teaches(bob: Client) -> None:
    assert "No files yet" in text_at(bob, LIST)


def test_the_list_shows_what_each_file_is(bob: Client, store: Store) -> None:
    store("report.pdf", making.pdf("one", "two"))
    store("people.csv", b"name,age\nAnn,1\n")
    page = text_at(bob, LIST)
    assert "2 pages" in page
    assert "1 row × 2 columns" in page
    assert "bob" in page


def test_the_list_is_searched_by_name_and_kind(bob: Client, store: Store) -> None:
    store("report.pdf", making.pdf("one"))
    store("people.csv", b"name,age\nAnn,1\n")
    assert "people.csv" not in text_at(bob, f"{LIST}?q=REPORT")
    assert "report.pdf" not in text_at(bob, f"{LIST}?kind=csv")
    assert "No file fits" in text_at(bob, f"{LIST}?q=nothing")
    assert text_at(bob, f"{LIST}?q=%00&kind=none&after=x_y")


def test_the_list_pages(bob: Client, editor: Member) -> None:
    now = timezone.now()
    StoredFile.objects.bulk_create(
        StoredFile(
            workspace=editor.workspace,
            name=f"file-{number:02}.txt",
            kind="text",
            state=FileState.READY,
            size=1,
            sha256=str(number),
            created_at=now - timedelta(seconds=number),
        )
        for number in range(60)
    )
    first = bob.get(LIST)
    cursor = first.context["page"].next_cursor
    assert [row.file.name for row in first.context["page"].rows][-1] == "file-49.txt"
    second = bob.get(LIST, {"after": cursor})
    assert [row.file.name for row in second.context["page"].rows] == [f"file-{n:02}.txt" for n in range(50, 60)]


def test_the_list_takes_the_same_number_of_queries(
    bob: Client, store: Store, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    bob.get(LIST)
    for number in range(3):
        store(f"{number}.txt", str(number).encode())
    with django_assert_num_queries(6):
        bob.get(LIST)


def test_a_page_shows_what_a_model_sees(bob: Client, store: Store) -> None:
    file = store("report.pdf", making.pdf("Alpha <b>", "Beta"))
    page = text_at(bob, f"{LIST}{file.pk}/")
    assert "[Page 1]\nAlpha &lt;b&gt;" in page
    part = text_at(bob, f"{LIST}{file.pk}/?pages=2")
    assert "[Pages 2 of 2]" in part
    assert "Alpha" not in part


def test_pages_that_are_not_there_are_told(bob: Client, store: Store) -> None:
    file = store("report.pdf", making.pdf("Alpha"))
    answer = bob.get(f"{LIST}{file.pk}/?pages=7")
    assert answer.status_code == 422
    assert "There is no page 7: the file has 1." in answer.content.decode()


def test_a_file_without_its_content_says_so(bob: Client, store: Store, folder: Path) -> None:
    file = store("a.txt", b"hello")
    for path in folder.rglob("text"):
        path.unlink()
    assert "has lost what was in this file" in text_at(bob, f"{LIST}{file.pk}/")


def test_it_shows_where_it_is_used(bob: Client, store: Store) -> None:
    file = store("a.txt", b"hello")
    run, prompt = uuid4(), uuid4()
    note_uses([file], UseKind.RUN, str(run), "Hello run")
    note_uses([file], UseKind.RUN, str(run), "Hello run")
    note_uses([file], UseKind.VERSION, f"{prompt}/3", "Triage v3")
    note_uses([file], UseKind.VERSION, "17", "Unsaved")
    page = text_at(bob, f"{LIST}{file.pk}/")
    assert f'href="/w/main/runs/{run}/"' in page
    assert f'href="/w/main/prompts/{prompt}/versions/3/"' in page
    assert FileUse.objects.count() == 3
    assert "used in 3 places" in " ".join(text_at(bob, LIST).split())
    forget_uses(UseKind.VERSION, "17")
    assert FileUse.objects.count() == 2


def test_it_is_renamed(bob: Client, store: Store) -> None:
    file = store("a.txt", b"hello")
    bob.post(f"{LIST}{file.pk}/rename/", {"name": "../b\n.txt"})
    file.refresh_from_db()
    assert file.name == "b .txt"
    bob.post(f"{LIST}{file.pk}/rename/", {"name": "  "})
    file.refresh_from_db()
    assert file.name == "b .txt"


def test_it_is_deleted_and_brought_back(bob: Client, store: Store, editor: Member) -> None:
    file = store("a.txt", b"hello")
    page = bob.post(f"{LIST}{file.pk}/delete/", follow=True).content.decode()
    assert "“a.txt” was deleted." in page
    assert f"{LIST}{file.pk}/delete/?undo" in page
    assert bob.get(f"{LIST}{file.pk}/").status_code == 404
    entry = AuditEntry.objects.get(action="file.deleted")
    assert (entry.target_name, entry.user_id) == ("a.txt", editor.user_id)
    bob.post(f"{LIST}{file.pk}/delete/?undo")
    assert bob.get(f"{LIST}{file.pk}/").status_code == 200


def test_what_was_deleted_a_week_ago_is_removed_for_good(bob: Client, store: Store, folder: Path) -> None:
    gone, kept = store("a.txt", b"hello"), store("b.txt", b"other")
    bob.post(f"{LIST}{gone.pk}/delete/")
    assert purge_files(timezone.now() + timedelta(days=6)) == 0
    assert purge_files(timezone.now() + timedelta(days=8)) == 1
    assert list(StoredFile.objects.all()) == [kept]
    assert {path.parent.name for path in folder.rglob("*") if path.is_file()} == {str(kept.pk)}
    assert not list(folder.rglob(str(gone.pk)))


@pytest.mark.reliability
def test_what_a_crash_left_half_stored_is_removed(store: Store, folder: Path) -> None:
    file = store("a.txt", b"hello")
    StoredFile.objects.update(state=FileState.STORING)
    assert purge_files(timezone.now()) == 0
    assert purge_files(timezone.now() + timedelta(hours=2)) == 1
    assert not list(folder.rglob(str(file.pk)))


@pytest.mark.security
def test_an_image_is_shown_inertly(bob: Client, store: Store) -> None:
    file = store("a.png", making.image())
    answer = bob.get(f"{LIST}{file.pk}/content/")
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert answer.headers["Content-Disposition"].startswith("inline")
    content = whole(answer)
    assert content.startswith(b"\x89PNG")
    assert len(content) == int(answer.headers["Content-Length"])


@pytest.mark.security
@pytest.mark.parametrize(("name", "content"), [("a.html", b"<script>alert(1)</script>"), ("a.svg", b"<svg/>")])
def test_everything_else_is_only_downloaded(bob: Client, store: Store, name: str, content: bytes) -> None:
    file = store(name, content)
    assert bob.get(f"{LIST}{file.pk}/content/").status_code == 404
    answer = bob.get(f"{LIST}{file.pk}/download/")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert whole(answer) == content


@pytest.mark.security
@pytest.mark.parametrize("path", ["", "content/", "download/"])
def test_another_workspace_has_no_such_file(
    bob: Client, mallory: Client, store: Store, stranger: Member, path: str
) -> None:
    file = store("a.png", making.image())
    theirs = store("b.png", making.image("PNG", (9, 9)), stranger)
    assert mallory.get(f"{LIST}{file.pk}/{path}").status_code == 404
    assert bob.get(f"{LIST}{theirs.pk}/{path}").status_code == 404
    assert bob.get(f"{LIST}{uuid4()}/{path}").status_code == 404


@pytest.mark.security
def test_a_viewer_reads_and_changes_nothing(charlie: Client, store: Store) -> None:
    file = store("a.txt", b"hello")
    page = text_at(charlie, f"{LIST}{file.pk}/")
    assert "Delete" not in page
    assert "Upload" not in text_at(charlie, LIST).replace("Uploaded", "")
    for path in ("delete/", "delete/?undo", "rename/"):
        assert charlie.post(f"{LIST}{file.pk}/{path}", {"name": "x"}).status_code == 403
    assert StoredFile.objects.get().name == "a.txt"
