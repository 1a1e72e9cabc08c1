"""An OpenID Connect issuer in memory, which signs real tokens; requests reach it through an adapter."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, cached_property
from hashlib import sha256
from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import requests
from joserfc import jwk, jwt
from requests.adapters import BaseAdapter
from requests.exceptions import ConnectTimeout

from operator_console.session.issuer import OpenIdIssuer
from operator_console.session.sign_in import IssuerSettings

ISSUER, CLIENT = "https://login.jade.example/staff", "dorothy"
JIMIN_CLAIMS = {"sub": "1", "name": "박지민", "email": "jimin@jade.example", "email_verified": True}


def key(kid: str, kind: str = "EC") -> jwk.ECKey | jwk.RSAKey:
    """A key pair, the same every time; RSA takes longer to make."""
    return _key(kid, kind)


@cache
def _key(kid: str, kind: str) -> jwk.ECKey | jwk.RSAKey:
    options: jwk.KeyParameters = {"kid": kid, "use": "sig"}
    if kind == "RSA":
        return jwk.RSAKey.generate_key(2048, options)
    return jwk.ECKey.generate_key("P-256", options)


class IssuerDown(Exception):
    """The issuer does not respond to what it was asked."""


@dataclass
class FakeIssuer:
    """An issuer whose clock shows `now` (seconds). What tests change takes effect with the next request.

    `claims` are those of the account that signs in next; `changes` are put over the claims of the token, and None takes
    one away. `only_in_user_info` are claims that the token lacks; None stands for all but `sub`, as OpenID Connect Core
    5.4 has it. `documents` replace what the issuer says about itself, by path; `down` are paths that get no response.
    """

    now: float = 1_800_000_000.0
    claims: dict[str, Any] = field(default_factory=lambda: dict(JIMIN_CLAIMS))
    changes: dict[str, Any] = field(default_factory=dict)
    only_in_user_info: set[str] | None = field(default_factory=set)
    documents: dict[str, Any] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)
    kid: str = "2026-11"
    published: list[str] = field(default_factory=lambda: ["2026-11"])
    kind: str = "EC"
    sign: Callable[[dict[str, Any]], str] | None = None
    asked: list[str] = field(default_factory=list)
    access_token: str = "an-access-token"
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    @cached_property
    def provider(self) -> OpenIdIssuer:
        """The console's own client of this issuer."""
        settings = IssuerSettings(ISSUER, CLIENT)
        return OpenIdIssuer(lambda: settings, adapter=_Adapter(self), clock=lambda: self.now)

    def signs_in(self, url: str, *, code: str = "code-1") -> str:
        """A person signs in on the issuer's page at this address; the query with which the browser is sent back."""
        split = urlsplit(url)
        assert f"{split.scheme}://{split.netloc}{split.path}" == f"{ISSUER}/authorize"
        asked = {name: values[0] for name, values in parse_qs(split.query).items()}
        assert (asked["response_type"], asked["client_id"], asked["code_challenge_method"]) == ("code", CLIENT, "S256")
        self._codes[code] = asked
        return f"code={code}&state={asked['state']}"

    def described(self) -> dict[str, Any]:
        """What the issuer says about itself."""
        return {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
            "end_session_endpoint": f"{ISSUER}/end",
            "userinfo_endpoint": f"{ISSUER}/me",
        }

    def respond(self, request: requests.PreparedRequest) -> tuple[int, Any]:
        """The response to a request."""
        path = urlsplit(request.url or "").path.removeprefix("/staff")
        self.asked.append(path)
        if path in self.down:
            raise ConnectTimeout
        if path in self.documents:
            found = self.documents[path]
            return found if isinstance(found, tuple) else (200, found)
        if path == "/.well-known/openid-configuration":
            return 200, self.described()
        if path == "/me":
            is_known = request.headers["authorization"] == f"Bearer {self.access_token}"
            return (200, self.claims) if is_known else (401, {"error": "invalid_token"})
        if path == "/keys":
            return 200, {"keys": [key(kid, self.kind).as_dict(private=False) for kid in self.published]}
        assert path == "/token"
        return self._tokens(dict(parse_qsl(str(request.body))))

    def _tokens(self, sent: dict[str, str]) -> tuple[int, Any]:
        asked = self._codes.pop(sent["code"], None)
        challenge = base64.urlsafe_b64encode(sha256(sent["code_verifier"].encode()).digest()).decode().rstrip("=")
        if (
            asked is None
            or challenge != asked["code_challenge"]
            or (sent["client_id"], sent["redirect_uri"]) != (CLIENT, asked["redirect_uri"])
        ):
            return 400, {"error": "invalid_grant"}
        usual = {
            "iss": ISSUER,
            "aud": CLIENT,
            "nonce": asked["nonce"],
            "iat": int(self.now),
            "exp": int(self.now) + 300,
        }
        aside = set(self.claims) - {"sub"} if self.only_in_user_info is None else self.only_in_user_info
        told = {name: one for name, one in self.claims.items() if name not in aside}
        claims = {name: one for name, one in (usual | told | self.changes).items() if one is not None}
        scope = "openid and what nobody asked for"
        answer = {"access_token": self.access_token, "token_type": "Bearer", "scope": scope}
        return 200, answer | {"id_token": self._signed(claims)}

    def _signed(self, claims: dict[str, Any]) -> str:
        if self.sign:
            return self.sign(claims)
        algorithm = "RS256" if self.kind == "RSA" else "ES256"
        return jwt.encode({"alg": algorithm, "kid": self.kid}, claims, key(self.kid, self.kind), algorithms=[algorithm])


class _Adapter(BaseAdapter):
    def __init__(self, issuer: FakeIssuer) -> None:
        super().__init__()
        self._issuer = issuer

    def send(self, request: requests.PreparedRequest, *_: Any, **more: Any) -> requests.Response:
        assert more["timeout"] == (2.0, 4.0)
        response = requests.Response()
        response.request = request
        response.url = request.url or ""
        response.status_code, body = self._issuer.respond(request)
        if response.status_code == HTTPStatus.FOUND:
            response.headers["location"] = str(body)
        response.raw = BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
        return response

    def close(self) -> None: ...
