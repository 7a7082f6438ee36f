"""Takes the metadata out of a JPEG or a WebP without decoding and compressing it again: not one pixel changes.

Structures: ITU-T T.81, annex B (JPEG markers); the WebP container specification (RIFF chunks). The files were decoded
before, so they are what they say.
"""

from __future__ import annotations

import re
import struct
from typing import BinaryIO

START, END, SCAN, COMMENT = 0xD8, 0xD9, 0xDA, 0xFE
APPLICATION = range(0xE0, 0xF0)
# JFIF, colour profiles and Adobe's colour transform belong to the picture; Exif, XMP, IPTC and the makers' own do not.
KEPT = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
# In what a scan holds, 0xFF is followed by 0 or by a restart mark; anything else ends it.
AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")

VP8X_FLAGS = 8  # where the flags stand in the VP8X chunk, from the start of that chunk
EXIF_FLAG, XMP_FLAG = 0x08, 0x04


def strip_jpeg(data: bytes, out: BinaryIO) -> None:
    """Write the JPEG without metadata, and without anything that follows its end."""
    out.write(data[:2])
    place = 2
    while place + 4 <= len(data):
        marker = data[place + 1]
        if marker in (0xFF, END):
            break
        (size,) = struct.unpack_from(">H", data, place + 2)
        end = place + 2 + size
        if marker == SCAN:
            found = AFTER_SCAN.search(data, end)
            end = found.start() if found else len(data)
        if _is_kept(marker, data[place + 4 : place + 20]):
            out.write(data[place:end])
        place = end
    out.write(bytes((0xFF, END)))


def _is_kept(marker: int, begins: bytes) -> bool:
    if marker in APPLICATION:
        return marker in KEPT and begins.startswith(KEPT[marker])
    return marker != COMMENT


def strip_webp(data: bytes, out: BinaryIO) -> None:
    """Write the WebP without its Exif and XMP chunks, and without anything that follows its end."""
    chunks, place = [], 12
    while place + 8 <= len(data):
        name = data[place : place + 4]
        (size,) = struct.unpack_from("<I", data, place + 4)
        end = place + 8 + size + size % 2
        if name == b"VP8X":
            chunk = bytearray(data[place:end])
            chunk[VP8X_FLAGS] &= ~(EXIF_FLAG | XMP_FLAG) & 0xFF
            chunks.append(bytes(chunk))
        elif name in (b"VP8 ", b"VP8L", b"ANIM", b"ANMF", b"ALPH", b"ICCP"):
            chunks.append(data[place:end])
        place = end
    body = b"WEBP" + b"".join(chunks)
    out.write(b"RIFF" + struct.pack("<I", len(body)) + body)
