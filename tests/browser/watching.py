"""Watches what a browser does beside what it shows: a page of ours logs nothing, breaks nothing, asks nobody else."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response, WebError, WebSocket

# A violation that the policy only reports would stay silent without this.
REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""
# Requests that the page itself took back: it was left, or asked again.
TAKEN_BACK = "net::ERR_ABORTED"


@dataclass
class Watch:
    """Everything that went wrong in the contexts it looks at; `problems` is empty when all is well."""

    origin: str
    is_over: bool = False  # the test has ended; what its pages do as they close is no concern of it
    _found: list[str] = field(default_factory=list)
    _expected: list[re.Pattern[str]] = field(default_factory=list)

    @property
    def problems(self) -> list[str]:
        """What was found and not expected."""
        return [found for found in self._found if not any(pattern.search(found) for pattern in self._expected)]

    def expect(self, *patterns: str) -> None:
        """Problems that fit one of these regular expressions are part of the test."""
        self._expected += [re.compile(pattern) for pattern in patterns]

    def look_at(self, context: BrowserContext) -> None:
        """Watch every page of a context, those that it opens later included."""
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("console", self._console)
        context.on("weberror", self._page_error)
        context.on("request", self._request)
        context.on("requestfailed", self._failed)
        context.on("response", self._response)
        context.on("page", self._page)

    def _note(self, problem: str) -> None:
        if not self.is_over:
            self._found.append(problem)

    def _page(self, page: Page) -> None:
        page.on("websocket", self._socket)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._note(f"console {message.type}: {message.text} ({message.location.get('url', '')})")

    def _page_error(self, error: WebError) -> None:
        self._note(f"page error: {error.error}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https"} and f"{parts.scheme}://{parts.netloc}" != self.origin:
            self._note(f"foreign request: {request.url}")

    def _socket(self, socket: WebSocket) -> None:
        if urlsplit(socket.url).netloc != urlsplit(self.origin).netloc:
            self._note(f"foreign socket: {socket.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != TAKEN_BACK:
            self._note(f"request failed: {request.method} {request.url} {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self._note(f"status {response.status}: {response.request.method} {response.url}")
