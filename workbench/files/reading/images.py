"""Images: decoded to see that they are what they say, stored without what they tell of their maker, made smaller."""

from __future__ import annotations

import warnings
from typing import Any, BinaryIO

from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from workbench.files.reading import Details, ProblemError
from workbench.files.reading.stripping import strip_jpeg, strip_webp

FORMATS = ["PNG", "JPEG", "GIF", "WEBP"]
# 80 million take 320 MB of memory, and as much again while they are turned.
MAX_PIXELS = 80_000_000
MAX_FRAMES = 1000
QUALITY = 92
UPRIGHT = (None, 1)
EXIF_ORIENTATION = 0x0112


def clean(file: BinaryIO, out: BinaryIO) -> Details:
    """Write the image upright and without metadata; an animated GIF, which has none, as it is.

    Details: width, height (px, upright), frames, format, had_metadata.
    """
    image = _open(file)
    frames, kind = getattr(image, "n_frames", 1), str(image.format)
    if frames > MAX_FRAMES or frames * image.width * image.height > 4 * MAX_PIXELS:
        raise ProblemError("too_large_image")
    orientation = image.getexif().get(EXIF_ORIENTATION)
    had_metadata = bool(image.getexif()) or any(name in image.info for name in ("xmp", "XML:com.adobe.xmp", "comment"))
    for frame in ImageSequence.Iterator(image):
        frame.load()
    image.seek(0)
    if orientation not in UPRIGHT:
        image, frames = ImageOps.exif_transpose(image), 1
        _save(image, kind, out)
    elif kind == "GIF" and frames > 1:
        out.write(_whole(file))
    elif kind == "JPEG":
        strip_jpeg(_whole(file), out)
    elif kind == "WEBP":
        strip_webp(_whole(file), out)
    else:
        _save(image, kind, out, frames)
    width, height = image.size
    return {"width": width, "height": height, "frames": frames, "format": kind, "had_metadata": had_metadata}


def shrink(file: BinaryIO, out: BinaryIO, side: int) -> Details:
    """Write the image so that its longer side is at most `side` px. The format stays; of an animation, one frame."""
    image = _open(file)
    kind = str(image.format)
    if kind == "JPEG":
        image.draft(None, (side, side))
    image.load()
    if kind == "GIF":
        image = image.convert("RGBA")
    icc = image.info.get("icc_profile")
    image.thumbnail((side, side), Image.Resampling.LANCZOS)
    _save(image, kind, out, icc=icc)
    return {"width": image.width, "height": image.height, "frames": 1, "format": kind}


def _open(file: BinaryIO) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        return Image.open(file, formats=FORMATS)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise ProblemError("too_large_image") from None
    except UnidentifiedImageError:
        raise ProblemError("damaged") from None


def _whole(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read()


def _save(image: Image.Image, kind: str, out: BinaryIO, frames: int = 1, icc: bytes | None = None) -> None:
    icc = icc or image.info.get("icc_profile")
    image.info.pop("comment", None)
    # Only these: whatever else the image came with stays behind.
    options: dict[str, Any] = {"icc_profile": icc} if icc and kind != "GIF" else {}
    if kind in ("JPEG", "WEBP"):
        options["quality"] = QUALITY
    if kind in ("PNG", "WEBP"):
        options["exif"] = b""
    if frames > 1:
        options["save_all"] = True
    image.save(out, kind, **options)
