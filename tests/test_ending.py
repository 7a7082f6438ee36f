"""SIGTERM ends the process, whatever is asked of it at that moment."""

from __future__ import annotations

import signal
import socket
import threading
import time
from collections.abc import Callable

import httpx
import pytest

from tests.conftest import MakeServer
from tests.server import Server

pytestmark = pytest.mark.reliability


def ask_again_and_again(server: Server, client: httpx.Client, over: threading.Event, answers: list[int]) -> None:
    """Opens the playground until the server is gone or the test is over; `answers` gets the size of each answer."""
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    asked = f"GET /w/main/ HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nCookie: {cookie}\r\n\r\n".encode()
    while not over.is_set():
        try:
            with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
                connection.sendall(asked)
                answers.append(len(connection.recv(65536)))
        except OSError:
            return


def wait_until(condition: Callable[[], bool], limit_s: float = 20) -> None:
    """Waits until the condition holds."""
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def stop_while_busy(server: Server, client: httpx.Client) -> int:
    """SIGTERM while eight browsers ask without a pause. Returns the exit status."""
    over, answers = threading.Event(), list[int]()
    asking = (server, client, over, answers)
    askers = [threading.Thread(target=ask_again_and_again, args=asking) for _ in range(8)]
    for asker in askers:
        asker.start()
    try:
        wait_until(lambda: len(answers) > 100)
        server.signal(signal.SIGTERM)
        assert server.process is not None
        return server.process.wait(10)
    finally:
        over.set()
        for asker in askers:
            asker.join()


def test_requests_of_the_last_moment_do_not_keep_it_alive(make_server: MakeServer) -> None:
    server = make_server()
    client = server.browser()
    # A race between a request's thread and the end of the loop: without care it is lost once in a few times.
    for _ in range(3):
        assert stop_while_busy(server, client) == 0
        server.start()
