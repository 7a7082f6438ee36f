"""About how many tokens a request takes, where nobody counts them. Always said to be an estimate.

Four bytes of text are taken as one token, as for files: see files.tokens. Never asks a server.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.files.tokens import BYTES_A_TOKEN, IMAGE_OF_A_PAGE, MOST_OF_AN_IMAGE
from workbench.prompts.turns import Turn
from workbench.runs.attaching import Files, countable

# What stands around a name and its value in JSON (bytes).
AROUND = 4
# A page of a PDF whose pages nobody has counted (bytes of base64).
PAGE_OF_A_DOCUMENT = 65_536


@dataclass(frozen=True, slots=True)
class Weights:
    """About how many tokens each part of a request has, in the order in which a provider reads them: "tools", "system",
    "0", "1", …"""

    of: Mapping[str, int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.of.values())

    def share_up_to(self, place: str, total: int) -> int:
        """How many of `total` counted tokens stand before the end of a part; all of them if there is no such part."""
        tokens = 0
        for part, weight in self.of.items():
            tokens += weight
            if part == place:
                break
        return total * tokens // max(self.total, 1)


def weigh(body: Mapping[str, Any], turns: Sequence[Turn], files: Files) -> Weights:
    """The weights of a body, in which files may stand without their bytes."""
    of = {part: about_tokens(body[part]) for part in ("tools", "system") if body.get(part)}
    for index, (message, turn) in enumerate(zip(body["messages"], turns, strict=True)):
        without, in_files = countable({"messages": [message]}, [turn], files)
        of[str(index)] = about_tokens(without["messages"][0]["content"]) + in_files
    return Weights(of)


def about_tokens(value: object) -> int:
    """About how many tokens a text, or the JSON of blocks and tools, takes. Pictures in it by their kind."""
    size, left = 0, [value]
    while left:
        one = left.pop()
        if isinstance(one, str):
            size += len(one) if one.isascii() else len(one.encode(errors="replace"))
        elif isinstance(one, Mapping) and isinstance(one.get("source"), Mapping):
            size += BYTES_A_TOKEN * _of_media(one)
        elif isinstance(one, Mapping):
            size += sum(len(str(name)) + AROUND for name in one)
            left += one.values()
        elif isinstance(one, list | tuple):
            left += one
        else:
            size += AROUND
    return size // BYTES_A_TOKEN + 1


def _of_media(block: Mapping[str, Any]) -> int:
    """Tokens of a picture or a document whose data stands in the block, or elsewhere."""
    source = block["source"]
    data = source.get("data")
    if source.get("type") in ("text", "content"):
        return about_tokens(data or source.get("content"))
    if block.get("type") == "image":
        return MOST_OF_AN_IMAGE
    return IMAGE_OF_A_PAGE * (len(data) // PAGE_OF_A_DOCUMENT + 1 if isinstance(data, str) else 1)
