"""How the scripted server answers one request: routes, JSON answers, refusals, streams with all their faults."""

import asyncio
import json
import time
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote

from .upstream_scenes import SCENES
from .upstream_script import Script, closing, count_tokens, delta, envelope, event, framed, opening, pieces

if TYPE_CHECKING:
    from .upstream import Upstream

MODELS = (
    {"id": "test-model", "display_name": "Test Model", "max_tokens": 8192, "max_input_tokens": 200_000},
    {"id": "test-model-2", "display_name": "Test Model 2", "max_tokens": 4096, "max_input_tokens": 100_000},
)


@dataclass
class Request:
    """One request as it came in. Times in seconds of the monotonic clock."""

    method: str
    path: str
    headers: list[tuple[str, str]]
    body: bytes
    at: float
    number: int = 0  # from 1, in the order in which requests came
    answer: str = ""  # the whole text that a message is answered with
    client_closed_at: float | None = None
    ended_at: float | None = None

    def header(self, name: str) -> str | None:
        """The first value of a header."""
        return next((value for key, value in self.headers if key.lower() == name), None)

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever was sent
        """The body as JSON; None if it is not."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


@dataclass
class Answering:
    """One request being answered."""

    upstream: "Upstream"
    request: Request
    writer: asyncio.StreamWriter

    async def run(self) -> None:
        """Routes the request."""
        path, _, query = self.request.path.partition("?")
        path = path.removeprefix("/v1") if path.startswith("/v1/v1/") else path
        if path == "/_log":
            await self.reply_json(self.upstream.log())
        elif self.upstream.key and self.upstream.key not in (self._key_sent() or ""):
            await self.refuse(Script(status=401, message="invalid x-api-key"))
        elif path == "/v1/messages/count_tokens" and self.upstream.counting:
            await self.refuse(self.upstream.counting)
        elif path == "/v1/messages/count_tokens":
            await self.reply_json({"input_tokens": count_tokens(self.request.json)})
        elif path.startswith("/v1/models"):
            await self.models(unquote(path.removeprefix("/v1/models").strip("/")), query)
        elif path.startswith("/v1/files") and self.upstream.files is not None:
            await self.upstream.files.answer(self, path.removeprefix("/v1/files").strip("/"), query)
        elif path == "/v1/messages":
            await self.message(self.upstream.script_for(self.request))
        else:
            await self.refuse(Script(status=404, message=f"no {path} here"))

    def _key_sent(self) -> str | None:
        return self.request.header("x-api-key") or self.request.header("authorization")

    async def models(self, model: str, query: str) -> None:
        """The list, paged as the API does, or one model."""
        if self.upstream.models is not None and not model:
            return await self.reply_json(self.upstream.models)
        rows = [{"type": "model", "created_at": "2026-01-01T00:00:00Z", **row} for row in MODELS]
        if model:
            found = next((row for row in rows if row["id"] == model), None)
            return await (
                self.reply_json(found) if found else self.refuse(Script(status=404, message=f"model: {model}"))
            )
        asked = parse_qs(query)
        ids = [row["id"] for row in rows]
        start = ids.index(asked["after_id"][0]) + 1 if "after_id" in asked else 0
        page = rows[start : start + int(asked.get("limit", ["20"])[0])]
        more = start + len(page) < len(rows)
        return await self.reply_json(
            {"data": page, "has_more": more, "first_id": page[0]["id"], "last_id": page[-1]["id"]}
        )

    async def message(self, script: Script) -> None:
        """One /v1/messages answer after its script."""
        await asyncio.sleep(script.headers_ms / 1000)
        if script.never_answer:
            await asyncio.Event().wait()
        elif script.hang_up:
            self.writer.transport.abort()
        elif script.trickle_ms:
            await self.trickle(script)
        else:
            await self.answer(script)

    async def answer(self, script: Script) -> None:
        """A refusal, a whole message or a stream."""
        if script.redirect:
            script = replace(script, status=307, headers=(*script.headers, ("location", script.redirect)))
        if script.status != 200:
            return await self.refuse(script)
        body = self.request.json
        if script.scene:
            events = SCENES[script.scene].events(body.get("model"), f"msg_{len(self.upstream.requests)}")
            script = replace(script, events=tuple(events))
        if script.body is not None:
            return await self.reply(script.body, script, script.content_type or "application/json")
        if not isinstance(body, dict):
            return await self.refuse(Script(status=400, message="the body is not a JSON object"))
        if script.json or not body.get("stream"):
            self.request.answer = "".join(pieces(script, body))
            await asyncio.sleep(script.first_ms / 1000)
            return await self.reply(json.dumps(self.whole(script, body)).encode(), script, "application/json")
        self.upstream.open_streams += 1
        self.upstream.peak_streams = max(self.upstream.peak_streams, self.upstream.open_streams)
        try:
            return await Streaming(self, script, body).run()
        finally:
            self.upstream.open_streams -= 1

    def whole(self, script: Script, body: dict[str, Any]) -> dict[str, Any]:
        """The message as JSON."""
        return {
            "id": f"msg_{len(self.upstream.requests)}",
            "type": "message",
            "role": "assistant",
            "model": body.get("model"),
            "content": [{"type": "text", "text": self.request.answer}] if self.request.answer else [],
            "stop_reason": script.stop_reason,
            "stop_sequence": None,
            "usage": {"input_tokens": count_tokens(body), "output_tokens": script.n},
        }

    async def trickle(self, script: Script) -> None:
        """A stream of single bytes that never becomes an event."""
        self.head(200, script, [("content-type", "text/event-stream"), ("transfer-encoding", "chunked")])
        while True:
            self.writer.write(b"1\r\n:\r\n")
            await self.writer.drain()
            await asyncio.sleep(script.trickle_ms / 1000)

    async def refuse(self, script: Script) -> None:
        """An error answer in the script's envelope."""
        headers = [("retry-after", script.retry_after)] if script.retry_after else []
        script = replace(script, headers=(*script.headers, *headers))
        if script.body is not None:
            return await self.reply(script.body, script, script.content_type or "application/json")
        return await self.reply(
            envelope(script), script, "text/html" if script.envelope == "html" else "application/json"
        )

    async def reply_json(self, value: object) -> None:
        """A JSON answer."""
        await self.reply(json.dumps(value).encode(), Script(), "application/json")

    async def reply(self, body: bytes, script: Script, kind: str) -> None:
        """A whole answer."""
        self.head(script.status, script, [("content-type", kind), ("content-length", str(len(body)))])
        self.writer.write(body)
        await self.writer.drain()
        if script.close:
            self.writer.close()

    def head(self, status: int, script: Script, headers: list[tuple[str, str]]) -> None:
        """Status line and headers."""
        names = {name.lower() for name, _ in script.headers}
        ours = [("request-id", f"req_{self.request.number}"), ("anthropic-organization-id", "org_test"), *headers]
        lines = [f"{name}: {value}" for name, value in [*(h for h in ours if h[0] not in names), *script.headers]]
        self.writer.write("\r\n".join([f"HTTP/1.1 {status} Scripted", *lines, "", ""]).encode("latin-1"))


