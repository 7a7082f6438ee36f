"""Refusals of images and documents: their sources, types, sizes, and how many a request may hold.

Does not count the pages of a PDF, and never fetches a URL or a file id.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Mapping
from typing import Any

from PIL import Image

from tests.api.legal import images_per_request
from tests.api.shapes import FILLED, FLAG, Case, Kind, at, is_object, kind_of, objects, one_of, shape

type Block = Mapping[str, Any]

IMAGE_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp")
MOST_IMAGE_BYTES = 5 * 1024 * 1024  # of base64 text
MOST_PIXELS, MOST_PIXELS_OF_MANY, MANY_IMAGES = 8000, 2000, 20
_CITATIONS = {"enabled": FLAG}
_CONTENT = Kind("a string or an array of blocks", lambda value: isinstance(value, str | list))
_IMAGE_SOURCES = {
    "base64": {"media_type": one_of(*IMAGE_TYPES), "data": FILLED},
    "url": {"url": FILLED},
    "file": {"file_id": FILLED},
}
_DOCUMENT_SOURCES = {
    "base64": {"media_type": one_of("application/pdf"), "data": FILLED},
    "url": {"url": FILLED},
    "text": {"media_type": one_of("text/plain"), "data": FILLED},
    "content": {"content": _CONTENT},
    "file": {"file_id": FILLED},
}


def image(path: str, block: Block, case: Case) -> Iterator[str]:
    """Why an image block is refused by itself; see `images` for what depends on the others."""
    if case.lacks("image_input"):
        yield f"{path}: this model does not take images"
    yield from _source(at(path, "source"), block.get("source"), _IMAGE_SOURCES)
    if is_object(block.get("transformations")):
        allowed = {"oversized_image": one_of("downsize", "error")}
        yield from shape(at(path, "transformations"), block["transformations"], {}, allowed)
    if len(_data(block)) > MOST_IMAGE_BYTES:
        yield f"{at(path, 'source.data')}: image exceeds 5 MB"


def document(path: str, block: Block, case: Case) -> Iterator[str]:
    """Why a document block is refused: its source, its PDF or citations on a model without them."""
    source = block.get("source")
    yield from _source(at(path, "source"), source, _DOCUMENT_SOURCES)
    if kind_of(source) in {"base64", "url"} and case.lacks("pdf_input"):
        yield f"{path}: this model does not take PDF"
    yield from citations(path, block, case)


def citations(path: str, block: Block, case: Case) -> Iterator[str]:
    """Why the `citations` switch of a document or search result is refused."""
    if not is_object(block.get("citations")):
        return
    yield from shape(at(path, "citations"), block["citations"], {}, _CITATIONS)
    if block["citations"].get("enabled") is True and case.lacks("citations"):
        yield f"{at(path, 'citations')}: this model does not cite"


def images(body: Mapping[str, Any], case: Case) -> Iterator[str]:
    """Why the images of a whole request are refused: too many, or too large for how many they are."""
    found = list(_images(body))
    if case.model and len(found) > images_per_request(case.model):
        yield f"messages: at most {images_per_request(case.model)} images, found {len(found)}"
    limit = MOST_PIXELS_OF_MANY if len(found) > MANY_IMAGES else MOST_PIXELS
    for path, block in found:
        if (block.get("transformations") or {}) != {"oversized_image": "downsize"} and _longest_side(block) > limit:
            yield f"{path}: image_dimensions_too_large, at most {limit} pixels a side"


def _source(path: str, source: object, kinds: Mapping[str, Mapping[str, Kind]]) -> Iterator[str]:
    if not is_object(source):
        return
    kind = kind_of(source)
    if kind not in kinds:
        yield f"{at(path, 'type')}: must be one of {', '.join(kinds)}"
        return
    yield from shape(path, source, {"type": FILLED, **kinds[kind]}, {})


def _inner_images(path: str, block: Block) -> Iterator[tuple[str, Block]]:
    """The images a block is or holds: itself, in a tool's result, or in a document made of blocks."""
    if block.get("type") == "image":
        yield path, block
    source = block.get("source")
    if block.get("type") == "document" and is_object(source):
        for place, inner in objects(source.get("content")):
            yield from _inner_images(f"{path}.source.content.{place}", inner)
    if block.get("type") == "tool_result":
        for place, inner in objects(block.get("content")):
            yield from _inner_images(f"{path}.content.{place}", inner)


def _images(body: Mapping[str, Any]) -> Iterator[tuple[str, Block]]:
    for number, message in objects(body.get("messages")):
        for place, block in objects(message.get("content")):
            yield from _inner_images(f"messages.{number}.content.{place}", block)


def _data(block: Block) -> str:
    source = block.get("source")
    data = source.get("data") if is_object(source) else None
    return data if isinstance(data, str) else ""


def _longest_side(block: Block) -> int:
    """Pixels, or 0 for what is not in the request or is no picture; a picture Pillow fears counts as too large."""
    try:
        raw = base64.b64decode(_data(block), validate=True)
        with Image.open(io.BytesIO(raw)) as picture:
            return max(picture.size)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        return MOST_PIXELS + 1
    except (ValueError, OSError):  # among them UnidentifiedImageError
        return 0


def remote(body: Mapping[str, Any]) -> Iterator[str]:
    """The paths of the blocks whose source is a URL or a file id."""
    for number, message in objects(body.get("messages")):
        for place, block in objects(message.get("content")):
            held = [(f".content.{inner_place}", inner) for inner_place, inner in objects(block.get("content"))]
            for below, candidate in [("", block), *held]:
                source = candidate.get("source")
                if kind_of(source) in {"url", "file"}:
                    yield f"messages.{number}.content.{place}{below}"
