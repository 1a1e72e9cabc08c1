"""A text uses a fact if it has one of its sentences, also with a few other words; not if it says something else."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from desk.checks.used_facts import unusable_facts_in
from desk.staff.saved_replies import SavedReply

SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2026, 12, 2, 3, 0, tzinfo=UTC)
"""Noon in Seoul."""
YESTERDAY = date(2026, 12, 1)


def a_fact(fact_id: str, text: str, **changes: object) -> SavedReply:
    fact = SavedReply(
        fact_id, fact_id, text, last_day=YESTERDAY, source="https://jade.example/notice", vouched_by="plans"
    )
    return fact._replace(**changes)  # type: ignore[arg-type]


FACTS = (
    a_fact("5G", "제이드 5G 라이트 요금제 가입비 면제는 11월 30일까지 진행합니다."),
    a_fact("로밍", "안녕하세요, {이름} 님. 일본 로밍 데이터는 하루 11,000원에 2GB까지 쓰실 수 있습니다. 감사합니다."),
    a_fact("점검", "12월 1일 새벽 2시부터 4시까지 앱 점검으로 요금 조회가 되지 않습니다."),
    a_fact("유심", "유심은 편의점에서도 사실 수 있습니다."),
    a_fact("매장", "판교 매장은 공사로 12월 말까지 문을 닫습니다.\n가까운 정자 매장을 이용해 주세요."),
    a_fact(
        "환불",
        "위약금은 청구되지 않습니다.",
        texts={"en": "No early termination fee will be charged in this case.", "ja": "違約金は請求されません。"},
    ),
    a_fact("설치", "인터넷 설치는 신청하신 날부터 영업일 2일 안에 가능합니다."),
    a_fact("결합", "결합 할인은 가족 3명이 함께 쓰실 때 매달 5,500원입니다."),
    a_fact("포인트", "멤버십 포인트는 12월 31일에 모두 사라집니다."),
    a_fact("장애", "제주 지역 통신 장애는 오전 11시에 복구되었습니다."),
    a_fact("번호 이동", "번호 이동은 주말에도 신청하실 수 있지만 개통은 월요일에 됩니다."),
    a_fact("roaming", "Roaming in Japan costs 11,000 won a day for 2 GB of data."),
    a_fact("예약", "갤럭시 사전 예약 고객님은 12월 5일부터 매장에서 받으실 수 있습니다."),
)
CURRENT = (
    SavedReply("이용", "이용", "이용에 불편을 드려 대단히 죄송합니다. 확인 후 오후 3시까지 답변드리겠습니다."),
    a_fact("로밍 새", "태국 로밍 데이터는 하루 9,900원에 2GB까지 쓰실 수 있습니다.", last_day=date(2027, 1, 31)),
)

USES = {
    # as inserted, alone or among other words
    "제이드 5G 라이트 요금제 가입비 면제는 11월 30일까지 진행합니다.": "5G",
    "네, 맞습니다! 제이드 5G 라이트 요금제 가입비 면제는 11월 30일까지 진행합니다. 더 궁금하시면 말씀해 주세요.": "5G",
    "안녕하세요, 민수 님. 일본 로밍 데이터는 하루 11,000원에 2GB까지 쓰실 수 있습니다. 감사합니다.": "로밍",
    "문의 감사합니다.\n일본 로밍 데이터는 하루 11000원에 2GB까지 쓰실 수 있습니다\n좋은 하루 되세요": "로밍",
    "12월 1일 새벽 2시부터 4시까지 앱 점검으로 요금 조회가 되지 않습니다. 이용에 참고해 주세요.": "점검",
    "유심은 편의점에서도 사실 수 있습니다.": "유심",
    "가까운 정자 매장을 이용해 주세요.": "매장",
    "위약금은 청구되지 않습니다. 걱정하지 마세요.": "환불",
    "Hi! No early termination fee will be charged in this case. Have a nice day.": "환불",
    "違約金は請求されません。": "환불",
    # edited: other endings, order of words, joined sentences, signs and spaces
    "제이드 5G 라이트 요금제 가입비 면제는 11월 30일까지 진행해요.": "5G",
    "제이드 5G 라이트 요금제 가입비 면제는 11월 30일까지 진행하고 있어요": "5G",
    "제이드 5G라이트 요금제의 가입비 면제는 11월 30일까지 진행합니다!": "5G",
    "지금 제이드 5G 라이트 요금제 가입비 면제는 11월 30일까지 진행하니 서둘러 주세요.": "5G",
    "고객님, 일본 로밍 데이터는 하루 11,000원에 2GB까지 쓰실 수 있어요 :)": "로밍",
    "일본 로밍 데이터는요, 하루 11,000원에 2GB까지 쓰실 수 있습니다.": "로밍",
    "일본 로밍 데이터는 하루에 11,000원으로 2GB까지 쓰실 수 있습니다": "로밍",
    "12월 1일 새벽 2시부터 4시까지는 앱 점검 때문에 요금 조회가 되지 않습니다": "점검",
    "유심은 가까운 편의점에서도 사실 수 있어요.": "유심",
    "판교 매장은 내부 공사로 12월 말까지 문을 닫습니다.": "매장",
    "판교 매장은 공사로 12월 말까지 문을 닫아요. 양해 부탁드려요.": "매장",
    "This time, no early termination fee will be charged.": "환불",
    # written after the rule, to measure it
    "인터넷 설치는 신청하신 날로부터 영업일 2일 안에 가능해요": "설치",
    "인터넷은 신청하신 날부터 영업일 2일 안에 설치 가능합니다.": "설치",
    "네 고객님 인터넷 설치는 보통 신청하신 날부터 영업일 2일 이내에 가능합니다.": "설치",
    "결합 할인은 가족 3명이 함께 쓰시면 매달 5,500원이에요.": "결합",
    "가족 3명이 함께 쓰실 때 결합 할인은 매달 5,500원입니다": "결합",
    "결합할인은 가족 3명이 같이 쓰실 때 매달 5500원입니다.": "결합",
    "멤버십 포인트는 12월 31일에 모두 없어져요.": "포인트",
    "남은 멤버십 포인트는 12월 31일에 모두 사라져요 ㅠㅠ": "포인트",
    "멤버십 포인트는 올해 12월 31일에 모두 소멸됩니다.": "포인트",
    "제주 지역 통신 장애는 오전 11시에 모두 복구됐습니다.": "장애",
    "제주 통신 장애는 오전 11시에 복구되었어요.": "장애",
    "말씀하신 제주 지역 통신 장애는 오전 11시경 복구되었습니다.": "장애",
    "번호 이동은 주말에도 신청하실 수 있어요. 다만 개통은 월요일에 됩니다.": "번호 이동",
    "번호이동은 주말에도 신청하실 수 있지만 개통은 월요일에 돼요": "번호 이동",
    "Roaming in Japan costs 11,000 won per day for 2 GB of data.": "roaming",
    "In Japan, roaming costs 11,000 won a day for 2GB.": "roaming",
    "갤럭시를 사전 예약하신 고객님은 12월 5일부터 매장에서 받으실 수 있어요.": "예약",
    "사전 예약 고객님은 12월 5일부터 매장에서 받아 가실 수 있습니다.": "예약",
}
SAYS_SOMETHING_ELSE = (
    # other figures: what is true now
    "제이드 5G 라이트 요금제 가입비 면제는 12월 31일까지 진행합니다.",
    "일본 로밍 데이터는 하루 9,900원에 2GB까지 쓰실 수 있습니다.",
    "일본 로밍 데이터는 하루 11,000원에 3GB까지 쓰실 수 있습니다.",
    "12월 8일 새벽 2시부터 4시까지 앱 점검으로 요금 조회가 되지 않습니다.",
    # the opposite
    "제이드 5G 라이트 요금제 가입비 면제는 11월 30일까지 진행하지 않습니다.",
    "유심은 이제 편의점에서는 사실 수 없습니다.",
    "위약금은 청구됩니다.",
    "판교 매장은 12월 말까지 문을 닫지 않습니다.",
    # the same matter in other words, and other matters
    "가입비 면제 행사는 끝났습니다.",
    "일본 로밍은 출국 전에 켜 주세요.",
    "요금 조회는 앱에서 하실 수 있습니다.",
    "유심은 매장에서 사실 수 있습니다.",
    "정자 매장은 오전 10시에 엽니다.",
    "No, the fee will be charged as agreed.",
    # written after the rule, to measure it
    "인터넷 해지는 신청하신 날부터 영업일 2일 안에 가능합니다.",
    "인터넷 설치는 신청하신 날부터 영업일 3일 안에 가능합니다.",
    "인터넷 설치 신청은 앱에서 가능합니다.",
    "결합 할인은 가족 4명이 함께 쓰실 때 매달 7,700원입니다.",
    "결합 할인은 앱에서 신청하실 수 있습니다.",
    "멤버십 포인트는 12월 31일에 두 배로 드립니다.",
    "멤버십 포인트는 사라지지 않습니다.",
    "부산 지역 통신 장애는 오전 11시에 복구되었습니다.",
    "제주 지역 통신 장애는 아직 복구되지 않았습니다.",
    "제주 지역 통신 장애를 확인하고 있습니다.",
    "번호 이동은 매장에서 신청하실 수 있습니다.",
    "개통은 월요일에 됩니다.",
    "Roaming in Thailand costs 11,000 won a day for 2 GB of data.",
    "Roaming in Japan costs 9,900 won a day.",
    "갤럭시 사전 예약은 12월 5일부터 앱에서 하실 수 있습니다.",
    "일반 구매 고객님은 12월 5일부터 매장에서 사실 수 있습니다.",
    "확인 후 답글로 알려 드리겠습니다.",
    "불편을 드려 죄송합니다.",
    "오늘도 제이드를 찾아 주셔서 감사합니다.",
    "영업일 2일 안에 답변드리겠습니다.",
    # polite words
    "안녕하세요, 민수 님. 감사합니다.",
    "이용에 불편을 드려 대단히 죄송합니다.",
    "확인 후 오후 3시까지 답변드리겠습니다.",
    "감사합니다.",
    "",
    "https://jade.example/roaming?to=jp",
    "😀😀😀",
)


def used(text: str, *more: SavedReply, at: datetime = NOW) -> list[str]:
    return [each.fact.id for each in unusable_facts_in(text, [*FACTS, *CURRENT, *more], at, SEOUL)]


def test_a_fact_is_found_as_it_was_inserted_and_mostly_where_it_was_edited() -> None:
    missed = [text for text, fact in USES.items() if used(text) != [fact]]

    assert not {*missed} & {*[*USES][:10]}
    assert len(missed) <= len(USES) * 0.15


def test_a_text_that_says_something_else_uses_no_fact_unless_it_is_the_twin_of_one() -> None:
    wrong = {text for text in SAYS_SOMETHING_ELSE if used(text)}

    assert wrong <= {
        "인터넷 해지는 신청하신 날부터 영업일 2일 안에 가능합니다.",
        "부산 지역 통신 장애는 오전 11시에 복구되었습니다.",
        "Roaming in Thailand costs 11,000 won a day for 2 GB of data.",
    }


def test_what_a_usable_reply_says_as_well_is_no_use_of_a_fact() -> None:
    apology = a_fact("사과", "이용에 불편을 드려 대단히 죄송합니다. 기지국 공사는 12월 1일에 끝납니다.")

    assert used("이용에 불편을 드려 대단히 죄송합니다.", apology) == []
    assert used("기지국 공사는 12월 1일에 끝납니다.", apology) == ["사과"]


@pytest.mark.parametrize(
    ("changes", "unusable"),
    [
        ({"last_day": date(2026, 12, 2)}, False),
        ({"last_day": YESTERDAY}, True),
        ({"last_day": date(2026, 12, 2), "last_time": time(12, 1)}, False),
        ({"last_day": date(2026, 12, 2), "last_time": time(12, 0)}, True),
        ({"last_day": date(2026, 12, 9), "is_unannounced": True}, True),
        ({"last_day": date(2026, 12, 9), "is_unannounced": True, "announced_at": NOW + timedelta(minutes=1)}, True),
        ({"last_day": date(2026, 12, 9), "is_unannounced": True, "announced_at": NOW}, False),
        ({"last_day": YESTERDAY, "source": ""}, False),
    ],
)
def test_a_fact_is_judged_at_the_moment_in_the_desks_zone(changes: dict[str, object], unusable: bool) -> None:
    fact = a_fact("매장", "강남 매장은 아침 일찍 문을 엽니다.", **changes)

    assert bool(unusable_facts_in(fact.text, [fact], NOW, SEOUL)) is unusable
