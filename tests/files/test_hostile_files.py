"""Bombs, broken and locked files: stored, said to be unreadable, the process alive and its memory bounded."""

from __future__ import annotations

import re
import resource
import subprocess
import sys
import zlib

import pytest
from django.test import Client

from tests.files import making
from tests.files.conftest import Store
from tests.server import ROOT
from workbench.files.models import FileState, StoredFile
from workbench.files.words import remarks_on

pytestmark = [pytest.mark.django_db, pytest.mark.security, pytest.mark.reliability]

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BILLION = f'<!DOCTYPE d [<!ENTITY l0 "lol">{LAUGHS}]>'
OUTSIDE = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def pdf_bomb() -> bytes:
    """A page whose stream unpacks to a gigabyte."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b"\x00" * 1024 * 1024) for _ in range(1024)) + packer.flush()
    whole = making.pdf("x")
    start = whole.index(b"<< /Length", whole.index(b"/Contents"))
    end = whole.index(b"endstream", start)
    head = f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode()
    return whole[:start] + head + packed + b"\n" + whole[end:]


HOSTILE = {
    "encrypted PDF": ("a.pdf", making.encrypted_pdf, "password"),
    "truncated PDF": ("a.pdf", lambda: b"%PDF-1.7\n1 0 obj << /Type", "damaged"),
    "a million pages": ("a.pdf", making.many_pages_pdf, "more pages|memory|longer"),
    "image of 65,500 px": ("a.png", making.huge_png, "more pixels"),
    "image cut off": ("a.png", lambda: making.image("PNG", (300, 300))[:200], "damaged"),
    "jpeg cut off": ("a.jpg", lambda: making.image("JPEG", (300, 300))[:700], "damaged"),
    "docx bomb": ("a.docx", lambda: making.docx(making.paragraph("a" * 100_000_000)), "far larger"),
    "billion laughs": ("a.docx", lambda: making.docx(making.paragraph("&l9;"), BILLION), "entities"),
    "external entity": ("a.docx", lambda: making.docx(making.paragraph("&x;"), OUTSIDE), "entities"),
    "broken XML": ("a.docx", lambda: making.docx("<w:p>"), "damaged"),
    "docx cut off": ("a.docx", lambda: making.docx()[:300], "damaged"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_stored_and_says_that_it_could_not_be_read(store: Store, name: str) -> None:
    file_name, make, why = HOSTILE[name]
    content = make()
    file = store(str(file_name), content)
    assert file.state == FileState.UNREADABLE
    assert file.size == len(content)
    [remark] = remarks_on(file)
    assert remark.startswith("Workbench could not read this file.")
    assert re.search(str(why), remark), remark


def test_a_stream_that_unpacks_to_a_gigabyte_is_not_unpacked(store: Store) -> None:
    file = store("a.pdf", pdf_bomb())
    assert file.state in (FileState.READY, FileState.UNREADABLE)
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert used < 1_200_000  # KiB: the wall, and nothing above it


def walled(code: str) -> subprocess.CompletedProcess[str]:
    """Runs a few lines behind the walls of a reader."""
    lines = f"from workbench.files.reading.walls import raise_walls; raise_walls()\n{code}"
    return subprocess.run([sys.executable, "-B", "-c", lines], capture_output=True, text=True, check=False, cwd=ROOT)


def test_a_reader_gets_no_more_memory_than_its_share() -> None:
    assert "MemoryError" in walled("b'x' * 2**30").stderr


@pytest.mark.parametrize(
    "reach",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
        "import os; os.fork()",
        "open('/tmp/made-by-a-reader', 'w')",
    ],
)
def test_a_reader_reaches_nothing(reach: str) -> None:
    done = walled(reach)
    assert done.returncode == 1
    assert "PermissionError" in done.stderr


def test_it_shows_why_on_its_page(bob: Client, store: Store) -> None:
    file = store("a.pdf", making.encrypted_pdf())
    page = bob.get(f"/w/main/files/{file.pk}/").content.decode()
    assert "protected with a password" in page
    assert "cannot be sent to a model" in page
    assert bob.get(f"/w/main/files/{file.pk}/download/").status_code == 200
    assert StoredFile.objects.count() == 1


@pytest.mark.parametrize(("number", "code"), [("ENOSPC", "no_room"), ("EFBIG", "bomb"), ("EIO", "damaged")])
def test_a_full_disk_is_not_blamed_on_the_file(number: str, code: str) -> None:
    lines = (
        "import errno; from workbench.files.reading import __main__ as reader\n"
        f"def fail(*_): raise OSError(errno.{number}, 'no')\n"
        "reader.main = fail; print(reader._run('pdf', '')['problem'])"
    )
    assert walled(lines).stdout.strip() == code
