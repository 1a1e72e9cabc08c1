"""Real connections on loopback: the fetcher's list of ports and its idea of a public address are replaced, no more."""

import gzip
import itertools
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from socket import socket

import pytest

from desk.fetch.addresses import addresses_of, is_public
from desk.fetch.guarded import GuardedFetcher, guarded_fetcher, trusted_authorities, user_agent_of
from desk.fetch.model import FetchFailed, FetchReason, Limits
from tests.families import variants
from tests.unit.fetch.servers import Authority, WebServer, answer, dripping, serving

LIMITS = Limits(seconds=5, most_bytes=10_000)
SOON = Limits(seconds=0.4, most_bytes=10_000)
AGENT = user_agent_of("emerald_mobile")
SAFE = "127.0.0.2"
INTERNAL = "127.0.0.1"


def fetcher(*servers: WebServer, hosts: dict[str, list[str]] | None = None, **more: object) -> GuardedFetcher:
    """A fetcher for which the servers' ports are usual, and all of loopback but INTERNAL is public."""
    names = hosts or {}
    return GuardedFetcher(
        AGENT,
        ports={server.port for server in servers},
        resolve=lambda host, port: names[host] if host in names else addresses_of(host, port),
        is_allowed=lambda ip: ip != INTERNAL and (ip.startswith("127.") or is_public(ip)),
        **more,  # type: ignore[arg-type]
    )


@pytest.fixture
def safe() -> Iterator[Callable[..., WebServer]]:
    """Starts servers on SAFE."""
    started: list[WebServer] = []

    def start(content: bytes | Callable[[socket, bytes], None]) -> WebServer:
        answering = content if callable(content) else lambda connection, _request: connection.sendall(content)
        started.append(WebServer(answering, SAFE))
        return started[-1]

    yield start
    for server in started:
        server.stop()


def reason_of(failing: GuardedFetcher, url: str, limits: Limits = LIMITS) -> FetchReason:
    with pytest.raises(FetchFailed) as failed:
        failing.get(url, limits)
    return failed.value.reason


def test_a_document_comes_with_status_and_headers(safe: Callable[..., WebServer]) -> None:
    server = safe(answer(b"hello", "404 Not Found", ETag='"1"', X_Two="a", x_two="b"))
    fetched = fetcher(server).get(f"{server.url}/a?b=한#c", LIMITS, {"If-None-Match": '"0"'})
    assert (fetched.status, fetched.body, fetched.url) == (404, b"hello", f"{server.url}/a?b=%ED%95%9C")
    assert fetched.headers["etag"] == '"1"'
    assert fetched.headers["x-two"] == "a, b"
    lines = server.requests[0].decode().split("\r\n")
    assert lines[:2] == ["GET /a?b=%ED%95%9C HTTP/1.1", f"Host: {server.host_and_port}"]
    assert 'If-None-Match: "0"' in lines
    assert f"User-Agent: {AGENT}" in lines


