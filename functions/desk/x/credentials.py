"""Signing requests, with the scheme that X wants at each endpoint."""

import json
import logging
from dataclasses import dataclass, field, fields
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
    """The four parts of OAuth 1.0a for the account, and the app's own bearer token. None of them is ever shown."""

    api_key: str = field(repr=False)
    api_secret: str = field(repr=False)
    access_token: str = field(repr=False)
    access_token_secret: str = field(repr=False)
    bearer_token: str = field(repr=False)


class XCredentialSource(Protocol):
    """Where the credentials are kept.

    Both methods raise SettingsError when they are missing or malformed, Unavailable when they can't be read now.
    """

    def current(self) -> XCredentials:
        """The credentials, perhaps as they were some time ago."""
        ...

    def renewed(self) -> XCredentials:
        """The credentials as they are now, read anew."""
        ...


class _Bearer(AuthBase):
    """The app-only bearer token in its header."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Signer:
    """Turns the credentials into what signs a request, and makes it anew only when they changed."""

    def __init__(self, source: XCredentialSource) -> None:
        self._source = source
        self._known: XCredentials | None = None
        self._auths: dict[Credential, AuthBase] = {}
        # Below WARNING these two write keys and signed headers into the log, whatever level the desk itself logs at.
        for name in ("oauthlib", "requests_oauthlib"):
            logging.getLogger(name).setLevel(logging.WARNING)

    def auth(self, credential: Credential) -> AuthBase:
        """What signs a request as this credential; raises SettingsError or Unavailable when there are none."""
        self._adopt(self._source.current())
        return self._auths[credential]

    def renew(self) -> None:
        """Have the credentials read anew; raises like `auth`."""
        self._adopt(self._source.renewed())

    def _adopt(self, credentials: XCredentials) -> None:
        if credentials == self._known:
            return
        self._known = credentials
        self._auths = {
            Credential.USER: OAuth1(
                credentials.api_key,
                credentials.api_secret,
                credentials.access_token,
                credentials.access_token_secret,
            ),
            Credential.APP: _Bearer(credentials.bearer_token),
        }


_NAMES = tuple(field.name for field in fields(XCredentials))
_NOT_TO_BE_HAD = frozenset(
    {"ResourceNotFoundException", "AccessDeniedException", "DecryptionFailure", "InvalidRequestException"}
)


class XSecret:
    """The secret `secret_id`, cached for `max_age_seconds`: a rotation is noticed by X's 401 long before that."""

    def __init__(self, client: "SecretsManagerClient", secret_id: str, *, max_age_seconds: int = 3600) -> None:
        self._provider = SecretsProvider(boto3_client=client)
        self._secret_id = secret_id
        self._max_age = max_age_seconds

    def current(self) -> XCredentials:
        """See XCredentialSource. One that is unusable may have been filled in since it was cached."""
        try:
            return self._read(fresh=False)
        except SettingsError:
            return self._read(fresh=True)

    def renewed(self) -> XCredentials:
        """See XCredentialSource."""
        return self._read(fresh=True)

    def _read(self, *, fresh: bool) -> XCredentials:
        try:
            value = self._provider.get(self._secret_id, max_age=self._max_age, force_fetch=fresh)
        except GetParameterError as exc:
            raise self._translated(exc) from exc
        return self._parsed(value)

    def _translated(self, exc: GetParameterError) -> SettingsError | Unavailable:
        cause = exc.__cause__ or exc.__context__
        code = cause.response.get("Error", {}).get("Code") if isinstance(cause, ClientError) else None
        if code in _NOT_TO_BE_HAD:
            return SettingsError(f"the secret {self._secret_id} can't be had: {code}")
        return Unavailable(f"the secret {self._secret_id} can't be read now: {code or type(cause).__name__}")

    def _parsed(self, value: object) -> XCredentials:
        """None of the messages quotes the value, and no JSON error is chained, since it holds the whole document."""
        try:
            parts = json.loads(value if isinstance(value, str | bytes) else "")
        except ValueError:
            raise SettingsError(f"the secret {self._secret_id} is no JSON") from None
        if not isinstance(parts, dict):
            raise SettingsError(f"the secret {self._secret_id} is no JSON object")
        return XCredentials(**{name: self._part(parts, name) for name in _NAMES})

    def _part(self, parts: dict[str, object], name: str) -> str:
        """One part, freed of the white space that pasting leaves.

        What can't stand in a header is refused here, since the HTTP client would quote it in its error.
        """
        part = parts.get(name)
        cleaned = part.strip() if isinstance(part, str) else ""
        if not cleaned or not cleaned.isascii() or not cleaned.isprintable():
            raise SettingsError(f"the secret {self._secret_id} has no usable {name}")
        return cleaned
