"""The OpenAPI document and the code take the same requests: what one refuses, the other does."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend
from openapi_spec_validator import validate

from desk.posts.references import mentioned_handles
from post_update.api.auth import ApiToken
from tests.fakes.api_tokens import CRM, EDITOR
from tests.families import for_each
from tests.unit.post_update.api.a_case import PATH, with_case
from tests.unit.post_update.api.scene import Answer, Scene

LINK = "https://www.example.com/news/4711"
TEXT = {"text": "점검을 마쳤습니다"}
ARTICLE = {"title": "5G 요금제", "url": LINK}
CURSOR = "1764039600000120.7q2m4xd93k0p"
FEW = settings(max_examples=100)


def matches(_validator: object, pattern: str, value: object, _schema: object) -> Iterator[ValidationError]:
    """As ECMAScript does: `$` is the very end."""
    if isinstance(value, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), value):
        yield ValidationError(f"{value!r} does not match {pattern}")


Validator: type[Draft202012Validator] = extend(Draft202012Validator, {"pattern": matches})  # type: ignore[no-untyped-call]


@cache
def document() -> dict[str, Any]:
    found: dict[str, Any] = Scene().call("GET", "/openapi.json", token=None).json
    return found


def offers_body(schema: str, body: object) -> bool:
    whole = {"$ref": f"#/components/schemas/{schema}", "components": document()["components"]}
    return bool(Validator(whole).is_valid(body))


def offers(method: str, path: str, query: dict[str, str]) -> bool:
    """Whether the document offers these parameters; numbers are read as such."""
    for parameter in document()["paths"][path][method.lower()].get("parameters", []):
        schema = {**parameter["schema"], "components": document()["components"]}
        value: object = query.get(parameter["name"])
        if value is None:
            if parameter["required"]:
                return False
            continue
        if schema.get("type") == "integer" and re.fullmatch("-?[0-9]+", str(value)):
            value = int(str(value))
        if not Validator(schema).is_valid(value):
            return False
    return True


@cache
def reading_scene() -> Scene:
    """A scene for requests that store nothing new: making one costs ten times such a request."""
    return Scene()


def takes(answer: Answer) -> bool:
    assert answer.status in {200, 202, 400, 422}, answer
    return answer.status < 400


def posted(body: object) -> bool:
    return takes(Scene().call("POST", "/posts", body))


def test_the_document_is_one() -> None:
    validate(document())


def _id(value: object) -> str:
    """The same text in every process, which a token's set of rights has not."""
    return value.name if isinstance(value, ApiToken) else repr(value)


@for_each(
    "body",
    [
        TEXT,
        ARTICLE,
        ARTICLE | {"hashtags": ["요금제", "#5G"], "external_id": "article-4711"},
        ARTICLE | {"hashtags": []},
        ARTICLE | {"text": None},
        TEXT | {"title": None, "url": None, "hashtags": None, "publish_at": None, "external_id": None},
        TEXT | {"publish_at": "2026-11-24T18:00", "expires_at": " 2026-11-25t02:00:00.5z\n"},
        {"text": "\t 앞뒤\r\n두 줄\u3000\x0b"},
        {},
        {"text": None},
        {"title": "제목"},
        {"url": LINK},
        {"title": "제목", "url": None},
        TEXT | ARTICLE,
        TEXT | {"title": "제목"},
        TEXT | {"url": LINK},
        TEXT | {"hashtags": []},
        TEXT | {"link": LINK},
        {"text": ""},
        {"text": " \n"},
        {"text": "탭\t둘"},
        {"text": "벨\x07"},
        {"text": "거꾸로 \u202etxt"},
        {"text": "\ufeff시작"},
        {"text": "\ufffd\ufffd"},
        {"text": 4711},
        {"text": ["a"]},
        ARTICLE | {"title": "\u2066격리"},
        ARTICLE | {"url": LINK + "\ufffd"},
        ARTICLE | {"hashtags": ["요금제"] * 11},
        ARTICLE | {"hashtags": ["요금제", ""]},
        ARTICLE | {"hashtags": ["\ufffd"]},
        ARTICLE | {"hashtags": "요금제"},
        TEXT | {"external_id": ""},
        TEXT | {"external_id": "\u3000"},
        TEXT | {"external_id": "a\n"},
        TEXT | {"external_id": "x" * 201},
        TEXT | {"external_id": 4711},
        TEXT | {"publish_at": "tomorrow"},
        TEXT | {"publish_at": "2026-11-24"},
        TEXT | {"publish_at": "２０２６-11-24T18:00"},
        TEXT | {"expires_at": "\u30002026-11-25T02:00"},
        TEXT | {"expires_at": 1764039600},
    ],
)
def test_a_post_that_the_document_offers_is_taken_and_no_other(body: dict[str, Any]) -> None:
    assert offers_body("PostBody", body) is posted(body)


