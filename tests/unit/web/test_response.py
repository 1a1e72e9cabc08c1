"""From an event to what API Gateway takes: headers of every response, errors, and bodies in bytes."""

import gzip
import json
from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import uuid4

import pytest

from desk.logs import desk_log
from desk.web.request import Request
from desk.web.response import HttpEdge, Response, api_response, html, link_page_headers, packed, page_headers, redirect

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


class Refused(Exception):
    """An error that the edge expects."""


class Example(HttpEdge):
    """An edge whose answers are as a test says."""

    def __init__(self, answer: Callable[[Request], Response]) -> None:
        logger = desk_log(f"edge-{uuid4().hex}")  # made in the test, so that it writes where the test reads
        headers = {"x-always": "1", "x-own": "edge"}
        super().__init__(logger, headers, api_url="https://desk.example", retry_seconds=60)
        self._answer = answer

    def answer(self, request: Request) -> Response:
        return self._answer(request)

    def problem(self, request: Request, error: Exception) -> Response:
        statuses = {Refused: HTTPStatus.CONFLICT, TimeoutError: HTTPStatus.SERVICE_UNAVAILABLE}
        return html("<p>no", statuses.get(type(error), HTTPStatus.INTERNAL_SERVER_ERROR))


def raises(error: Exception) -> Response:
    raise error


def test_an_answer_gets_the_headers_of_its_edge_unless_it_has_its_own() -> None:
    answered = Example(lambda asked: html(asked.base_url, x_own="answer")).respond({}, NOON)

    assert answered == {
        "statusCode": 200,
        "headers": {"x-always": "1", "x-own": "answer", "content-type": "text/html; charset=utf-8"},
        "cookies": [],
        "body": "https://desk.example",
        "isBase64Encoded": False,
    }


def test_an_error_that_is_expected_is_no_defect(capsys: pytest.CaptureFixture[str]) -> None:
    answered = Example(lambda _: raises(Refused())).respond({}, NOON)

    assert (answered["statusCode"], answered["headers"]["x-always"], answered["body"]) == (409, "1", "<p>no")
    assert capsys.readouterr().out == ""


def test_of_a_defect_only_its_type_and_places_are_logged(capsys: pytest.CaptureFixture[str]) -> None:
    answered = Example(lambda _: raises(KeyError("a text that somebody wrote"))).respond({}, NOON)

    (logged,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (answered["statusCode"], logged["level"], logged["error"]) == (500, "ERROR", ["KeyError"])
    assert any(place.startswith("test_response.py:") for place in logged["places"])
    assert "somebody wrote" not in json.dumps(logged)


def test_what_is_unavailable_says_when_to_ask_again() -> None:
    answered = Example(lambda _: raises(TimeoutError())).respond({}, NOON)

    assert (answered["statusCode"], answered["headers"]["retry-after"]) == (503, "60")


def policy_of(headers: dict[str, str]) -> dict[str, str]:
    return dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))


@pytest.mark.parametrize(
    "headers",
    [page_headers(), page_headers(script_src="'self'"), link_page_headers(), link_page_headers(script="'sha256-x'")],
)
def test_every_page_is_kept_nowhere_shown_in_no_frame_and_asked_for_over_tls(headers: dict[str, str]) -> None:
    policy = policy_of(headers)

    assert {policy[name] for name in ("default-src", "base-uri", "form-action", "frame-ancestors")} == {"'none'"}
    assert headers["cache-control"] == "private, no-store"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["strict-transport-security"] == "max-age=31536000"
    assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")
    assert headers["x-robots-tag"] == "noindex, nofollow"


def test_a_page_loads_and_sends_only_what_it_names() -> None:
    page = policy_of(page_headers(script_src="'self'", img_src="'self' data:", form_action="'self'", media_src=""))
    own = {"style-src": "'unsafe-inline'", "img-src": "data:"}

    fixed = {"default-src": "'none'", "base-uri": "'none'", "frame-ancestors": "'none'"}
    assert page == {**fixed, "script-src": "'self'", "img-src": "'self' data:", "form-action": "'self'"}
    assert policy_of(link_page_headers()) == {**fixed, **own, "form-action": "'none'"}
    assert policy_of(link_page_headers(script="'sha256-x'", form_action="'self'")) == {
        **fixed,
        **own,
        "script-src": "'sha256-x'",
        "connect-src": "'self'",
        "form-action": "'self'",
    }


def test_a_redirect_leads_on_without_a_body() -> None:
    assert redirect("?done=taken") == Response(HTTPStatus.SEE_OTHER, "", {"location": "?done=taken"})


@pytest.mark.parametrize(
    ("accepts", "is_packed"),
    [
        ("gzip, deflate, br", True), ("br;q=1.0, gzip;q=0.8", True), ("*", True), ("GZIP", True),
        ("", False), ("identity", False), ("gzip;q=0", False), ("gzip; q=0.0", False), ("br", False),
    ],
)  # fmt: skip
def test_a_body_is_compressed_for_clients_that_accept_it_and_always_in_base64(accepts: str, is_packed: bool) -> None:
    answered = api_response(packed(html("하루 정리"), accepts))

    sent = b64decode(answered["body"])
    assert answered["isBase64Encoded"]
    assert ("content-encoding" in answered["headers"], answered["headers"]["vary"]) == (is_packed, "accept-encoding")
    assert (gzip.decompress(sent) if is_packed else sent).decode() == "하루 정리"
