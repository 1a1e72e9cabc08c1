"""Who calls, proved: OAuth 1.0a signatures are recomputed, bearer tokens compared."""

import hmac
import json
import secrets
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import override

from oauthlib.common import Request as SignedRequest
from oauthlib.oauth1 import RequestValidator, ResourceEndpoint

from local.brand.model import Desk
from local.x.http import unauthorised, wrong_scheme

_random = partial(secrets.token_hex, 20)


@dataclass(frozen=True, slots=True)
class Account:
    """The brand's account. Credentials are random for each run unless given; `repr` never shows them."""

    username: str = "emeraldmobile"
    user_id: str = "2590000001"
    name: str = "Emerald Mobile"
    api_key: str = field(default_factory=_random, repr=False)
    api_secret: str = field(default_factory=_random, repr=False)
    access_token: str = field(default_factory=_random, repr=False)
    access_token_secret: str = field(default_factory=_random, repr=False)
    bearer_token: str = field(default_factory=_random, repr=False)
    oauth2_token: str = field(default_factory=_random, repr=False)
    access_level: str = "read-write-directmessages"
    """What X says in each answer to a signed call that the app may do."""

    def secret(self) -> dict[str, str]:
        """The credentials as the desk keeps them in its secret."""
        return {
            "api_key": self.api_key,
            "api_secret": self.api_secret,
            "access_token": self.access_token,
            "access_token_secret": self.access_token_secret,
            "bearer_token": self.bearer_token,
        }

    def secret_json(self) -> str:
        """The same as JSON, as it is stored."""
        return json.dumps(self.secret())


def account_of(desk: Desk) -> Account:
    """The brand's account with credentials of its own."""
    return Account(username=desk.brand.handle, user_id=desk.brand.user_id, name=desk.brand.name.en)


CLOCK_SKEW_SECONDS = 300


class Scheme(StrEnum):
    """The three ways to call X, by the names in its errors."""

    USER = "OAuth 1.0a User Context"
    USER2 = "OAuth 2.0 User Context"
    APP = "OAuth 2.0 Application-Only"


class _Validator(RequestValidator):
    """Answers oauthlib's questions about keys for the one account."""

    enforce_ssl = False  # loopback only
    dummy_client = dummy_access_token = "nobody"

    def __init__(self, account: Account, wall: Callable[[], float]) -> None:
        super().__init__()
        self._account = account
        self._wall = wall
        self._seen: dict[tuple[str, str], float] = {}

    def check_client_key(self, client_key: str) -> bool:
        return bool(client_key)

    def check_access_token(self, request_token: str) -> bool:
        return bool(request_token)

    def check_nonce(self, nonce: str) -> bool:
        return bool(nonce)

    def validate_client_key(self, client_key: str, request: SignedRequest) -> bool:  # noqa: ARG002
        return hmac.compare_digest(client_key, self._account.api_key)

    def validate_access_token(self, client_key: str, token: str, request: SignedRequest) -> bool:  # noqa: ARG002
        return hmac.compare_digest(token, self._account.access_token)

    def validate_realms(self, *_: object, **__: object) -> bool:
        return True

    def get_client_secret(self, client_key: str, request: SignedRequest) -> str:  # noqa: ARG002
        return self._account.api_secret

    def get_access_token_secret(self, client_key: str, token: str, request: SignedRequest) -> str:  # noqa: ARG002
        return self._account.access_token_secret

    @override
    def validate_timestamp_and_nonce(
        self,
        client_key: str,
        timestamp: str,
        nonce: str,
        request: SignedRequest,
        request_token: str | None = None,
        access_token: str | None = None,
    ) -> bool:
        now = self._wall()
        if abs(now - int(timestamp)) > CLOCK_SKEW_SECONDS or (timestamp, nonce) in self._seen:
            return False
        self._seen = {key: at for key, at in self._seen.items() if now - at <= 2 * CLOCK_SKEW_SECONDS}
        self._seen[timestamp, nonce] = now
        return True


class Authenticator:
    """Identifies the caller, or raises X's error."""

    def __init__(self, account: Account, *, wall: Callable[[], float] = time.time) -> None:
        self._account = account
        self._signatures = ResourceEndpoint(_Validator(account, wall))

    def scheme_of(self, method: str, url: str, authorization: str, accepted: Collection[Scheme]) -> Scheme:
        """The scheme of a valid call to an endpoint that accepts `accepted`.

        `url` is the signed URL with scheme, host and query. A JSON body is not part of a signature.
        """
        scheme = self._scheme(method, url, authorization)
        if scheme is None:
            raise unauthorised()
        if scheme not in accepted:
            raise wrong_scheme(scheme, sorted(accepted))
        return scheme

    def _scheme(self, method: str, url: str, authorization: str) -> Scheme | None:
        kind, _, value = authorization.partition(" ")
        if kind.lower() == "bearer":
            return self._bearer(value.strip())
        if kind.lower() == "oauth" and self._signed(method, url, authorization):
            return Scheme.USER
        return None

    def _bearer(self, token: str) -> Scheme | None:
        known = {self._account.bearer_token: Scheme.APP, self._account.oauth2_token: Scheme.USER2}
        return known.get(token)

    def _signed(self, method: str, url: str, authorization: str) -> bool:
        try:
            valid, _ = self._signatures.validate_protected_resource_request(
                url, http_method=method, headers={"Authorization": authorization}
            )
        except ValueError:  # oauthlib raises it for headers that are no OAuth header at all
            return False
        return bool(valid)
