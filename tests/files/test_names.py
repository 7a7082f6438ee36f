"""File names are shown, escaped, and never used for anything else."""

from __future__ import annotations

import unicodedata

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.files.conftest import Store
from workbench.files.models import MAX_NAME
from workbench.files.naming import clean_name


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("a\nb\r\n.txt", "a b .txt"),
        ("a\x00b.txt", "a b.txt"),
        ("\u202egpj.exe", "gpj.exe"),
        ("   ", "unnamed"),
        ("..", "unnamed"),
        ("", "unnamed"),
        ("名前 \U0001f600.txt", "名前 \U0001f600.txt"),
        ("\ud800.txt", "?.txt"),
    ],
)
def test_a_name_is_one_line_and_no_path(given_name: str, shown: str) -> None:
    assert clean_name(given_name) == shown


def test_a_long_name_keeps_its_ending() -> None:
    assert clean_name("é" * 300 + ".pdf").endswith("é….pdf")
    assert len(clean_name("é" * 300 + ".pdf")) == MAX_NAME


@given(st.text(max_size=400))
def test_any_name_can_be_shown(name: str) -> None:
    shown = clean_name(name)
    assert 0 < len(shown) <= MAX_NAME
    assert not any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in shown)
    assert "/" not in shown
    assert clean_name(shown) == shown


@pytest.mark.security
@pytest.mark.django_db
def test_a_name_with_markup_is_shown_escaped(bob: Client, store: Store) -> None:
    file = store("<img src=x onerror=alert(1)>.txt", b"hello")
    for path in ("/w/main/files/", f"/w/main/files/{file.pk}/"):
        page = bob.get(path).content.decode()
        assert "<img src=x" not in page
        assert "&lt;img src=x onerror=alert(1)&gt;.txt" in page


@pytest.mark.security
@pytest.mark.django_db
def test_a_name_cannot_add_a_header(bob: Client, store: Store) -> None:
    file = store('a"; filename="b.exe\r\nX-Evil: 1.txt', b"hello")
    answer = bob.get(f"/w/main/files/{file.pk}/download/")
    assert "X-Evil" not in answer.headers
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
