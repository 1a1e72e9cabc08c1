"""Who may use the deployed desk's HTTP API: the tokens in its secret, by the names they were given to."""

import json
import re
import secrets
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from desk.errors import TokensUnavailable
from local.deployed.errors import DeployedError
from local.deployed.stack import Stack
from post_update.api.auth import TokenRight, parse_tokens

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

_BYTES = 32
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_OURS = frozenset({"schedule"})
"""Names that posts of the desk itself bear."""


class Tokens:
    """The tokens of one deployed stack. Concurrent changes are detected afterwards."""

    def __init__(self, client: "SecretsManagerClient", stack: Stack) -> None:
        self._client = client
        self._secret_id = stack.outputs.get("ApiTokensSecret", "")
        if not self._secret_id:
            raise DeployedError(f"The stack {stack.name} has no HTTP API yet; run `make deploy` first.")

    def names(self) -> dict[str, list[str]]:
        """What each name may do, without the tokens."""
        return {name: sorted(entry["may"]) for name, entry in self._entries().items()}

    def add(self, name: str, may: Collection[TokenRight]) -> str:
        """A new random token for this name; nobody can read it again in the API. Raises DeployedError."""
        if not _NAME.fullmatch(name) or name in _OURS:
            raise DeployedError(
                f"{name!r} is no name for a token: lower-case letters, digits, dots, hyphens, at most 40."
            )
        entries = self._entries()
        if name in entries:
            raise DeployedError(f"{name} has a token already; give the next one another name, or remove it first.")
        token = secrets.token_urlsafe(_BYTES)
        self._store(entries | {name: {"token": token, "may": sorted(right.value for right in may)}})
        return token

    def remove(self, name: str) -> None:
        """Make this name's token void, within minutes. Raises DeployedError when there is none."""
        entries = self._entries()
        if entries.pop(name, None) is None:
            raise DeployedError(f"{name} has no token.")
        self._store(entries)

    def _entries(self) -> dict[str, Any]:
        value = self._client.get_secret_value(SecretId=self._secret_id).get("SecretString", "")
        try:
            parse_tokens(value)
        except TokensUnavailable as exc:
            raise DeployedError(f"Somebody has edited the secret by hand: {exc}.") from None
        entries: dict[str, Any] = json.loads(value)
        return entries

    def _store(self, entries: dict[str, Any]) -> None:
        self._client.put_secret_value(SecretId=self._secret_id, SecretString=json.dumps(entries))
