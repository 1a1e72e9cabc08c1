"""X's HTTP side on loopback: answers what a test wrote down, and remembers what it was asked."""

import json
import socket
import struct
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: `body` as JSON, or as it is where it is bytes."""

    status: int = 200
    body: object = field(default_factory=lambda: {"meta": {"result_count": 0}})
    headers: dict[str, str] = field(default_factory=dict)

    def payload(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


class Reset:
    """The connection is torn down in place of an answer."""


class Silence:
    """No answer comes at all."""


class Drip:
    """An answer that begins at once and then comes byte by byte, without end."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    connection: tuple[str, int]


class ScriptedX:
    """Answers in the order of `will`; the last answer stays for all later requests."""

    def __init__(self, url: str, stopped: threading.Event) -> None:
        self.url = url
        self.stopped = stopped
        self.seen: list[Seen] = []
        self._script: deque[object] = deque()

    def will(self, *replies: object) -> None:
        self._script.extend(replies)

    def next_reply(self) -> object:
        if not self._script:
            return Reply()
        return self._script.popleft() if len(self._script) > 1 else self._script[0]


@contextmanager
def scripted_x() -> Iterator[ScriptedX]:
    """A server for one test, gone with it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    stopped = threading.Event()
    x = ScriptedX(f"http://127.0.0.1:{server.server_port}", stopped)
    cast("Any", server).x = x
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield x
    finally:
        stopped.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 5
    disable_nagle_algorithm = True  # head and body are two writes, and loopback would wait 40 ms between them

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Tests say what they saw themselves."""

    def _answer(self) -> None:
        x: ScriptedX = cast("Any", self.server).x
        x.seen.append(self._as_seen())
        match x.next_reply():
            case Reply() as reply:
                self._send(reply)
            case Reset():
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True
            case Silence():
                x.stopped.wait(10)
                self.close_connection = True
            case _:
                self._drip(x.stopped)

    def _as_seen(self) -> Seen:
        address = urlsplit(self.path)
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        return Seen(
            method=self.command,
            path=address.path,
            query=dict(parse_qsl(address.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=json.loads(body) if body else None,
            connection=self.client_address,
        )

    def _send(self, reply: Reply) -> None:
        payload = reply.payload()
        self.send_response(reply.status)
        for name, value in {"Content-Type": "application/json", **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def _drip(self, stopped: threading.Event) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        self.close_connection = True
        try:
            while not stopped.wait(0.02):
                self.wfile.write(b" ")
                self.wfile.flush()
        except OSError:
            return
