"""Mails about posts that were found by listening: nobody addressed us, and X takes no reply to them."""

import pytest

from desk.cases.model import CaseState, Event
from desk.mentions.model import Source
from desk.notifications.model import Notification
from desk.reading import OPERATOR, Kind
from tests.unit.notifications.examples import heard, heard_in_danger, outage, question
from tests.unit.notifications.mail_scene import BRAND, delivery, list_of, mail_of, mention, post, reading

MARK = "[멘션 없는 언급]"


def joined() -> Notification:
    """A post that goes on with the question, and does not mention us."""
    told = question()
    assert told.case is not None
    more = mention(post("1993000000000000120", "청구서 또 왔네", minutes=9))._replace(source=Source.LISTENING)
    case = told.case._replace(mention_ids=(told.mention.id, more.id))
    return delivery(more, event=Event.CASE_JOINED)._replace(case=case, thread=(told.mention,))


def test_the_subject_and_the_first_line_say_that_nobody_addressed_us() -> None:
    mail = mail_of([heard()], "pr")

    assert mail.subject.startswith(MARK)
    assert "우리를 부르지 않은 글" in mail.body.splitlines()[0]
    assert "API로 답글을 달 수 없습니다" in mail.body
    assert "https://x.com/i/status/1993000000000000801" in mail.body


@pytest.mark.parametrize("department", ["pr", OPERATOR])
def test_nobody_is_asked_for_an_answer(department: str) -> None:
    body = mail_of([heard(), heard(2)], department).body

    assert "답변하기" not in body
    assert "문의 번호" not in body
    assert "답변 기한" not in body


def test_a_list_marks_each_post_and_its_subject() -> None:
    (mail,) = list_of([heard(), heard(2)], "pr")

    assert mail.subject.startswith(MARK)
    assert mail.body.count("사실 확인 필요, 멘션 없는 언급") == 2


def test_beside_a_case_only_the_post_itself_is_marked() -> None:
    report = outage(1, "동네 전체가 먹통이에요")

    mail = mail_of([heard(), report], "network")

    assert MARK not in mail.subject
    assert "(멘션 없는 언급)" in mail.body
    assert mail.body.splitlines()[0].endswith("[답변하기]를 눌러 주세요.")
    assert MARK not in list_of([heard(), report], "network")[0].subject


def test_danger_is_urgent_although_nobody_addressed_us_and_is_answered_on_x() -> None:
    mail = mail_of([heard_in_danger()], OPERATOR)

    assert mail.subject.startswith(f"[위험] {MARK}")
    assert "문의 (멘션 없는 언급)" in mail.body
    assert "답글 금지" not in mail.body
    assert "직접 답해 주세요" in mail.body
    assert "할 일: X에서 필요한 도움을 직접 안내하신 뒤" in mail.body
    assert "답변하기:" not in mail.body


def test_what_continues_a_case_is_answered_at_the_post_that_mentions_us() -> None:
    mail = mail_of([joined()], "billing")

    assert mail.subject.startswith(MARK)
    assert "답변하기:" in mail.body
    assert "우리를 부른 앞의 글에 답글로 달립니다" in mail.body


@pytest.mark.parametrize("state", [CaseState.ANSWERED, CaseState.CLOSED])
def test_what_continues_a_case_that_is_over_asks_for_no_action(state: CaseState) -> None:
    told = joined()
    assert told.case is not None

    assert not told._replace(case=told.case._replace(state=state)).needs_action_by("billing")


def test_in_english_the_mail_says_the_same() -> None:
    mail = mail_of([heard()], "pr", BRAND._replace(language="en"))

    assert mail.subject.startswith("[Not addressed to us]")
    assert "nobody addressed us" in mail.body.splitlines()[0]


def test_feedback_that_was_heard_needs_nobody() -> None:
    told = heard()._replace(reading=reading(kind=Kind.FEEDBACK))

    assert not told.needs_action_by("pr")
    assert not told.allows_reply
