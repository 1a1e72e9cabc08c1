"""Trends that touch the brand in the morning brief and the evening digest."""

import pytest

from daily_digest.formatter import ReportFormatter
from daily_digest.periods import Edition
from daily_digest.report import render_report
from daily_digest.summary import render_summary, trends_sentence
from desk.brand import TrendPlace
from desk.trends.model import RankedTrend, Sharing, TrendProblem, TrendReading, hour_of
from tests.brands import small_brand
from tests.unit.daily_digest import examples
from tests.unit.daily_digest.scene import Scene, seoul

KOREA = 23_424_868
SNOW = RankedTrend("첫눈")
OUTAGE = RankedTrend("통신장애", mentions=Sharing(1_240, 3.2, 28, is_more=True))
OURS = RankedTrend("#제이드", own="제이드", mentions=Sharing(4, 2.0, 28))


@pytest.fixture
def scene() -> Scene:
    return Scene()


def have(scene: Scene, day: int, hour: int, *trends: RankedTrend, woeid: int = KOREA) -> None:
    at = seoul(day, hour)
    scene.trends.save(TrendReading(woeid, hour_of(at), at, trends, compared=True))


def test_the_evening_has_the_days_trends_that_touched_the_brand_as_they_were_last(scene: Scene) -> None:
    have(scene, 23, 17, RankedTrend("어제", own="제이드"))
    have(scene, 24, 9, OUTAGE._replace(mentions=Sharing(40, 3.2, 28, is_more=True)), SNOW)
    have(scene, 24, 10, OUTAGE)
    have(scene, 24, 11, SNOW, OURS)
    have(scene, 24, 17, SNOW)

    assert scene.collect().touching == (OURS, OUTAGE)


def test_the_morning_has_those_of_the_hour_before_the_desk_opens(scene: Scene) -> None:
    scene.now = seoul(24, 8, 50)
    have(scene, 23, 17, OUTAGE)
    have(scene, 24, 8, OURS)

    assert scene.collect(Edition.MORNING).touching == (OURS,)


def test_longer_editions_have_none_and_each_place_counts(scene: Scene) -> None:
    scene.brand = small_brand(trends=(TrendPlace("대한민국", KOREA), TrendPlace("일본", 1)))
    have(scene, 24, 9, OUTAGE)
    have(scene, 24, 10, OURS, woeid=1)
    have(scene, 18, 9, OUTAGE)

    assert scene.collect().touching == (OURS, OUTAGE)
    assert scene.collect(Edition.WEEKLY).touching == ()


def test_an_hour_that_was_not_read_has_none(scene: Scene) -> None:
    at = seoul(24, 9)
    scene.trends.save(TrendReading(KOREA, hour_of(at), at, problem=TrendProblem.UNAVAILABLE, failing_since=at))

    assert scene.collect().touching == ()


CONSOLE = "https://desk.example/console"
SENTENCE = "우리와 관련된 트렌드: #제이드 (멘션 4건), 통신장애 (멘션 1,240건, 평소의 388배)"


def test_mail_and_report_have_one_line_with_a_link() -> None:
    digest, brand = examples.evening()._replace(touching=(OURS, OUTAGE)), examples.brand()._replace(console_url=CONSOLE)

    mail, page = render_summary(digest, brand, "https://desk.example/r/1"), render_report(digest, brand)

    assert f"\n{SENTENCE}\n트렌드 보기: {CONSOLE}/trends\n" in mail.body
    assert f'<p>{SENTENCE} <a href="{CONSOLE}/trends">트렌드 보기</a></p>' in page


def test_without_such_a_trend_there_is_no_line() -> None:
    digest, brand = examples.evening(), examples.brand()._replace(console_url=CONSOLE)

    assert "트렌드" not in render_summary(digest, brand, "https://desk.example/r/1").body
    assert "관련된 트렌드" not in render_report(digest, brand)


@pytest.mark.parametrize(
    ("touching", "said"),
    [
        ((RankedTrend("눈\n■ 할 일", own="눈"),), "눈 ■ 할 일"),
        ((RankedTrend("<b>", own="눈"),), "<b>"),
        (tuple(RankedTrend(f"말{number}", own="말") for number in range(5)), "말0, 말1, 말2 외 2개"),
        ((RankedTrend("가" * 200, own="가"),), "가" * 29 + "…"),
    ],
)
def test_names_are_texts_of_strangers_in_one_short_line(touching: tuple[RankedTrend, ...], said: str) -> None:
    digest, brand = examples.evening()._replace(touching=touching), examples.brand()

    assert trends_sentence(digest, ReportFormatter(brand)) == f"우리와 관련된 트렌드: {said}"
    assert "<b>" not in render_report(digest, brand).partition("<body")[2]
