"""The local X as an HTTP server on loopback.

```python
with start(port=0) as x:
    client = XControl(x.url)
```
"""

import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR, socket
from socketserver import TCPServer
from threading import Thread
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

from local.x.account import Account
from local.x.api import Api
from local.x.clock import VirtualClock
from local.x.compliance import FILES
from local.x.control_api import PREFIX, ControlApi
from local.x.limits import Limits
from local.x.messages import Answer, Request, broken, refusal
from local.x.page import Page
from local.x.problems import not_found, plain
from local.x.state import World

HOST = "127.0.0.1"
LONGEST_BODY = 64 * 1024 * 1024
IDLE_SECONDS = 60


class App:
    """Everything behind the socket."""

    def __init__(self, account: Account, clock: VirtualClock, zone: ZoneInfo, limits: Limits) -> None:
        self.world = World(account, clock)
        self.api = Api(account, self.world, limits)
        self._control = ControlApi(self.api)
        self._page = Page(self.world, zone)

    def answer(self, request: Request) -> Answer:
        """Answer any request; a fault of our own becomes a 500 and is shown on stderr."""
        try:
            if request.path.startswith("/2/"):
                return self.api.answer(request)
            if request.path.startswith(FILES):
                return self.api.compliance.file(self.world, request)
            if request.path.startswith(PREFIX):
                return self._control.answer(request)
            return self._page.answer(request) or refusal(not_found())
        except Exception as error:  # noqa: BLE001 - the server stays up whatever a request does
            print(f"local X: {type(error).__name__}: {error} in {request.method} {request.path}", file=sys.stderr)  # noqa: T201
            return broken()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "local-x"
    sys_version = ""
    timeout = IDLE_SECONDS
    wbufsize = -1
    disable_nagle_algorithm = True  # else head and body wait for each other's acknowledgement
    app: App

    def _serve(self) -> None:
        length = self.headers.get("content-length", "0")
        if not length.isdigit() or int(length) > LONGEST_BODY:
            self.close_connection = True
            self._send(refusal(plain(413, "Payload Too Large")))
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(length))
        answer = self.app.answer(Request(self.command, self.path, headers, body))
        if answer.delay:
            time.sleep(answer.delay)
        if answer.lost:
            self.close_connection = True
        else:
            self._send(answer)

    do_GET = do_POST = do_DELETE = do_PUT = do_PATCH = _serve  # noqa: N815 - http.server's own names

    def _send(self, answer: Answer) -> None:
        try:
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)
            self.wfile.flush()
        except (BrokenPipeError, ConnectionResetError):  # the caller gave up waiting
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing: the call log is at /_control/calls."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._open: set[socket] = set()
        super().__init__(address, handler)

    def server_bind(self) -> None:
        """Bind without asking a name server what we are called."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.socket.getsockname()[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, so that it can be hung up."""
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection."""
        self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End connections that callers keep open, else they would be answered after the end."""
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(SHUT_RDWR)

    def handle_error(self, *_: object) -> None:
        """A connection that broke off is the caller's affair."""


@dataclass(frozen=True, slots=True)
class RunningX:
    """A local X that answers at `url` until it is stopped."""

    url: str
    account: Account
    state: World
    app: App
    _server: _Server
    _thread: Thread

    def stop(self) -> None:
        """Stop answering and let go of the port."""
        self._server.shutdown()
        self._thread.join()
        self._server.hang_up()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def start(
    port: int = 0,
    *,
    account: Account | None = None,
    now: datetime | None = None,
    zone: str = "Asia/Seoul",
    rehearsal: bool = False,
) -> RunningX:
    """Start a local X in a thread of this process; `port` 0 takes a free one.

    `now` sets the clock, which then stands still; without it the machine's time runs. `zone` is what the page shows.
    In a `rehearsal` the callers' clock is ours, and so rate limits are told and counted by it.

    Raises:
        OSError: the port is taken.
    """
    account = account or Account()
    clock = VirtualClock(now)
    limits = Limits(wall=lambda: clock.now().timestamp()) if rehearsal else Limits()
    app = App(account, clock, ZoneInfo(zone), limits)
    handler = type("Handler", (_Handler,), {"app": app})
    server = _Server((HOST, port), handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="local-x", daemon=True)
    app.api.compliance.root = url = f"http://{HOST}:{server.server_port}"
    thread.start()
    return RunningX(url, account, app.world, app, server, thread)
