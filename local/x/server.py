"""The local X as a server: on loopback only, one thread a request, started and stopped by its users."""

import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from socket import create_server
from threading import Thread
from types import TracebackType
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from local.x.api import Api, Limits
from local.x.auth import Account
from local.x.compliance import FILES
from local.x.control_api import PREFIX, ControlApi
from local.x.http import Answer, Request, error_answer, not_found, plain, scripted
from local.x.page import Page
from local.x.pictures import picture
from local.x.state import VirtualClock, World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

HOST = "127.0.0.1"
_BACKLOG = 128


class App:
    """The local X as a WSGI application."""

    def __init__(self, account: Account, clock: VirtualClock, zone: ZoneInfo, limits: Limits) -> None:
        self.world = World(account, clock)
        self.api = Api(account, self.world, limits)
        self._control = ControlApi(self.api)
        self._page = Page(self.world, zone)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request, late or not at all where a fault orders it."""
        answer = self.answer(Request(environ))
        time.sleep(answer.delay)
        if answer.is_lost:
            raise ConnectionAbortedError  # the server closes the connection
        return answer(environ, start_response)

    def answer(self, request: Request) -> Answer:
        """The answer to any request. An error of the local X itself becomes a 500 and is printed on stderr."""
        try:
            if request.path.startswith("/2/"):
                return self.api.answer(request)
            if request.path.startswith(FILES):
                return self.api.compliance.file(self.world, request)
            if request.path.startswith(PREFIX):
                return self._control.answer(request)
            with self.world.lock:
                drawn = picture(self.world, request.path) if request.method == "GET" else None
            return drawn or self._page.answer(request) or error_answer(not_found())
        except RequestEntityTooLarge:
            return error_answer(plain(413, "Payload Too Large"))
        except Exception as error:  # noqa: BLE001 - the server stays up after any error
            print(f"local X: {type(error).__name__}: {error} in {request.method} {request.path}", file=sys.stderr)  # noqa: T201
            return error_answer(scripted(500))


class _Handler(WSGIRequestHandler):
    disable_nagle_algorithm = True  # otherwise head and body wait for each other's acknowledgement

    def connection_dropped(self, error: BaseException, environ: "WSGIEnvironment | None" = None) -> None:  # noqa: ARG002
        """Close the connection: the application or the caller has dropped it."""
        self.close_connection = True

    def log(self, *_: object) -> None:
        """Log nothing: the calls are at /_control/calls."""


@dataclass(frozen=True, slots=True)
class RunningX:
    """A local X that answers at `url` until it is stopped."""

    url: str
    account: Account
    state: World
    app: App
    _server: BaseWSGIServer
    _thread: Thread

    def stop(self) -> None:
        """Stop answering and free the port."""
        self._server.shutdown()
        self._thread.join()

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

    `now` sets the clock, which then does not move; without it the machine's time runs. The page shows times of `zone`.
    In a `rehearsal` the callers have the local X's clock, so that rate limits are counted by it.

    Raises:
        OSError: the port is taken.
    """
    account = account or Account()
    clock = VirtualClock(now)
    limits = Limits(wall=lambda: clock.now().timestamp()) if rehearsal else Limits()
    app = App(account, clock, ZoneInfo(zone), limits)
    # A socket of our own: werkzeug's would end the process when the port is taken.
    with create_server((HOST, port), backlog=_BACKLOG) as listener:
        server = make_server(HOST, port, app, threaded=True, request_handler=_Handler, fd=listener.fileno())
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, name="local-x", daemon=True)
    url = f"http://{HOST}:{server.server_address[1]}"
    app.api.compliance.root = app.world.pictures_url = url
    thread.start()
    return RunningX(url, account, app.world, app, server, thread)