def test_nothing_of_the_environment_is_used(
    safe: Callable[..., WebServer], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text(f"machine {SAFE} login me password secret\n")
    server = safe(answer(b"hello", Set_Cookie="a=b"))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("HOME", str(tmp_path))
    fetching = fetcher(server)
    assert fetching.get(server.url, LIMITS).body == fetching.get(server.url, LIMITS).body == b"hello"
    assert not any(b"Cookie" in request or b"Authorization" in request for request in server.requests)


# Where it connects


@pytest.mark.parametrize("others", [[INTERNAL], ["10.0.0.1"], ["169.254.169.254"], ["::1"], ["fd00:ec2::254"]])
def test_one_private_address_among_public_ones_is_enough_to_refuse(
    safe: Callable[..., WebServer], others: list[str]
) -> None:
    server = safe(answer())
    fetching = fetcher(server, hosts={"blog.example.com": [SAFE, *others]})
    assert reason_of(fetching, f"http://blog.example.com:{server.port}/") is FetchReason.NOT_GLOBAL
    assert server.requests == []


def test_a_name_that_changes_after_the_check_does_not_matter(safe: Callable[..., WebServer]) -> None:
    public = safe(answer(b"public"))
    with serving(answer(b"internal"), INTERNAL, public.port) as internal:
        asked = itertools.chain([[SAFE]], itertools.repeat([INTERNAL]))
        fetching = GuardedFetcher(
            AGENT, ports={public.port}, resolve=lambda _host, _port: next(asked), is_allowed=lambda ip: ip != INTERNAL
        )
        url = f"http://blog.example.com:{public.port}/"
        assert fetching.get(url, LIMITS).body == b"public"
        assert public.requests[0].decode().split("\r\n")[1] == f"Host: blog.example.com:{public.port}"
        assert reason_of(fetching, url) is FetchReason.NOT_GLOBAL, "the next fetch checks anew"
        assert internal.requests == []


@pytest.mark.parametrize("url", ["http://{}:81/", "https://{}:8443/", "http://{}:22/"])
def test_other_ports_are_not_used(url: str) -> None:
    assert reason_of(GuardedFetcher(AGENT), url.format("8.8.8.8")) is FetchReason.BAD_ADDRESS


def test_by_default_this_machine_is_not_reached() -> None:
    for host in ("127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "0177.0.0.1", "127.1"):
        assert reason_of(GuardedFetcher(AGENT), f"http://{host}/") in {FetchReason.NOT_GLOBAL, FetchReason.NOT_FOUND}


def test_an_exception_names_one_server_of_this_machine() -> None:
    with serving(answer(b"blog"), INTERNAL) as blog, serving(answer(b"secret"), INTERNAL) as other:
        fetching = guarded_fetcher("emerald_mobile", blog.host_and_port)
        assert fetching.get(blog.url, LIMITS).body == b"blog"
        assert reason_of(fetching, other.url) is FetchReason.BAD_ADDRESS
        assert reason_of(fetching, f"http://localhost:{blog.port}/") is FetchReason.BAD_ADDRESS
        assert other.requests == []


def test_the_next_address_is_tried_if_one_does_not_accept(safe: Callable[..., WebServer]) -> None:
    server = safe(answer(b"hello"))
    fetching = fetcher(server, hosts={"blog.example.com": ["127.0.0.9", "127.0.0.8", SAFE]})
    assert fetching.get(f"http://blog.example.com:{server.port}/", LIMITS).body == b"hello"


def test_a_host_without_address_is_not_found() -> None:
    def resolve(_host: str, _port: int) -> list[str]:
        raise OSError

    assert reason_of(GuardedFetcher(AGENT, resolve=resolve), "http://blog.example.com/") is FetchReason.NOT_FOUND
    none = GuardedFetcher(AGENT, resolve=lambda _host, _port: [])
    assert reason_of(none, "http://blog.example.com/") is FetchReason.NOT_FOUND


def test_a_server_that_is_down_is_not_reached(safe: Callable[..., WebServer]) -> None:
    server = safe(answer())
    server.stop()
    assert reason_of(fetcher(server), server.url) is FetchReason.NOT_REACHED


# Redirects


def redirect(location: str, status: str = "302 Found") -> bytes:
    return answer(status=status, Location=location)


def test_redirects_are_followed(safe: Callable[..., WebServer]) -> None:
    last = safe(answer(b"here"))
    middle = safe(redirect(f"{last.url}/한글 글".encode().decode("latin-1")))
    first = safe(lambda connection, request: connection.sendall(redirect("/b" if b"/a" in request else middle.url)))
    fetched = fetcher(first, middle, last).get(f"{first.url}/a", LIMITS)
    assert (fetched.body, fetched.url) == (b"here", f"{last.url}/%ED%95%9C%EA%B8%80%20%EA%B8%80")
    assert fetched.moved_to is None


@pytest.mark.parametrize(
    ("statuses", "moved_to"),
    [
        (["301 Moved Permanently"], 1),
        (["308 Permanent Redirect", "301 Moved Permanently"], 2),
        (["301 Moved Permanently", "302 Found", "301 Moved Permanently"], 1),
        (["302 Found", "301 Moved Permanently"], None),
        (["307 Temporary Redirect"], None),
    ],
)
def test_a_document_moved_for_good_as_long_as_no_redirect_is_temporary(
    safe: Callable[..., WebServer], statuses: list[str], moved_to: int | None
) -> None:
    def next_page(connection: socket, request: bytes) -> None:
        page = int(request.split()[1][1:])
        connection.sendall(redirect(f"/{page + 1}", statuses[page]) if page < len(statuses) else answer(b"here"))

    server = safe(next_page)
    fetched = fetcher(server).get(f"{server.url}/0", LIMITS)
    assert fetched.body == b"here"
    assert fetched.moved_to == (None if moved_to is None else f"{server.url}/{moved_to}")


def test_redirects_end(safe: Callable[..., WebServer]) -> None:
    server = safe(redirect("/"))
    assert reason_of(fetcher(server), server.url, LIMITS._replace(redirects=2)) is FetchReason.TOO_MANY_REDIRECTS
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://10.0.0.1:{port}/", FetchReason.NOT_GLOBAL),
        ("http://169.254.169.254:{port}/latest/meta-data/", FetchReason.NOT_GLOBAL),
        ("http://127.0.0.1:{port}/", FetchReason.NOT_GLOBAL),
        ("//127.0.0.1:{port}/", FetchReason.NOT_GLOBAL),
        ("http://user@127.0.0.2:{port}/", FetchReason.BAD_ADDRESS),
        ("http://127.0.0.2:1/", FetchReason.BAD_ADDRESS),
        ("file:///etc/passwd", FetchReason.BAD_ADDRESS),
        ("gopher://127.0.0.2/", FetchReason.BAD_ADDRESS),
        ("http://[", FetchReason.BAD_ADDRESS),
    ],
)
def test_a_redirect_is_checked_like_the_first_address(
    safe: Callable[..., WebServer], location: str, reason: FetchReason
) -> None:
    server = safe(answer())
    with serving(redirect(location.format(port=server.port)), SAFE) as first:
        assert reason_of(fetcher(first, server), first.url) is reason


