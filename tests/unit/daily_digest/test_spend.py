"""Digests say what X cost and for what, what has stopped and when it goes on, and what had stopped meanwhile."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from daily_digest.csv_file import render_csv
from daily_digest.model import SpendOnX
from daily_digest.periods import Edition
from daily_digest.report import render_report
from daily_digest.summary import render_summary
from desk.brand import Purpose
from desk.x.breakers import Breaker, BreakerReason
from desk.x.budget import BudgetRefusal, Limit
from desk.x.model import Usage
from desk.x.stops import StopCause, Stopped
from tests.unit.daily_digest import examples
from tests.unit.daily_digest.scene import Scene, seoul

LINK = "https://desk.jade.example/reports/AbCd-EfGh_IjKlMnOA"
TUESDAY = date(2026, 11, 24)
MIDNIGHT = datetime(2026, 11, 25, tzinfo=ZoneInfo("Asia/Seoul"))


@pytest.mark.parametrize("edition", [Edition.EVENING, Edition.MORNING])
def test_what_has_stopped_and_what_had_stopped_in_the_period_are_collected(edition: Edition) -> None:
    now = seoul(24, 18, 10) if edition is Edition.EVENING else seoul(24, 8)
    scene = Scene(now=now)
    trends = BudgetRefusal(Purpose.TRENDS, Limit.DAY, seoul(24, 6), 10_000)
    favourites = BudgetRefusal(Purpose.FAVOURITES, Limit.DAY, seoul(24, 5), 1_100_000)
    scene.spend.add(TUESDAY, Usage(3, 39_995_000), Purpose.PUBLISHING)
    scene.spend.days[TUESDAY] = scene.spend.days[TUESDAY]._replace(refusals=(trends, favourites))
    before = scene.collect(edition).spend
    scene.spend.days[TUESDAY] = scene.spend.days[TUESDAY]._replace(usage=Usage(3, 20_000_000))
    scene.breakers.save(Breaker("user:write", BreakerReason.CREDITS_DEPLETED, now, now + timedelta(minutes=9)))

    spend = scene.collect(edition).spend

    assert [(each.purpose, each.since, each.resumes_at) for each in before.stopped] == [
        (Purpose.FAVOURITES, seoul(24, 5), MIDNIGHT),
        (Purpose.PERFORMANCE, None, MIDNIGHT),
        (Purpose.TRENDS, seoul(24, 6), MIDNIGHT),
    ]
    assert before.refused == ()
    assert [(each.purpose, each.cause) for each in spend.stopped] == [(Purpose.PUBLISHING, StopCause.CREDITS)]
    assert spend.refused == (favourites, trends)


def test_page_table_and_mail_say_what_x_cost_and_what_has_stopped() -> None:
    spend = SpendOnX(
        900,
        40_250_000,
        {Purpose.MENTIONS: 30_000_000, Purpose.TRENDS: 250_000},
        (
            Stopped(Purpose.TRENDS, StopCause.DAY, seoul(24, 14, 30), MIDNIGHT),
            Stopped(Purpose.MENTIONS, StopCause.PLAN, seoul(24, 15), seoul(24, 15, 15)),
        ),
        (BudgetRefusal(Purpose.FAVOURITES, Limit.DAY, seoul(23, 9), 1_000),),
    )
    digest, brand = examples.evening(spend=spend), examples.brand()
    page, table = render_report(digest, brand), render_csv(digest, brand).decode("utf-8-sig")
    mail = render_summary(digest, brand, LINK).body

    trends = (
        "멈춘 것: 트렌드. 하루 예산의 80%를 썼습니다. 11월 24일(화) 오후 2:30부터 멈춰 있습니다. "
        "11월 25일(수) 0시(자정)에 저절로 다시 시작합니다."
    )
    mentions = "멈춘 것: 멘션 읽기. X의 이용 한도(요금제 한도나 설정해 둔 지출 한도)에 이르렀습니다."
    favourites = "에 X 비용 때문에 멈췄다가 다시 시작한 것: 마음에 들어요 (♥)"
    for text in (trends, mentions, favourites):
        assert text in page
        assert text in mail
    assert "- 11월 23일(월) 오전 9:00에 X 비용 때문에" in mail
    assert "- 새 멘션을 읽지 못하고 있습니다. 운영 화면의 X 비용에 이유가 있습니다." in mail
    assert "X 이용 요금: 약 40.25달러" in mail
    assert "멘션 읽기,30.0" in table
    assert "트렌드,0.25" in table
