"""What a file is, is found in its content: every accepted kind, and what pretends to be one."""

from __future__ import annotations

import pytest

from tests.files import making
from tests.files.conftest import Store
from workbench.files.models import FileKind
from workbench.files.options import FileOptions
from workbench.files.problems import UploadError
from workbench.files.text import text_of

pytestmark = pytest.mark.django_db

PYTHON = b"def main() -> None:\n    print('hello')\n"


@pytest.mark.parametrize(
    ("name", "content", "kind", "media_type"),
    [
        ("a.pdf", making.pdf("one"), "pdf", "application/pdf"),
        ("a.docx", making.docx(), "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.txt", b"hello", "text", "text/plain"),
        ("README", b"hello", "text", "text/plain"),
        ("a.md", b"# hello", "text", "text/markdown"),
        ("a.csv", b"a,b\n1,2\n", "csv", "text/csv"),
        ("a.tsv", b"a\tb\n1\t2\n", "csv", "text/csv"),
        ("a.json", b'{"a": 1}', "json", "application/json"),
        ("a.py", PYTHON, "code", "text/plain"),
        ("a.png", making.image("PNG"), "image", "image/png"),
        ("a.jpg", making.image("JPEG"), "image", "image/jpeg"),
        ("a.gif", making.image("GIF"), "image", "image/gif"),
        ("a.webp", making.image("WEBP"), "image", "image/webp"),
    ],
)
def test_each_kind_is_known_by_its_content(store: Store, name: str, content: bytes, kind: str, media_type: str) -> None:
    file = store(name, content)
    assert (file.kind, file.media_type, file.is_ready) == (kind, media_type, True)


@pytest.mark.security
@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.png", making.pdf("one"), "pdf"),
        ("a.pdf", making.image("PNG"), "image"),
        ("a.jpg", making.image("PNG"), "image"),
        ("a.docx", b"just text", "code"),
        ("a.txt", making.docx(), "docx"),
        ("a.txt", b'[{"a": 1}]', "json"),
        ("a.json", b"no json at all", "text"),
        ("a.jpg.svg", b'<svg onload="alert(1)"/>', "code"),
        ("a.html", b"<script>alert(1)</script>", "code"),
    ],
)
def test_a_lying_name_changes_nothing(store: Store, name: str, content: bytes, kind: str) -> None:
    file = store(name, content)
    assert file.kind == kind
    assert file.media_type not in ("text/html", "image/svg+xml")


@pytest.mark.security
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", b"\x00\x01\x02binary"),
        ("a.csv", b"a,b\n\x00,\x00\n"),
        ("a.docx", making.zipped({"a.txt": "not a document"})),
        ("a.xlsx", making.zipped({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<a/>"})),
        ("a.mp4", b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2"),
        ("a.exe", b"MZ\x90\x00\x03\x00\x00\x00"),
        ("a.txt", b"\x1b[31mred\x1b[0m\x07"),
    ],
)
def test_anything_else_is_refused_with_what_is_accepted(store: Store, name: str, content: bytes) -> None:
    with pytest.raises(UploadError, match="Accepted are PDF, DOCX"):
        store(name, content)


def test_a_refusal_says_what_the_file_looks_like(store: Store) -> None:
    with pytest.raises(UploadError, match="video/mp4"):
        store("a.txt", b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "gb18030", "shift_jis"])
def test_text_in_any_encoding_is_read(store: Store, encoding: str) -> None:
    texts = {"gb18030": "提示词和运行都在这里。" * 20, "shift_jis": "ファイルを読む。これはテストです。" * 20}
    text = texts.get(encoding, "Café, naïve, Übergröße. " * 20)
    file = store("a.txt", text.encode(encoding))
    assert file.kind == FileKind.TEXT
    assert text_of(file, FileOptions()) == text
