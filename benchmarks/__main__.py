"""`python -m benchmarks [part …] [--readme]`: measure, and print a table; with `--readme` put it there, too.

Parts: relay, pressing, large, pages; all without arguments. Leave the machine alone meanwhile: how much others used of
it is told at the end. Needs Linux: processes are kept on their cores, and watched in /proc. `WORKBENCH_DATABASE_URL` in
the environment names an empty PostgreSQL database to measure with instead of SQLite.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import large_inputs, pages, pressing, relay
from benchmarks.measure import Figure, at_most, busy_ms, machine, own_ms
from benchmarks.processes import ROOT, Application, stand_in

PARTS = {
    "relay": relay.measure,
    "pressing": pressing.measure,
    "large": large_inputs.measure,
    "pages": pages.measure,
}
HEAD = "| What | Measured | Target | Met | Beside it, in the same run |\n|---|---:|---:|---|---|"
PLACE = re.compile(r"(?<=<!-- bench -->\n).*?(?=<!-- /bench -->)", re.DOTALL)


def main() -> None:
    """Measure the parts that were asked for."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("parts", nargs="*", choices=[[], *PARTS], metavar="part")
    arguments.add_argument("--readme", action="store_true", help="replace the README's table")
    given = arguments.parse_args()
    rows = [HEAD]
    sys.stdout.write(f"{machine()}\n\n{HEAD}\n")
    began, busy, own = time.monotonic(), busy_ms(), own_ms()
    with tempfile.TemporaryDirectory() as folder, stand_in() as upstream:
        for figure in measured(given.parts or list(PARTS), Application(Path(folder, "data"), upstream), upstream):
            rows.append(figure.row())
            sys.stdout.write(f"{figure.row()}\n")
            sys.stdout.flush()
    whole = (time.monotonic() - began) * 1000 * (os.cpu_count() or 1)
    others = max(0.0, busy_ms() - busy - own_ms() + own) / whole
    told = f"Other programs used {others:.0%} of the machine meanwhile."
    sys.stdout.write(f"\n{told}\n")
    if given.readme:
        readme = ROOT / "README.md"
        table = "\n".join(rows)
        readme.write_text(PLACE.sub(lambda _old: f"{machine()}. {told}\n\n{table}\n", readme.read_text()))


def measured(parts: list[str], app: Application, upstream: str) -> Iterator[Figure]:
    """Everything, part by part."""
    with app.running():
        app.sign_in()
    with app.running() as took_s:
        yield at_most("Start, to /readyz (every one after the first)", took_s, 3, "s")
        for part in parts:
            yield from PARTS[part](app, upstream)


if __name__ == "__main__":
    main()
