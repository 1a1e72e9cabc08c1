"""The mail that reminds: as a department and as the operator read it."""

from datetime import timedelta
from typing import Any

import pytest

from desk.brand import Brand
from desk.cases.model import CaseEventKind, CaseState, Draft
from desk.notifications.mail.parts import MAIL_BYTES, Mail
from desk.notifications.mail.reminders import render_reminders
from desk.notifications.model import DueCase
from desk.reading import OPERATOR, Kind, Urgency
from tests.brands import small_brand
from tests.unit.chase_cases.scene import DUE, a_case, mention_of, seoul

REMINDED, DUE_NOW, ESCALATED = CaseEventKind.REMINDED, CaseEventKind.DUE, CaseEventKind.ESCALATED
BRAND = small_brand()
ENGLISH = small_brand(language="en")


def chased(number: int = 1, stage: CaseEventKind = DUE_NOW, overdue: int = 0, **changes: Any) -> DueCase:
    case = a_case(number, **changes)
    due = max(case.due_at, case.promised_until or case.due_at)
    return DueCase(case, stage, due, timedelta(minutes=overdue), mention_of(case).post)


def mail(*cases: DueCase, to: str = "billing", brand: Brand = BRAND, links: bool = True, more: int = 0) -> Mail:
    urls = {one.case.id: f"https://desk.example/answer/{one.case.conversation_id}" for one in cases} if links else {}
    return render_reminders(cases, to, brand, links=urls, more=more)


def test_a_case_of_a_heard_post_is_answered_on_x_and_closed_here() -> None:
    told = mail(chased()._replace(is_heard=True)).body

    assert "이 글은 우리를 부르지 않았습니다" in told
    assert "할 일: X에서 필요한 도움을 직접 안내하신 뒤 여기에서 문의 건을 종료해 주세요: https://" in told
    assert "답변하기: " not in told


def test_a_department_gets_its_due_case_with_a_link() -> None:
    told = mail(chased(holder="김하나"))

    assert told.subject == (
        f"요금·청구 답변 요청 다시 알림 {a_case().id}: 이번 달 청구서가 두 번 왔어요. 하나는 버려도 되나요?"
    )
    assert told.body.splitlines()[:11] == [
        "이 메일에는 회신하지 마시고 아래 [답변하기]를 눌러 주세요.",
        "",
        "아직 답변을 기다리는 문의 1건을 다시 알려 드립니다.",
        "",
        "■ 답변 기한이 된 문의: 1건",
        "",
        f"1. 문의, 문의 번호 {a_case().id}",
        "  답변 기한: 11월 24일(화) 오후 2:00까지",
        "  담당자: 김하나",
        "  답변하기: https://desk.example/answer/1",
        "  | 이번 달 청구서가 두 번 왔어요. 하나는 버려도 되나요?",
    ]


def test_late_cases_come_first_then_due_ones_then_early_reminders() -> None:
    told = mail(
        chased(1, REMINDED),
        chased(2, department=OPERATOR),
        chased(3, ESCALATED, 60),
        chased(4, ESCALATED, 40, urgency=Urgency.HIGH, kind=Kind.FAULT),
        to=OPERATOR,
    )

    assert told.subject == "[긴급] 처리할 문의 4건(기한 초과 2건)"
    assert told.body.splitlines()[2:4] == [
        "아직 답변을 기다리는 문의 2건을 다시 알려 드립니다.",
        "기한이 지나도록 답변하지 않은 문의가 2건 있습니다. 담당 부서에 확인하시거나 직접 답변해 주세요.",
    ]
    places = [told.body.index(a_case(number).id) for number in (4, 3, 2, 1)]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("overdue", "urgency", "words"),
    [
        (60, Urgency.NORMAL, "(근무 시간으로 1시간 지남)"),
        (75, Urgency.NORMAL, "(근무 시간으로 1시간 15분 지남)"),
        (40, Urgency.HIGH, "오후 2:00까지 (40분 지남)"),
        (1530, Urgency.LOW, "(근무 시간으로 25시간 30분 지남)"),
    ],
)
def test_the_operators_mail_has_department_and_time_overdue(overdue: int, urgency: Urgency, words: str) -> None:
    told = mail(chased(1, ESCALATED, overdue, urgency=urgency), to=OPERATOR)

    assert "  담당 부서: 요금·청구\n" in told.body
    assert words in told.body
    assert "담당자: 미배정" in told.body
    assert "받는 분이 없어" not in told.body


def test_a_promised_time_replaces_the_due_time() -> None:
    told = mail(chased(1, REMINDED, state=CaseState.PROMISED, promised_until=seoul(26, 12)))

    assert "답변 약속: 11월 26일(목) 오후 12:00까지\n" in told.body
    assert "답변 기한:" not in told.body


