"""A push service on this machine, and browsers that subscribe at it: what `dorothy up`, the demo and tests notify."""

import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_bytes, token_urlsafe
from typing import NamedTuple, Self

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from desk.clock import utc_now

_AUTH_BYTES = 16


class Received(NamedTuple):
    """A message that arrived, decrypted."""

    at: datetime
    content: bytes
    ttl: int
    urgency: str
    topic: str


@dataclass(frozen=True)
class Browser:
    """A browser that subscribed: `p256dh` and `auth` are what it tells the desk, in base64url."""

    endpoint: str
    auth: str
    key: ec.EllipticCurvePrivateKey = field(repr=False)

    @classmethod
    def new(cls, endpoint: str) -> Self:
        """A browser with new keys."""
        return cls(endpoint, _text(token_bytes(_AUTH_BYTES)), ec.generate_private_key(ec.SECP256R1()))

    @property
    def p256dh(self) -> str:
        """The public key."""
        return _text(self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    def opened(self, sealed: bytes) -> bytes:
        """What a message says, by RFC 8291. Raises ValueError for one that is not for this browser."""
        auth = urlsafe_b64decode(self.auth + "=" * (-len(self.auth) % 4))
        try:
            opened: bytes = http_ece.decrypt(sealed, private_key=self.key, auth_secret=auth, version="aes128gcm")
        except http_ece.ECEException as exc:
            raise ValueError(str(exc)) from exc
        return opened


class PushReceiver:
    """The push service. `received` has all messages; `answers` are the statuses of the next answers, then it is 201."""

    def __init__(self, clock: Callable[[], datetime] = utc_now) -> None:
        self.received: list[Received] = []
        self.answers: list[int] = []
        self._clock = clock
        self._browsers: dict[str, Browser] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.host_and_port = f"127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def subscribe(self) -> Browser:
        """A browser with an address at this service."""
        path = f"/push/{token_urlsafe(8)}"
        self._browsers[path] = browser = Browser.new(f"http://{self.host_and_port}{path}")
        return browser

    def forget(self, browser: Browser) -> None:
        """The browser takes no messages any more: its address is gone."""
        self._browsers = {path: each for path, each in self._browsers.items() if each != browser}

    def _take(self, request: BaseHTTPRequestHandler) -> int:
        sealed = request.rfile.read(int(request.headers["Content-Length"]))
        browser = self._browsers.get(request.path)
        if browser is None:
            return 410
        if self.answers and (status := self.answers.pop(0)) >= 300:  # noqa: PLR2004 - HTTP
            return status
        headers = request.headers
        if not headers["Authorization"].startswith("vapid t="):
            return 401
        message = browser.opened(sealed), int(headers["TTL"]), headers["Urgency"], headers["Topic"]
        self.received.append(Received(self._clock(), *message))
        return 201

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        take = self._take

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.send_response(take(self))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as http.server calls it
                """Print nothing."""

        return Handler


def _text(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