def test_an_exception_may_not_lead_to_another_server_of_this_machine() -> None:
    with serving(answer(b"secret"), INTERNAL) as other, serving(redirect(other.url), INTERNAL) as blog:
        assert reason_of(guarded_fetcher("emerald_mobile", blog.host_and_port), blog.url) is FetchReason.BAD_ADDRESS
        assert other.requests == []


def test_a_redirect_without_an_address_is_an_answer(safe: Callable[..., WebServer]) -> None:
    assert fetcher(server := safe(answer(b"?", "302 Found"))).get(server.url, LIMITS).status == 302
    assert fetcher(server := safe(b"HTTP/1.1 304 Not Modified\r\n\r\n")).get(server.url, LIMITS).status == 304


# Certificates


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def test_the_certificate_is_checked_for_the_name_and_the_name_is_asked_for(authority: Authority) -> None:
    with serving(answer(b"hello"), SAFE, tls=authority.server_context("blog.example.com")) as server:
        hosts = {"blog.example.com": [SAFE], "other.example.com": [SAFE]}
        fetching = fetcher(server, hosts=hosts, tls=authority.trusting)
        assert fetching.get(f"https://blog.example.com:{server.port}/", LIMITS).body == b"hello"
        assert server.server_names == ["blog.example.com"]
        assert reason_of(fetching, f"https://other.example.com:{server.port}/") is FetchReason.NOT_SECURE
        assert reason_of(fetching, f"https://{SAFE}:{server.port}/") is FetchReason.NOT_SECURE
        unknown = fetcher(server, hosts=hosts)
        assert reason_of(unknown, f"https://blog.example.com:{server.port}/") is FetchReason.NOT_SECURE
        assert len(server.requests) == 1, "another server than the one that is meant learns nothing"


def test_a_certificate_for_an_ip_address_is_enough_for_it(authority: Authority) -> None:
    with serving(answer(b"hello"), SAFE, tls=authority.server_context(SAFE)) as server:
        assert fetcher(server, tls=authority.trusting).get(f"https://{SAFE}:{server.port}/", LIMITS).body == b"hello"


def test_https_never_leads_to_http(authority: Authority, safe: Callable[..., WebServer]) -> None:
    plain = safe(answer(b"hello"))
    with serving(redirect(plain.url), SAFE, tls=authority.server_context(SAFE)) as server:
        fetching = fetcher(server, plain, tls=authority.trusting)
        assert reason_of(fetching, f"https://{SAFE}:{server.port}/") is FetchReason.NOT_SECURE
    assert plain.requests == []


def test_a_server_without_tls_is_not_secure() -> None:
    with serving(answer(), SAFE) as plain:
        assert reason_of(fetcher(plain), f"https://{SAFE}:{plain.port}/", SOON) in {
            FetchReason.NOT_SECURE,
            FetchReason.TOO_SLOW,  # the server waits for the end of the headers
        }


def test_the_default_trusts_authorities_and_checks_names() -> None:
    context = trusted_authorities()
    assert context.check_hostname
    assert context.get_ca_certs()


# Time


@pytest.fixture
def stopped() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


