"""A sentence says why a use of X has stopped, since when, and until when, or what has to be done at X."""

from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest

from desk.brand import Purpose, XBudget
from desk.x.sentences import sentence_of
from desk.x.stops import StopCause, Stopped
from tests.brands import small_brand

SEOUL = ZoneInfo("Asia/Seoul")
SINCE = datetime(2026, 11, 24, 14, 30, tzinfo=SEOUL)
DECEMBER = datetime(2026, 12, 1, tzinfo=SEOUL)
KOREAN = small_brand(x_budget=XBudget(stops_at=MappingProxyType({Purpose.TRENDS: 80})))
AGAIN = "12월 1일(화) 0시(자정)에 저절로 다시 시작합니다."


@pytest.mark.parametrize(
    ("purpose", "cause", "sentence"),
    [
        (Purpose.TRENDS, StopCause.DAY, f"하루 예산의 80%를 썼습니다. {AGAIN}"),
        (Purpose.TRENDS, StopCause.MONTH, f"이달 예산의 80%를 썼습니다. {AGAIN}"),
        (Purpose.TRENDS, StopCause.PURPOSE, f"하루 한도를 다 썼습니다. {AGAIN}"),
        (Purpose.MENTIONS, StopCause.DAY, f"하루 예산을 다 썼습니다. {AGAIN}"),
        (Purpose.MENTIONS, StopCause.MONTH, f"이달 예산을 다 썼습니다. {AGAIN}"),
        (
            Purpose.TRENDS,
            StopCause.CREDITS,
            "X 이용 크레딧이 떨어졌습니다. X에서 크레딧을 채우면 저절로 다시 시작합니다.",
        ),
        (
            Purpose.PUBLISHING,
            StopCause.PLAN,
            (
                "X의 이용 한도(요금제 한도나 설정해 둔 지출 한도)에 이르렀습니다. "
                "X에서 한도를 올리거나 X의 다음 결제 기간이 되면 저절로 다시 시작합니다."
            ),
        ),
        (
            Purpose.TRENDS,
            StopCause.NOT_AUTHORISED,
            "X 인증이 거절되었습니다. X 인증 정보를 고치면 저절로 다시 시작합니다.",
        ),
    ],
)
def test_each_cause_has_its_sentence(purpose: Purpose, cause: StopCause, sentence: str) -> None:
    assert sentence_of(Stopped(purpose, cause, None, DECEMBER), KOREAN) == sentence


def test_the_first_refused_call_is_named_where_there_was_one() -> None:
    stopped = Stopped(Purpose.MENTIONS, StopCause.MONTH, SINCE, DECEMBER)

    assert sentence_of(stopped, KOREAN._replace(language="en")) == (
        "The month's budget is used up. It stopped on Tue 24 Nov, 2:30 pm. It resumes by itself on Tue 1 Dec, 12:00 am."
    )
