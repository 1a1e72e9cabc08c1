"""Bodies that were not UTF-8: the gateway puts U+FFFD in the place of such bytes before the API sees them."""

import json
from typing import Any

import pytest

from tests.fakes.api_tokens import CRM, EDITOR
from tests.unit.post_update.api.a_case import CASE, PATH, mention, with_case
from tests.unit.post_update.api.scene import Scene

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


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        ("{", {}, 400, "no-json"),
        (None, {}, 400, "no-json"),
        ('{"reason": "' + "a" * 65_536 + '"}', {}, 413, "too-large"),
        ("{}", {"content-type": "text/plain"}, 415, "media-type"),
        ("[]", {}, 422, "bad-fields"),
        ('{"reason": "a", "reason": "b"}', {}, 422, "bad-fields"),
    ],
)
def test_an_unreadable_body_is_a_problem_with_its_code(
    body: str | None, headers: dict[str, str], status: int, code: str
) -> None:
    answer = Scene().call("PUT", "/pause", body, token=EDITOR, headers=headers)

    assert (answer.status, answer.json["type"]) == (status, f"urn:dorothy:problem:{code}")
    assert answer.headers["Content-Type"] == "application/problem+json"
