"""Large inputs: a PDF of 30 MB, 100 images, a prompt of 10 MB; uploaded, sent, and what other pages feel of it.

Each is done three times: memory that is kept shows as growth from the first time to the last.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode
from uuid import uuid4

import httpx

from benchmarks.large_files import File, photo, report
from benchmarks.measure import Figure, at_most, forget_peak, memory_mb, number, peak_mb
from benchmarks.processes import Application

TIMES = 3
IMAGES = 100
PROMPT = 10_000_000  # characters
DIRECTIVE = "[[n=2 delay_ms=0 first_ms=0]]"
CAME = re.compile(r"\^(\d+)\^")
ASKED_EVERY_S = 0.05
# Memory that may be taken for a moment (MB): a file is in pieces; a prompt is a text, in several shapes.
OF_FILES_MB, OF_PROMPTS_MB = 20, 100


def measure(app: Application, _upstream: str) -> Iterator[Figure]:
    """All figures of large inputs. The application runs, and is signed in."""
    quiet = median(Meanwhile(app).asked() for _time in range(20))
    pdfs: list[list[str]] = []
    images: list[list[str]] = []
    for name, limit_s, ids, batches in (
        ("A PDF of 30 MB uploaded and read", 5, pdfs, [[report()] for _time in range(TIMES)]),
        ("100 images of 200 KB uploaded", 30, images, [[photo() for _ in range(IMAGES)] for _time in range(TIMES)]),
    ):
        did = do(app, partial(store_all, app, iter(batches), ids))
        yield at_most(name, median(did.took_s), limit_s, "s")
        yield from did.figures(name, OF_FILES_MB, quiet)
    yield from prompts(app, quiet)
    yield from sent(app, quiet, "A PDF of 30 MB sent", pdfs)
    yield from sent(app, quiet, "100 images sent", images)
    app.python("from workbench.connections.models import Connection; Connection.objects.update(kind='anthropic')")
    yield from sent(app, quiet, "A PDF of 30 MB sent through the Files API", pdfs)


@dataclass(frozen=True, slots=True)
class Did:
    """Something that was done a few times: how long each took (s), the memory that the server took for it and what was
    left of that (MB), and how long other pages took meanwhile (ms)."""

    took_s: Sequence[float]
    peaks_mb: Sequence[float]
    kept_mb: float
    waits_ms: Sequence[float]

    def figures(self, name: str, limit_mb: float, quiet_ms: float) -> Iterator[Figure]:
        """Memory, and other pages."""
        values = max(self.peaks_mb), max(self.kept_mb, 0)
        limits = limit_mb, limit_mb / 4
        yield Figure(
            f"{name}: memory at its peak above before; kept, third time above first",
            "; ".join(f"{number(value)} MB" for value in values),
            "; ".join(f"≤ {number(limit)} MB" for limit in limits),
            is_met=all(value <= limit for value, limit in zip(values, limits, strict=True)),
        )
        beside = f"else {number(quiet_ms)} ms"
        yield at_most(f"{name}: another page meanwhile, at worst", max(self.waits_ms), 500, "ms", beside)


def do(app: Application, act: Callable[[], object]) -> Did:
    """Do something a few times, while somebody else looks at pages."""
    took, peaks, kept, waits = [], [], [], []
    for _time in range(TIMES):
        before = memory_mb(app.pid)
        forget_peak(app.pid)
        with Meanwhile(app) as meanwhile:
            began = time.monotonic()
            act()
            took.append(time.monotonic() - began)
        peaks.append(peak_mb(app.pid) - before)
        kept.append(memory_mb(app.pid))
        waits += meanwhile.took_ms
    return Did(took, peaks, kept[-1] - kept[0], waits)


def store_all(app: Application, batches: Iterator[list[File]], ids: list[list[str]]) -> None:
    """Upload the next batch of files as the page does, one after another, and note their ids."""
    headers = {"x-csrftoken": app.token, "accept": "application/json"}
    ids.append([])
    for file in next(batches):
        answer = app.client.post("/w/main/files/upload/", files={"file": file}, data={"end": "1"}, headers=headers)
        answer.raise_for_status()
        ids[-1].append(answer.json()["id"])


def prompts(app: Application, quiet: float) -> Iterator[Figure]:
    """A prompt of 10 MB: kept as a draft, opened, sent."""
    text = f"{'The quick brown fox jumps over the lazy dog. ' * (PROMPT // 45)}{DIRECTIVE}"
    form = urlencode(app.form(text), doseq=True).encode()

    def draft() -> None:
        post(app, "/w/main/draft/", form).raise_for_status()

    def opened() -> None:
        page = app.client.get("/w/main/").text
        if DIRECTIVE not in page:
            raise RuntimeError(page[:2000])

    for name, act in (("A prompt of 10 MB kept as a draft", draft), ("A prompt of 10 MB opened", opened)):
        did = do(app, act)
        yield at_most(name, median(did.took_s), 1, "s")
        yield from did.figures(name, OF_PROMPTS_MB, quiet)
    forms = [app.form(text) for _time in range(TIMES)]
    yield from pressed(app, quiet, "A prompt of 10 MB sent", forms, OF_PROMPTS_MB)


def sent(app: Application, quiet: float, name: str, files: Sequence[Sequence[str]]) -> Iterator[Figure]:
    """Run with files in the message."""
    forms = []
    for ids in files:
        names = {f"t-{file}-name": f"file {index}" for index, file in enumerate(ids)}
        forms.append({**app.form(DIRECTIVE), "turn": ["t"], "t-file": list(ids), **names})
    yield from pressed(app, quiet, name, forms, OF_FILES_MB)


def pressed(
    app: Application, quiet: float, name: str, forms: Sequence[dict[str, Any]], limit_mb: float
) -> Iterator[Figure]:
    """Press Run with each of these forms."""
    told: list[Sent] = []
    waiting = iter(forms)
    did = do(app, lambda: told.append(press(app, next(waiting))))
    beside = f"{number(told[-1].size / 1e6)} MB sent, {number(told[-1].stored / 1000)} KB of it in the database"
    left = median(one.left_ms for one in told)
    yield at_most(f"{name}: from pressing Run to its first byte at the provider", left, 1000, "ms", beside)
    yield from did.figures(name, limit_mb, quiet)


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that went out: ms from pressing until its first byte came, its bytes, and those of them in a row."""

    left_ms: float
    size: int
    stored: int


