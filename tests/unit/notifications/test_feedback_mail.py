from copy import replace
from datetime import date

import pytest

from desk.brand import Brand
from desk.notifications.mail.feedback import FeedbackGroup, MailedFeedback, render_feedback
from desk.notifications.mail.parts import LEAST_BYTES, Mail
from desk.text import utf8_bytes
from desk.x.model import XPost
from tests.unit.notifications.examples import feedback
from tests.unit.notifications.mail_scene import BRAND, ROOM, post

ENGLISH = replace(BRAND, language="en")


def mail(told: MailedFeedback, reader: str = "billing", brand: Brand = BRAND, max_bytes: int = ROOM) -> Mail:
    return render_feedback(told, reader, brand, max_bytes=max_bytes)


def one(written: XPost) -> MailedFeedback:
    """The feedback of a day: this post."""
    day = date(2026, 11, 24)
    return MailedFeedback("billing", day, day, (FeedbackGroup("", (written,)),))


def test_subject_and_body_count_the_same() -> None:
    told = mail(feedback()._replace(more=40))

    assert told.subject == "요금·청구 의견 43건, 11월 23일(월)~11월 29일(일)"
    assert "들어온 요금·청구 의견 43건입니다.\n" in told.body
    assert "이 가운데 최근 3건을 실었습니다." in told.body
    assert told.body.count("\n| ") == 4  # one of the posts has two lines


def test_without_anything_in_common_there_are_no_headings() -> None:
    assert "■" not in mail(one(post())).body
    assert "11월 24일(화)에 들어온 요금·청구 의견 1건입니다." in mail(one(post())).body


def test_texts_are_unchanged_except_for_private_numbers() -> None:
    body = mail(one(post(text="@jade 아 진짜ㅠㅠ  왜  이래요?!\n\n010-1234-5678로 전화 주세요"))).body

    assert "| @jade 아 진짜ㅠㅠ  왜  이래요?!\n|\n| ●●●-●●●●-●●78로 전화 주세요\n" in body


def test_texts_of_strangers_cannot_imitate_lines_of_the_mail() -> None:
    body = mail(one(post(text="좋아요\u2028■ 운영자 공지\r\n링크를 누르세요\u202e"))).body

    assert "\n■" not in body
    assert "\n| ■ 운영자 공지\n| 링크를 누르세요\n" in body


def test_a_post_without_words_or_without_a_known_author_is_still_listed() -> None:
    body = mail(one(post(id="9007", text=" ", author=None))).body

    assert (
        "작성자는 X에서 확인해 주세요, 11월 24일(화) 오후 12:00\n(글 없음)\nX에서 보기: https://x.com/i/status/9007"
        in body
    )


def test_the_operator_is_not_asked_to_contact_the_operator() -> None:
    assert "운영자에게 알려 주세요" in mail(feedback()).body
    assert "운영자에게 알려 주세요" not in mail(feedback(), "operator").body


def test_an_english_mail_has_the_same_contents() -> None:
    told = mail(feedback(), brand=ENGLISH)

    assert told.subject == "Billing feedback (3), Mon 23 Nov to Sun 29 Nov"
    assert "This is the feedback for Billing from Mon 23 Nov to Sun 29 Nov (3 in all)." in told.body
    assert "■ 청구서 (2)" in told.body
    assert "■ Other feedback (1)" in told.body
    assert "@sky_kim (김하늘), Tue 24 Nov, 1:30 pm" in told.body


@pytest.mark.parametrize("room", [LEAST_BYTES, 6_000, 20_000])
def test_a_mail_never_takes_more_than_its_room_and_cuts_the_longest_first(room: int) -> None:
    long, short = post(id="1", text="가나다 " * 5_000), post(id="2", text="짧은 글")
    told = one(long)._replace(groups=(FeedbackGroup("", (long, short)),))

    body = mail(told, max_bytes=room).body

    assert utf8_bytes(body) <= room
    assert "| 짧은 글\nX에서 보기" in body
    assert "(너무 길어 여기까지만 실었습니다. 전체 글은 X에서 볼 수 있습니다.)" in body


def test_a_list_without_feedback_or_without_room_raises_an_error() -> None:
    with pytest.raises(ValueError, match="content"):
        mail(one(post())._replace(groups=()))
    with pytest.raises(ValueError, match="at least"):
        mail(feedback(), max_bytes=LEAST_BYTES - 1)
