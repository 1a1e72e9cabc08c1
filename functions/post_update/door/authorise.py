"""Who asks, and whether they may."""

import hmac
import time
from collections.abc import Callable, Sequence
from http import HTTPStatus

from desk.errors import TokensUnavailable
from desk.ports.api_tokens import ApiToken, ApiTokens, Right
from post_update.door.problems import Problem, Refused

_SCHEME = "bearer"
_BETWEEN_RENEWALS = 60.0
"""Seconds: guessing must not make us ask Secrets Manager each time, and a fresh token must not wait for long."""


class Authorise:
    """The use case. `seconds` is a clock that only runs forward."""

    def __init__(self, tokens: ApiTokens, seconds: Callable[[], float] = time.monotonic) -> None:
        self._tokens = tokens
        self._seconds = seconds
        self._renew_from = float("-inf")
        self._renewal_failed: TokensUnavailable | None = None

    def bearer(self, authorization: str | None) -> ApiToken:
        """The token in this header, if it is one of ours; raises Refused, or TokensUnavailable when nobody can tell."""
        offered = _token_in(authorization)
        known = offered and (_among(self._tokens.current(), offered) or self._newly_known(offered))
        if not known:
            raise Refused(Problem(HTTPStatus.UNAUTHORIZED, headers={"WWW-Authenticate": "Bearer"}))
        return known

    def _newly_known(self, offered: str) -> ApiToken | None:
        """A token that was added since the secret was cached; what failed is not asked again before its time."""
        if self._seconds() < self._renew_from:
            if self._renewal_failed:
                raise self._renewal_failed
            return None
        self._renew_from = self._seconds() + _BETWEEN_RENEWALS
        try:
            renewed = self._tokens.renewed()
        except TokensUnavailable as exc:
            self._renewal_failed = exc
            raise
        self._renewal_failed = None
        return _among(renewed, offered)


def permitted(token: ApiToken, needed: Right) -> str:
    """The name of whoever bears this token, if it is good for that; raises Refused."""
    if needed not in token.may:
        raise Refused(Problem(HTTPStatus.FORBIDDEN))
    return token.name


def _token_in(authorization: str | None) -> str | None:
    scheme, _, token = (authorization or "").strip().partition(" ")
    return token.strip() or None if scheme.lower() == _SCHEME else None


def _among(tokens: Sequence[ApiToken], offered: str) -> ApiToken | None:
    """All are compared, each in constant time, so that how long it took tells nothing of which came close."""
    given = offered.encode(errors="backslashreplace")
    found = [token for token in tokens if hmac.compare_digest(token.token.encode(), given)]
    return found[0] if found else None