@for_each(
    "body",
    [
        {"text": "네"},
        {"text": "네", "name": "박지민", "again": True, "version": 1},
        {"text": "네", "name": None, "promise": None, "version": None},
        {"text": "네", "promise": {"until": "2026-11-25T12:00"}},
        {"text": "네", "private": True},
        {"text": "네", "private": True, "promise": None},
        {"text": "네", "private": False, "promise": {"until": "2026-11-25T12:00"}},
        {"text": "네", "private": True, "promise": {"until": "2026-11-25T12:00"}},
        {"text": "네", "promise": {"until": "soon"}},
        {"text": "네", "name": "박\ufffd"},
        {"text": "\ufffd"},
        {"text": "네\x07"},
        {"text": ""},
        {},
        {"text": None},
        {"text": "네", "again": "true"},
        {"text": "네", "private": None},
        {"text": "네", "version": 0},
        {"text": "네", "version": "1"},
        {"text": "네", "case": "1"},
    ],
)
def test_an_answer_that_the_document_offers_is_taken_and_no_other(body: dict[str, Any]) -> None:
    assert offers_body("ReplyBody", body) is takes(with_case().call("POST", f"{PATH}/answer", body, token=CRM))


@pytest.mark.parametrize(
    "body",
    [
        {"reason": "통신 장애"},
        {"reason": "통신 장애", "who": "홍보팀"},
        {"reason": "통신 장애", "who": None},
        {"reason": "통신 장애", "who": "홍보\x07팀"},
        {"reason": "통신 장애", "who": "홍보\u2028팀"},
        {"reason": "통신 장애", "who": ""},
        {"reason": "통신 장애", "who": "x" * 101},
        {"reason": "두\n줄"},
        {"reason": None},
        {},
    ],
    ids=_id,
)
def test_a_pause_that_the_document_offers_is_taken_and_no_other(body: dict[str, Any]) -> None:
    assert offers_body("PauseBody", body) is takes(Scene().call("PUT", "/pause", body, token=EDITOR))


@for_each(
    "method, path, query, token",
    [
        *(
            ("GET", path, {"state": state, "cursor": cursor}, token)
            for path, state, token in (("/posts", "queued", EDITOR), ("/cases", "open", CRM))
            for cursor in (CURSOR, "", "not-ours", "1764039600000120.", CURSOR + "\n", "x" * 201, CURSOR + "x" * 60)
        ),
        *(
            ("DELETE", "/pause", {"who": who}, EDITOR)
            for who in ("Jun", "준 \x07", "\u202e", " ", "", "\ufffd", "x" * 101)
        ),
        *(("GET", "/posts", query, EDITOR) for query in ({}, {"state": "lost"}, {"state": "held", "limit": "0"})),
        *(("GET", "/posts", {"state": "held", "limit": limit}, EDITOR) for limit in ("1", "100", "101", "many")),
        *(("GET", "/cases", {"department": key}, CRM) for key in ("billing", "Billing", "a" * 41, "b\n")),
    ],
)
def test_a_parameter_that_the_document_offers_is_taken_and_no_other(
    method: str, path: str, query: dict[str, str], token: ApiToken
) -> None:
    assert offers(method, path, query) is takes(Scene().call(method, path, token=token, query=query))


CHARACTERS = st.sampled_from(
    " \t\n\r\x00\x0b\x1c\x7f\x85\xa0\u1680\u2000\u2028\u202a\u202f\u2066\u3000\ufeff\ufffd\uffff#@가é"
) | (
    st.characters(codec="utf-8", exclude_characters="$").filter(
        lambda one: ord(one) & 0xFFFE != 0xFFFE or ord(one) < 0x10000
    )
)
SEEN = st.text(CHARACTERS, max_size=12).flatmap(
    lambda before: st.text(CHARACTERS, max_size=12).map(lambda after: f"{before}가{after}")
)
"""Texts with something that people see: that this must be is told in words alone."""

WITHOUT_MENTIONS = SEEN.filter(lambda text: not mentioned_handles(unicodedata.normalize("NFC", text)))
"""That X would make a mention of nobody is told in words alone, too."""


@FEW
@given(WITHOUT_MENTIONS, SEEN)
@example("\ufeff가", "가\x1c \t")
def test_texts_are_taken_as_the_pattern_tells(text: str, external_id: str) -> None:
    body = {"text": text, "external_id": external_id}

    assert offers_body("PostBody", body) is posted(body)


@FEW
@given(st.text(CHARACTERS, max_size=12))
def test_lines_are_taken_as_the_pattern_tells(who: str) -> None:
    body = {"reason": "outage", "who": who}

    assert offers_body("PauseBody", body) is takes(reading_scene().call("PUT", "/pause", body, token=EDITOR))


@FEW
@given(
    st.dictionaries(
        st.sampled_from(["text", "title", "url", "hashtags", "external_id", "publish_at", "link"]),
        st.sampled_from([None, "가", "", LINK, ["요금제"], [], 1, "2026-11-25T09:00", "\ufffd"]),
        max_size=4,
    )
)
def test_fields_exclude_each_other_as_the_document_says(body: dict[str, Any]) -> None:
    told_in_words = body.get("url") in {"가", "", "2026-11-25T09:00"} if isinstance(body.get("url"), str) else False

    offered = offers_body("PostBody", body) and not told_in_words

    assert offered is posted(body)


@FEW
@given(st.from_regex(r"[0-9]{16}\.[0-9A-Za-z_.-]{1,64}", fullmatch=True) | st.text(max_size=30))
def test_cursors_are_taken_as_the_pattern_tells(cursor: str) -> None:
    query = {"state": "queued", "cursor": cursor}

    assert offers("GET", "/posts", query) is takes(reading_scene().call("GET", "/posts", query=query))
