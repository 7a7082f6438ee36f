"""A scripted server, and a client of it whose waits are instant and noted."""

import socket
import ssl
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.upstream import Upstream
from workbench.claude import Client, Moment, RetryPolicy, Timeouts

KEY = "sk-ant-test-key-0000-last"
BODY = {"model": "test-model", "max_tokens": 64, "messages": [{"role": "user", "content": "Say héllo, 世界 😀"}]}


class Resolver(AbstractResolver):
    """Answers every name with one address, or raises."""

    def __init__(self, answer: str | Exception) -> None:
        self.answer = answer
        self.asked_at: Moment | None = None

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked_at = Moment.now()
        if isinstance(self.answer, Exception):
            raise self.answer
        return [ResolveResult(hostname=host, host=self.answer, port=port, family=family, proto=0, flags=0)]

    async def close(self) -> None:
        pass


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
    async with Client(
        upstream.url, KEY, retry=policy, timeout=Timeouts(connect=5, idle=5, answer=5, total=120)
    ) as made:
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


@pytest.fixture(scope="session")
def unsigned_tls(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """TLS settings of a server whose certificate nobody signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