SLOW = {
    "never answers": (b"", b""),
    "a first line by drops": (b"HTTP/1.1 200 OK", b" "),
    "headers by drops": (b"HTTP/1.1 200 OK\r\n", b"a: b\r\n"),
    "interim answers by drops": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a body by drops": (b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n", b"x"),
    "chunks by drops": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "an endless chunk size": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"x"),
    "endless trailers": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"a: b\r\n"),
    "empty compressed blocks by drops": (
        b"HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\n\r\n\x78\x9c",
        b"\x00\x00\x00\xff\xff",
    ),
}


@variants("slow", SLOW, 3)
def test_the_time_bounds_the_whole_fetch(safe: Callable[..., WebServer], stopped: threading.Event, slow: str) -> None:
    server = safe(dripping(*SLOW[slow], stopped))
    began = time.monotonic()
    assert reason_of(fetcher(server), server.url, SOON) is FetchReason.TOO_SLOW
    assert time.monotonic() - began < 3


def test_the_time_bounds_all_redirects_together(safe: Callable[..., WebServer], stopped: threading.Event) -> None:
    def slowly(connection: socket, _request: bytes) -> None:
        stopped.wait(0.15)
        connection.sendall(redirect("/"))

    server = safe(slowly)
    assert reason_of(fetcher(server), server.url, SOON._replace(redirects=50)) is FetchReason.TOO_SLOW
    assert len(server.requests) < 5


def test_the_time_bounds_the_handshake(stopped: threading.Event) -> None:
    """A server that accepts the connection and says nothing, while TLS waits for it."""
    with serving(dripping(b"", b"", stopped), SAFE) as server:
        assert reason_of(fetcher(server), f"https://{SAFE}:{server.port}/", SOON) is FetchReason.TOO_SLOW


def test_the_time_bounds_the_resolver(stopped: threading.Event) -> None:
    def resolve(_host: str, _port: int) -> list[str]:
        stopped.wait(20)
        return [SAFE]

    assert reason_of(GuardedFetcher(AGENT, resolve=resolve), "http://blog.example.com/", SOON) is FetchReason.TOO_SLOW


# Size


def test_a_body_of_exactly_the_limit_is_taken(safe: Callable[..., WebServer]) -> None:
    server = safe(answer(b"x" * LIMITS.most_bytes))
    assert len(fetcher(server).get(server.url, LIMITS).body) == LIMITS.most_bytes


@pytest.mark.parametrize("is_stated", [True, False])
def test_100_mb_are_not_read(safe: Callable[..., WebServer], is_stated: bool) -> None:
    sent = 0

    def pour(connection: socket, _request: bytes) -> None:
        nonlocal sent
        length = "Content-Length: 100000000\r\n" if is_stated else ""
        connection.sendall(f"HTTP/1.1 200 OK\r\n{length}\r\n".encode())
        while sent < 100_000_000:
            sent += connection.send(b"x" * 100_000)

    server = safe(pour)
    assert reason_of(fetcher(server), server.url) is FetchReason.TOO_LARGE
    assert sent < 20_000_000, "what the sockets' buffers take, and little more"


