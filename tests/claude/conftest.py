"""A scripted server, and a client of it whose waits are instant and noted."""

from collections.abc import AsyncIterator, Callable

import pytest

from tests.upstream import Upstream
from workbench.claude import Client, RetryPolicy, Timeouts

KEY = "sk-ant-test-key-0000-last"
BODY = {"model": "test-model", "max_tokens": 64, "messages": [{"role": "user", "content": "Say héllo, 世界 😀"}]}


@pytest.fixture
async def upstream() -> AsyncIterator[Upstream]:
    async with Upstream() as server:
        yield server


@pytest.fixture
def waits() -> list[float]:
    """The waits, in seconds, that the client would have made."""
    return []


@pytest.fixture
def policy(waits: list[float]) -> RetryPolicy:
    async def note(seconds: float) -> None:
        waits.append(seconds)

    return RetryPolicy(sleep=note, random=lambda: 0.0)


@pytest.fixture
async def client(upstream: Upstream, policy: RetryPolicy) -> AsyncIterator[Client]:
    async with Client(upstream.url, KEY, retry=policy, timeout=Timeouts(connect=5, idle=5, answer=5, total=20)) as made:
        yield made


type MakeClient = Callable[..., Client]


@pytest.fixture
async def make_client(upstream: Upstream, policy: RetryPolicy) -> AsyncIterator[MakeClient]:
    """Clients with other settings, closed at the end of the test."""
    made: list[Client] = []

    def make(base_url: str = "", **settings: object) -> Client:
        settings = {"api_key": KEY, "retry": policy, **settings}
        client = Client(base_url or upstream.url, **settings)  # type: ignore[arg-type] # settings of any kind
        made.append(client)
        return client

    yield make
    for client in made:
        await client.aclose()
