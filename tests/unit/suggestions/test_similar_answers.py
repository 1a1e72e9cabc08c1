"""Earlier answers are found by what was asked and said, and only those that may be said to others."""

from copy import replace
from typing import Any

import pytest

from desk.cases.model import ReplyAs
from desk.errors import IndexUnavailable, StoreBusy
from desk.posts.model import PostKind, PostState
from desk.reading import Safety
from desk.suggestions.similar import Question
from tests.unit.suggestions.scene import NIGHT, AnsweredDesk

REFUND = "요금이 두 번 빠져나갔으면 영업일 3일 안에 환불됩니다."
ROAMING = "도착하시면 데이터 로밍을 켜고 전원을 껐다 켜 주세요."
BILL = "청구서는 앱의 요금 메뉴에서 보실 수 있습니다."


@pytest.fixture
def desk() -> AnsweredDesk:
    """Three matters, each answered once."""
    desk = AnsweredDesk()
    desk.answered("카드로 냈는데 통장에서도 또 출금됐어요", REFUND)
    desk.answered("미국인데 로밍이 안 켜집니다", ROAMING, {"department": "network"})
    desk.answered("고지서를 어디서 보나요", BILL)
    return desk


def test_the_closest_answer_comes_first_with_who_gave_it_when_and_for_whom(desk: AnsweredDesk) -> None:
    desk.index()

    first = desk.found("이번 달 통장에서 두 번 출금됐어요 환불해 주세요")[0]

    assert (first.text, first.by, first.department, first.kind, first.times) == (
        REFUND,
        "박지민",
        "billing",
        "inquiry",
        1,
    )
    assert first.at == desk.posts.posts["reply-00501-00000-1"].at


def test_an_answer_of_the_cases_department_comes_before_an_equal_one(desk: AnsweredDesk) -> None:
    desk.answered("", "소포 배송 조회는 우체국 앱 가.", {"department": "network"})
    desk.answered("", "소포 배송 조회는 우체국 앱 나.")
    desk.index()

    assert desk.texts("소포 배송 조회요", "billing")[0].endswith("나.")
    assert desk.texts("소포 배송 조회요", "network")[0].endswith("가.")


def test_a_question_whose_words_are_forgotten_leaves_the_answer_to_be_found_by_its_own(desk: AnsweredDesk) -> None:
    desk.index()
    assert desk.texts("고지서 주세요")[0] == BILL

    desk.mentions.stored.clear()
    desk.index()

    assert desk.texts("고지서 주세요")[0] != BILL
    assert desk.texts("청구서 주세요")[0] == BILL


def test_the_same_answer_is_merged_and_counted_and_the_newest_is_shown(desk: AnsweredDesk) -> None:
    again = desk.answered("또 두 번 결제됐네요", f"@user502 {REFUND} ^요금팀", by="이수진")
    report = desk.index()

    (first, *others) = desk.found("두 번 결제")
    assert (first.text, first.times, first.by, first.at) == (REFUND, 2, "이수진", again.at)
    assert REFUND not in [other.text for other in others]
    assert (report.read, report.answers) == (4, 3)


def test_a_long_answer_in_two_posts_is_one_text(desk: AnsweredDesk) -> None:
    text = "첫 문장에서는 소포 배송 조회를 알려 드립니다. …"
    first = desk.answered("소포 배송 조회는요", text, continuation="둘째 문장입니다. ^요금팀")
    second: dict[str, Any] = {"kind": PostKind.REPLY, "continues": first.id, "in_reply_to": first.x_id}
    desk.answered("", "둘째 문장입니다. ^요금팀", **second)
    report = desk.index()

    assert desk.texts("소포 배송 조회") == ["첫 문장에서는 소포 배송 조회를 알려 드립니다. 둘째 문장입니다."]
    assert report.read == 4


def test_the_other_authors_name_and_case_become_places(desk: AnsweredDesk) -> None:
    desk.answered("소포는 언제 오나요", "이름504 님, 소포는 00504-00000 건으로 보냈습니다.")
    desk.index()

    assert desk.texts("소포 언제 와요")[0] == "{name} 님, 소포는 {case} 건으로 보냈습니다."


def test_the_case_that_is_being_answered_suggests_nothing_to_itself(desk: AnsweredDesk) -> None:
    desk.index()

    assert REFUND not in [each.text for each in desk.found("두 번 출금 환불", case_id="00501-00000")]


