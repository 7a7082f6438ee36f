"""What a model sees of each kind of file, and of a part of it."""

from __future__ import annotations

import pytest

from tests.conftest import SetEnvironment
from tests.files import making
from tests.files.conftest import Store
from workbench.files.options import FileOptions
from workbench.files.reading import MAX_TEXT
from workbench.files.text import text_of

pytestmark = pytest.mark.django_db


def test_a_pdf_gives_the_text_of_each_page(store: Store) -> None:
    file = store("a.pdf", making.pdf("Alpha", "Beta", "Gamma"))
    assert file.details["pages"] == 3
    assert text_of(file, FileOptions()) == "[Page 1]\nAlpha\n\n[Page 2]\nBeta\n\n[Page 3]\nGamma\n\n"


def test_a_range_of_pages_says_what_it_is_of(store: Store) -> None:
    file = store("a.pdf", making.pdf("Alpha", "Beta", "Gamma"))
    assert text_of(file, FileOptions(pages="1,3")) == "[Pages 1, 3 of 3]\n\n[Page 1]\nAlpha\n\n[Page 3]\nGamma\n\n"


def test_a_pdf_without_text_is_called_a_scan(store: Store) -> None:
    file = store("a.pdf", making.pdf("", ""))
    assert file.details["is_scan"] is True


def test_a_docx_keeps_headings_lists_and_tables(store: Store) -> None:
    body = (
        making.paragraph("Report", "Titre1")
        + making.paragraph("Part", "H2")
        + making.paragraph("Plain &amp; simple")
        + making.paragraph("one", number="1")
        + making.paragraph("two", number="1")
        + making.paragraph("under", number="2", level=1)
        + making.paragraph("three", number="1")
        + making.table([["Name", "Age"], ["Ann | Bob", "4"]])
        + making.paragraph("End")
    )
    file = store("a.docx", making.docx(body))
    assert text_of(file, FileOptions()) == (
        "# Report\n\n## Part\n\nPlain & simple\n\n1. one\n2. two\n  - under\n3. three\n\n"
        "| Name | Age |\n| --- | --- |\n| Ann \\| Bob | 4 |\n\nEnd\n\n"
    )


def test_a_docx_with_tracked_changes_gives_what_is_there_now(store: Store) -> None:
    body = (
        "<w:p><w:r><w:t>Now </w:t></w:r><w:ins><w:r><w:t>new</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>old</w:delText></w:r></w:del>"
        '<w:hyperlink><w:r><w:t xml:space="preserve"> link</w:t></w:r></w:hyperlink></w:p>'
    )
    assert text_of(store("a.docx", making.docx(body)), FileOptions()) == "Now new link\n\n"


def test_a_table_keeps_its_text_and_is_measured(store: Store) -> None:
    content = 'name;note\n"Ann";"a;b"\n"Bob";"two\nlines"\nCy;\n'
    file = store("a.csv", content.encode())
    assert (file.details["rows"], file.details["columns"], file.details["delimiter"]) == (3, 2, ";")
    assert text_of(file, FileOptions()) == content


def test_the_first_rows_come_with_a_visible_notice(store: Store) -> None:
    file = store("a.csv", b"name,age\nAnn,1\nBob,2\nCy,3\n")
    assert text_of(file, FileOptions(rows=2)) == "name,age\nAnn,1\nBob,2\n[Only the first 2 of 3 rows]\n"
    assert text_of(file, FileOptions(rows=3)) == "name,age\nAnn,1\nBob,2\nCy,3\n"


def test_json_is_laid_out_without_changing_a_value(store: Store) -> None:
    file = store("a.json", b'{"a":1.0e5,"a":12345678901234567890123,"b":[],"c":["x, {y}","\\u00e9"]}')
    assert text_of(file, FileOptions()) == (
        '{\n  "a": 1.0e5,\n  "a": 12345678901234567890123,\n  "b": [],\n  "c": [\n    "x, {y}",\n    "\\u00e9"\n  ]\n}'
    )


def test_json_nested_too_deep_stays_text(store: Store) -> None:
    content = "[" * 100_000 + "]" * 100_000
    file = store("a.json", content.encode())
    assert (file.kind, file.is_ready) == ("text", True)
    assert text_of(file, FileOptions()) == content


def test_json_that_would_grow_too_much_is_not_laid_out(store: Store) -> None:
    content = "[" * 900 + ",".join("1" * 5000) + "]" * 900
    assert text_of(store("a.json", content.encode()), FileOptions()) == content


def test_a_text_longer_than_is_kept_is_cut_and_says_so(store: Store, set_environment: SetEnvironment) -> None:
    set_environment(max_file_mb=40)
    file = store("a.txt", b"x" * (MAX_TEXT + 1000))
    text = text_of(file, FileOptions())
    assert text[MAX_TEXT - 1 :] == "x\n[The text is longer than is kept of one file, and ends here.]\n"
