"""Fetching over HTTP from public servers only, and posting to them, bounded in time and size.

An address is resolved once. Every IP address of its host must be public, and the connection goes to one of exactly
those, so that a name that resolves differently a moment later changes nothing. Redirects are followed here, each
checked like the first address. Nothing comes from the environment, and nothing is remembered between two requests.

```
get ─► each hop: read the address ─► resolve ─► every IP public? ─► connect ─► TLS ─► headers ─► body, decompressed
```
"""

import http.client
import io
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing
from functools import cache
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urljoin

from desk.fetch.addresses import (
    DEFAULT_PORTS,
    WebAddress,
    addresses_of,
    fetch_exceptions,
    is_public,
    web_address,
)
from desk.fetch.model import Fetched, FetchFailed, FetchReason, Limits

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_MOST_HEADER_BYTES = 65_536
_PIECE = 65_536
_SHORTEST_CONNECT = 1.0
"""Seconds that each address gets to accept a connection, if there are that many."""


def user_agent_of(handle: str) -> str:
    """The user agent of the desk that answers for this account on X."""
    return f"dorothy-desk/0.1 (for https://x.com/{handle})"


def guarded_fetcher(handle: str, exceptions: str) -> "GuardedFetcher":
    """The fetcher of the desk of this account. `exceptions` is the setting FETCH_EXCEPTIONS. Raises SettingsError."""
    return GuardedFetcher(user_agent_of(handle), exceptions=fetch_exceptions(exceptions))


@cache
def trusted_authorities() -> ssl.SSLContext:
    """The context with the certification authorities of certifi, which comes with requests."""
    import certifi  # noqa: PLC0415 - only a fetch needs it, and reading the list takes 20 ms

    return ssl.create_default_context(cafile=certifi.where())


class GuardedFetcher:
    """See Fetcher.

    An address on https never leads on to one on http: the second could be read and changed on its way. In `exceptions`,
    `host:port` of servers on this machine, the port and the IP address are not checked. Tests replace the rest.
    """

    def __init__(  # noqa: PLR0913 - tests have servers of their own
        self,
        user_agent: str,
        *,
        exceptions: Collection[str] = frozenset(),
        ports: Collection[int] = frozenset(DEFAULT_PORTS.values()),
        resolve: Callable[[str, int], Sequence[str]] = addresses_of,
        is_allowed: Callable[[str], bool] = is_public,
        tls: Callable[[], ssl.SSLContext] = trusted_authorities,
    ) -> None:
        self._user_agent = user_agent
        self._exceptions = exceptions
        self._ports = ports
        self._resolve = resolve
        self._is_allowed = is_allowed
        self._tls = tls

    def get(self, url: str, limits: Limits, headers: Mapping[str, str] | None = None) -> Fetched:
        """See Fetcher."""
        deadline = _Deadline(limits.seconds)
        address = web_address(url)
        moved_to: str | None = None
        is_moving = True
        for _ in range(limits.redirects + 1):
            fetched = self._hop(address, limits, headers or {}, deadline)
            location = fetched.headers.get("location") if fetched.status in _REDIRECTS else None
            if location is None:
                return fetched._replace(moved_to=moved_to)
            following = _following(address, location)
            is_moving = is_moving and fetched.status in _PERMANENT
            moved_to = following.url if is_moving else moved_to
            address = following
        raise FetchFailed(
            FetchReason.TOO_MANY_REDIRECTS, f"{address.host}: more than {limits.redirects} redirects in a row"
        )

    def post(self, url: str, body: bytes, limits: Limits, headers: Mapping[str, str]) -> Fetched:
        """See Poster."""
        address = web_address(url)
        if address.scheme == "http" and address.host_and_port not in self._exceptions:
            raise FetchFailed(FetchReason.BAD_ADDRESS, f"{address.host}: nothing is posted without https")
        return self._hop(address, limits, headers, _Deadline(limits.seconds), body)

    def _hop(
        self,
        address: WebAddress,
        limits: Limits,
        headers: Mapping[str, str],
        deadline: "_Deadline",
        body: bytes | None = None,
    ) -> Fetched:
        """One request and its answer, by POST if there is a `body`. The body of a redirect is not read."""
        try:
            with (
                self._connected(address, deadline) as wire,
                closing(_answer(wire, address, {"User-Agent": self._user_agent, **headers}, body)) as answer,
            ):
                names = _headers(answer)
                if answer.status in _REDIRECTS and "location" in names:
                    return Fetched(answer.status, names, b"", address.url)
                return Fetched(answer.status, names, _body(answer, names, limits, address.host), address.url)
        except TimeoutError as exc:
            raise FetchFailed(FetchReason.TOO_SLOW, f"{address.host} did not answer in time") from exc
        except ssl.SSLError as exc:
            raise FetchFailed(
                FetchReason.NOT_SECURE, f"{address.host}: {exc.reason or 'no secure connection'}"
            ) from exc
        except (OSError, http.client.IncompleteRead) as exc:
            raise FetchFailed(FetchReason.NOT_REACHED, f"{address.host}: {type(exc).__name__}") from exc
        except (http.client.HTTPException, ValueError) as exc:
            raise FetchFailed(FetchReason.NOT_HTTP, f"{address.host}: {type(exc).__name__}") from exc

    def _connected(self, address: WebAddress, deadline: "_Deadline") -> "_Wire":
        """A connection to one of the host's IP addresses, which were all checked.

        The next is tried if one does not accept; with the last, its error is raised.
        """
        ips = self._checked(address, deadline)
        for place, ip in enumerate(ips):
            share = max(_SHORTEST_CONNECT, deadline.left() / (len(ips) - place))
            try:
                connection = socket.create_connection((ip, address.port), timeout=min(share, deadline.left()))
            except OSError:
                if place + 1 == len(ips):
                    raise
            else:
                return self._wire(connection, address, deadline)
        raise FetchFailed(FetchReason.NOT_FOUND, f"{address.host} has no address")

    def _wire(self, connection: socket.socket, address: WebAddress, deadline: "_Deadline") -> "_Wire":
        if address.scheme == "http":
            return _Wire(connection, deadline)
        try:
            connection.settimeout(deadline.left())
            return _Wire(self._tls().wrap_socket(connection, server_hostname=address.host), deadline)
        except BaseException:  # the connection is closed after any failure, then the error is raised again
            connection.close()
            raise

    def _checked(self, address: WebAddress, deadline: "_Deadline") -> Sequence[str]:
        """The IP addresses of the host. Raises FetchFailed if there is none, or one that must not be reached."""
        is_exception = address.host_and_port in self._exceptions
        if not is_exception and address.port not in self._ports:
            raise FetchFailed(FetchReason.BAD_ADDRESS, f"{address.host}: only ports 80 and 443 are used")
        try:
            ips = _in_time(lambda: self._resolve(address.host, address.port), deadline)
        except TimeoutError:
            raise
        except (OSError, UnicodeError) as exc:
            raise FetchFailed(FetchReason.NOT_FOUND, f"{address.host} has no address") from exc
        if not is_exception and not all(self._is_allowed(ip) for ip in ips):
            raise FetchFailed(FetchReason.NOT_GLOBAL, f"{address.host} is not on the public internet")
        return ips


