"""Files to upload: a report of many pages as PDF, and photographs. Each is another one, so that each is read anew."""

from __future__ import annotations

import io
import random
from uuid import uuid4

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, NumberObject

PAGES = 300
PAGE_BYTES = 100_000  # of a picture on each page, which no compression makes smaller
LINES = 45
WORDS = ("tent", "stove", "boots", "delivery", "invoice", "weather", "mountain", "customer", "return", "answer")
PHOTO = (1200, 900)  # px; about 200 KB

type File = tuple[str, bytes]  # name, content


def report() -> File:
    """A PDF of 30 MB: 300 pages with text, and a picture on each. Its name, and its bytes."""
    made, writer = random.Random(), PdfWriter()
    font = writer._add_object(  # noqa: SLF001 - pypdf's only way to add an object
        _dictionary(Type="/Font", Subtype="/Type1", BaseFont="/Helvetica")
    )
    for number in range(PAGES):
        page = writer.add_blank_page(595, 842)
        lines = [" ".join(made.choices(WORDS, k=10)) for _line in range(LINES)]
        shown = "".join(f"({line}) Tj T* " for line in [f"Page {number + 1} {uuid4()}", *lines])
        picture = DecodedStreamObject()
        picture.set_data(made.randbytes(PAGE_BYTES))
        picture.update(_dictionary(Type="/XObject", Subtype="/Image", ColorSpace="/DeviceGray"))
        sides = {NameObject(f"/{name}"): NumberObject(value) for name, value in (("Width", 400), ("Height", 250))}
        picture.update({**sides, NameObject("/BitsPerComponent"): NumberObject(8)})
        content = DecodedStreamObject()
        content.set_data(f"BT /F1 10 Tf 14 TL 50 800 Td {shown} ET q 400 0 0 250 50 50 cm /P Do Q".encode())
        fonts, pictures = DictionaryObject(), DictionaryObject()
        fonts[NameObject("/F1")] = font
        pictures[NameObject("/P")] = writer._add_object(picture)  # noqa: SLF001 - see above
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): fonts, NameObject("/XObject"): pictures}
        )
        page[NameObject("/Contents")] = writer._add_object(content)  # noqa: SLF001 - see above
    out = io.BytesIO()
    writer.write(out)
    return f"report-{uuid4()}.pdf", out.getvalue()


def _dictionary(**names: str) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{key}"): NameObject(value) for key, value in names.items()})


def photo() -> File:
    """A JPEG of about 200 KB. Its name, and its bytes."""
    out = io.BytesIO()
    Image.effect_noise(PHOTO, 14).convert("RGB").save(out, "JPEG", quality=60)
    return f"photo-{uuid4()}.jpg", out.getvalue()
