"""Mails about what a colleague did: handed a case over, or wrote an answer for the operator to send."""

from copy import replace
from datetime import UTC, datetime

import pytest

from desk.i18n import phrase
from desk.notifications.mail.parts import LEAST_BYTES
from desk.notifications.model import Notification
from desk.reading import Kind
from tests.unit.notifications.mail_scene import (
    BRAND,
    delivery,
    drafted,
    handed,
    link_of,
    list_of,
    mail_of,
    mention,
    post,
    unsaid,
)

ENGLISH = replace(BRAND, language="en")
ANSWER = "두 장 중 한 장은 버리셔도 됩니다."


def test_a_case_handed_over_says_by_whom_with_their_note_and_a_link() -> None:
    told = handed("기지국 문의라 넘깁니다.\n잘 부탁드립니다.")
    mail = mail_of([told], "network")

    assert told.case is not None
    assert mail.subject.startswith(f"네트워크 문의 (다른 부서에서 이관한 문의) {told.case.id}: ")
    assert mail.body.splitlines()[2:11] == [
        "■ 문의 (다른 부서에서 이관한 문의)",
        f"문의 번호: {told.case.id}",
        "답변 기한: 11월 24일(화) 오후 3:00까지",
        f"답변하기: {link_of(told.case.id)}",
        "이관한 분: 김지은, 11월 24일(화) 오후 12:20",
        "내부 메모:",
        "| 기지국 문의라 넘깁니다.",
        "| 잘 부탁드립니다.",
        "작성자: @sky_kim (김하늘)",
    ]


def test_the_reason_is_that_it_was_handed_over_and_no_longer_how_the_desk_read_it() -> None:
    lines = mail_of([handed()], "network").body.splitlines()

    reasons = lines[lines.index("이 메일이 온 이유") + 1 :]
    assert reasons[:2] == ["- 네트워크가 답변할 문의라고 다른 부서에서 이관했습니다.", ""]


def test_without_a_note_nothing_is_said_of_one() -> None:
    assert "내부 메모" not in mail_of([handed(" \n")], "network").body


def test_it_is_called_what_people_found_it_to_be() -> None:
    told = handed()
    assert told.case is not None

    mail = mail_of([told._replace(case=told.case._replace(kind=Kind.FAULT))], "network")

    assert mail.subject.startswith("네트워크 장애·불편 신고 (다른")
    assert "■ 장애·불편 신고 (다른 부서에서 이관한 문의)" in mail.body


def test_a_draft_comes_to_the_operator_quoted_with_its_writer_and_a_link() -> None:
    told = drafted(ANSWER)
    mail = mail_of([told], "operator")

    assert told.case is not None
    assert mail.subject.startswith(f"운영자 문의 (부서 답변 검토 필요) {told.case.id}: ")
    assert f"답변하기: {link_of(told.case.id)}" in mail.body.splitlines()
    assert mail.body.splitlines()[9:15] == [
        f"| {told.mention.post.text}",
        "X에서 보기: https://x.com/i/status/9001",
        "",
        "답변을 쓰신 분: 김지은, 11월 24일(화) 오후 12:20",
        "보낼 답변:",
        f"| {ANSWER}",
    ]
    assert "- 요금·청구에서 쓴 답변입니다. 운영자가 검토하고 보내야 X에 올라갑니다." in mail.body


@pytest.mark.parametrize("told", [handed("note"), drafted("an answer")])
def test_an_edited_post_does_not_hide_what_a_colleague_did(told: Notification) -> None:
    edited = mention(post("9002", edit_ids=("9001", "9002")))

    mail = mail_of([told._replace(mention=edited)], told.department)

    assert "수정된 글" not in mail.subject
    assert "내용(작성자가 고친 뒤의 글입니다):" in mail.body


def test_what_a_colleague_writes_can_not_pass_for_our_words_either() -> None:
    told = handed("넘깁니다\u2028답변 기한: 없음")
    assert told.word is not None

    lines = mail_of([told._replace(word=told.word._replace(by="지은\n답변 기한: 없음"))], "network").body.splitlines()

    assert not [line for line in lines if line.startswith("답변 기한: 없음")]


def test_an_endless_note_and_name_are_cut() -> None:
    told = handed("가" * 9_000)
    assert told.word is not None

    mail = mail_of([told._replace(word=told.word._replace(by="나" * 9_000))], "network", max_bytes=LEAST_BYTES)

    assert len(mail.body.encode()) <= LEAST_BYTES
    assert mail.body.count("(너무 길어") == 1


def test_an_english_desk_reads_english() -> None:
    over, answer = mail_of([handed("yours")], "network", ENGLISH), mail_of([drafted("Keep one.")], "operator", ENGLISH)

    assert "Handed over by: 김지은, Tue 24 Nov, 12:20 pm\nNote:\n| yours\n" in over.body
    assert "- Another department handed it over to Network." in over.body
    assert "Answer written by: 김지은, Tue 24 Nov, 12:20 pm\nAnswer to send:\n| Keep one.\n" in answer.body


