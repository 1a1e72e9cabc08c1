"""The local X's API, called by the desk's client or by raw requests."""

from collections.abc import Mapping
from typing import Any

import requests
from requests_oauthlib import OAuth1Session

from desk.x.client import XClient, XStores
from desk.x.transport import Timeouts, XCredentials
from local.x.server import RunningX
from tests.fakes.x import FakeCredentials, fake_stores


class XCaller:
    """A session that is signed in one way; `base` is where the API answers."""

    def __init__(self, base: str, session: requests.Session) -> None:
        self.base = base
        self.session = session
        self.session.trust_env = False

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> requests.Response:
        return self.session.get(self.base + path, params=params, timeout=10)

    def delete(self, path: str) -> requests.Response:
        return self.session.delete(self.base + path, timeout=10)

    def post(self, path: str, body: Any) -> requests.Response:
        return self.session.post(self.base + path, json=body, timeout=10)


def user_caller(x: RunningX) -> XCaller:
    """Signs as the account, by OAuth 1.0a."""
    keys = x.account
    session = OAuth1Session(keys.api_key, keys.api_secret, keys.access_token, keys.access_token_secret)
    return XCaller(x.url, session)


def bearer_caller(x: RunningX, token: str) -> XCaller:
    """Sends a bearer token."""
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {token}"
    return XCaller(x.url, session)


def desk_client(x: RunningX, stores: XStores | None = None, *, url: str = "", **timeouts: Any) -> XClient:
    """The desk's client of this local X, or of the server at `url`, with these Timeouts."""
    credentials = FakeCredentials(XCredentials(**x.account.secret()))
    return XClient(url or x.url, x.account.user_id, credentials, stores or fake_stores(), Timeouts(**timeouts))
