"""Figures, what they are held against, and what processes use. Times in ms, memory in MB (10^6 bytes)."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
# The server has the first core, the stand-in for the provider and the load share the others.
SERVER_CORES = {0}
LOAD_CORES = set(range(1, os.cpu_count() or 1)) or {0}


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure. `target` and `beside` are words; `is_met` is None where there is no target."""

    name: str
    value: str
    target: str = ""
    beside: str = ""
    is_met: bool | None = None

    def row(self) -> str:
        """A row of the table, in Markdown."""
        met = {True: "yes", False: "**no**", None: ""}[self.is_met]
        return f"| {self.name} | {self.value} | {self.target} | {met} | {self.beside} |"


def at_most(name: str, value: float, limit: float, unit: str, beside: str = "") -> Figure:
    """A figure that should not be larger."""
    return Figure(name, f"{number(value)} {unit}", f"≤ {number(limit)} {unit}", beside, value <= limit)


def at_least(name: str, value: float, limit: float, unit: str, beside: str = "") -> Figure:
    """A figure that should not be smaller."""
    return Figure(name, f"{number(value)} {unit}", f"≥ {number(limit)} {unit}", beside, value >= limit)


def number(value: float) -> str:
    """Three digits that matter: `0.41`, `12.3`, `98,700`."""
    if value >= 1000:
        return f"{round(value, -2):,.0f}"
    return f"{value:.3g}"


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of all lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def cpu_ms(pid: int) -> float:
    """Processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / TICKS


def memory_mb(pid: int) -> float:
    """Memory of a process that is in use (resident)."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / 1e6


def private_mb(pid: int) -> float:
    """The same without pages of files (programs, the database), which the kernel may drop and read again."""
    _size, resident, shared = Path(f"/proc/{pid}/statm").read_text().split()[:3]
    return (int(resident) - int(shared)) * PAGE / 1e6


def forget_peak(pid: int) -> None:
    """From now on `peak_mb` tells the most that there will be."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def peak_mb(pid: int) -> float:
    """The most memory that a process had in use (resident) since `forget_peak`."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) * 1024 / 1e6


def busy_ms() -> float:
    """Processor time that all programs of the machine, and of others on the same hardware, have used."""
    user, nice, system, _idle, _waiting, *interrupts_and_stolen = Path("/proc/stat").read_text().split()[1:9]
    return sum(map(int, (user, nice, system, *interrupts_and_stolen))) * 1000 / TICKS


def own_ms() -> float:
    """Processor time of ours: of this process and those that it started and that have ended."""
    used = os.times()
    return (used.user + used.system + used.children_user + used.children_system) * 1000


def machine() -> str:
    """What was measured on."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    return f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
