"""Signing in through OpenID Connect: whom the service vouches for gets in only with an account or an invitation."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import jwt
import pytest

from tests.conftest import MakeServer
from tests.server import OWNER, Server

pytestmark = pytest.mark.security

SECRET = "oidc-canary-secret"
CLIENT = {"WORKBENCH_OIDC_CLIENT_ID": "workbench", "WORKBENCH_OIDC_CLIENT_SECRET": SECRET}

AsPerson = Callable[..., None]


class Issuer(ThreadingHTTPServer):
    """A service that signs everybody in as `person` without asking."""

    person: dict[str, Any]
    asked: dict[str, list[str]]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), IssuerHandler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.is_cancelled = False


class IssuerHandler(BaseHTTPRequestHandler):
    server: Issuer

    def do_GET(self) -> None:
        parts, issuer = urlsplit(self.path), self.server
        if parts.path == "/.well-known/openid-configuration":
            names = ("authorization", "token", "userinfo")
            self.answer({"issuer": issuer.url, "jwks_uri": f"{issuer.url}/jwks"} | {
                f"{name}_endpoint": f"{issuer.url}/{name}" for name in names
            })  # fmt: skip
        elif parts.path == "/authorization":
            issuer.asked = parse_qs(parts.query)
            [back], [state] = issuer.asked["redirect_uri"], issuer.asked["state"]
            outcome = "error=access_denied" if issuer.is_cancelled else "code=one-time-code"
            self.send_response(302)
            self.send_header("Location", f"{back}?{outcome}&state={state}")
            self.end_headers()
        else:
            self.answer(issuer.person)

    def do_POST(self) -> None:
        issuer = self.server
        self.rfile.read(int(self.headers["content-length"]))
        claims = {**issuer.person, "iss": issuer.url, "aud": "workbench", "iat": 0, "exp": 4_000_000_000}
        token = jwt.encode(claims, "a key that nobody checks, because TLS would vouch", "HS256")
        self.answer({"access_token": "x", "token_type": "Bearer", "expires_in": 60, "id_token": token})

    def answer(self, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_arguments: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with Issuer() as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


@pytest.fixture(scope="module")
def server(issuer: Issuer, prepared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all tests here, each with people of its own: a start takes seconds."""
    data_dir = tmp_path_factory.mktemp("oidc") / "data"
    shutil.copytree(prepared_data, data_dir)
    settings = {"WORKBENCH_OIDC_ISSUER": issuer.url, "WORKBENCH_OIDC_NAME": "Our login", **CLIENT}
    with Server(data_dir, **settings) as running:
        yield running


@pytest.fixture
def as_person(issuer: Issuer) -> Iterator[AsPerson]:
    """Who signs in at the service from now on: `as_person(email, verified=True)`, somebody new each time."""

    def be(email: str, *, verified: object = True) -> None:
        issuer.person = {"sub": uuid4().hex, "email": email, "email_verified": verified, "name": "Dora D"}

    yield be
    issuer.is_cancelled = False


def come(server: Server, path: str = "") -> httpx.Response:
    """What a person sees in the end who signs in through the service in a new browser."""
    with httpx.Client(base_url=server.url, follow_redirects=True, timeout=30) as client:
        if path:
            client.get(path)
        return client.get("/accounts/oidc/sso/login/", params={"next": path} if path else {})


def invite(server: Server, email: str = "") -> str:
    with closing(server.browser()) as owner:
        form = {"role": "viewer", "email": email}
        page = server.post(owner, "/w/main/settings/members/invite/", form).text
    return f"/invitations/{page.partition('/invitations/')[2].partition('/')[0]}/"


def is_in(answer: httpx.Response) -> bool:
    return answer.url.path.startswith("/w/main/")


def test_a_known_verified_address_gets_in(server: Server, issuer: Issuer, as_person: AsPerson) -> None:
    login = httpx.get(f"{server.url}/accounts/login/").text
    assert "Sign in with Our login" in login
    assert SECRET not in login
    as_person(OWNER[0].upper())
    assert is_in(come(server))
    assert issuer.asked["code_challenge_method"] == ["S256"]
    assert is_in(come(server)), "again, known by the service's own name for them"
    with closing(server.browser()) as client:
        assert is_in(client.get("/w/main/")), "the password goes on working"


@pytest.mark.parametrize("verified", [False, None, "false", "true"])
def test_an_address_that_the_service_has_not_checked_does_not(
    server: Server, as_person: AsPerson, verified: object
) -> None:
    as_person(OWNER[0], verified=verified)
    assert not is_in(come(server))


def test_nobody_gets_in_without_account_and_invitation(server: Server, as_person: AsPerson) -> None:
    as_person("nobody@example.org")
    assert "Accounts come by invitation" in come(server).text
    assert server.rows("SELECT * FROM teams_user WHERE email = 'nobody@example.org'") == []


def test_an_invited_address_joins(server: Server, as_person: AsPerson) -> None:
    invite(server, "dora@example.org")
    as_person("dora@example.org", verified=False)
    assert not is_in(come(server)), "not proven"
    as_person("Dora@Example.org")
    assert is_in(come(server))
    [member] = server.rows(
        "SELECT role, name FROM teams_member JOIN teams_user u ON u.id = user_id WHERE u.email = 'dora@example.org'"
    )
    assert tuple(member) == ("viewer", "Dora D")


def test_an_opened_link_leads_back_to_its_button(server: Server, as_person: AsPerson) -> None:
    link = invite(server)
    as_person("erin@example.org")
    answer = come(server, link)
    assert answer.url.path == link
    assert "Join Main as Viewer" in answer.text


def test_an_account_whose_address_nobody_proved_is_not_opened_by_it(server: Server, as_person: AsPerson) -> None:
    """Somebody may have typed another's address; whose it is connects the two by hand, signed in."""
    link, account = invite(server), {"name": "M", "email": "victim@example.org", "password": "seven-green-bottles"}
    with httpx.Client(base_url=server.url, headers={"referer": server.url}, follow_redirects=True) as client:
        client.get(link)
        assert is_in(server.post(client, link, account))
    as_person("victim@example.org")
    assert not is_in(come(server))
    with closing(server.browser(account["email"], account["password"])) as client:
        answer = client.get("/accounts/oidc/sso/login/", params={"process": "connect"})
        assert answer.url.path == "/accounts/3rdparty/"
        assert is_in(come(server))
        number = answer.text.partition('name="account"')[2].partition('value="')[2].partition('"')[0]
        server.post(client, "/accounts/3rdparty/", {"account": number})
    assert not is_in(come(server)), "taken away again"


def test_going_back_is_told_in_words(server: Server, issuer: Issuer, as_person: AsPerson) -> None:
    as_person(OWNER[0])
    issuer.is_cancelled = True
    assert "without signing in" in come(server).text
    assert SECRET not in server.log


def test_a_service_that_is_not_there_is_told_in_words(make_server: MakeServer) -> None:
    server = make_server(WORKBENCH_OIDC_ISSUER="http://127.0.0.1:9", **CLIENT)
    answer = come(server)
    assert answer.status_code == 502
    assert "could not be reached" in answer.text
    assert "Traceback" not in server.log


def test_without_settings_there_is_no_such_way_in(make_server: MakeServer) -> None:
    server = make_server()
    assert "Sign in with" not in httpx.get(f"{server.url}/accounts/login/").text
    assert httpx.get(f"{server.url}/accounts/oidc/sso/login/").status_code == 404
