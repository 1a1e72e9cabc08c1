"""A web site on loopback: the files of a folder, as a brand's blog has them, for feeds, pictures and links.

The desk fetches from it only if its `host_and_port` is among the stage's exceptions.
"""

import mimetypes
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from socket import create_server
from threading import Lock, Thread
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from werkzeug.security import safe_join
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from local.aws.ports import LOOPBACK
from local.loopback import is_local_host

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_BACKLOG = 64
_TYPES = {".atom": "application/atom+xml", ".rss": "application/rss+xml", ".xml": "application/xml"}


class Visit(NamedTuple):
    """A request that came: its path, and its headers by lower-case name."""

    path: str
    headers: Mapping[str, str]


@dataclass
class Site:
    """A site that serves `folder`. `visits` are the requests that came."""

    folder: Path
    host_and_port: str = ""
    visits: list[Visit] = field(default_factory=list)
    _instead: dict[str, tuple[Response, float]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://{self.host_and_port}"

    def answer_instead(
        self,
        path: str,
        status: int = HTTPStatus.OK,
        body: bytes = b"",
        headers: Mapping[str, str] = MappingProxyType({}),
        *,
        delay: float = 0.0,
    ) -> None:
        """From now on answer so at this path, which begins with a slash, after `delay` seconds."""
        with self._lock:
            self._instead[path] = (Response(body, status, headers), delay)

    def answer_as_usual(self, path: str) -> None:
        """Answer at this path with the folder's file again."""
        with self._lock:
            self._instead.pop(path, None)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """A file with its ETag and time, or 304 if the caller has it; a folder's own page is its index.html."""
        request = Request(environ)
        with self._lock:
            self.visits.append(Visit(request.path, {name.lower(): value for name, value in request.headers.items()}))
            instead, delay = self._instead.get(request.path, (None, 0.0))
        time.sleep(delay)
        return (instead or self._file(request))(environ, start_response)

    def _file(self, request: Request) -> Response:
        if not is_local_host(request.host):
            return Response("a foreign name leads here", HTTPStatus.MISDIRECTED_REQUEST)
        name = request.path.lstrip("/")
        if not name or name.endswith("/"):
            name += "index.html"
        kind = _TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0]
        path = safe_join(str(self.folder), name)
        if path is None or not Path(path).is_file():
            return Response("not found", HTTPStatus.NOT_FOUND)
        answer = Response(Path(path).read_bytes())
        answer.headers["Content-Type"] = kind or "application/octet-stream"  # no charset: documents state their own
        answer.last_modified = datetime.fromtimestamp(Path(path).stat().st_mtime, UTC)
        answer.add_etag()
        return answer.make_conditional(request)


class _Handler(WSGIRequestHandler):
    disable_nagle_algorithm = True  # otherwise head and body wait for each other's acknowledgement

    def log(self, *_: object) -> None:
        """Log nothing: the requests are the site's `visits`."""


@contextmanager
def site(folder: Path, port: int = 0) -> Iterator[Site]:
    """Serve the folder at this port, or at a free one, while the block runs. Raises OSError if the port is taken."""
    served = Site(folder)
    with create_server((LOOPBACK, port), backlog=_BACKLOG) as listener:
        server = make_server(LOOPBACK, port, served, threaded=True, request_handler=_Handler, fd=listener.fileno())
    served.host_and_port = f"{LOOPBACK}:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, name="local-site", daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