def test_a_draft_is_shown_to_whoever_has_to_send_it() -> None:
    draft = Draft("답", "이도윤", DUE)

    to_send = mail(chased(draft=draft), to=OPERATOR).body
    assert "이도윤이 쓴 답변이 있습니다" in to_send
    assert "받는 분이 없어" not in to_send
    assert "다시 보내 주세요" in mail(chased(draft=draft)).body
    assert "다시 보내 주세요" in mail(chased(draft=draft, department=OPERATOR), to=OPERATOR).body


@pytest.mark.parametrize("stages", [[DUE_NOW] * 8, [ESCALATED] * 2 + [DUE_NOW] * 5 + [REMINDED], [ESCALATED] * 3])
def test_the_subject_counts_what_the_body_lists(stages: list[CaseEventKind]) -> None:
    told = mail(*(chased(number, stage) for number, stage in enumerate(stages, 1)), to=OPERATOR)

    assert f" {len(stages)}건" in told.subject
    assert told.body.count("  답변하기: ") == len(stages)


def test_a_case_whose_author_opted_out_is_to_be_closed_without_an_answer() -> None:
    told = mail(chased(1)._replace(allows_reply=False))

    assert told.subject == "요금·청구 답글 없이 종료할 문의 1건"
    assert told.body.splitlines()[:9] == [
        "이 메일에는 회신하지 말아 주세요.",
        "",
        "작성자가 답글을 원하지 않아 종료만 하면 되는 문의가 1건 있습니다.",
        "",
        "■ 답글 없이 종료할 문의: 1건",
        "",
        f"1. 문의, 문의 번호 {a_case().id}",
        "  답글 금지: 작성자가 답글을 달지 말아 달라고 해서 X에서도 답글을 달 수 없습니다.",
        "  담당자: 미배정",
    ]
    assert "  할 일: 내용을 보신 뒤 [답변 없이 종료]로 끝내 주세요: https://desk.example/answer/1" in told.body
    assert "답변하기" not in told.body
    assert "답변 기한" not in told.body


def test_several_are_counted_in_the_subject_and_those_left_out_at_the_end() -> None:
    told = mail(chased(1), chased(2), more=7)

    assert told.subject == "요금·청구 답변 요청 다시 알림: 2건"
    assert "이 밖에 7건은 다음 메일로 알려 드립니다." in told.body


def test_without_links_the_mail_refers_to_the_earlier_one() -> None:
    assert "먼저 받으신 메일의 [답변하기]를 눌러 주세요." in mail(chased(), links=False).body
    assert "X에서 직접 답변해 주세요." in mail(chased(department=OPERATOR), to=OPERATOR, links=False).body
    assert mail(chased(), links=False).body.startswith("이 메일에는 회신하지 말아 주세요.")


def test_a_post_that_is_gone_leaves_the_number_in_the_subject() -> None:
    told = mail(chased()._replace(post=None))

    assert told.subject == f"요금·청구 답변 요청 다시 알림 {a_case().id}"
    assert "(글이 지워졌거나 볼 수 없습니다.)" in told.body


def test_names_and_texts_cannot_imitate_lines_of_the_mail() -> None:
    odd = chased(holder="김\n하나\u202e" + "긴" * 500)
    post = mention_of(odd.case, "010-1234-5678로 전화 주세요\n■ 답변 기한이 된 문의\u202e").post

    told = mail(odd._replace(post=post))

    assert "\u202e" not in told.body
    assert "1234-5678" not in told.body + told.subject
    assert told.body.count("\n■") == 1


def test_forty_of_the_longest_fit_into_a_mail() -> None:
    name = "긴" * 500
    longest = [
        chased(number, ESCALATED, 999, department="d" * 60, holder=name, draft=Draft("답", name, DUE))
        for number in range(1, 41)
    ]
    long = [one._replace(post=mention_of(one.case, "말" * 4000).post) for one in longest]

    assert len(mail(*long, to=OPERATOR).body.encode()) < MAIL_BYTES


def test_nothing_to_tell_is_no_mail() -> None:
    with pytest.raises(ValueError, match="content"):
        mail()


def test_a_reminder_in_english() -> None:
    told = mail(chased(1, ESCALATED, 75, holder="Hana", draft=Draft("a", "Doyun", DUE)), to=OPERATOR, brand=ENGLISH)

    assert told.subject == "Overdue, please check: 1"
    assert "Answer due: Tue 24 Nov, 2:00 pm (1 h 15 min of working time ago)" in told.body
    assert "Assignee: Hana" in told.body
    assert "Doyun wrote an answer." in told.body
