"""A short address for the HTTP API: http://127.0.0.1:port/posts instead of the local AWS's long one.

It passes requests and answers on byte for byte, so that people and mails have links that open.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import Thread
from urllib.parse import urlsplit

from local.aws.ports import LOOPBACK

_LONGEST_BODY = 10 * 1024 * 1024  # API Gateway's own limit of a request
_ANSWER_SECONDS = 30.0  # API Gateway's own limit of an integration
_ENTITY_TOO_LARGE, _BAD_GATEWAY = 413, 502
_OF_ONE_CONNECTION = frozenset(
    {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "content-length"}
)  # fmt: skip


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "local-gateway"
    sys_version = ""
    timeout = 5  # a connection that is kept open without a request
    wbufsize = -1
    disable_nagle_algorithm = True  # else head and body wait for each other's acknowledgement
    behind: str

    def _serve(self) -> None:
        length = self.headers.get("content-length", "0")
        if not length.isdigit() or int(length) > _LONGEST_BODY:
            self.close_connection = True
            self._send(_ENTITY_TOO_LARGE, [("Content-Type", "application/json")], b'{"message":"Request Too Long"}')
            return
        body = self.rfile.read(int(length))
        try:
            self._send(*self._ask(body))
        except (OSError, HTTPException):
            self.close_connection = True
            self._send(_BAD_GATEWAY, [("Content-Type", "application/json")], b'{"message":"Bad Gateway"}')

    do_GET = do_HEAD = do_POST = do_DELETE = do_PUT = do_PATCH = do_OPTIONS = _serve  # noqa: N815 - http.server's names

    def _ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        behind = urlsplit(self.behind)
        connection = HTTPConnection(behind.netloc, timeout=_ANSWER_SECONDS)
        try:
            connection.putrequest(self.command, behind.path + self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in _passed(self.headers.items()):
                connection.putheader(name, value)
            if "content-length" in self.headers:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body or None)
            answer = connection.getresponse()
            return answer.status, _passed(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def _send(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):  # the caller gave up waiting
            self.send_response_only(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)
            self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """Say nothing: requests carry links that open reports."""


def _passed(headers: Iterator[tuple[str, str]] | list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers if name.lower() not in _OF_ONE_CONNECTION]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # callers at once, as a page's own or a burst; five is the default

    def server_bind(self) -> None:
        """Bind without asking a name server what we are called."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = LOOPBACK, self.socket.getsockname()[1]

    def handle_error(self, *_: object) -> None:
        """A connection that broke off is the caller's affair."""


@contextmanager
def gateway(port: int, behind: str) -> Iterator[str]:
    """Serve `behind`, an address with a path, at the root of this port; the short address. Raises OSError."""
    server = _Server((LOOPBACK, port), type("Handler", (_Handler,), {"behind": behind}))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, name="local-gateway", daemon=True)
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
