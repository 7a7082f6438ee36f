"""Uploads over real sockets to a real server: cut, lying about their length, far too long; and its memory meanwhile."""

from __future__ import annotations

import resource
import shutil
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.conftest import MakeServer
from tests.server import Server

pytestmark = pytest.mark.reliability

MB = 1024 * 1024
BOUNDARY = "boundary"


def form(content: bytes) -> bytes:
    """The form with a file, as a browser writes it."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'.encode()
    end = f'\r\n--{BOUNDARY}\r\nContent-Disposition: form-data; name="end"\r\n\r\n1\r\n--{BOUNDARY}--\r\n'.encode()
    return head + content + end


def head(server: Server, client: httpx.Client, length: int) -> bytes:
    """The head of an upload whose body is said to have so many bytes."""
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in client.cookies.jar)
    return (
        f"POST /w/main/files/upload/ HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nCookie: {cookies}\r\n"
        f"X-CSRFToken: {client.cookies['workbench_csrf']}\r\nAccept: application/json\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


def answer_to(server: Server, *parts: bytes, end: Callable[[socket.socket], None] | None = None) -> bytes:
    """What comes back for these bytes, up to the end of the connection or a whole answer."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        try:
            for part in parts:
                connection.sendall(part)
            if end:
                end(connection)
            received = b""
            while b"\r\n\r\n" not in received and (more := connection.recv(65536)):
                received += more
        except (BrokenPipeError, ConnectionResetError):
            return b""
        return received


def memory_of(server: Server, name: str) -> int:
    """A figure of the process's memory, in bytes: VmRSS now, VmHWM at most so far."""
    [line] = [line for line in Path(f"/proc/{server.pid}/status").read_text().splitlines() if line.startswith(name)]
    return int(line.split()[1]) * 1024


def forget_peak(server: Server) -> None:
    """VmHWM counts from now on: signing in alone takes 100 MB for a moment."""
    Path(f"/proc/{server.pid}/clear_refs").write_text("5")


def is_empty(server: Server) -> bool:
    folder = server.data_dir / "files"
    return not server.rows("SELECT id FROM files_storedfile") and not [p for p in folder.rglob("*") if p.is_file()]


@pytest.fixture(scope="module")
def server(prepared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that takes files of 1 MB."""
    data_dir = tmp_path_factory.mktemp("wire") / "data"
    shutil.copytree(prepared_data, data_dir)
    with Server(data_dir, WORKBENCH_MAX_FILE_MB="1") as running:
        yield running


def test_a_cut_upload_leaves_nothing(server: Server) -> None:
    body = form(b"x" * 500_000)
    with closing(server.browser()) as client:
        # The connection breaks at half; and a length that is more than there is, then less.
        answer_to(server, head(server, client, len(body)), body[:250_000], end=lambda one: one.shutdown(socket.SHUT_WR))
        answer_to(server, head(server, client, len(body) * 2), body, end=lambda one: one.shutdown(socket.SHUT_WR))
        short = answer_to(server, head(server, client, len(body) // 2), body)
        assert short == b"" or short.startswith(b"HTTP/1.1 400")
        assert is_empty(server)
        assert b" 201 " in answer_to(server, head(server, client, len(body)), body)


def test_far_too_long_a_body_is_refused_at_its_head(server: Server) -> None:
    with closing(server.browser()) as client:
        assert answer_to(server, head(server, client, 10**12)).startswith(b"HTTP/1.1 413")
        assert client.get("/w/main/files/").status_code == 200


def test_no_room_for_what_arrives_is_told_and_nothing_is_left(make_server: MakeServer) -> None:
    server = make_server()
    with closing(server.browser()) as client:
        body = form(b"x" * 20 * MB)
        # Files of more than 8 MB cannot be written any more: what a full disk is to the one who writes.
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (8 * MB, resource.RLIM_INFINITY))
        answer = answer_to(server, head(server, client, len(body)), body)
        assert answer == b"" or answer.startswith(b"HTTP/1.1 507")
        assert is_empty(server)
        assert server.log.count("body.not_kept") == 1
        assert "Traceback" not in server.log
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        assert b" 201 " in answer_to(server, head(server, client, len(body)), body)


@pytest.mark.security
def test_nobody_fills_the_disk_without_a_length(server: Server) -> None:
    start = (
        f"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nTransfer-Encoding: chunked\r\n\r\n"
    ).encode()
    chunk = b"100000\r\n" + b"x" * MB + b"\r\n"
    # 16 MB are kept at most, four times that is read; 100 MB never come to their end.
    answer = answer_to(server, start, *[chunk] * 100)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 413")


def test_a_body_above_the_limit_is_answered_in_words(server: Server) -> None:
    with closing(server.browser()) as client:
        token = client.cookies["workbench_csrf"]
        headers = {"x-csrftoken": token, "accept": "application/json"}
        files = {"file": ("a.txt", b"x" * 20 * MB)}
        answer = client.post("/w/main/files/upload/", files=files, data={"end": "1"}, headers=headers)
        assert answer.status_code == 413
        assert "larger than 1 MB" in answer.json()["error"]


def test_large_uploads_take_little_memory(make_server: MakeServer) -> None:
    server = make_server()
    with closing(server.browser()) as client:
        headers = {"x-csrftoken": client.cookies["workbench_csrf"], "accept": "application/json"}

        def upload(letter: bytes) -> None:
            files = {"file": ("a.txt", letter * 30 * MB)}
            answer = client.post("/w/main/files/upload/", files=files, data={"end": "1"}, headers=headers)
            assert answer.status_code == 201, answer.text

        upload(b"a")
        before = memory_of(server, "VmRSS")
        forget_peak(server)
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(upload, [b"b", b"c", b"d", b"e"]))
        # Bodies are read piece by piece from the files in which they arrived.
        assert memory_of(server, "VmHWM") < before + 25 * MB
