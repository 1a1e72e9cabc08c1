"""The desk's HTTP API as a CMS calls it: real requests with a real token."""

from collections.abc import Mapping
from typing import Any

import requests

_SECONDS = 30


class ApiClient:
    """Calls the API at `url`."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self.token = token
        self._session = requests.Session()
        self._session.trust_env = False  # loopback: no proxy

    def close(self) -> None:
        """Let go of the connection."""
        self._session.close()

    def ask(
        self, route: str, body: Mapping[str, Any] | None = None, *, headers: Mapping[str, str] | None = None
    ) -> requests.Response:
        """Call a route, as `POST /posts`, with the token, and return the response."""
        method, path = route.split(" ", 1)
        shown = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        return self._session.request(method, self.url + path, json=body, headers=shown, timeout=_SECONDS)

    def open(self, address: str) -> requests.Response:
        """Open a page as a browser does, without a token; `address` is a path, or a whole address below `url`."""
        return self._session.get(self.url + address.removeprefix(self.url), timeout=_SECONDS)

    def send(self, address: str, fields: Mapping[str, str]) -> requests.Response:
        """Send a form as a browser does, and go where the answer leads; `address` is as for `open`."""
        return self._session.post(self.url + address.removeprefix(self.url), data=fields, timeout=_SECONDS)
