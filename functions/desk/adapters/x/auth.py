"""Signing requests, with the scheme that X wants at each endpoint."""

import logging

from requests import PreparedRequest
from requests.auth import AuthBase
from requests_oauthlib import OAuth1

from desk.adapters.x.endpoints import Credential
from desk.ports.credentials import XCredentials, XCredentialSource


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
