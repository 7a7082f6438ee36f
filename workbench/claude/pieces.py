"""A request's body that is never whole in memory: of known length, its bytes piece by piece, anew for each attempt."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pieces:
    """A body in pieces. `begin` gives them from the start, for each attempt anew; `length`: bytes in all."""

    begin: Callable[[], AsyncIterator[bytes]]
    length: int
    media_type: str = "application/json"

    def __len__(self) -> int:
        return self.length


type Body = bytes | Pieces
