"""Our client against the official SDK, call by call: same requests, messages, errors and retries, or on purpose not."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

import anthropic
import httpx2
import pytest

from tests.upstream import Request, Upstream
from workbench.claude import ClaudeError, Client, RetryPolicy, Timeouts, errors

from .sdk_calls import Case, request_body
from .sdk_cases import CASES
from .sdk_differences import ALWAYS, IN_STREAMS, INTENDED

KEY = "sk-ant-test-key-0000-last"
# The SDK's class for each family of ours; the first that fits counts.
FAMILIES: tuple[tuple[type[Exception], type[ClaudeError]], ...] = (
    (anthropic.AuthenticationError, errors.AuthenticationError),
    (anthropic.PaymentRequiredError, errors.BillingError),
    (anthropic.PermissionDeniedError, errors.PermissionDeniedError),
    (anthropic.NotFoundError, errors.NotFoundError),
    (anthropic.RequestTimeoutError, errors.RequestTimeoutError),
    (anthropic.ConflictError, errors.ConflictError),
    (anthropic.ContentTooLargeError, errors.RequestTooLargeError),
    (anthropic.UnprocessableEntityError, errors.UnprocessableError),
    (anthropic.RateLimitError, errors.RateLimitError),
    (anthropic.OverloadedError, errors.OverloadedError),
    (anthropic.ServiceUnavailableError, errors.UnavailableError),
    (anthropic.GatewayTimeoutError, errors.GatewayTimeoutError),
    (anthropic.HTTPNotImplementedError, errors.NotOfferedError),
    (anthropic.InternalServerError, errors.ServerError),
    (anthropic.BadRequestError, errors.BadRequestError),
    (anthropic.RequestHeaderFieldsTooLargeError, errors.BadRequestError),
    (anthropic.APITimeoutError, errors.TimeLimitError),
    (anthropic.APIConnectionError, errors.ConnectionFailedError),
)


@dataclass
class Outcome:
    """What one call did, as far as anybody could see it."""

    path: list[str] = field(default_factory=list)
    body: Any = None
    accept: str | None = None
    accept_encoding: str | None = None
    content_type: str | None = None
    version: str | None = None
    beta: str | None = None
    user_agent: str | None = None
    key: list[str] = field(default_factory=list)
    telemetry: bool = False
    message: Any = None
    error: Any = None
    attempts: int = 0
    waits: list[str] = field(default_factory=list)

    def note(self, requests: list[Request], waits: list[float]) -> None:
        first = requests[0]
        self.path = [f"{request.method} {request.path}" for request in requests[:1]]
        self.body = first.json
        self.accept, self.content_type = first.header("accept"), first.header("content-type")
        self.version, self.beta = first.header("anthropic-version"), first.header("anthropic-beta")
        self.user_agent, self.accept_encoding = first.header("user-agent"), first.header("accept-encoding")
        self.key = [name for name, value in first.headers if KEY in value]
        self.telemetry = any(name.lower().startswith("x-stainless") for name, _ in first.headers)
        self.attempts = len(requests)
        self.waits = [_wait(seconds, number) for number, seconds in enumerate(waits)]


def _wait(seconds: float, number: int) -> str:
    """A wait as told by the server, or as drawn from the range of its number."""
    longest = min(0.5 * 2**number, 8)
    if 0.75 * longest <= seconds <= longest:
        return f"backoff {number}"
    return f"told {round(seconds / 0.25) * 0.25:g}" if seconds < 25 else f"told about {round(seconds / 5) * 5}"


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Without nulls: the SDK's classes fill in what was not sent."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items() if inner is not None}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


async def ours(case: Case) -> Outcome:
    outcome, waits = Outcome(), list[float]()
    policy = RetryPolicy(max_retries=case.retries, retry_any_5xx=True, sleep=_noting(waits), random=lambda: 0.5)
    timeout = Timeouts(idle=case.timeout, answer=case.timeout)
    async with (
        Upstream() as upstream,
        Client(upstream.url, KEY, case.version, case.betas, timeout=timeout, retry=policy) as client,
    ):
        upstream.then(*case.scripts)
        try:
            await _our_call(client, case, outcome)
        except ClaudeError as error:
            outcome.error = (type(error), error.status, error.type, error.message, error.request_id, error.code)
        outcome.note(upstream.requests, waits)
    return outcome


async def _our_call(client: Client, case: Case, outcome: Outcome) -> None:
    body = request_body(case)
    if case.call == "stream":
        async with client.messages.stream(body) as stream:
            try:
                await stream.final_message()
            finally:
                if stream.accumulator.started or stream.message["content"]:
                    outcome.message = _plain(stream.message)
    elif case.call == "create":
        outcome.message = _plain((await client.messages.create(body)).data)
    elif case.call == "count":
        outcome.message = await client.messages.count_tokens(body)
    elif case.call == "models":
        outcome.message = [model.id for model in await client.models.list()]
    else:
        outcome.message = (await client.models.retrieve(case.model)).label


async def theirs(case: Case, monkeypatch: pytest.MonkeyPatch) -> Outcome:
    outcome, waits = Outcome(), list[float]()
    async with Upstream() as upstream, _sdk(upstream, case) as client:
        upstream.then(*case.scripts)
        with monkeypatch.context() as patched:
            patched.setattr("anthropic._base_client.anyio.sleep", _noting(waits))
            try:
                await _sdk_call(client, case, outcome)
            except anthropic.APIStatusError as error:
                outcome.error = _sdk_error(error, error.status_code)
            except anthropic.APIConnectionError as error:
                outcome.error = _sdk_error(error, None)
            except (httpx2.HTTPError, ValueError, RuntimeError, IndexError, AssertionError, AttributeError) as error:
                outcome.error = (type(error), str(error))
        outcome.note([r for r in upstream.requests if "elsewhere" not in r.path] or upstream.requests, waits)
        outcome.attempts = len(upstream.requests)
    return outcome


def _sdk_error(error: anthropic.APIError, status: int | None) -> tuple[Any, ...]:
    family = next((mine for sdk, mine in FAMILIES if isinstance(error, sdk)), type(error))
    if not isinstance(error, anthropic.APIStatusError):
        return (family, status, None, error.message, None, None)
    return (family, status, error.type, error.api_message or error.message, error.request_id, error.error_code)


@asynccontextmanager
async def _sdk(upstream: Upstream, case: Case) -> AsyncIterator[anthropic.AsyncAnthropic]:
    headers = {"anthropic-version": case.version}
    if case.betas:
        headers["anthropic-beta"] = ",".join(case.betas)
    async with anthropic.AsyncAnthropic(
        api_key=KEY,
        base_url=upstream.url,
        max_retries=case.retries,
        timeout=case.timeout,
        default_headers=headers,
    ) as client:
        yield client


async def _sdk_call(client: anthropic.AsyncAnthropic, case: Case, outcome: Outcome) -> None:
    body = request_body(case)
    if case.call == "stream":
        async with client.messages.stream(**body) as stream:
            with _sdk_snapshot(stream, outcome):
                await stream.until_done()
    elif case.call == "create":
        outcome.message = _plain((await client.messages.create(**body)).to_dict(mode="json"))
    elif case.call == "count":
        outcome.message = (await client.messages.count_tokens(**body)).input_tokens
    elif case.call == "models":
        outcome.message = [model.id async for model in client.models.list()]
    else:
        outcome.message = (await client.models.retrieve(case.model)).display_name


@contextmanager
def _sdk_snapshot(stream: anthropic.AsyncMessageStream[Any], outcome: Outcome) -> Iterator[None]:
    try:
        yield
    finally:
        try:
            outcome.message = _plain(stream.current_message_snapshot.to_dict(mode="json"))
        except AssertionError:
            outcome.message = None


def _noting(waits: list[float]) -> Any:  # noqa: ANN401 - a replacement for sleep
    async def note(seconds: float) -> None:
        waits.append(seconds)

    return note


def _differences(mine: Outcome, sdk: Outcome) -> dict[str, tuple[Any, Any]]:
    """The fields that differ, with both values."""
    left, right = asdict(mine), asdict(sdk)
    names = {name.replace("_", "-"): name for name in left}
    return {
        shown: (left[name], right[name])
        for shown, name in names.items()
        if not (_same_error(left[name], right[name]) if name == "error" else left[name] == right[name])
    }


def _same_error(mine: Any, sdk: Any) -> bool:  # noqa: ANN401 - tuples of an outcome
    if mine is None or sdk is None or len(mine) != len(sdk):
        return bool(mine == sdk)
    if issubclass(sdk[0], ClaudeError) and not issubclass(sdk[0], errors.StatusError):
        return issubclass(mine[0], sdk[0])  # no answer came: nothing but the family to compare
    return issubclass(mine[0], sdk[0]) and mine[1:] == sdk[1:]


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")  # the SDK's own view of an unknown block
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_it_does_the_same_as_the_sdk_except_on_purpose(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, sdk = await asyncio.gather(ours(case), theirs(case, monkeypatch))
    found = _differences(mine, sdk)
    meant = {*ALWAYS, *(IN_STREAMS if case.call == "stream" else {}), *INTENDED.get(case.name, {})}
    assert found.keys() == meant, {name: values for name, values in found.items() if name not in ALWAYS}


def test_every_intended_difference_belongs_to_a_case() -> None:
    assert INTENDED.keys() <= {case.name for case in CASES}
