"""What can be shown of a request: the headers really sent and received, times, and never the whole key."""

import pytest

from tests.upstream import Script, Upstream
from workbench.claude import AddressRules, Client, MessageStream, errors, mask, masked, with_options

from .conftest import BODY, KEY, MakeClient, Resolver


async def finished(client: Client) -> MessageStream:
    stream = client.messages.stream(BODY)
    await stream.final_message()
    return stream


async def test_the_sent_headers_are_the_ones_that_arrived(upstream: Upstream, client: Client) -> None:
    stream = await finished(client)
    assert [(name.lower(), value) for name, value in upstream.requests[0].headers] == [
        (name.lower(), value) for name, value in stream.exchange.sent_headers
    ]
    names = [name.lower() for name, _ in stream.exchange.sent_headers]
    assert sorted(names) == [
        "accept",
        "accept-encoding",
        "anthropic-version",
        "content-length",
        "content-type",
        "host",
        "user-agent",
        "x-api-key",
    ]


async def test_the_received_headers_and_times_are_there(client: Client) -> None:
    exchange = (await finished(client)).exchange
    assert (exchange.status, exchange.request_id, exchange.organization_id) == (200, "req_1", "org_test")
    times = [exchange.sent_at, exchange.headers_at, exchange.first_event_at, exchange.ended_at]
    moments = [time for time in times if time is not None]
    assert len(moments) == 4
    assert moments == sorted(moments, key=lambda moment: moment.monotonic_ns)
    assert 0 <= moments[3].ms_since(moments[0]) < 5000
    assert 0 <= moments[3].wall - moments[0].wall < 5


@pytest.mark.security
async def test_the_key_is_masked_for_showing(client: Client) -> None:
    exchange = (await finished(client)).exchange
    shown = dict(masked(exchange.sent_headers))
    assert shown["x-api-key"] == "…last"
    assert KEY not in f"{exchange!r} {client!r}"


@pytest.mark.security
@pytest.mark.parametrize(
    ("secret", "shown"),
    [(KEY, "…last"), (f"Bearer {KEY}", "Bearer …last"), ("short", "…"), ("Bearer abcd", "Bearer …"), ("", "…")],
)
def test_short_secrets_vanish_whole(secret: str, shown: str) -> None:
    assert mask(secret) == shown


@pytest.mark.parametrize(
    ("options", "header", "value"),
    [
        ({"auth": "bearer"}, "authorization", f"Bearer {KEY}"),
        ({"auth": "bearer"}, "x-api-key", None),
        ({"auth": "none"}, "x-api-key", None),
        ({"api_key": ""}, "x-api-key", None),
        ({"betas": ("a-1", "b-2")}, "anthropic-beta", "a-1,b-2"),
        ({"api_version": "2023-06-01"}, "anthropic-version", "2023-06-01"),
        ({"headers": {"Anthropic-Workspace-Id": "wrkspc_1"}}, "anthropic-workspace-id", "wrkspc_1"),
    ],
)
async def test_settings_become_headers(
    upstream: Upstream, make_client: MakeClient, options: dict[str, object], header: str, value: str | None
) -> None:
    await finished(make_client(**options))
    assert upstream.requests[0].header(header) == value


@pytest.mark.parametrize("ending", ["/", "/v1", "/v1/"])
async def test_the_base_url_may_end_as_people_write_it(
    upstream: Upstream, make_client: MakeClient, ending: str
) -> None:
    await finished(make_client(upstream.url + ending))
    assert upstream.requests[0].path == "/v1/messages"


def by_name(upstream: Upstream, make_client: MakeClient, resolver: Resolver) -> Client:
    """A client that knows the server by a host name."""
    return make_client(f"http://api.test:{upstream.url.rpartition(':')[2]}", rules=AddressRules(resolver))


@pytest.mark.security
async def test_cookies_of_a_server_are_not_sent_back(upstream: Upstream, make_client: MakeClient) -> None:
    client = by_name(upstream, make_client, Resolver("127.0.0.1"))
    upstream.default = Script(headers=(("set-cookie", "a=b; path=/"),))
    await finished(client)
    await finished(client)
    assert [request.header("cookie") for request in upstream.requests] == [None, None]


async def test_a_request_counts_as_sent_once_it_is_connected(upstream: Upstream, make_client: MakeClient) -> None:
    resolver = Resolver("127.0.0.1")
    exchange = (await finished(by_name(upstream, make_client, resolver))).exchange
    assert exchange.sent_at is not None
    assert resolver.asked_at is not None
    assert exchange.sent_at.ms_since(resolver.asked_at) > 0


@pytest.mark.security
@pytest.mark.parametrize("key", ["sk-ant\nx-evil: 1", "sk-ant-ключ", "sk\x00"])
async def test_a_key_that_is_no_header_is_never_sent_or_shown(
    upstream: Upstream, make_client: MakeClient, key: str
) -> None:
    with pytest.raises(errors.UnsendableError) as caught:
        await finished(make_client(api_key=key))
    assert key not in str(caught.value)
    assert upstream.connections == 0


async def test_a_warmed_client_has_its_session_and_has_sent_nothing(upstream: Upstream, client: Client) -> None:
    await client.warm()
    await client.warm()
    assert upstream.connections == 0
    await finished(client)


async def test_other_settings_share_the_connections(upstream: Upstream, client: Client) -> None:
    older = with_options(client, api_version="2023-06-01")
    await finished(client)
    await finished(older)
    assert [request.header("anthropic-version") for request in upstream.requests] == ["2026-10-21", "2023-06-01"]
    assert upstream.connections == 1
