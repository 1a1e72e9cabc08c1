"""Who asks, and whether they may."""

import hmac
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol

from aws_lambda_powertools.utilities.parameters import GetParameterError, SecretsProvider
from botocore.exceptions import ClientError

from desk.errors import TokensUnavailable
from post_update.api.http import Problem, Refused

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


class Right(StrEnum):
    """What a token may be used for."""

    POST = "post"
    PAUSE = "pause"
    READ_CASES = "cases:read"
    ANSWER_CASES = "cases:answer"


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token, the name of its holder, and what it may be used for. The token itself is never shown."""

    name: str
    token: str = field(repr=False)
    may: frozenset[Right]


class ApiTokens(Protocol):
    """Where the tokens are kept. Both methods raise TokensUnavailable when they can't be had: nobody gets in then."""

    def current(self) -> Sequence[ApiToken]:
        """All tokens, perhaps as they were some minutes ago."""
        ...

    def renewed(self) -> Sequence[ApiToken]:
        """All tokens as they are now, read anew."""
        ...


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
    """The name of this token's holder, if it is good for that; raises Refused."""
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


SHORTEST = 20
"""Characters of a token; one that can be guessed would be worse than none."""


class ApiTokensSecret:
    """The port ApiTokens: the secret `secret_id`, cached for `max_age_seconds`, after which a removed token is dead."""

    def __init__(self, client: "SecretsManagerClient", secret_id: str, *, max_age_seconds: int = 300) -> None:
        self._provider = SecretsProvider(boto3_client=client)
        self._secret_id = secret_id
        self._max_age = max_age_seconds

    def current(self) -> Sequence[ApiToken]:
        """See ApiTokens. One that is unusable may have been mended since it was cached."""
        value = self._read(fresh=False)
        try:
            return tokens_of(value)
        except TokensUnavailable:
            return self.renewed()

    def renewed(self) -> Sequence[ApiToken]:
        """See ApiTokens."""
        return tokens_of(self._read(fresh=True))

    def _read(self, *, fresh: bool) -> object:
        try:
            return self._provider.get(self._secret_id, max_age=self._max_age, force_fetch=fresh)
        except GetParameterError as exc:
            cause = exc.__cause__ or exc.__context__
            code = cause.response.get("Error", {}).get("Code") if isinstance(cause, ClientError) else None
            raise TokensUnavailable(f"the API's tokens can't be read: {code or type(cause).__name__}") from exc


def tokens_of(value: object) -> list[ApiToken]:
    """The tokens in the secret's value; raises TokensUnavailable, which never quotes it, when one is malformed.

    No JSON error is chained, since it holds the whole document.
    """
    try:
        entries = json.loads(value if isinstance(value, str | bytes) else "")
    except ValueError:
        raise TokensUnavailable("the secret with the API's tokens is no JSON") from None
    if not isinstance(entries, dict):
        raise TokensUnavailable("the secret with the API's tokens is no JSON object")
    return [_token(name, entry) for name, entry in entries.items()]


def _token(name: str, entry: Any) -> ApiToken:
    """One entry; what can't stand in a header, or might be guessed, is no token."""
    token, may = (entry.get("token"), entry.get("may")) if isinstance(entry, dict) else (None, None)
    if not isinstance(token, str) or len(token) < SHORTEST or not token.isascii() or not token.isprintable():
        raise TokensUnavailable(f"{name} has no usable token in the secret with the API's tokens")
    if not isinstance(may, list) or not may or any(right not in tuple(Right) for right in may):
        raise TokensUnavailable(f"{name} has no usable rights in the secret with the API's tokens")
    return ApiToken(name, token, frozenset(Right(right) for right in may))
