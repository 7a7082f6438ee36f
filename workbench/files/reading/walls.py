"""What a reading process may not do: use more than its share of memory and time, connect, start others, write files."""

from __future__ import annotations

import os
import resource
import sys

MEMORY = 1024 * 1024 * 1024  # bytes of address space
CPU_S = 60
OUTPUT = 256 * 1024 * 1024  # bytes
OPEN_FILES = 64
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.fork", "os.spawn", "os.posix_spawn", "os.system", "os.remove")


def raise_walls() -> None:
    """Limit this process for the rest of its life."""
    _limit(resource.RLIMIT_AS, MEMORY)
    _limit(resource.RLIMIT_CPU, CPU_S)
    _limit(resource.RLIMIT_FSIZE, OUTPUT)
    _limit(resource.RLIMIT_NOFILE, OPEN_FILES)
    _limit(resource.RLIMIT_CORE, 0)
    sys.addaudithook(_refuse)


def _limit(kind: int, amount: int) -> None:
    _soft, hard = resource.getrlimit(kind)
    amount = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
    try:
        resource.setrlimit(kind, (amount, amount))
    except ValueError:
        # macOS knows the limit of address space and refuses to set it; the time limits hold there.
        if kind != resource.RLIMIT_AS:
            raise


def _refuse(event: str, args: tuple[object, ...]) -> None:
    if event.startswith(FORBIDDEN):
        raise PermissionError(event)
    # Reading modules is all that is left to open; what is read and made comes and goes by open descriptors.
    if event == "open" and isinstance(args[0], str | bytes) and isinstance(args[2], int) and args[2] & WRITING:
        raise PermissionError(event)