class Streaming:
    """One streamed answer."""

    def __init__(self, answering: Answering, script: Script, body: dict[str, Any]) -> None:
        self.answering, self.script, self.body = answering, script, body
        self.writer = answering.writer
        self.packer = zlib.compressobj(wbits=31) if script.framing == "gzip" else None

    async def run(self) -> None:
        """Sends what the script says."""
        script = self.script
        headers = [("content-type", script.content_type or "text/event-stream"), ("transfer-encoding", "chunked")]
        if self.packer:
            headers.append(("content-encoding", "gzip"))
        self.answering.head(200, script, headers)
        await self.writer.drain()
        await (self.message() if script.events is None else self.given(script.events))

    async def given(self, events: tuple[bytes | dict[str, Any], ...]) -> None:
        """Exactly these events."""
        for sent, one in enumerate(events):
            if await self.fault(sent):
                return
            await self.send(one)
            if self.script.delay_ms:
                await asyncio.sleep(self.script.delay_ms / 1000)
        await self.end()

    async def message(self) -> None:
        """A whole message, or as much of it as the script's faults let through."""
        script = self.script
        texts = pieces(script, self.body)
        self.answering.request.answer = "".join(texts)
        for first in opening(self.answering.whole(replace(script, n=1), self.body)):
            await self.send(first)
        await self.huge()
        await asyncio.sleep(script.first_ms / 1000)
        for number, text in enumerate(texts):
            if await self.fault(number):
                return
            await self.send(delta(text))
            if script.delay_ms:
                await asyncio.sleep(script.delay_ms / 1000)
        if await self.fault(len(texts)):
            return
        for last in closing(script):
            await self.send(last)
        await self.send({"type": "message_stop"})
        if script.error_after_stop:
            await self.error()
        if script.linger:
            await asyncio.Event().wait()
        await self.end()

    async def fault(self, sent: int) -> bool:
        """The fault that is due after `sent` deltas; true when the answer is over with it."""
        script = self.script
        if sent == script.stall_after:
            await asyncio.Event().wait()
        if sent == script.cut_after:
            await self.writer.drain()
            self.writer.close()
        elif sent == script.end_after:
            await self.end()
        elif sent == script.error_after:
            await self.error()
            await self.end()
        else:
            return False
        return True

    async def error(self) -> None:
        """An error event."""
        kind = self.script.type or "overloaded_error"
        words = self.script.message or "Overloaded"
        await self.send({"type": "error", "error": {"type": kind, "message": words}})

    async def huge(self) -> None:
        """One event that never ends a line."""
        if self.script.huge_bytes:
            await self.write(b"data: ")
            for _ in range(0, self.script.huge_bytes, 65536):
                await self.write(b"x" * 65536)
            await self.write(b"\n\n")

    async def send(self, data: dict[str, Any] | bytes) -> None:
        """One event in the script's framing."""
        for piece in framed(event(data, named=self.script.framing != "no_names"), self.script.framing):
            await self.write(piece)

    async def write(self, piece: bytes) -> None:
        """One HTTP chunk."""
        if self.packer:
            piece = self.packer.compress(piece) + self.packer.flush(zlib.Z_SYNC_FLUSH)
        if piece:
            self.writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            await self.writer.drain()

    async def end(self) -> None:
        """The proper end of the HTTP answer."""
        self.writer.write(b"0\r\n\r\n")
        await self.writer.drain()


async def read_request(reader: asyncio.StreamReader, early: bytes) -> Request | None:
    """The next request of a connection; None when the client is done. `early` is what was read of it before."""
    try:
        head = early + await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").rstrip().split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    known = {name.lower(): value for name, value in headers}
    if "chunked" in known.get("transfer-encoding", ""):
        body = b""
        while size := int(await reader.readline(), 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readline()
    else:
        body = await reader.readexactly(int(known.get("content-length", "0")))
    return Request(method, path, headers, body, time.monotonic())
