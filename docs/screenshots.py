"""Makes the README's pictures from the running application: a fresh data folder, the local model, a real answer.

.venv/bin/python -m docs.screenshots        # needs Chromium
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
from playwright.sync_api import Page, ViewportSize, sync_playwright

HERE = Path(__file__).resolve().parent
PORT = 8765
URL = f"http://127.0.0.1:{PORT}"
SYSTEM = "You are a helpful assistant. Answer in Markdown."
QUESTION = "Write a Python function that adds two numbers, and explain it briefly."
WIDE = ViewportSize(width=1280, height=760)


def main() -> None:
    """Serve, ask, wait for the answer, and take the picture in both themes."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Chromium is not installed.")
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "log")
        environment = {**os.environ, "WORKBENCH_DATA_DIR": f"{folder}/data", "WORKBENCH_PORT": str(PORT)}
        with log.open("wb") as output:
            command = [sys.executable, "manage.py", "serve"]
            server = subprocess.Popen(command, env=environment, stdout=output, stderr=output, cwd=HERE.parent)
        try:
            link = _sign_in_link(log)
            with sync_playwright() as playwright:
                arguments = ["--no-sandbox", "--disable-gpu", "--disable-quic"]
                browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
                _take(browser.new_page(viewport=WIDE, device_scale_factor=1.5), link)
        finally:
            server.terminate()
            server.wait()


def _sign_in_link(log: Path) -> str:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = re.search(rf"{URL}/accounts/link/\S+", log.read_text())
        if found and "local_model.ready" in log.read_text() and httpx.get(f"{URL}/readyz").is_success:
            return found[0]
        time.sleep(0.2)
    sys.exit(f"Workbench did not start:\n{log.read_text()}")


def _take(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("textbox", name="System prompt").fill(SYSTEM)
    page.get_by_role("textbox", name="User message").fill(QUESTION)
    page.get_by_role("spinbutton", name="Max tokens").fill("300")
    page.get_by_role("spinbutton", name="Temperature").fill("0")
    # The estimate arrives by itself, shortly after the last key.
    page.locator("#estimate span").first.wait_for()
    page.keyboard.press("Control+Enter")
    page.locator('article[data-status="succeeded"]').wait_for(timeout=60_000)
    page.get_by_role("heading", level=1).click()
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.screenshot(path=HERE / f"playground-{theme}.png")


if __name__ == "__main__":
    main()
