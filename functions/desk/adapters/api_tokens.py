"""The API's tokens, kept in Secrets Manager as one JSON object: `{name: {"token": …, "may": ["post", "pause"]}}`."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.parameters import GetParameterError, SecretsProvider
from botocore.exceptions import ClientError

from desk.errors import TokensUnavailable
from desk.ports.api_tokens import ApiToken, Right

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

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
