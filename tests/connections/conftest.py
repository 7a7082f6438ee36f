"""A server that knows next to nothing, and the addresses and forms of this room."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.urls import reverse

from workbench.connections.models import Connection


class _Bare(BaseHTTPRequestHandler):
    """Knows one endpoint only: no models, no counting, no streams, no ids and no usage."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        if self.path == "/v1/messages":
            self._answer(200, "application/json", b'{"content":[{"type":"text","text":"Hi"}]}')
        else:
            self.do_GET()

    def do_GET(self) -> None:
        self._answer(404, "text/plain", b"404 page not found")

    def log_message(self, *_arguments: object) -> None:
        pass

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def bare_server() -> Iterator[str]:
    """The address of a server that answers messages and nothing else."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Bare) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def url(name: str, connection: Connection | None = None, workspace: str = "main") -> str:
    """The address of one of this room's pages."""
    return reverse(name, args=[workspace, connection.pk] if connection else [workspace])


def form_of(connection: Connection | None = None, **changes: str) -> dict[str, str]:
    """What a browser posts for a connection whose page was opened, with some fields changed."""
    found = connection or Connection(name="New server", base_url="http://127.0.0.1:9")
    return {
        "name": found.name,
        "base_url": found.base_url,
        "key": "",
        "api_version": found.api_version,
        "betas": ", ".join(found.betas),
        "idle_timeout": str(found.idle_timeout),
        "deadline": str(found.deadline),
        "max_retries": str(found.max_retries),
        "proxy": found.proxy,
        **changes,
    }
