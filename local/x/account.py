"""Whose account the local X serves, and with which credentials."""

import json
import secrets
from dataclasses import dataclass, field
from functools import partial

from local.brand.model import Desk

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
