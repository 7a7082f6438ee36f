"""Real files, made small by hand or by the libraries that read them: what the tests of this room upload."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from typing import Any

from PIL import Image
from pypdf import PdfReader, PdfWriter

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def pdf(*pages: str) -> bytes:
    """A PDF with a line of text on each page, written by hand."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{3 + 2 * index} 0 R" for index in range(len(pages)))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>")
    font = "<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    for index, text in enumerate(pages):
        stream = f"BT /F1 24 Tf 72 700 Td ({text}) Tj ET"
        contents = f"{4 + 2 * index} 0 R"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources {font} /Contents {contents} >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    return _assembled(objects)


def _assembled(objects: Sequence[str]) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    return out + f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()


def encrypted_pdf() -> bytes:
    """A PDF that asks for a password."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("hidden"))))
    writer.encrypt("secret", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def many_pages_pdf() -> bytes:
    """A PDF of some kilobytes whose tree names one page a million times."""
    trees = [f"<< /Type /Pages /Kids [{f'{below} 0 R ' * 1000}] /Count 1000000 >>" for below in (3, 4)]
    return _assembled(["<< /Type /Catalog /Pages 2 0 R >>", *trees, "<< /Type /Page /MediaBox [0 0 9 9] >>"])


def image(kind: str = "PNG", size: tuple[int, int] = (40, 30), **options: Any) -> bytes:  # noqa: ANN401 - Pillow's own
    """A picture, its left half red and its right half blue."""
    picture = Image.new("RGB", size, "blue")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def photo(orientation: int = 6, size: tuple[int, int] = (40, 30)) -> bytes:
    """A JPEG as a telephone makes it: turned by a mark, with the place where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Canary Camera"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    return image("JPEG", size, exif=exif, comment=b"canary comment", quality=95)


def animation(kind: str = "GIF", frames: int = 3) -> bytes:
    """A picture that moves."""
    pictures = [Image.new("RGB", (20, 20), (60 * index, 0, 0)) for index in range(frames)]
    out = io.BytesIO()
    pictures[0].save(out, kind, save_all=True, append_images=pictures[1:], duration=100)
    return out.getvalue()


def huge_png(side: int = 65_500) -> bytes:
    """A PNG of a few bytes that says it has so many pixels a side."""
    small = image("PNG", (1, 1))
    header = small.index(b"IHDR")
    fields = side.to_bytes(4, "big") * 2 + small[header + 12 : header + 17]
    checked = b"IHDR" + fields
    return small[:header] + checked + zlib.crc32(checked).to_bytes(4, "big") + small[header + 21 :]


def paragraph(text: str, style: str = "", number: str = "", level: int = 0) -> str:
    """A paragraph of a DOCX."""
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if number:
        properties += f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def table(rows: Sequence[Sequence[str]]) -> str:
    """A table of a DOCX."""
    cells = ["".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows]
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


STYLES = (
    '<w:style w:styleId="Titre1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:styleId="H2"><w:name w:val="heading 2"/></w:style>'
)
NUMBERING = (
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl></w:abstractNum>'
    '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
)


def docx(body: str = "", head: str = "", **parts: str) -> bytes:
    """A DOCX with this body; `head` stands before its root element."""
    document = f'{head}<w:document xmlns:w="{WORD}"><w:body>{body or paragraph("Hello")}</w:body></w:document>'
    files = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": document,
        "word/styles.xml": f'<w:styles xmlns:w="{WORD}">{STYLES}</w:styles>',
        "word/numbering.xml": f'<w:numbering xmlns:w="{WORD}">{NUMBERING}</w:numbering>',
        **parts,
    }
    return zipped(files)


def zipped(files: dict[str, str]) -> bytes:
    """A ZIP archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()
