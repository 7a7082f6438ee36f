"""About how many tokens a file takes. Estimates, and said to be: the model's own server counts where it can."""

from __future__ import annotations

from workbench.files.models import FileKind, StoredFile
from workbench.files.options import FileOptions, pages_in

# English text is about four bytes a token; three bytes of Chinese, one character, are about as many tokens.
BYTES_A_TOKEN = 4
# The vendor's page on vision: width × height / 750, after images are brought to at most 1568 px and 1,600 tokens.
PIXELS_A_TOKEN = 750
LONGEST_SIDE = 1568
MOST_OF_AN_IMAGE = 1600
# The vendor's page on PDF: each page is read as text and as an image besides.
IMAGE_OF_A_PAGE = 1500


def about_tokens(file: StoredFile, options: FileOptions | None = None) -> int | None:
    """Tokens of a file under these options; None if it cannot be sent."""
    options = options or FileOptions()
    if not file.is_ready:
        return None
    if file.kind == FileKind.IMAGE:
        return _of_image(file.number("width"), file.number("height"), options.max_side)
    text = file.number("text_bytes") // BYTES_A_TOKEN + 1
    if file.kind == FileKind.CSV and options.rows is not None:
        return text * min(options.rows + 1, file.number("rows") + 1) // (file.number("rows") + 1)
    if file.kind == FileKind.PDF:
        number = file.number("pages")
        pages = len(pages_in(options.pages, number))
        return text * pages // max(number, 1) + (0 if options.as_text else IMAGE_OF_A_PAGE * pages)
    return text


def _of_image(width: int, height: int, max_side: int | None) -> int:
    scale = min(1.0, min(LONGEST_SIDE, max_side or LONGEST_SIDE) / max(width, height, 1))
    return min(MOST_OF_AN_IMAGE, int(width * scale * height * scale / PIXELS_A_TOKEN) + 1)
