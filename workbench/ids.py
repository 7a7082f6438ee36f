"""Ids: time-ordered, so that rows made together lie together and a list needs no second index."""

from __future__ import annotations

import secrets
import threading
import time
import uuid

_lock = threading.Lock()
_last = 0


def new_id() -> uuid.UUID:
    """A version 7 UUID (RFC 9562, section 5.7): 48 bits of Unix time in ms, then 73 random bits.

    Those of one process grow, also within a millisecond and when the clock is set back (section 6.2, method 2).
    """
    global _last  # noqa: PLW0603 - the last id is what the next one must follow
    with _lock:
        _last = max(_drawn(), _last + secrets.randbits(32) + 1)
        return uuid.UUID(int=_last)


def _drawn() -> int:
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    # The highest random bit of the second half stays 0: room to count up.
    return value & ~(0x7 << 61) | 0x2 << 62