SAID = "소포는 내일 도착합니다. 조금만 기다려 주세요."
EXCLUDED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"safety": Safety.DANGER}, {}),
    ({"safety": Safety.CHECK}, {}),
    ({"mention_ids": ()}, {}),
    ({}, {"private_message": True}),
    ({}, {"state": PostState.REFUSED}),
    ({}, {"text": "…"}),
    ({}, {"id": "ack-00504-00000"}),
    ({}, {"case_id": None}),
    ({}, {"kind": PostKind.ANNOUNCEMENT}),
    ({"post_id": "reply-00504-00000-1", "reply_as": ReplyAs.HOLDING}, {}),
]


@pytest.mark.parametrize(("case", "post"), EXCLUDED)
def test_what_must_not_be_said_to_others_never_enters_the_index(
    desk: AnsweredDesk, case: dict[str, Any], post: dict[str, Any]
) -> None:
    desk.answered("소포는 언제 오나요", SAID, case, **post)

    assert desk.index().answers == 3


@pytest.mark.parametrize(("case", "post"), EXCLUDED[:5])
def test_an_answer_that_is_removed_during_the_day_is_gone_at_once(
    desk: AnsweredDesk, case: dict[str, Any], post: dict[str, Any]
) -> None:
    made = desk.answered("소포는 언제 오나요", SAID)
    desk.index()
    assert desk.texts("소포는 언제 오나요")[0] == SAID

    desk.posts.posts[made.id] = made._replace(**post)
    desk.cases.cases[made.case_id or ""] = replace(desk.case_of(made), **case)

    assert SAID not in desk.texts("소포는 언제 오나요")


def test_words_of_self_harm_keep_an_answer_out_although_the_case_was_not_read_so(desk: AnsweredDesk) -> None:
    desk.answered("요금 때문에 죽고 싶어요 자살하고 싶습니다", "마음이 많이 힘드셨겠습니다.")

    assert desk.index().answers == 3


def test_unlike_questions_find_nothing(desk: AnsweredDesk) -> None:
    desk.index()

    assert desk.texts("zzz qqq") == []
    assert desk.texts("") == []
    assert desk.texts("@jade https://t.co/abc 12345") == []


def test_without_an_index_nothing_is_found_and_without_answers_it_is_empty() -> None:
    desk = AnsweredDesk()

    assert desk.similar.find(Question("로밍", "billing", "inquiry"), limit=5) is None
    assert desk.index().answers == 0
    assert desk.texts("로밍") == []


def test_the_index_is_loaded_once_until_another_holds(desk: AnsweredDesk) -> None:
    desk.index()
    similar, question = desk.similar, Question("두 번 출금", "billing", "inquiry")

    for _ in range(3):
        assert similar.find(question, limit=5)
    assert desk.indexes.calls["load"] == 1
    desk.answered("두 번 출금됐어요 이중 출금", "이중 출금은 앱에서 확인하실 수 있습니다.")
    desk.index()
    assert "이중 출금은 앱에서 확인하실 수 있습니다." in [each.text for each in similar.find(question, limit=5) or ()]


def test_an_index_of_another_release_counts_as_unavailable(desk: AnsweredDesk) -> None:
    desk.indexes.publish(b"DSA0 of long ago", NIGHT, 1)

    with pytest.raises(IndexUnavailable):
        desk.texts("로밍")


def test_an_index_that_could_not_be_stored_leaves_the_one_before(desk: AnsweredDesk) -> None:
    desk.index()
    desk.answered("소포는 언제 오나요", SAID)
    desk.indexes.fail_before.append("publish")

    with pytest.raises(StoreBusy):
        desk.index()
    assert SAID not in desk.texts("소포는 언제 오나요")
    assert REFUND in desk.texts("두 번 출금 환불")


def test_without_time_for_all_the_newest_answers_are_indexed(desk: AnsweredDesk) -> None:
    for number in range(150):
        desk.answered("", f"{number}번째 답변입니다. {chr(0xAC00 + number * 29)}")
    time = iter([True, False])

    report = desk.maker.make(NIGHT, lambda: next(time))

    assert (report.whole, report.answers) == (False, 100)
    assert REFUND not in desk.texts("두 번 출금 환불")


def test_answers_of_more_than_two_years_ago_are_left_out(desk: AnsweredDesk) -> None:
    desk.answered("소포는 언제 오나요", SAID)

    assert desk.index(NIGHT.replace(year=NIGHT.year + 2)).answers == 0
