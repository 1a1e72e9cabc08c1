"""Bodies of requests: forms and JSON, measured in bytes, as UTF-8, each field once."""

from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import pytest

from desk.web.problems import HttpProblem, UnreadableBody
from desk.web.request import Request, json_object, json_text, request_of, with_form

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
MOST = 1_000
NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def request(body: str | bytes | None, content_type: str, *, is_base64: bool = False) -> Request:
    if is_base64 or isinstance(body, bytes):
        body, is_base64 = b64encode(body if isinstance(body, bytes) else (body or "").encode()).decode(), True
    event: dict[str, Any] = {"body": body, "isBase64Encoded": is_base64}
    return request_of(event | {"headers": {"Content-Type": content_type} if content_type else None}, NOON)


def form(body: str | bytes | None, content_type: str = FORM, **how: Any) -> dict[str, str]:
    read = with_form(request(body, content_type, **how), most_bytes=MOST, most_fields=40, repeatable={"item"})
    return dict(read.fields)


def json(body: str | bytes | None, content_type: str = JSON, **how: Any) -> dict[str, Any]:
    return json_object(json_text(request(body, content_type, **how), most_bytes=MOST))


def problem(read: Callable[..., Any], *given: Any, **how: Any) -> HttpProblem:
    with pytest.raises(HttpProblem) as raised:
        read(*given, **how)
    return raised.value


@pytest.mark.parametrize("is_base64", [True, False])
@pytest.mark.parametrize("content_type", [FORM, f"{FORM}; charset=UTF-8", FORM.upper()])
def test_a_form_is_read_as_browsers_send_it(content_type: str, is_base64: bool) -> None:
    fields = {"name": "박지민", "text": "줄\r\n줄 & 100%", "reason": ""}

    assert form(urlencode(fields), content_type, is_base64=is_base64) == fields


@pytest.mark.parametrize("body", ['{"text": "개통"}', '{"text": "개통"}'.encode(), '\ufeff{"text": "개통"}'.encode()])
@pytest.mark.parametrize("content_type", [JSON, "Application/JSON; charset=UTF-8", f"{JSON};charset=utf-8"])
def test_a_json_object_is_read_however_it_was_carried(body: str | bytes, content_type: str) -> None:
    assert json(body, content_type) == {"text": "개통"}


@pytest.mark.parametrize(
    "body",
    [
        "text=%FF%FE",
        b"text=\xff",
        "text=a&text=b",
        "text=a&text=a",
        "text=\ud800",
        "&".join(f"f{n}=1" for n in range(41)),
    ],
    ids=["no utf-8", "raw", "twice", "the same twice", "half", "many"],
)
def test_a_body_that_is_no_form_is_400(body: str | bytes) -> None:
    refused = problem(form, body)

    assert (type(refused), refused.status) == (UnreadableBody, HTTPStatus.BAD_REQUEST)


def test_only_fields_that_may_be_repeated_come_twice_and_all_their_values_are_read() -> None:
    read = with_form(request("item=1&a=x&item=2", FORM), most_bytes=MOST, most_fields=40, repeatable={"item"})

    assert (read.lists, read.field("item"), read.field("a")) == ({"item": ("1", "2"), "a": ("x",)}, "2", "x")


@pytest.mark.parametrize(
    "body",
    ["", "{", "text=hello", '{"a": NaN}', '{"a": 1' + "0" * 500 + "e}", "[" * 999, b"\xff\xfe", "\ud800"],
    ids=["empty", "half", "form", "nan", "no number", "deep", "not utf-8", "lone surrogate"],
)
def test_a_body_that_is_not_json_is_refused_without_quoting_it(body: str | bytes) -> None:
    refused = problem(json, body)

    assert (refused.status, refused.code) == (HTTPStatus.BAD_REQUEST, "no-json")
    assert refused.detail
    assert "hello" not in refused.detail


def test_a_number_or_a_depth_that_python_does_not_parse_is_not_json() -> None:
    for text in ('{"a": 1' + "0" * 5_000 + "}", "[" * 16_000):
        assert problem(json_object, text).code == "no-json"


def test_the_place_of_a_json_error_is_named() -> None:
    assert problem(json, '{"text": }').detail == "The body is not valid JSON (line 1, column 10)."


@pytest.mark.parametrize("body", ["[]", '[{"text": "a"}]', '"text"', "null", "1"])
def test_json_that_is_no_object_is_a_bad_field(body: str) -> None:
    refused = problem(json, body)

    assert (refused.status, [error.field for error in refused.errors]) == (HTTPStatus.UNPROCESSABLE_ENTITY, ["body"])


def test_a_field_of_json_that_is_given_twice_is_not_guessed_at() -> None:
    refused = problem(json, '{"text": "개통", "\\ud800": 1, "text": "점검", "\\ud800": 2}')

    assert [(error.field, error.detail) for error in refused.errors] == [
        ("text", "appears more than once"),
        ("?", "appears more than once"),
    ]


@pytest.mark.parametrize(("read", "own"), [(form, FORM), (json, JSON)], ids=["form", "json"])
@pytest.mark.parametrize(
    "content_type",
    [
        "{own}; charset=euc-kr",
        "{own}; charset=utf-16",
        '{own}; charset="ISO-8859-1"',
        "{own}p",
        "{other}",
        "",
        "text/plain",
        "multipart/form-data; boundary=x",
    ],
)
def test_another_content_type_is_415(read: Callable[..., Any], own: str, content_type: str) -> None:
    other = JSON if own == FORM else FORM

    refused = problem(read, "{}", content_type.format(own=own, other=other))

    assert (type(refused), refused.status) == (UnreadableBody, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)


def test_an_empty_body_needs_no_content_type() -> None:
    assert form(None, "") == {}
    assert json_text(request(None, ""), most_bytes=MOST) == ""


@pytest.mark.parametrize(("read", "begin", "end"), [(form, "text=", ""), (json, '{"a": "', '"}')], ids=["form", "json"])
@pytest.mark.parametrize("is_base64", [True, False])
@pytest.mark.parametrize("letter", ["a", "개"])
def test_a_body_that_is_too_large_is_413_to_the_byte(
    read: Callable[..., Any], begin: str, end: str, is_base64: bool, letter: str
) -> None:
    letters, left = divmod(MOST - len(begin + end), len(letter.encode()))
    fitting = begin + letter * letters + "b" * left + end

    assert len(fitting.encode()) == MOST
    assert read(fitting, is_base64=is_base64)
    assert problem(read, fitting + " ", is_base64=is_base64).status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE


@pytest.mark.parametrize(
    ("length", "status"), [(4, HTTPStatus.BAD_REQUEST), (MOST * 4 // 3 + 8, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)]
)
def test_base64_that_is_none_is_refused_and_not_even_decoded_if_it_can_only_be_too_large(
    length: int, status: HTTPStatus
) -> None:
    asked = request("", FORM)._replace(event={"body": "%" * length, "isBase64Encoded": True})

    for read in (lambda: with_form(asked, most_bytes=MOST, most_fields=40), lambda: json_text(asked, most_bytes=MOST)):
        assert problem(read).status is status
