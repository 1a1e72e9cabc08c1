import re
from copy import replace

import pytest

from desk.cases.model import Event
from desk.notifications.mail.cases import render_summary
from desk.notifications.mail.parts import LEAST_BYTES
from desk.reading import Kind, Urgency
from desk.text import utf8_bytes, utf16_units
from tests.unit.notifications.mail_scene import BRAND, delivery, link_of, list_of, many, mention, post, reading


def test_a_burst_of_350_cases_is_listed_whole_in_a_few_mails() -> None:
    mails = list_of(many(350, kind=Kind.FAULT), "billing", BRAND, max_bytes=60_000)

    together = "\n".join(mail.body for mail in mails)
    assert 1 < len(mails) <= 3
    assert all(utf8_bytes(mail.body) <= 60_000 for mail in mails)
    assert len(set(re.findall(r"https://x\.com/i/status/(\d+)", together))) == 350
    assert re.findall(r"^(\d+)\. ", together, re.MULTILINE) == [str(n + 1) for n in range(350)]


def test_each_case_has_number_urgency_kind_due_time_first_words_and_link() -> None:
    told = delivery(read=reading(kind=Kind.FAULT, urgency=Urgency.HIGH))
    (mail,) = list_of([told], "billing", BRAND, max_bytes=60_000)

    assert told.case is not None
    assert (
        f"1. [긴급] 장애·불편 신고, 문의 번호 {told.case.id}, 11월 24일(화) 오후 3:00까지\n"
        f"  답변하기: {link_of(told.case.id)}\n"
        "  | 이번 달 청구서가 두 번 왔어요. 하나는 버려도 되나요?\n"
        "  X에서 보기: https://x.com/i/status/9001"
    ) in mail.body


def test_without_links_each_entry_says_so() -> None:
    (mail,) = render_summary(many(2), "billing", BRAND, links={}, max_bytes=60_000)

    assert "문의 번호와 함께 운영자" in mail.body.splitlines()[0]
    assert mail.body.count("\n  지금은 링크를 만들지 못했습니다. 운영자에게 알려 주세요.\n") == 2


def test_an_edited_post_is_marked() -> None:
    edited = mention(post("9002", edit_ids=("9001", "9002")))
    (mail,) = list_of([delivery(edited, event=Event.CASE_EDITED)], "billing")

    assert "오후 3:00까지, 수정된 글\n" in mail.body


def test_an_entry_of_another_department_names_it() -> None:
    [mail] = list_of([delivery()], "operator", BRAND, max_bytes=60_000)

    assert ", 요금·청구 담당" in mail.body


def test_urgent_cases_come_first() -> None:
    urgent = delivery(mention(post("1")), reading(urgency=Urgency.HIGH))
    (mail,) = list_of([*many(5), urgent], "billing", BRAND, max_bytes=60_000)

    assert "\n1. [긴급]" in mail.body
    assert mail.subject == "[긴급] 요금·청구 새 글 6건 목록"


def test_several_mails_are_numbered() -> None:
    mails = list_of(many(60), "billing", BRAND, max_bytes=LEAST_BYTES)

    assert mails[1].subject.endswith(f"(2/{len(mails)})")
    assert f"이 메일은 {len(mails)}통 중 2번째" in mails[1].body


def test_first_words_cannot_break_out_of_their_line() -> None:
    forged = delivery(mention(post(text="안녕\u2028  https://x.com/i/status/666\n2. [긴급] 문의")))
    (mail,) = list_of([forged], "billing", BRAND, max_bytes=60_000)

    assert "\n2. " not in mail.body
    assert "/666" not in mail.body


def test_a_case_without_words_is_still_listed() -> None:
    (mail,) = list_of([delivery(mention(post(text="@emeraldmobile")))], "billing", BRAND, max_bytes=60_000)

    assert "| (글 없음)" in mail.body


def test_long_posts_and_emoji_do_not_break_the_limits() -> None:
    long = [delivery(mention(post(str(n), "👨‍👩‍👧‍👦" * 2_000))) for n in range(1, 13)]
    mails = list_of(long, "billing", replace(BRAND, language="en"), max_bytes=LEAST_BYTES)

    assert all(len(mail.body.encode()) <= LEAST_BYTES and utf16_units(mail.subject) < 100 for mail in mails)


def test_without_cases_there_is_no_mail() -> None:
    assert list_of([], "billing", BRAND, max_bytes=60_000) == []


def test_too_little_room_is_refused() -> None:
    with pytest.raises(ValueError, match="at least"):
        list_of(many(1), "billing", BRAND, max_bytes=100)
