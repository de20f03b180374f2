"""A small OpenID Connect provider over loopback HTTP, which can be told to misbehave."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "the desk", "s3cret: of/the desk?"
KEY = RSAKey.generate_key(2048, {"kid": "first"})
ELSEWHERE = "/elsewhere"
FORM_TYPE = "application/x-www-form-urlencoded"


@dataclass
class Provider:
    """What a test may change, and what the provider has seen."""

    issuer: str = ""
    claims: dict[str, Any] = field(
        default_factory=lambda: {"email": "ana@example.org", "email_verified": True}
    )
    userinfo: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    keys: list[Any] = field(default_factory=lambda: [KEY.as_dict(private=False)])
    sign: Callable[[dict[str, Any]], str] = lambda claims: jwt.encode(
        {"alg": "RS256", "kid": "first"}, claims, KEY
    )
    error: str | None = None
    replies: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    """What is answered instead, by path."""
    asked: list[str] = field(default_factory=list)
    """The paths that were asked for, but that of the browser."""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def describe(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            **self.metadata,
        }

    def authorize(self, query: dict[str, str]) -> str:
        """Return where the browser is sent back to."""
        assert query["client_id"] == CLIENT_ID
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        assert set(query["scope"].split()) == {"openid", "email"}
        if self.error:
            answer = {"error": self.error, "error_description": "<b>see evil.example</b>"}
        else:
            answer = {"code": secrets.token_urlsafe()}
            self.codes[answer["code"]] = query
        return f"{query['redirect_uri']}?{urlencode({**answer, 'state': query['state']})}"

    def issue(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Exchange a code for tokens, once."""
        query = self.codes.pop(form.get("code", ""), None)
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if (
            query is None
            or form["grant_type"] != "authorization_code"
            or form["redirect_uri"] != query["redirect_uri"]
            or _encode(challenge) != query["code_challenge"]
        ):
            return 400, {"error": "invalid_grant"}
        if _read_secret(form, authorization) != (CLIENT_ID, CLIENT_SECRET):
            return 401, {"error": "invalid_client"}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": "1",
            "iat": now,
            "exp": now + 300,
            "nonce": query["nonce"],
            **self.claims,
        }
        token = self.sign({name: value for name, value in claims.items() if value is not None})
        return 200, {"id_token": token, "access_token": "opaque", "token_type": "Bearer"}


@contextmanager
def run_provider() -> Iterator[Provider]:
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/authorize":
                query = {name: one for name, (one,) in parse_qs(parts.query).items()}
                self._reply(302, b"", Location=provider.authorize(query))
            elif parts.path == "/userinfo":
                is_known = self.headers["Authorization"] == "Bearer opaque"
                self._reply_json(200 if is_known else 401, provider.userinfo)
            else:
                known = {
                    "/.well-known/openid-configuration": provider.describe(),
                    "/jwks": {"keys": provider.keys},
                }
                self._reply_json(200, known.get(parts.path, {}))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            assert self.headers["Content-Type"] == FORM_TYPE
            form = {name: one for name, (one,) in parse_qs(body).items()}
            self._reply_json(*provider.issue(form, self.headers.get("Authorization", "")))

        def _reply_json(self, status: int, answer: Any) -> None:
            provider.asked.append(self.path)
            status, body = provider.replies.get(self.path, (status, json.dumps(answer).encode()))
            elsewhere = {"Location": ELSEWHERE} if status // 100 == 3 else {}
            self._reply(status, body, **elsewhere)

        def _reply(self, status: int, body: bytes, **headers: str) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _read_secret(form: dict[str, str], authorization: str) -> tuple[str, str]:
    if not authorization:
        return form["client_id"], form.get("client_secret", "")
    name, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().split(":")
    return unquote(name), unquote(secret)


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