def _following(address: WebAddress, location: str) -> WebAddress:
    """The address to which a redirect leads. Raises FetchFailed if it can't be read, or gives up TLS."""
    try:
        following = web_address(urljoin(address.url, location))
    except ValueError as exc:
        raise FetchFailed(FetchReason.BAD_ADDRESS, f"{address.host} leads to an address that can't be read") from exc
    if (address.scheme, following.scheme) == ("https", "http"):
        raise FetchFailed(FetchReason.NOT_SECURE, f"{address.host} leads from https to http")
    return following


class _Deadline:
    """The end of a fetch, on the monotonic clock."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def left(self) -> float:
        """The seconds that are left. Raises TimeoutError if there are none."""
        left = self._at - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


def _in_time[T](work: Callable[[], T], deadline: _Deadline) -> T:
    """The work's result. Raises TimeoutError if it takes too long: the resolver knows no time-out of its own.

    The thread that then still waits ends by itself and keeps no process alive.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def do() -> None:
        try:
            results.append(work())
        except BaseException as exc:  # noqa: BLE001 - it is raised in the thread that waits
            errors.append(exc)

    thread = threading.Thread(target=do, daemon=True)
    thread.start()
    thread.join(deadline.left())
    if errors:
        raise errors[0]
    if not results:
        raise TimeoutError
    return results[0]


class _Wire(io.RawIOBase):
    """A connected socket whose reads and writes all end by the deadline.

    A time-out of the socket would bound each of them alone, so that a server that sends a byte a second would never be
    too slow. Bytes of the headers are counted; `headers_read` ends that.
    """

    def __init__(self, connection: socket.socket, deadline: _Deadline) -> None:
        self._socket = connection
        self._deadline = deadline
        self._counts = True
        self._header_bytes = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Read once."""
        self._socket.settimeout(self._deadline.left())
        count = self._socket.recv_into(buffer)
        if self._counts:
            self._header_bytes += count
            if self._header_bytes > _MOST_HEADER_BYTES:
                raise http.client.LineTooLong("headers")
        return count

    def headers_read(self) -> None:
        """Stop counting: from here on the body's own limit holds."""
        self._counts = False

    def sendall(self, data: bytes) -> None:
        """Send everything, as http.client asks of a socket."""
        self._socket.settimeout(self._deadline.left())
        self._socket.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """The side to read from, as http.client asks of a socket."""
        return io.BufferedReader(self, 8_192)

    def close(self) -> None:
        """Close the connection."""
        if not self.closed:
            self._socket.close()
        super().close()


