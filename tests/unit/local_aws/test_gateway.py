import gzip
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
import requests

from local.aws.gateway import _Handler, _Server, gateway
from local.aws.ports import free_port

PAGE = gzip.compress("안녕하세요".encode())


@dataclass
class Behind:
    """What stands behind the gateway, and what it was asked."""

    url: str
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def behind() -> Iterator[Behind]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            known.asked.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(404 if "missing" in self.path else 200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(PAGE)))
            self.end_headers()
            self.wfile.write(PAGE if self.command != "HEAD" else b"")

        do_GET = do_HEAD = do_POST = do_DELETE = do_PUT = answer  # noqa: N815

        def log_message(self, *_: Any) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    known = Behind(f"http://127.0.0.1:{server.server_port}/_aws/api/$default")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield known
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def address(behind: Behind) -> Iterator[str]:
    with gateway(0, behind.url) as url:
        yield url


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as ours:
        ours.trust_env = False
        yield ours


def test_a_request_arrives_behind_the_long_address_as_it_was_sent(
    behind: Behind, address: str, session: requests.Session
) -> None:
    headers = {"Authorization": "Bearer t", "Idempotency-Key": "k", "Content-Type": "application/json"}

    session.post(f"{address}/posts/a%2Fb?state=held&x=%EA%B0%80", data=b'{"text": 1}', headers=headers)

    ((method, path, arrived, body),) = behind.asked
    assert (method, path, body) == ("POST", "/_aws/api/$default/posts/a%2Fb?state=held&x=%EA%B0%80", b'{"text": 1}')
    assert (arrived["authorization"], arrived["idempotency-key"]) == ("Bearer t", "k")
    assert arrived["content-type"] == "application/json"
    assert arrived["host"] == address.removeprefix("http://")


def test_bytes_that_are_no_text_pass_both_ways(behind: Behind, address: str, session: requests.Session) -> None:
    answer = session.put(f"{address}/pause", data=b"\xff\x00\xfe")

    assert behind.asked[0][3] == b"\xff\x00\xfe"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.content.decode() == "안녕하세요"


def test_an_error_is_passed_on_with_its_status(address: str, session: requests.Session) -> None:
    assert session.get(f"{address}/missing").status_code == 404


def test_a_get_arrives_without_a_body_that_nobody_sent(behind: Behind, address: str, session: requests.Session) -> None:
    session.get(f"{address}/docs")

    assert "content-length" not in behind.asked[0][2]


def test_a_head_request_gets_no_body(address: str, session: requests.Session) -> None:
    with session.head(f"{address}/docs", headers={"Connection": "close"}) as answer:
        assert answer.content == b""


def test_one_connection_takes_many_requests(address: str, session: requests.Session) -> None:
    assert [session.get(f"{address}/docs").status_code for _ in range(3)] == [200] * 3


def test_a_body_above_what_api_gateway_takes_is_refused_before_it_is_read(address: str) -> None:
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as caller:
        caller.sendall(b"POST /posts HTTP/1.1\r\nHost: x\r\nContent-Length: 11000000\r\n\r\n")

        assert caller.recv(1000).startswith(b"HTTP/1.1 413 ")


def test_many_can_call_at_once_before_the_first_is_answered() -> None:
    callers = []
    with _Server(("127.0.0.1", 0), _Handler) as busy:  # it accepts nothing: who calls waits in the system's queue
        try:
            callers = [socket.create_connection(("127.0.0.1", busy.server_port), timeout=2) for _ in range(100)]
        finally:
            for caller in callers:
                caller.close()

    assert len(callers) == 100


def test_with_nothing_behind_it_the_answer_is_bad_gateway(session: requests.Session) -> None:
    with gateway(0, f"http://127.0.0.1:{free_port()}/x") as address:
        assert session.get(f"{address}/docs").status_code == 502


def test_when_it_ends_its_port_is_free_again(behind: Behind) -> None:
    port = free_port()
    with gateway(port, behind.url) as address:
        assert address == f"http://127.0.0.1:{port}"

    assert free_port(port) == port