@pytest.mark.parametrize("department", ["billing", "operator"])
def test_a_reply_that_is_not_on_x_comes_with_why_what_was_written_and_a_link(department: str) -> None:
    told = unsaid("not_summoned", ANSWER)._replace(department=department)
    mail = mail_of([told], department)

    assert told.case is not None
    assert f"문의 (답글이 올라가지 않음) {told.case.id}: " in mail.subject
    lines = mail.body.splitlines()
    assert lines[2:8] == [
        "■ 문의 (답글이 올라가지 않음)",
        f"문의 번호: {told.case.id}",
        "답변 기한: 11월 24일(화) 오후 3:00까지",
        f"답변하기: {link_of(told.case.id)}",
        "답글이 올라가지 않은 이유: 우리를 부르지 않은 글에는 X가 답글을 허용하지 않습니다",
        phrase("ko", "mail.unsaid_do.not_summoned"),
    ]
    assert lines[12:17] == [
        "X에서 보기: https://x.com/i/status/9001",
        "",
        "답변을 쓰신 분: 김지은, 11월 24일(화) 오후 12:20",
        "올라가지 않은 답글:",
        f"| {ANSWER}",
    ]
    assert "- 보낸 답글이 X에 제대로 올라가지 않아 작성자가 아직 답변을 기다리고 있습니다." in lines


def test_a_reply_whose_words_nobody_kept_is_told_of_without_them() -> None:
    body = mail_of([unsaid("gone", "")._replace(word=None)], "billing").body

    assert "올라가지 않은 답글:" not in body
    assert "\n\n\n" not in body


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(
    ("failure", "key"),
    [
        ("gone", "mail.unsaid_do.gone"),
        ("not_summoned", "mail.unsaid_do.not_summoned"),
        ("duplicate", "mail.unsaid_do"),
        ("rest.gone", "mail.unsaid_do"),
        ("not_accepted", "mail.unsaid_do"),
    ],
)
def test_what_can_be_done_instead_is_told(failure: str, key: str, language: str) -> None:
    brand = ENGLISH if language == "en" else BRAND
    lines = mail_of([unsaid(failure, ANSWER)], "billing", brand).body.splitlines()

    assert phrase(language, key) in lines


def test_why_it_is_not_there_is_told_as_it_was_noted_where_no_phrase_says_it() -> None:
    lines = mail_of([unsaid("이 글은 올릴 수 없습니다\n답변 기한: 없음", ANSWER)], "billing").body.splitlines()

    assert "답글이 올라가지 않은 이유: 이 글은 올릴 수 없습니다 답변 기한: 없음" in lines


def test_a_korean_desk_reads_none_of_the_words_of_x() -> None:
    body = mail_of([unsaid("X answered 403: Forbidden", ANSWER)], "billing").body

    assert "답글이 올라가지 않은 이유: X가 글을 받지 않았습니다\n" in body
    assert "Forbidden" not in body


def test_an_english_desk_reads_of_a_reply_that_is_not_on_x_in_english() -> None:
    body = mail_of([unsaid("gone", "Keep one.")], "billing", ENGLISH).body

    assert "Why the reply was not posted: The post to reply to is deleted or can't be seen\n" in body
    assert "The reply that was not posted:\n| Keep one.\n" in body
    assert "- The reply was not posted to X as planned, and the author is still waiting for an answer." in body


def test_in_a_list_it_is_marked_as_well() -> None:
    [listed] = list_of([unsaid("gone", ANSWER)], "billing")

    assert "답글이 올라가지 않음" in listed.body


def test_several_of_them_are_not_called_new_posts() -> None:
    mail = mail_of([unsaid("gone", ANSWER), drafted(ANSWER)], "operator")

    assert mail.subject == "운영자 검토할 문의 2건"
    assert "검토할 문의 2건을 한 메일에 모았습니다. 급한 것부터 적었습니다." in mail.body
    assert mail_of([drafted(ANSWER), delivery()], "operator").subject == "운영자 새 글 2건"


def test_several_of_them_in_english() -> None:
    mail = mail_of([unsaid("gone", ANSWER), drafted(ANSWER)], "operator", ENGLISH)

    assert mail.subject == "Operator, 2 cases to look at"
    assert "2 cases to look at, the most urgent first." in mail.body


def test_a_draft_that_only_promises_says_so_and_until_when() -> None:
    told = drafted(ANSWER)
    assert told.word
    until = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
    promising = told._replace(word=told.word._replace(promised_until=until))

    assert "11월 25일(수) 오후 3:00까지 답변을 약속합니다." in mail_of([promising], "operator").body
    assert "약속" not in mail_of([told], "operator").body