def _answer(
    wire: _Wire, address: WebAddress, headers: Mapping[str, str], body: bytes | None
) -> http.client.HTTPResponse:
    """The answer, whose headers were read."""
    method = "GET" if body is None else "POST"
    connection = http.client.HTTPConnection(address.host, address.port)
    connection.sock = cast("Any", wire)
    connection.putrequest(method, address.target, skip_host=True, skip_accept_encoding=True)
    for name, value in {"Host": address.authority, "Accept-Encoding": "gzip", **headers, "Connection": "close"}.items():
        connection.putheader(name, value)
    if body is not None:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    # Not connection.getresponse(), which would close the connection after an answer that says it will be closed.
    answer = http.client.HTTPResponse(cast("Any", wire), method=method)
    try:
        answer.begin()
    except BaseException:  # the answer is closed after any failure, then the error is raised again
        answer.close()
        raise
    wire.headers_read()
    return answer


def _headers(answer: http.client.HTTPResponse) -> Mapping[str, str]:
    """The headers by lower-case name; values of the same name are joined, folded lines are one.

    Raises UnknownProtocol for an interim answer: nothing asked for one.
    """
    if answer.status < 200:  # noqa: PLR2004 - HTTP
        raise http.client.UnknownProtocol("interim answer")
    headers: dict[str, str] = {}
    for name, value in answer.getheaders():
        text = " ".join(value.split())
        headers[name.lower()] = f"{headers[name.lower()]}, {text}" if name.lower() in headers else text
    if "location" in headers:
        # A server that sends an address in UTF-8 means its characters, not what Latin-1 makes of the bytes.
        headers["location"] = _utf_8(answer.headers.get("location", "")).strip().replace(" ", "%20")
    return headers


def _utf_8(text: str) -> str:
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text


def _body(answer: http.client.HTTPResponse, headers: Mapping[str, str], limits: Limits, host: str) -> bytes:
    """The body, decompressed. With `limits.truncates`, as much as came in order and in time."""
    body = bytearray()
    try:
        for piece in _decompressed(_pieces(answer), headers.get("content-encoding", ""), limits.most_bytes + 1):
            body += piece
            if len(body) > limits.most_bytes:
                if limits.truncates:
                    break
                raise FetchFailed(FetchReason.TOO_LARGE, f"{host} sends more than {limits.most_bytes} bytes")
    except (OSError, http.client.HTTPException, ValueError):
        if not limits.truncates:
            raise
    return bytes(body[: limits.most_bytes])


def _pieces(answer: http.client.HTTPResponse) -> Iterator[bytes]:
    """The body as it comes. Raises ConnectionError if it ends before its stated length."""
    while piece := answer.read1(_PIECE):
        yield piece
    if answer.length:
        raise ConnectionError("the body ended early")


def _decompressed(pieces: Iterator[bytes], encoding: str, most: int) -> Iterator[bytes]:
    """The pieces without their compression, each of at most `most` bytes. Raises ValueError if it can't be undone."""
    match encoding.strip().lower():
        case "" | "identity":
            yield from pieces
        case "gzip" | "x-gzip" | "deflate":
            yield from _inflated(pieces, min(most, _PIECE))
        case _:
            raise ValueError("a compression that was not asked for")


def _inflated(pieces: Iterator[bytes], most: int) -> Iterator[bytes]:
    """The content of gzip members or of a zlib or raw stream. What follows the last of them is ignored."""
    stream, is_first = None, True
    for piece in pieces:
        rest = piece
        while rest:
            if stream is None:
                if not is_first and not rest.startswith(b"\x1f"):
                    return
                stream, is_first = _stream(rest), False
            try:
                yield stream.decompress(rest, most)
            except zlib.error as exc:
                raise ValueError("damaged compression") from exc
            if stream.eof:
                rest, stream = stream.unused_data, None
            else:
                rest = stream.unconsumed_tail
    while stream is not None and not stream.eof:
        # What was held back because a piece had reached its size, although the input was used up.
        held_back = stream.decompress(b"", most)
        if not held_back:
            raise ConnectionError("the compressed body ended early")
        yield held_back


def _stream(beginning: bytes) -> "zlib._Decompress":
    """What undoes the compression that begins so: of gzip, of zlib, or of servers that call raw deflate "deflate"."""
    is_wrapped = beginning.startswith(b"\x1f") or beginning[0] & 0x0F == zlib.DEFLATED
    return zlib.decompressobj(zlib.MAX_WBITS | 32 if is_wrapped else -zlib.MAX_WBITS)
