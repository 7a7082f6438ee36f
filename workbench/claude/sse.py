"""Server-sent events from bytes: splits at any boundary, in linear time and bounded memory.

Follows the WHATWG event-stream rules for what the Messages API uses: `event` and `data` fields, comments, LF, CR
and CRLF. Works on bytes, so characters split between reads and U+2028 need no care. Never parses JSON.
"""

import re

MAX_EVENT = 1024 * 1024  # bytes
# The form that servers use; anything else is taken apart line by line.
USUAL = re.compile(rb"^event: ([^\n]+)\ndata: ([^\n]+)\n\n", re.MULTILINE)
USUAL_NEWLINES = 3
BOM = b"\xef\xbb\xbf"


class EventSplitter:
    """Feed it reads; it gives back the events that each completed, as (name or empty, data).

    After an event above `max_event` bytes `too_large` is set and nothing more is taken: memory stays below
    `max_event` plus one read. What never got its closing blank line is dropped, as the rules say.
    """

    __slots__ = ("_after_cr", "_pending", "_started", "max_event", "too_large")

    def __init__(self, max_event: int = MAX_EVENT) -> None:
        self.max_event = max_event
        self.too_large = False
        self._pending = bytearray()
        self._after_cr = False
        self._started = False

    @property
    def pending(self) -> int:
        """Bytes of the event that is not complete yet."""
        return len(self._pending)

    def feed(self, read: bytes) -> list[tuple[bytes, bytes]]:
        """Events completed by this read, in order."""
        if self.too_large:
            return []
        if self._after_cr or b"\r" in read:
            read = self._with_plain_newlines(read)
        if self._pending:
            # Only the seam and the new bytes can hold a boundary: looking at no others keeps many tiny reads linear.
            seam = len(self._pending) - 1
            self._pending += read
            if self._pending.find(b"\n\n", seam) < 0:
                self.too_large = len(self._pending) > self.max_event
                return []
            read = bytes(self._pending)
            self._pending.clear()
        cut = read.rfind(b"\n\n") + 2 if b"\n\n" in read else 0
        self._pending += read[cut:]
        self.too_large = len(self._pending) > self.max_event
        return self._events(read[:cut]) if cut else []

    def _events(self, whole: bytes) -> list[tuple[bytes, bytes]]:
        started, self._started = self._started, True
        if len(whole) <= self.max_event:
            usual: list[tuple[bytes, bytes]] = USUAL.findall(whole)
            # Every newline belongs to a match, and matches begin lines: so nothing stands between them.
            if len(usual) * USUAL_NEWLINES == whole.count(b"\n"):
                return usual
        events = []
        for block in (whole if started else whole.removeprefix(BOM)).split(b"\n\n"):
            if len(block) > self.max_event:
                self.too_large = True
                break
            if event := _fields(block):
                events.append(event)
        return events

    def _with_plain_newlines(self, read: bytes) -> bytes:
        if not read:
            return read
        after_cr, self._after_cr = self._after_cr, read.endswith(b"\r")
        if after_cr:
            read = read.removeprefix(b"\n")
        return read.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _fields(block: bytes) -> tuple[bytes, bytes] | None:
    """Name and data of one event in any form; None when it holds none (comments, a lone name)."""
    name = b""
    data: list[bytes] = []
    for line in block.split(b"\n"):
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            data.append(value)
        elif field == b"event":
            name = value
    return (name, whole) if (whole := b"\n".join(data)) else None
