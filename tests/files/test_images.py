"""Images: stored upright and without what they tell of place and camera; sent smaller where that is asked."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image

from tests.files import making
from tests.files.conftest import Store
from workbench.files import storing
from workbench.files.blocks import FileData, encoded, length
from workbench.files.models import StoredFile

pytestmark = pytest.mark.django_db


def kept(file: StoredFile) -> bytes:
    return b"".join(storing.chunks(file, storing.ORIGINAL))


def picture(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.security
def test_a_photo_loses_its_metadata_and_stands_upright(store: Store) -> None:
    content = making.photo(orientation=6, size=(40, 30))
    assert b"Canary" in content
    file = store("a.jpg", content)
    assert (file.details["width"], file.details["height"], file.details["had_metadata"]) == (30, 40, True)
    assert b"anary" not in kept(file)
    assert b"Exif" not in kept(file)
    assert picture(kept(file)).size == (30, 40)
    # Orientation 6 turns it to the right: what was left, and red, is at the top.
    red, _green, blue = picture(kept(file)).convert("RGB").crop((15, 2, 16, 3)).tobytes()
    assert red > 200
    assert blue < 60


@pytest.mark.security
@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_images_lose_theirs_too(store: Store, kind: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Canary Camera"
    content = making.image(kind, exif=exif)
    assert b"Canary" in content
    file = store("a", content)
    assert b"Canary" not in kept(file)
    assert picture(kept(file)).convert("RGB").tobytes() == picture(content).convert("RGB").tobytes()


def test_a_jpeg_that_stands_upright_is_not_compressed_again(store: Store) -> None:
    content = making.image("JPEG", quality=40)
    file = store("a.jpg", content)
    assert picture(kept(file)).tobytes() == picture(content).tobytes()


def test_an_animated_gif_is_kept_as_it_is(store: Store) -> None:
    content = making.animation("GIF")
    file = store("a.gif", content)
    assert kept(file) == content
    assert file.details["frames"] == 3


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_other_animations_keep_their_frames(store: Store, kind: str) -> None:
    file = store("a", making.animation(kind))
    assert getattr(picture(kept(file)), "n_frames", 1) == 3


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_smaller_image_is_made_when_it_is_sent(store: Store, kind: str) -> None:
    file = store("a", making.image(kind, (400, 200)))
    data = FileData(file.pk, "side-100")
    sent = base64.b64decode(b"".join(encoded(data)))
    assert (picture(sent).size, picture(sent).format) == ((100, 50), kind)
    assert length(data) == len(b"".join(encoded(data)))
