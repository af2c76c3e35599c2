"""Providers of accounts: one that does as it should, on a port of its own, and one that says what a test lets it."""

import contextlib
import datetime
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.test import Client
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from oidc_provider_mock import run_server_in_thread

CLIENT, SECRET = "praksis-office", "what only the two of us know"


@contextlib.contextmanager
def open_provider() -> Iterator[str]:
    """oidc-provider-mock on a port; its issuer."""
    with run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


def add_account(issuer: str, subject: str, **claims: object) -> None:
    """Somebody whom the provider knows."""
    requests.put(f"{issuer}/users/{subject}", json=claims, timeout=10).raise_for_status()


def come_by(client: Client, subject: str, start: str = "/oidc/start") -> Any:
    """Go to the provider as a browser does, say who one is there, and come back: what our page answers."""
    there = client.get(start)
    assert there.status_code == 302
    said = requests.post(there["Location"], data={"sub": subject}, allow_redirects=False, timeout=10)
    assert said.status_code == 302, said.text
    back = urlsplit(said.headers["Location"])
    assert back.path == "/oidc/callback"
    return client.get(f"{back.path}?{back.query}")


@cache
def _make_keys() -> tuple[rsa.RSAPrivateKey, rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey]:
    """Once: they take a while."""
    one, other = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    return one, other, ec.generate_private_key(ec.SECP256R1())


@dataclass
class Liar:
    """A provider whose tokens are what a test makes of them."""

    issuer: str = ""
    document: dict[str, object] = field(default_factory=dict)
    """What it says of itself, over what it should."""
    claims: dict[str, object] = field(default_factory=dict)
    """Of the token, over what it should; None takes one away."""
    userinfo: dict[str, object] | None = None
    algorithm: str = "RS256"
    token: object = None
    """In place of a signed one."""
    statuses: dict[str, int] = field(default_factory=dict)
    """Path -> what it answers in place of 200."""
    asked: list[tuple[str, dict[str, list[str]], str]] = field(default_factory=list)
    """Path, form and authorization of what it was asked."""
    nonce: str = ""

    def __post_init__(self) -> None:
        self.rsa, self.stranger, self.ec = _make_keys()

    def describe(self) -> dict[str, object]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "id_token_signing_alg_values_supported": ["ES256", "RS256"],
        } | self.document

    def list_keys(self) -> dict[str, object]:
        keys = {"r": RSAAlgorithm.to_jwk(self.rsa.public_key()), "e": ECAlgorithm.to_jwk(self.ec.public_key())}
        return {"keys": [json.loads(key) | {"kid": kid, "use": "sig"} for kid, key in keys.items()]}

    def sign(self) -> object:
        now = int(datetime.datetime.now(datetime.UTC).timestamp())
        usual = {"iss": self.issuer, "aud": CLIENT, "sub": "1", "iat": now, "exp": now + 600, "nonce": self.nonce}
        claims = {name: value for name, value in (usual | self.claims).items() if value is not None}
        key: Any = {"RS256": self.rsa, "ES256": self.ec, "stranger": self.stranger, "HS256": SECRET.encode()}.get(
            self.algorithm
        )
        algorithm = "RS256" if self.algorithm == "stranger" else self.algorithm
        return jwt.encode(claims, key, algorithm, headers={"kid": "e" if algorithm == "ES256" else "r"})

    def answer(self, path: str) -> object:
        if path.endswith("/openid-configuration"):
            return self.describe()
        if path == "/keys":
            return self.list_keys()
        if path == "/userinfo":
            return self.userinfo
        return {"access_token": "a", "token_type": "Bearer", "id_token": self.sign() if not self.token else self.token}

    def come_by(self, client: Client, start: str = "/oidc/start", **changed: str) -> Any:
        """Come back from it as if it had asked who one is; `changed`: of what one comes back with."""
        there = parse_qs(urlsplit(client.get(start)["Location"]).query)
        self.nonce = there["nonce"][0]
        return client.get("/oidc/callback", {"code": "c", "state": there["state"][0]} | changed)


@contextlib.contextmanager
def open_liar(**options: Any) -> Iterator[Liar]:
    """A provider of the second kind, on a port."""
    liar = Liar(**options)

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            form = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            path = urlsplit(self.path).path
            liar.asked.append((path, parse_qs(form), self.headers.get("Authorization", "")))
            body = json.dumps(liar.answer(path)).encode()
            self.send_response(liar.statuses.get(path, 200))
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _answer

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    liar.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield liar
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
