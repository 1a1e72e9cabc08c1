import base64
from http import HTTPStatus
from typing import Any

import pytest

from post_update.api.app import MAX_BODY_BYTES, parse_json, read_body
from post_update.api.problems import ApiError

JSON = {"content-type": "application/json"}


def event(body: str | bytes | None, headers: dict[str, str] | None = None) -> dict[str, Any]:
    if isinstance(body, bytes):
        return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True, "headers": headers or JSON}
    return {"body": body, "isBase64Encoded": False, "headers": headers or JSON}


def refusal(given: dict[str, Any]) -> ApiError:
    with pytest.raises(ApiError) as caught:
        parse_json(read_body(given))
    return caught.value


@pytest.mark.parametrize(
    "body", ['{"text": "개통"}', '{"text": "개통"}'.encode(), b'\xef\xbb\xbf{"text": "\xea\xb0\x9c\xed\x86\xb5"}']
)
def test_a_json_object_is_read_however_it_was_carried(body: str | bytes) -> None:
    assert parse_json(read_body(event(body))) == {"text": "개통"}


@pytest.mark.parametrize("wrap", [str, lambda text: text.encode()], ids=["text", "base64"])
@pytest.mark.parametrize("letter", ["a", "개"])
def test_a_body_that_is_too_large_is_refused_before_it_is_read(letter: str, wrap: Any) -> None:
    fits = f'{{"text": "{letter * ((MAX_BODY_BYTES - 12) // len(letter.encode()))}"}}'

    assert parse_json(read_body(event(wrap(fits))))
    assert refusal(event(wrap(fits + " " * 3))).status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def test_a_field_that_is_given_twice_is_not_guessed_at() -> None:
    problem = refusal(event('{"text": "개통", "\\ud800": 1, "text": "점검", "\\ud800": 2}'))

    assert [(error.field, error.detail) for error in problem.errors] == [
        ("text", "appears more than once"),
        ("?", "appears more than once"),
    ]


def test_a_large_body_in_base64_is_not_even_decoded() -> None:
    given = event("!" * (MAX_BODY_BYTES * 2)) | {"isBase64Encoded": True}

    assert refusal(given).status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=euc-kr",
        "application/json; charset=cp949",
        "application/json; charset=utf-16",
        "application/json; charset=us-ascii",
        'application/json; charset="ISO-8859-1"',
        "application/jsonp",
        "",
    ],
)
def test_other_content_types_are_refused(content_type: str) -> None:
    problem = refusal(event("{}", {"content-type": content_type}))

    assert problem.status is HTTPStatus.UNSUPPORTED_MEDIA_TYPE


@pytest.mark.parametrize(
    "content_type", ["application/json", "Application/JSON; charset=UTF-8", "application/json;charset=utf-8"]
)
def test_json_is_taken_as_clients_name_it(content_type: str) -> None:
    assert parse_json(read_body(event("{}", {"content-type": content_type}))) == {}


@pytest.mark.parametrize(
    "body",
    [None, "", "{", "text=hello", '{"a": NaN}', '{"a": 1' + "0" * 5000 + "}", "[" * 16_000, b"\xff\xfe", "\ud800"],
    ids=["none", "empty", "half", "form", "nan", "huge number", "deep", "not utf-8", "lone surrogate"],
)
def test_a_body_that_is_not_json_is_refused_without_quoting_it(body: str | bytes | None) -> None:
    problem = refusal(event(body))

    assert (problem.status, problem.code) == (HTTPStatus.BAD_REQUEST, "no-json")


def test_base64_that_is_none_is_no_json() -> None:
    assert refusal(event("!") | {"isBase64Encoded": True}).code == "no-json"


def test_the_place_of_a_json_error_is_named() -> None:
    assert refusal(event('{"text": }')).detail == "The body is not valid JSON (line 1, column 10)."


@pytest.mark.parametrize("body", ["[]", '[{"text": "a"}]', '"text"', "null", "1"])
def test_json_that_is_no_object_is_a_bad_field(body: str) -> None:
    problem = refusal(event(body))

    assert (problem.status, [error.field for error in problem.errors]) == (HTTPStatus.UNPROCESSABLE_ENTITY, ["body"])


def test_a_route_without_a_body_asks_for_no_content_type() -> None:
    assert read_body({"headers": {}}) == ""
