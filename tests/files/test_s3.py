"""Files in an S3 bucket, by one setting: the same as in a folder, against a local S3 server."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from tests.files import making
from tests.files.conftest import Store, whole
from workbench.environment import SettingsError, read_environment
from workbench.files.actions import KEPT_AFTER_DELETION, delete_file, purge_files
from workbench.files.blocks import FileData, encoded
from workbench.files.models import StoredFile
from workbench.files.options import FileOptions
from workbench.files.problems import UploadError
from workbench.files.storing import FileGoneError
from workbench.files.text import text_of
from workbench.teams.models import Member

boto3 = pytest.importorskip("boto3")
moto = pytest.importorskip("moto.server")
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """A local S3 server."""
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint: str, settings: Settings, folder: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """A bucket that is set as the files' place."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    resource = boto3.resource("s3", endpoint_url=endpoint, region_name="us-east-1")
    bucket = resource.Bucket("files")
    bucket.create()
    url = f"s3://files/workbench?endpoint={endpoint}&region=us-east-1"
    environment = replace(django_settings.ENVIRONMENT, files_url=url)
    settings.STORAGES = {**settings.STORAGES, "files": environment.files_storage}
    yield bucket
    bucket.objects.all().delete()
    bucket.delete()


def keys(bucket: object) -> list[str]:
    return sorted(entry.key for entry in bucket.objects.all())  # type: ignore[attr-defined] # made at run time


def test_a_file_lives_in_the_bucket(bucket: object, store: Store, bob: Client, editor: Member) -> None:
    file = store("a.pdf", making.pdf("one", "two"))
    place = f"workbench/{file.workspace_id}/{file.pk}"
    assert keys(bucket) == [f"{place}/original", f"{place}/text"]
    assert "[Page 2]\ntwo" in text_of(file, FileOptions())
    assert b"".join(encoded(FileData(file.pk))) == base64.b64encode(making.pdf("one", "two"))
    assert base64.b64decode(b"".join(encoded(FileData(file.pk, "pages-2")))).startswith(b"%PDF")
    assert len(keys(bucket)) == 3
    assert whole(bob.get(f"/w/main/files/{file.pk}/download/")) == making.pdf("one", "two")
    delete_file(editor, file, timezone.now())
    assert purge_files(timezone.now() + KEPT_AFTER_DELETION * 2) == 1
    assert keys(bucket) == []


@pytest.mark.reliability
def test_what_the_bucket_lost_is_gone_and_can_be_uploaded_again(bucket: object, store: Store) -> None:
    file = store("a.txt", b"hello")
    bucket.objects.all().delete()  # type: ignore[attr-defined] # made at run time
    with pytest.raises(FileGoneError):
        text_of(file, FileOptions())
    with pytest.raises(FileGoneError):
        b"".join(encoded(FileData(file.pk)))
    assert store("a.txt", b"hello").pk == file.pk
    assert text_of(file, FileOptions()) == "hello"


@pytest.mark.reliability
def test_a_bucket_that_is_not_there_stores_nothing(bucket: object, store: Store, settings: Settings) -> None:
    place = settings.STORAGES["files"]
    options = {**place["OPTIONS"], "bucket_name": "nowhere"}
    settings.STORAGES = {**settings.STORAGES, "files": {**place, "OPTIONS": options}}
    with pytest.raises(UploadError, match="could not store"):
        store("a.txt", b"hello")
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("url", ["http://files", "s3://", "s3://files?unknown=1", "files"])
def test_an_address_that_is_none_is_refused_at_the_start(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_FILES_URL", url)
    with pytest.raises(SettingsError, match="WORKBENCH_FILES_URL"):
        read_environment(django_settings.BASE_DIR)
