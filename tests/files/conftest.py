"""Files of the standing people: each test keeps them in a folder of its own."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.http import HttpResponseBase
from pytest_django import Settings

from workbench.files.models import StoredFile
from workbench.files.uploading import store_upload
from workbench.teams.models import Member

Store = Callable[..., StoredFile]


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path, plain_static_names: None) -> Path:
    """Where the test's files lie."""
    place = tmp_path / "files"
    options = {"location": str(place), "allow_overwrite": True}
    backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "files": backend}
    return place


@pytest.fixture
def store(editor: Member) -> Store:
    """Stores a file as the editor: `store("a.txt", b"…")`."""

    def make(name: str, content: bytes, member: Member | None = None) -> StoredFile:
        return store_upload(member or editor, name, io.BytesIO(content)).file

    return make


def whole(answer: HttpResponseBase) -> bytes:
    """The body of an answer, streamed or not."""
    return b"".join(answer)
