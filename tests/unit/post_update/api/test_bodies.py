import base64
import json
from http import HTTPStatus
from typing import Any

import pytest

from post_update.api.app import MAX_BODY_BYTES, parse_json, read_body
from post_update.api.problems import ApiError
from tests.fakes.api_tokens import CRM, EDITOR
from tests.unit.post_update.api.a_case import CASE, PATH, mention, with_case
from tests.unit.post_update.api.scene import Scene

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


# Bodies that were not UTF-8: the gateway puts U+FFFD in the place of such bytes before the API sees them


TEXT = {"text": "5G 요금제 개편 안내"}
ARTICLE = {"title": "5G plans", "url": "https://www.example.com/news/4711", "external_id": "article-4711"}
POSTS = [
    (TEXT, "text"),
    (ARTICLE | {"title": "요금제"}, "title"),
    (ARTICLE | {"url": "https://www.example.com/새소식"}, "url"),
    (ARTICLE | {"hashtags": ["5G", "요금제"]}, "hashtags.1"),
    (ARTICLE | {"external_id": "기사-4711"}, "external_id"),
    (ARTICLE | {"publish_at": "내일"}, "publish_at"),
]


def in_cp949(body: dict[str, Any]) -> str:
    """The body as API Gateway hands it on when its bytes are CP949."""
    return json.dumps(body, ensure_ascii=False).encode("cp949").decode("utf-8", errors="replace")


def escaped(body: dict[str, Any]) -> str:
    """The same after a program on the way has decoded it wrongly and escaped what came of it."""
    return json.dumps(json.loads(in_cp949(body)))


@pytest.mark.parametrize("carried", [in_cp949, escaped])
@pytest.mark.parametrize(("body", "field"), POSTS)
def test_no_post_is_made_of_a_body_that_was_not_utf_8(carried: Any, body: dict[str, Any], field: str) -> None:
    scene = Scene()

    answer = scene.call("POST", "/posts", carried(body))

    assert (answer.status, answer.fields) == (422, [field])
    assert "UTF-8" in answer.json["errors"][0]["detail"]
    assert not scene.store.calls


def test_a_field_name_that_was_not_utf_8_is_refused() -> None:
    answer = Scene().call("POST", "/posts", in_cp949(TEXT | {"제목": 1}))

    assert answer.status == 422
    assert ["UTF-8" in error["detail"] for error in answer.json["errors"]] == [True, True]


def test_other_problems_are_named_beside_the_encoding() -> None:
    answer = Scene().call("POST", "/posts", in_cp949(TEXT | {"link": "x"}))

    assert {error["field"]: "UTF-8" in error["detail"] for error in answer.json["errors"]} == {
        "text": True,
        "link": False,
    }


@pytest.mark.parametrize(
    ("body", "field"), [({"reason": "통신 장애"}, "reason"), ({"reason": "outage", "who": "홍보팀"}, "who")]
)
def test_a_pause_with_text_that_was_not_utf_8_is_refused(body: dict[str, str], field: str) -> None:
    scene = Scene()

    answer = scene.call("PUT", "/pause", in_cp949(body), token=EDITOR)

    assert (answer.status, answer.fields, scene.switch.pauses) == (422, [field], [])
    assert "UTF-8" in answer.json["errors"][0]["detail"]


def test_a_parameter_that_was_not_utf_8_is_refused() -> None:
    scene = Scene()
    scene.call("PUT", "/pause", {"reason": "outage"}, token=EDITOR)

    answer = scene.call("DELETE", "/pause", query={"who": "\ufffd\ufffd"}, token=EDITOR)

    assert (answer.status, answer.fields) == (422, ["who"])
    assert "UTF-8" in answer.json["errors"][0]["detail"]
    assert scene.switch.current()


@pytest.mark.parametrize("carried", [in_cp949, escaped])
@pytest.mark.parametrize(("body", "field"), [(TEXT, "text"), ({"text": "Thanks!", "name": "박지민"}, "name")])
def test_no_case_is_answered_with_text_that_was_not_utf_8(carried: Any, body: dict[str, Any], field: str) -> None:
    scene = with_case()

    answer = scene.call("POST", f"{PATH}/answer", carried(body), token=CRM)

    assert (answer.status, answer.fields) == (422, [field])
    assert "UTF-8" in answer.json["errors"][0]["detail"]
    assert (scene.store.posts, scene.cases.events[CASE.id]) == ({}, [])


def test_a_mention_with_replacement_characters_is_shown_and_answered() -> None:
    scene = with_case()
    scene.cases.put(CASE, mention(text="@jade \ufffd\ufffd 청구서가 이상해요"))

    shown = scene.call("GET", PATH, token=CRM)
    answered = scene.call("POST", f"{PATH}/answer", TEXT, token=CRM)

    assert shown.json["mentions"][0]["text"] == "@jade \ufffd\ufffd 청구서가 이상해요"
    assert answered.status == 202
