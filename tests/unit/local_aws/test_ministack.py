import asyncio
import json
import sys
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from urllib.parse import urlsplit

import pytest
from ministack.services import sns

from local.aws.clients import Aws
from local.aws.guarded import Receive, Scope, Send, give_queues_all, refusing_other_sites
from local.aws.ministack import MiniStackError, _environment, ministack

pytestmark = pytest.mark.process

LIST_TOPICS = "/?Action=ListTopics&Version=2010-03-31"
"""A call that a page can have sent as a form or an image: SNS, like CloudFormation, takes it without a signature."""


@pytest.fixture(scope="module")
def aws() -> Iterator[Aws]:
    with ministack() as running:
        yield running


def ask(aws: Aws, method: str, path: str, **headers: str) -> int:
    """Send exactly these headers, as no well-behaved client would; the status of the answer."""
    host = urlsplit(aws.endpoint).netloc
    connection = HTTPConnection(host, timeout=10)
    try:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in (
            {"Host": host, "Content-Type": "text/plain"} | {_dashed(n): v for n, v in headers.items()}
        ).items():
            connection.putheader(name, value)
        connection.putheader("Content-Length", "0")
        connection.endheaders()
        answer: HTTPResponse = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def _dashed(name: str) -> str:
    return name.replace("_", "-")


def test_a_local_aws_that_does_not_start_is_an_error_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")

    with pytest.raises(MiniStackError, match="did not start"), ministack():
        pass


def test_handlers_see_no_account_and_no_proxy_of_this_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "HTTPS_PROXY", "http_proxy", "AWS_ENDPOINT_URL"):
        monkeypatch.setenv(name, "somebody's own")

    environment = _environment(4566, tmp_path_factory.mktemp("home"), enforce_iam=False)

    assert "somebody's own" not in environment.values()
    assert (environment["BIND_HOST"], environment["MINISTACK_HOST"]) == ("127.0.0.1", "127.0.0.1")


def test_a_queue_gets_what_is_for_each_protocol_and_others_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sns, "_resolve_message_for_protocol", sns._resolve_message_for_protocol)
    message = json.dumps({"default": "d", "sms": "s"})

    give_queues_all(sns)

    got = {
        protocol: sns._resolve_message_for_protocol(message, "json", protocol) for protocol in ("sqs", "sms", "email")
    }
    assert got == {"sqs": message, "sms": "s", "email": "d"}


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Host": "evil.example"},
        {"Host": "evil.example", "Origin": "http://evil.example", "Sec_Fetch_Site": "same-origin"},
        {"Sec_Fetch_Site": "cross-site"},
    ],
)
def test_a_page_of_another_site_cannot_call_the_local_aws(aws: Aws, method: str, headers: dict[str, str]) -> None:
    assert ask(aws, method, LIST_TOPICS, **headers) == 403


def test_programs_and_pages_of_its_own_can(aws: Aws) -> None:
    own = urlsplit(aws.endpoint).netloc

    assert ask(aws, "POST", LIST_TOPICS) == 200
    assert ask(aws, "POST", LIST_TOPICS, Origin=f"http://{own}", Sec_Fetch_Site="same-origin") == 200
    assert ask(aws, "GET", "/_ministack/health", Host=f"localhost:{own.partition(':')[2]}") == 200
    assert aws.client("sns").list_topics()["Topics"] == []


def finished(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run it in a thread of its own: in a worker whose Chromium is open, the main one has a loop already."""
    with ThreadPoolExecutor(1) as beside:
        beside.submit(asyncio.run, coroutine).result()


@pytest.mark.parametrize(("origin", "passed"), [(b"http://127.0.0.1:4566", True), (b"https://evil.example", False)])
def test_a_page_of_another_site_opens_no_web_socket(origin: bytes, *, passed: bool) -> None:
    arrived: list[Scope] = []
    sent: list[dict[str, Any]] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        arrived.append(scope)

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "websocket",
        "path": "/_aws/execute-api/0123456789/$default/",
        "headers": [(b"host", b"127.0.0.1:4566"), (b"origin", origin)],
    }
    finished(refusing_other_sites(app)(scope, receive, send))

    assert (arrived, sent) == (([scope], []) if passed else ([], [{"type": "websocket.close", "code": 1008}]))


@pytest.mark.parametrize("origin", ["null", "https://mail.example"])
def test_requests_of_any_page_reach_the_http_api_as_on_aws(aws: Aws, origin: str) -> None:
    path = "/_aws/execute-api/0123456789/$default/answer/x"

    assert ask(aws, "POST", path, Origin=origin, Sec_Fetch_Site="cross-site") == 404
    assert ask(aws, "POST", path, Host="evil.example") == 403


@pytest.mark.parametrize("path", ["/_aws/execute-api/", "/_aws/execute-api/x", "/_aws/execute-api//x"])
def test_no_path_before_the_http_api_is_a_way_round(aws: Aws, path: str) -> None:
    assert ask(aws, "POST", f"{path}{LIST_TOPICS.removeprefix('/')}", Origin="https://evil.example") == 403


BUCKET = "/dorothy-picturesbucket-1a2b"
FORM = b"multipart/form-data; boundary=x"


def passes_guard(method: str, path: str, query: bytes = b"", **headers: bytes) -> bool:
    """Whether a request of a page on this machine reaches the application."""
    reached: list[str] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        reached.append(scope["path"])

    async def send(_: Any) -> None: ...

    async def receive() -> None: ...

    sent = {"host": b"127.0.0.1:4566", "sec-fetch-site": b"same-site", **{_dashed(k): v for k, v in headers.items()}}
    scope = {
        "type": "http", "method": method, "path": path, "query_string": query,
        "headers": [(name.encode(), value) for name, value in sent.items()],
    }  # fmt: skip
    finished(refusing_other_sites(app)(scope, receive, send))
    return bool(reached)


def test_the_console_may_upload_and_show_pictures_and_nothing_else() -> None:
    ours = {"origin": b"http://127.0.0.1:8010", "content_type": FORM}
    prepared, signed = f"{BUCKET}/prepared/abc", b"X-Amz-Signature=1"

    assert passes_guard("POST", BUCKET, **ours)
    assert passes_guard("GET", prepared, signed)

    assert not passes_guard("POST", "/dorothy-code", **ours)
    assert not passes_guard("POST", BUCKET, **ours | {"content_type": b"text/plain"})
    assert not passes_guard("POST", BUCKET, **ours | {"origin": b"https://elsewhere.example"})
    assert not passes_guard("POST", BUCKET, **ours | {"origin": b"null"})
    assert not passes_guard("POST", BUCKET, **ours | {"sec_fetch_site": b"cross-site"})
    assert not passes_guard("POST", BUCKET, **ours | {"host": b"elsewhere.example"})
    assert not passes_guard("PUT", BUCKET, **ours)
    assert not passes_guard("GET", prepared)
    assert not passes_guard("GET", f"{BUCKET}/quarantine/abc", signed)
    assert not passes_guard("GET", prepared, signed, sec_fetch_site=b"cross-site")
    assert not passes_guard("GET", BUCKET, signed)
