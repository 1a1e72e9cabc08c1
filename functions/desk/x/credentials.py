"""The credentials of X, and the signing of requests with the scheme that each endpoint takes."""

import json
import logging
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from aws_lambda_powertools.utilities.parameters import GetParameterError, SecretsProvider
from botocore.exceptions import ClientError
from requests import PreparedRequest
from requests.auth import AuthBase
from requests_oauthlib import OAuth1

from desk.errors import SettingsError, Unavailable
from desk.x.endpoints import Credential

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


@dataclass(frozen=True, slots=True)
class XCredentials:
    """The four parts of OAuth 1.0a for the account, and the app's bearer token. `repr` shows none of them."""

    api_key: str = field(repr=False)
    api_secret: str = field(repr=False)
    access_token: str = field(repr=False)
    access_token_secret: str = field(repr=False)
    bearer_token: str = field(repr=False)


class XCredentialSource(Protocol):
    """Where the credentials are kept."""

    def read(self, *, fresh: bool = False) -> XCredentials:
        """The credentials, perhaps from a cache unless `fresh`.

        Raises SettingsError when they are missing or malformed, Unavailable when they can't be read now.
        """
        ...


class _Bearer(AuthBase):
    """Adds the app's bearer token to a request."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


@lru_cache(maxsize=2)
def auth_of(credentials: XCredentials, credential: Credential) -> AuthBase:
    """The requests auth that signs a call as this credential."""
    # Below WARNING these loggers write keys and signed headers, at any level of the desk's own log.
    for name in ("oauthlib", "requests_oauthlib"):
        logging.getLogger(name).setLevel(logging.WARNING)
    if credential is Credential.APP:
        return _Bearer(credentials.bearer_token)
    return OAuth1(
        credentials.api_key, credentials.api_secret, credentials.access_token, credentials.access_token_secret
    )


_NAMES = tuple(field.name for field in fields(XCredentials))
_WRONG_SETTING = frozenset(
    {"ResourceNotFoundException", "AccessDeniedException", "DecryptionFailure", "InvalidRequestException"}
)


class XSecret:
    """The credentials in a secret, cached for `max_age_seconds`. X's 401 reveals a rotation before that."""

    def __init__(self, client: "SecretsManagerClient", secret_id: str, *, max_age_seconds: int = 3600) -> None:
        self._provider = SecretsProvider(boto3_client=client)
        self._secret_id = secret_id
        self._max_age = max_age_seconds

    def read(self, *, fresh: bool = False) -> XCredentials:
        """See XCredentialSource. A cached secret that is unusable may have been filled in since: it is read again."""
        try:
            value = self._provider.get(self._secret_id, max_age=self._max_age, force_fetch=fresh)
        except GetParameterError as exc:
            cause = exc.__cause__ or exc.__context__
            code = cause.response.get("Error", {}).get("Code") if isinstance(cause, ClientError) else None
            if code in _WRONG_SETTING:
                raise SettingsError(f"the secret {self._secret_id} can't be read: {code}") from exc
            why = code or type(cause).__name__
            raise Unavailable(f"the secret {self._secret_id} can't be read now: {why}") from exc
        try:
            return _parse(value, self._secret_id)
        except SettingsError:
            if fresh:
                raise
        return self.read(fresh=True)


def _parse(value: object, name: str) -> XCredentials:
    """The credentials in the JSON document of the secret `name`; raises SettingsError when they are malformed.

    None of the messages quotes the value, and no JSON error is chained, since it holds the whole document. Pasting
    leaves white space, which is removed. A part that can't be in a header is rejected here, since the HTTP client would
    quote it in its error.
    """
    try:
        parts = json.loads(value if isinstance(value, str | bytes) else "")
    except ValueError:
        raise SettingsError(f"the secret {name} is not JSON") from None
    if not isinstance(parts, dict):
        raise SettingsError(f"the secret {name} is not a JSON object")
    cleaned = {key: part.strip() if isinstance(part := parts.get(key), str) else "" for key in _NAMES}
    for key, part in cleaned.items():
        if not part or not part.isascii() or not part.isprintable():
            raise SettingsError(f"the secret {name} has no usable {key}")
    return XCredentials(**cleaned)
