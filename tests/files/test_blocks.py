"""The blocks that files become, as the API takes them; base64 streamed, never whole."""

from __future__ import annotations

import base64
import io
import tracemalloc
from dataclasses import replace

import pytest
from django.utils import timezone
from pypdf import PdfReader

from tests.files import making
from tests.files.conftest import Store
from workbench.files import storing
from workbench.files.actions import delete_file
from workbench.files.blocks import (
    CannotSendError,
    FileData,
    Takes,
    blocks_of,
    encoded,
    length,
    warnings_on,
)
from workbench.files.options import FileOptions
from workbench.files.storing import FileGoneError
from workbench.teams.models import Member

pytestmark = pytest.mark.django_db

ALL = Takes(images=True, pdf=True, documents=True)
TEXT_ONLY = Takes(images=False, pdf=False, documents=False)


def test_an_image_is_a_block_of_its_own_type(store: Store) -> None:
    file = store("a.png", making.image())
    source = {"type": "base64", "media_type": "image/png", "data": FileData(file.pk)}
    assert blocks_of(file, FileOptions(), ALL) == [{"type": "image", "source": source}]
    [smaller] = blocks_of(file, FileOptions(max_side=20), ALL)
    assert smaller["source"]["data"] == FileData(file.pk, "side-20")
    [same] = blocks_of(file, FileOptions(max_side=4000), ALL)
    assert same["source"]["data"] == FileData(file.pk)


def test_a_pdf_is_a_document(store: Store) -> None:
    file = store("a.pdf", making.pdf("one", "two"))
    source = {"type": "base64", "media_type": "application/pdf", "data": FileData(file.pk)}
    options = FileOptions(citations=True, context="A report.")
    assert blocks_of(file, options, ALL) == [
        {
            "type": "document",
            "source": source,
            "title": "a.pdf",
            "context": "A report.",
            "citations": {"enabled": True},
        }
    ]


def test_some_pages_of_a_pdf_are_a_smaller_pdf(store: Store) -> None:
    file = store("a.pdf", making.pdf("Alpha", "Beta", "Gamma", "Delta"))
    [block] = blocks_of(file, FileOptions(pages="2-3"), ALL)
    sent = base64.b64decode(b"".join(encoded(block["source"]["data"])))
    texts = [page.extract_text() for page in PdfReader(io.BytesIO(sent)).pages]
    assert texts == ["Beta", "Gamma"]


@pytest.mark.parametrize("takes", [replace(ALL, pdf=False), ALL])
def test_a_pdf_as_text_is_a_document_of_text(store: Store, takes: Takes) -> None:
    file = store("a.pdf", making.pdf("one"))
    source = {"type": "text", "media_type": "text/plain", "data": "[Page 1]\none\n\n"}
    options = FileOptions(as_text=takes.pdf)
    assert blocks_of(file, options, takes) == [{"type": "document", "source": source, "title": "a.pdf"}]


def test_a_model_of_text_only_gets_text_in_a_frame(store: Store) -> None:
    file = store('a "b".csv', b"x,y\n1,2\n")
    assert blocks_of(file, FileOptions(), TEXT_ONLY) == [
        {"type": "text", "text": '<document title="a &quot;b&quot;.csv">\nx,y\n1,2\n</document>'}
    ]


def test_an_image_for_a_model_of_text_only_is_refused_in_words(store: Store) -> None:
    file = store("a.png", making.image())
    with pytest.raises(CannotSendError, match="takes none"):
        blocks_of(file, FileOptions(), TEXT_ONLY)
    assert warnings_on(file, FileOptions(), TEXT_ONLY) == ["“a.png” is an image, and this model takes none."]


def test_what_could_not_be_read_is_not_sent(store: Store) -> None:
    with pytest.raises(CannotSendError, match="password"):
        blocks_of(store("a.pdf", making.encrypted_pdf()), FileOptions(), ALL)


def test_a_deleted_file_is_not_sent_but_what_was_begun_ends(store: Store, editor: Member) -> None:
    file = store("a.png", making.image())
    [block] = blocks_of(file, FileOptions(), ALL)
    delete_file(editor, file, timezone.now())
    with pytest.raises(CannotSendError, match="deleted"):
        blocks_of(file, FileOptions(), ALL)
    assert b"".join(encoded(block["source"]["data"]))


@pytest.mark.reliability
def test_a_file_that_is_gone_says_so(store: Store) -> None:
    file = store("a.pdf", making.pdf("one"))
    storing.remove(file)
    for data in (FileData(file.pk), FileData(file.pk, "pages-1")):
        with pytest.raises(FileGoneError):
            b"".join(encoded(data))
    with pytest.raises(FileGoneError):
        length(FileData(file.pk))
    with pytest.raises(FileGoneError):
        blocks_of(file, FileOptions(as_text=True), ALL)
    file.delete()
    with pytest.raises(FileGoneError):
        length(FileData(file.pk))


@pytest.mark.parametrize("size", [1, 2, 3, 192 * 1024 - 1, 192 * 1024, 192 * 1024 + 1, 700_001])
def test_base64_is_that_of_the_whole_file(store: Store, size: int) -> None:
    file = store("a.txt", b"z" * size)
    whole = b"".join(encoded(FileData(file.pk)))
    assert whole == base64.b64encode(b"z" * size)
    assert length(FileData(file.pk)) == len(whole)


@pytest.mark.reliability
def test_a_large_file_is_never_whole_in_memory(store: Store) -> None:
    file = store("a.txt", b"z" * 20 * 1024 * 1024)
    tracemalloc.start()
    total = sum(len(piece) for piece in encoded(FileData(file.pk)))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert total == length(FileData(file.pk))
    assert peak < 4 * 1024 * 1024


def test_too_large_an_image_is_said_before_it_is_refused(store: Store) -> None:
    file = store("a.png", making.image("PNG", (8400, 10)))
    assert "8,000 px" in warnings_on(file, FileOptions(), ALL)[0]
    assert warnings_on(file, FileOptions(max_side=8000), ALL) == []


def test_a_pdf_that_becomes_text_says_so(store: Store) -> None:
    file, scan = store("a.pdf", making.pdf("one")), store("b.pdf", making.pdf(""))
    assert "it gets the text" in warnings_on(file, FileOptions(), TEXT_ONLY)[0]
    assert "will see nothing" in warnings_on(scan, FileOptions(), TEXT_ONLY)[0]
    assert warnings_on(file, FileOptions(), ALL) == []
