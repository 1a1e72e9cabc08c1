"""Authentication by bearer token, and the rights of tokens."""

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
from desk.web.problems import HttpProblem

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


class TokenRight(StrEnum):
    """A right that a token may have."""

    POST = "post"
    PAUSE = "pause"
    READ_CASES = "cases:read"
    ANSWER_CASES = "cases:answer"


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token, the name of its holder and its rights. The token itself is never shown."""

    name: str
    token: str = field(repr=False)
    may: frozenset[TokenRight]


class ApiTokens(Protocol):
    """The stored tokens. Both methods raise TokensUnavailable where they can't be read: no request is let in then."""

    def current(self) -> Sequence[ApiToken]:
        """All tokens, perhaps as they were some minutes ago."""
        ...

    def refreshed(self) -> Sequence[ApiToken]:
        """All tokens as they are now."""
        ...


_SECONDS_BETWEEN_REFRESHES = 60.0
"""Guessing tokens must not make the function ask Secrets Manager each time, and a new token must soon be known."""


class Authenticator:
    """Finds the token that a request offers. `seconds` is a monotonic clock."""

    def __init__(self, tokens: ApiTokens, seconds: Callable[[], float] = time.monotonic) -> None:
        self._tokens = tokens
        self._seconds = seconds
        self._next_refresh = float("-inf")
        self._refresh_failure: TokensUnavailable | None = None

    def authenticate(self, offered: str) -> ApiToken:
        """The known token that this is.

        Raises:
            HttpProblem: 401: there is none.
            TokensUnavailable: The tokens can't be read, so that this one may be known or not.
        """
        token = offered and (_find(self._tokens.current(), offered) or self._find_refreshed(offered))
        if not token:
            raise HttpProblem(HTTPStatus.UNAUTHORIZED, headers={"www-authenticate": "Bearer"})
        return token

    def _find_refreshed(self, offered: str) -> ApiToken | None:
        """A token that was added since the secret was cached. A failed refresh is not retried before its time."""
        if self._seconds() < self._next_refresh:
            if self._refresh_failure:
                raise self._refresh_failure
            return None
        self._next_refresh = self._seconds() + _SECONDS_BETWEEN_REFRESHES
        try:
            tokens = self._tokens.refreshed()
        except TokensUnavailable as exc:
            self._refresh_failure = exc
            raise
        self._refresh_failure = None
        return _find(tokens, offered)


def require(token: ApiToken, right: TokenRight) -> str:
    """The name of the token's holder; raises HttpProblem, 403, where it lacks the right."""
    if right not in token.may:
        raise HttpProblem(HTTPStatus.FORBIDDEN)
    return token.name


def _find(tokens: Sequence[ApiToken], offered: str) -> ApiToken | None:
    """All are compared, each in constant time, so that the duration says nothing about the tokens."""
    given = offered.encode(errors="backslashreplace")
    found = [token for token in tokens if hmac.compare_digest(token.token.encode(), given)]
    return found[0] if found else None


MIN_TOKEN_LENGTH = 20
"""Characters; a shorter token might be guessed."""


class ApiTokensSecret:
    """ApiTokens in the secret `secret_id`, cached for `max_age_seconds`: so long a removed token stays valid."""

    def __init__(self, client: "SecretsManagerClient", secret_id: str, *, max_age_seconds: int = 300) -> None:
        self._provider = SecretsProvider(boto3_client=client)
        self._secret_id = secret_id
        self._max_age = max_age_seconds

    def current(self) -> Sequence[ApiToken]:
        """See ApiTokens. An unusable secret is read again, since it may have been corrected since it was cached."""
        value = self._read(fresh=False)
        try:
            return parse_tokens(value)
        except TokensUnavailable:
            return self.refreshed()

    def refreshed(self) -> Sequence[ApiToken]:
        """See ApiTokens."""
        return parse_tokens(self._read(fresh=True))

    def _read(self, *, fresh: bool) -> object:
        try:
            return self._provider.get(self._secret_id, max_age=self._max_age, force_fetch=fresh)
        except GetParameterError as exc:
            cause = exc.__cause__ or exc.__context__
            code = cause.response.get("Error", {}).get("Code") if isinstance(cause, ClientError) else None
            raise TokensUnavailable(f"the API's tokens can't be read: {code or type(cause).__name__}") from exc


def parse_tokens(value: object) -> list[ApiToken]:
    """The tokens in the secret's value; raises TokensUnavailable, which never quotes it, where one is malformed.

    No JSON error is chained, since it holds the whole document.
    """
    try:
        entries = json.loads(value if isinstance(value, str | bytes) else "")
    except ValueError:
        raise TokensUnavailable("the secret with the API's tokens is not JSON") from None
    if not isinstance(entries, dict):
        raise TokensUnavailable("the secret with the API's tokens is not a JSON object")
    return [_parse_token(name, entry) for name, entry in entries.items()]


def _parse_token(name: str, entry: Any) -> ApiToken:
    token, may = (entry.get("token"), entry.get("may")) if isinstance(entry, dict) else (None, None)
    if not isinstance(token, str) or len(token) < MIN_TOKEN_LENGTH or not token.isascii() or not token.isprintable():
        raise TokensUnavailable(f"{name} has no usable token in the secret with the API's tokens")
    if not isinstance(may, list) or not may or any(right not in tuple(TokenRight) for right in may):
        raise TokensUnavailable(f"{name} has no usable rights in the secret with the API's tokens")
    return ApiToken(name, token, frozenset(TokenRight(right) for right in may))
