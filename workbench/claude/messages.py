"""The messages endpoints: create, stream, count. Never changes a body that comes as bytes or in pieces."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .errors import MalformedAnswerError
from .jsontext import write_json
from .pieces import Body as Content
from .retry import OnAttempt
from .stream import MessageStream

if TYPE_CHECKING:
    from .client import Answer, Client

type Body = Mapping[str, Any] | Content


class Messages:
    """`client.messages`."""

    def __init__(self, client: "Client") -> None:
        self._client = client

    async def create(self, body: Body, *, on_attempt: OnAttempt | None = None) -> "Answer":
        """A whole message as `answer.data`. `stream` is left out of a mapping. Raises ClaudeError."""
        if isinstance(body, Mapping):
            body = {name: value for name, value in body.items() if name != "stream"}
        answer = await self._client.call("POST", "/v1/messages", _content(body), on_attempt=on_attempt)
        return _object(answer)

    def stream(
        self,
        body: Body,
        *,
        on_attempt: OnAttempt | None = None,
        on_bytes: Callable[[bytes], None] | None = None,
    ) -> MessageStream:
        """A streamed message: `async with client.messages.stream(body) as stream: async for event in stream: …`.

        Nothing is sent before it is read. A mapping gets `"stream": true`; bytes are sent as they are. `on_bytes`
        is given every read of the answer as it came. Raises UnsendableError; reading raises any ClaudeError.
        """
        content = _content({**body, "stream": True} if isinstance(body, Mapping) else body)
        return MessageStream(self._client, content, on_attempt=on_attempt, on_bytes=on_bytes)

    async def count_tokens(self, body: Body, *, on_attempt: OnAttempt | None = None) -> int:
        """Input tokens of a body without `max_tokens` and `stream`. NotFoundError: the server cannot count."""
        answer = _object(
            await self._client.call("POST", "/v1/messages/count_tokens", _content(body), on_attempt=on_attempt)
        )
        count = answer.data.get("input_tokens")
        if not isinstance(count, int):
            raise MalformedAnswerError("The token count has no input_tokens.").about(answer.exchange)
        return count


def _content(body: Body) -> Content:
    return write_json(body) if isinstance(body, Mapping) else body


def _object(answer: "Answer") -> "Answer":
    if not isinstance(answer.data, dict):
        raise MalformedAnswerError("The answer is not a JSON object.", body=str(answer.data)).about(answer.exchange)
    return answer