def press(app: Application, form: dict[str, Any]) -> Sent:
    """Press Run, and wait for the end of the answer."""
    encoded = urlencode({**form, "submission": str(uuid4())}, doseq=True).encode()
    began = time.monotonic_ns()
    answer = post(app, "/w/main/runs/", encoded)
    run = re.search(r"/runs/([0-9a-f-]{36})/", answer.headers.get("location", ""))
    if run is None:
        raise RuntimeError(answer.text[:2000])
    app.until_ended(run[1])
    came = CAME.search(app.client.get(f"/w/main/runs/{run[1]}/answer.txt").text)
    assert came is not None  # noqa: S101 - the stand-in says so in every first delta
    code = "from workbench.runs.models import Run; run = Run.objects.get(id='{}'); "
    code += "print(run.input_tokens, len(run.request_body) + len(str(run.request_gaps)))"
    size, stored = map(int, app.python(code.format(run[1])).split())
    return Sent((int(came[1]) - began) / 1e6, size, stored)


def post(app: Application, path: str, encoded: bytes) -> httpx.Response:
    """Post a form that was encoded before."""
    headers = {"x-csrftoken": app.token, "content-type": "application/x-www-form-urlencoded"}
    return app.client.post(path, content=encoded, headers=headers, follow_redirects=False)


class Meanwhile:
    """Asks for another page again and again while something goes on; `took_ms` has how long each took."""

    def __init__(self, app: Application) -> None:
        self.took_ms: list[float] = []
        self._client = httpx.Client(base_url=app.url, cookies=dict(app.client.cookies), timeout=60)
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._is_over.set()
        self._thread.join()
        self._client.close()

    def asked(self) -> float:
        """Ask once. How long it took (ms)."""
        began = time.monotonic()
        self._client.get("/w/main/prompts/").raise_for_status()
        return (time.monotonic() - began) * 1000

    def _ask(self) -> None:
        while not self._is_over.is_set():
            self.took_ms.append(self.asked())
            self._is_over.wait(ASKED_EVERY_S)
