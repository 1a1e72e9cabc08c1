"""What the fields of a form say."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from desk.i18n import LANGUAGES
from desk.posts.errors import BadReplyTarget, SameText
from desk.promises.model import LONGEST_PROMISE
from desk.reading import Kind
from desk.replies.compose import LONGEST_TEXT, clean_text, not_accepted
from desk.replies.errors import InvalidField
from desk.replies.forms import department_in, kind_in, name_in, promise_in, reason_in, request_id_in
from desk.replies.messages import message_of
from tests.brands import small_brand

SEOUL = ZoneInfo("Asia/Seoul")
NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def key_of(raised: pytest.ExceptionInfo[InvalidField]) -> str:
    message = message_of(raised.value, "ko")
    assert message
    assert all(message.key in phrases for phrases in LANGUAGES.values())
    return message.key


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("박지민", "박지민"),
        ("  박 \t 지민\r\n", "박 지민"),
        ("박\u200b지\u202e민\x07", "박지민"),
        ("박지민".encode().decode(), "박지민"),
        ("\u1107\u1161\u11a8", "박"),
        ("김" * 40, "김" * 40),
    ],
)
def test_a_name_is_one_line_without_invisible_characters(written: str, name: str) -> None:
    assert name_in({"name": written}) == name


BLANK_NAMES = ["", "   ", "\u200b\u2060", "\u3164", "\u115f \u1160", "\u2800", "\uffa0\u200b", "\u00a0\u3000"]


@pytest.mark.parametrize("written", BLANK_NAMES)
def test_a_name_is_needed(written: str) -> None:
    with pytest.raises(InvalidField) as raised:
        name_in({"name": written})
    assert key_of(raised) == "answer.problem.name"
    assert raised.value.name == "name"


def test_a_name_has_forty_letters_at_most() -> None:
    with pytest.raises(InvalidField) as raised:
        name_in({"name": "김" * 41})
    assert key_of(raised) == "answer.problem.too_long"
    assert raised.value.values == {"count": 41, "most": 40}


def test_a_name_that_was_not_utf_8_is_none() -> None:
    with pytest.raises(InvalidField) as raised:
        name_in({"name": "박\ufffd\ufffd"})

    assert key_of(raised) == "answer.problem.bad_encoding"
    assert raised.value.name == "name"


def test_a_text_is_cleaned_as_posts_are() -> None:
    assert clean_text(" 안녕하세요.\r\n반갑습니다. ", "text", LONGEST_TEXT) == "안녕하세요.\n반갑습니다."


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "answer.problem.text"),
        ("\u200b", "answer.problem.text"),
        ("가\u202e나", "answer.problem.forbidden_characters"),
        ("가\x00나", "answer.problem.forbidden_characters"),
        ("\ufffd\ufffd \ufffd", "answer.problem.bad_encoding"),
        ("$AAPL $MSFT", "answer.problem.too_many_cashtags"),
        ("가" * 5_001, "answer.problem.too_long"),
    ],
)
def test_an_invalid_text_is_refused_with_its_reason(text: str, key: str) -> None:
    with pytest.raises(InvalidField) as raised:
        clean_text(text, "text", LONGEST_TEXT)
    assert key_of(raised) == key
    assert raised.value.name == "text"


def test_five_thousand_letters_are_taken() -> None:
    assert len(clean_text("가" * 5_000, "text", LONGEST_TEXT)) == 5_000


def test_a_reason_may_be_missing_but_not_longer_than_five_hundred() -> None:
    assert reason_in({}) == reason_in({"reason": " \r\n "}) == ""
    assert reason_in({"reason": "가" * 500}) == "가" * 500
    with pytest.raises(InvalidField) as raised:
        reason_in({"reason": "가" * 501})
    assert key_of(raised) == "answer.problem.too_long"
    with pytest.raises(InvalidField) as raised:
        reason_in({"reason": "\u2066가"})
    assert key_of(raised) == "answer.problem.forbidden_characters"


def test_departments_and_kinds_are_those_there_are() -> None:
    assert department_in({"department": "network"}, small_brand()) == "network"
    assert kind_in({"kind": "rumor"}) is Kind.RUMOR
    with pytest.raises(InvalidField) as raised:
        department_in({"department": "nobody"}, small_brand())
    assert key_of(raised) == "answer.problem.department"
    with pytest.raises(InvalidField) as raised:
        kind_in({"kind": "love"})
    assert key_of(raised) == "answer.problem.kind"


def test_a_promise_is_for_a_moment_to_come_in_the_desks_zone() -> None:
    promised = {"holding": "1", "promised_until": "2026-11-24T18:00"}

    assert promise_in(promised, SEOUL, NOON) == datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    assert promise_in(promised | {"holding": ""}, SEOUL, NOON) is None
    assert promise_in({}, SEOUL, NOON) is None
    last_day = promised | {"promised_until": "2027-02-22T12:00"}
    assert promise_in(last_day, SEOUL, NOON) == NOON + LONGEST_PROMISE


@pytest.mark.parametrize(
    ("until", "key"),
    [
        ("", "answer.problem.until"),
        ("tomorrow", "answer.problem.until"),
        ("2026-11-24T12:00", "answer.problem.until_past"),
        ("2026-02-30T12:00", "answer.problem.until"),
        ("2027-02-22T12:01", "answer.problem.until_far"),
        ("9999-12-31T23:00Z", "answer.problem.until_far"),
    ],
)
def test_a_promise_without_a_moment_to_come_is_none(until: str, key: str) -> None:
    with pytest.raises(InvalidField) as raised:
        promise_in({"holding": "1", "promised_until": until}, SEOUL, NOON)
    assert key_of(raised) == key


def test_a_moment_that_the_clock_skips_is_no_promise() -> None:
    spring = datetime(2026, 3, 1, tzinfo=UTC)

    with pytest.raises(InvalidField) as raised:
        promise_in({"holding": "1", "promised_until": "2026-03-08T02:30"}, ZoneInfo("America/New_York"), spring)
    assert key_of(raised) == "answer.problem.until"
    assert promise_in({"holding": "1", "promised_until": "2026-03-08T03:30"}, ZoneInfo("America/New_York"), spring)


def test_a_request_is_the_same_when_it_comes_again_and_another_when_something_else_is_in_it() -> None:
    fields = {"request": "abcdefgh", "text": "가", "name": "나"}

    assert request_id_in(fields) == request_id_in(dict(reversed(fields.items())))
    assert request_id_in(fields) != request_id_in(fields | {"text": "다"})
    assert request_id_in(fields) != request_id_in(fields | {"request": "abcdefgi"})
    assert request_id_in({"request": "abcdefgh", "text": "가\0name\0나"}) != request_id_in(fields)


@pytest.mark.parametrize("request_id", ["", "short", "a" * 65, "abc defgh", "abcdefgh\n"])
def test_a_form_without_an_id_of_its_own_is_none_of_ours(request_id: str) -> None:
    assert request_id_in({"request": request_id}) == ""


def test_every_refusal_of_a_post_has_a_sentence() -> None:
    for refusal, code in ((SameText("p-1"), "same_text"), (BadReplyTarget(), "not_accepted")):
        assert not_accepted(refusal, "text").problem == code
        assert all(f"answer.problem.{code}" in phrases for phrases in LANGUAGES.values())
