"""Who the desk is to X."""

from dataclasses import dataclass, field
from typing import Protocol


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
