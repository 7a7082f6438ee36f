"""Requests that a browser takes back in the middle, as a page does when something is typed on: no fault in the log."""

from __future__ import annotations

import socket
import time
from urllib.parse import urlencode

import pytest

from tests.conftest import MakeServer
from tests.upstream import Upstream


@pytest.mark.reliability
def test_requests_that_are_taken_back_leave_no_traceback(make_server: MakeServer, upstream: Upstream) -> None:
    server = make_server(upstream.url)
    client = server.browser()
    form = urlencode({"role": "user", "text": "Hi", "lane-0-model": server.first_model(client), "lane-0-max_tokens": 9})
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    headers = (
        f"Host: 127.0.0.1:{server.port}\r\nCookie: {cookie}\r\nX-CSRFToken: {client.cookies['workbench_csrf']}\r\n"
        f"Referer: {server.url}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}"
    )
    for number in range(300):
        path = ("draft", "estimate")[number % 2]
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(f"POST /w/main/{path}/ HTTP/1.1\r\n{headers}\r\n\r\n{form}".encode())
            # Taken back in every stage of the answer.
            time.sleep(0.001 * (number % 15))
    assert client.get("/w/main/").status_code == 200
    assert "Traceback" not in server.log
    assert "Exception" not in server.log