@pytest.mark.parametrize("compress", [gzip.compress, zlib.compress])
def test_a_compressed_bomb_is_not_unpacked(
    safe: Callable[..., WebServer], compress: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = compress(b"\0" * 100_000_000)
    assert len(bomb) < 200_000
    server = safe(answer(bomb, Content_Encoding="gzip"))
    most, decompressobj = 0, zlib.decompressobj

    class Measured:
        def __init__(self, wbits: int) -> None:
            self._stream = decompressobj(wbits)

        def decompress(self, data: bytes, most_bytes: int) -> bytes:
            nonlocal most
            unpacked = self._stream.decompress(data, most_bytes)
            most += len(unpacked)
            return unpacked

        def __getattr__(self, name: str) -> object:
            return getattr(self._stream, name)

    monkeypatch.setattr(zlib, "decompressobj", Measured)
    assert reason_of(fetcher(server), server.url) is FetchReason.TOO_LARGE
    assert most < 100_000


def raw_deflate(data: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return stream.compress(data) + stream.flush()


TEXT = "".join(f"소식 {number}, " for number in range(400)).encode()
COMPRESSED = {
    "gzip": (gzip.compress(TEXT), "gzip"),
    "gzip in two members": (gzip.compress(TEXT[:5]) + gzip.compress(TEXT[5:]), "gzip"),
    "gzip with something behind": (gzip.compress(TEXT) + b"\0\0garbage", "gzip"),
    "x-gzip": (gzip.compress(TEXT), "X-GZIP"),
    "zlib": (zlib.compress(TEXT), "deflate"),
    "raw deflate": (raw_deflate(TEXT), "deflate"),
    "identity": (TEXT, "identity"),
}


@pytest.mark.parametrize(("body", "encoding"), COMPRESSED.values(), ids=COMPRESSED)
@pytest.mark.parametrize("chunk", [1, 7, 100_000])
def test_compressed_bodies_are_unpacked(safe: Callable[..., WebServer], body: bytes, encoding: str, chunk: int) -> None:
    chunks = b"".join(
        f"{len(piece):x};a=b\r\n".encode() + piece + b"\r\n"
        for piece in (body[start : start + chunk] for start in range(0, len(body), chunk))
    )
    start = f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    server = safe(start + chunks + b"0\r\n\r\n")
    assert fetcher(server).get(server.url, LIMITS).body == TEXT


@pytest.mark.parametrize("body", [b"", gzip.compress(b"")], ids=["nothing at all", "nothing, compressed"])
def test_nothing_may_be_called_compressed(safe: Callable[..., WebServer], body: bytes) -> None:
    server = safe(answer(body, Content_Encoding="gzip"))
    assert fetcher(server).get(server.url, LIMITS).body == b""


def test_output_that_waits_in_the_decompressor_is_not_lost(safe: Callable[..., WebServer]) -> None:
    """Sizes around the largest piece: the input may be used up before the output has been given out."""
    for size in range(65_530, 65_800, 7):
        server = safe(answer(gzip.compress(b"a" * size), Content_Encoding="gzip"))
        limits = LIMITS._replace(most_bytes=1_000_000)
        assert fetcher(server).get(server.url, limits).body == b"a" * size


BROKEN = {
    "a body that ends early": (answer(b"hello")[:-1], FetchReason.NOT_REACHED),
    "a chunk that ends early": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        FetchReason.NOT_REACHED,
    ),
    "gzip that ends early": (answer(gzip.compress(TEXT)[:-9], Content_Encoding="gzip"), FetchReason.NOT_REACHED),
    "damaged gzip": (answer(b"\x1f\x8b\x08" + b"x" * 50, Content_Encoding="gzip"), FetchReason.NOT_HTTP),
    "brotli, which nobody asked for": (answer(b"x", Content_Encoding="br"), FetchReason.NOT_HTTP),
    "gzip twice": (answer(gzip.compress(gzip.compress(TEXT)), Content_Encoding="gzip, gzip"), FetchReason.NOT_HTTP),
    "no answer": (b"", FetchReason.NOT_REACHED),
    "another protocol": (b"220 mail.example.com ESMTP\r\n", FetchReason.NOT_HTTP),
    "only headers that are endless": (b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 20_000, FetchReason.NOT_HTTP),
    "headers that are long together": (
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"a%d: %s\r\n" % (number, b"b" * 1_000) for number in range(90)) + b"\r\n",
        FetchReason.NOT_HTTP,
    ),
    "one header that is endless": (b"HTTP/1.1 200 OK\r\na: " + b"b" * 200_000, FetchReason.NOT_HTTP),
    "sizes that are no numbers": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        FetchReason.NOT_REACHED,
    ),
    "an interim answer that nobody asked for": (b"HTTP/1.1 103 Early Hints\r\n\r\n", FetchReason.NOT_HTTP),
}


@pytest.mark.parametrize(("content", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_broken_answer_is_none(safe: Callable[..., WebServer], content: bytes, reason: FetchReason) -> None:
    server = safe(content)
    assert reason_of(fetcher(server), server.url) is reason


@pytest.mark.parametrize(
    "content",
    [
        answer(b"x" * 5_000),
        answer(b"x" * 100)[:-1],
        answer(gzip.compress(b"x" * 5_000), Content_Encoding="br"),
    ],
    ids=["too long", "cut short", "unreadable"],
)
def test_a_truncated_fetch_needs_only_the_headers(safe: Callable[..., WebServer], content: bytes) -> None:
    server = safe(content)
    fetched = fetcher(server).get(server.url, LIMITS._replace(most_bytes=100, truncates=True))
    assert fetched.status == 200
    assert len(fetched.body) <= 100


def test_a_truncated_fetch_does_not_wait_for_a_slow_body(
    safe: Callable[..., WebServer], stopped: threading.Event
) -> None:
    server = safe(dripping(answer()[:-4].replace(b": 0", b": 9000") + b"\r\n\r\n", b"x", stopped))
    assert fetcher(server).get(server.url, SOON._replace(truncates=True)).status == 200
