"""The X credentials, kept in Secrets Manager as one JSON object."""

import json
from dataclasses import fields
from typing import TYPE_CHECKING

from aws_lambda_powertools.utilities.parameters import GetParameterError, SecretsProvider
from botocore.exceptions import ClientError

from desk.errors import SettingsError, Unavailable
from desk.ports.credentials import XCredentials

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

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
