"""Pages: the start of the process, the first page in a browser, and lists when a hundred thousand runs are stored."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from statistics import median

from playwright.sync_api import Browser, CDPSession, sync_playwright

from benchmarks.measure import Figure, at_most
from benchmarks.processes import Application

STORED = 100_000
PROMPTS = 10_000
VERSIONS = 5  # of each
ASKED = 15  # times each page is asked for
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
STORE = """
from uuid import uuid4
from workbench.runs.models import Run
first = Run.objects.filter(status="succeeded").order_by("id").first()
names = [field.attname for field in Run._meta.concrete_fields if field.attname not in ("id", "submission")]
same = {{name: getattr(first, name) for name in names}}
for batch in range({number} // 2000):
    Run.objects.bulk_create([
        Run(**{{**same, "submission": uuid4(), "preview": f"Stored run {{batch}}-{{index}}"}}) for index in range(2000)
    ])
"""
STORE_PROMPTS = """
from workbench.prompts.models import Prompt, PromptVersion, PromptWords
from workbench.teams.models import Workspace
workspace = Workspace.objects.get(slug="main")
text = "You answer letters about tents, boots and stoves for shop {{number}}. " * 8
for batch in range({number} // 1000):
    prompts = Prompt.objects.bulk_create([
        Prompt(workspace=workspace, name=f"Stored prompt {{batch}}-{{index}}", folder=f"shop/{{index % 40}}",
               latest_number={versions})
        for index in range(1000)
    ])
    PromptVersion.objects.bulk_create([
        PromptVersion(prompt=prompt, number=number, system=text.format(number=number), messages=[])
        for prompt in prompts for number in range(1, {versions} + 1)
    ])
    PromptWords.objects.bulk_create([
        PromptWords(prompt=prompt, text=f"{{prompt.name}}\\n{{text.format(number=index)}}".casefold())
        for index, prompt in enumerate(prompts)
    ])
"""


def measure(app: Application, _upstream: str) -> Iterator[Figure]:
    """All figures of pages. The application runs, and is signed in."""
    if path := shutil.which("chromium") or shutil.which("google-chrome"):
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
            yield from first_page(browser, app)
            browser.close()
    app.until_ended(app.press_run("[[n=40 delay_ms=0 first_ms=0]]"))
    app.python(STORE.format(number=STORED))
    run = app.python("from workbench.runs.models import Run; print(Run.objects.order_by('-id')[50000].id)").strip()
    for name, path in (
        ("Runs, newest", "/w/main/runs/"),
        ("Runs, far back", f"/w/main/runs/?before={run}"),
        ("Runs, filtered by status", "/w/main/runs/?status=failed"),
        ("Runs, searched for a text", "/w/main/runs/?q=Stored+run+3-"),
        ("Runs, filtered and searched", "/w/main/runs/?status=succeeded&q=not+there"),
        ("A run's page", f"/w/main/runs/{run}/"),
        ("The playground", "/w/main/"),
    ):
        yield at_most(f"{name}, with 100,000 runs stored", asked(app, path), 100, "ms")
    yield from prompts(app)


def prompts(app: Application) -> Iterator[Figure]:
    """The list of prompts, and finding one among many."""
    app.python(STORE_PROMPTS.format(number=PROMPTS, versions=VERSIONS))
    last = app.python("from workbench.prompts.models import Prompt; print(Prompt.objects.order_by('name').last().id)")
    for name, path in (
        ("Prompts, newest", ""),
        ("Prompts, in a folder", "?folder=shop/7"),
        ("Prompts, a rare word searched", "?q=prompt+7-123"),
        ("Prompts, a word of all searched", "?q=boots"),
        ("Prompts, two characters searched", "?q=7-"),
        ("A prompt's page", f"{last.strip()}/"),
    ):
        took = asked(app, f"/w/main/prompts/{path}")
        yield at_most(f"{name}, with 10,000 prompts and 50,000 versions", took, 100, "ms")


def asked(app: Application, path: str) -> float:
    """How long the page takes (median, ms)."""
    took = []
    for _time in range(ASKED):
        began = time.monotonic()
        app.client.get(path).raise_for_status()
        took.append((time.monotonic() - began) * 1000)
    return median(took)


def first_page(browser: Browser, app: Application) -> Iterator[Figure]:
    """What a browser that was never here loads of the playground, and when it paints."""
    context = browser.new_context()
    for name, value in app.client.cookies.items():
        context.add_cookies([{"name": name, "value": value, "url": app.url}])
    page = context.new_page()
    traffic = Traffic(context.new_cdp_session(page))
    page.goto(f"{app.url}/w/main/", wait_until="networkidle")
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    yield at_most("The playground's first page, on the wire", sum(traffic.sizes.values()) / 1000, 120, "KB")
    scripts = sum(size for request, size in traffic.sizes.items() if traffic.kinds[request] == "Script") / 1000
    yield at_most("The playground's first page, JavaScript", scripts, 70, "KB")
    yield at_most("The playground's first page, requests", len(traffic.kinds), 12, "")
    yield at_most("The playground's first paint", paint / 1000, 0.4, "s")


class Traffic:
    """What went over the wire, by request: kind and bytes (headers included)."""

    def __init__(self, session: CDPSession) -> None:
        self.kinds: dict[str, str] = {}
        self.sizes: dict[str, float] = {}
        session.on("Network.responseReceived", lambda told: self.kinds.update({told["requestId"]: told["type"]}))
        session.on("Network.loadingFinished", self._finished)
        session.send("Network.enable")

    def _finished(self, told: dict[str, object]) -> None:
        self.sizes[str(told["requestId"])] = float(str(told["encodedDataLength"]))
