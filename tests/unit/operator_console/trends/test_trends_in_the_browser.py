"""The page of trends in a browser: readable on both widths, in light and dark and both languages, without findings."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from desk.trends.model import RankedTrend, Sharing, TrendProblem, TrendReading
from tests.brands import small_brand
from tests.browser import DESKTOP, PHONE, Chromium
from tests.families import variants
from tests.unit.operator_console.inbox.test_in_the_browser import Desk

pytestmark = pytest.mark.browser

KOREA = 23_424_868
NINE = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SNOW = RankedTrend("첫눈", 52_000, mentions=Sharing(2, 1.5, 28), search="첫눈")
LONG = RankedTrend("#" + "아주긴해시태그" * 12, 900)
TRENDS = (
    SNOW,
    LONG,
    RankedTrend(
        "통신 장애",
        31_000,
        topic="network",
        search="통신 장애",
        mentions=Sharing(40, 3.2, 28, is_more=True),
        heard=Sharing(7, 2.0, 28, is_more=True),
    ),
    RankedTrend("#제이드", own="제이드"),
    RankedTrend("코스피", 1_200, mentions=Sharing(1, 0.0, 28), search="코스피"),
)


def read(hours: int, *trends: RankedTrend) -> TrendReading:
    at = NINE + hours * HOUR
    return TrendReading(KOREA, at, at + MINUTE, trends, compared=True)


@pytest.fixture
def desk(browser: Chromium) -> Iterator[Desk]:
    scene = Desk(brand=small_brand(language="ko"), now=NINE + 3 * HOUR + 5 * MINUTE)
    scene.browser = browser
    scene.posts.switch = scene.switch
    refused = TrendReading(
        KOREA, NINE + 3 * HOUR, NINE + 3 * HOUR, problem=TrendProblem.UNAVAILABLE, failing_since=NINE + 3 * HOUR
    )
    for reading in (
        read(0, *TRENDS[::-1]),
        refused._replace(hour=NINE + HOUR, at=NINE + HOUR),
        read(2, *TRENDS),
        refused,
    ):
        scene.trends.save(reading)
    with scene.served() as scene.url:
        yield scene


@variants("language, width", [("ko", DESKTOP), ("en", PHONE)], count=1)
def test_the_page_fits_and_axe_finds_nothing(desk: Desk, language: str, width: int) -> None:
    desk.brand = small_brand(language=language)
    with desk.opened(path="trends", width=width) as page:
        assert page.locator(".trend").count() == len(TRENDS)
        assert page.locator(".trend.touches .name bdi").all_inner_texts() == ["통신 장애", "#제이드"]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert desk.browser.violations_in_both_themes(page) == []


def test_an_earlier_hour_is_a_click_away_and_the_count_leads_to_the_mentions(desk: Desk) -> None:
    with desk.opened(path="trends") as page:
        page.locator(".chips .chip").first.click()
        assert page.locator(".chips .chip[aria-current=page]").inner_text() == "오전\xa09:01"
        assert page.locator(".trend bdi").all_inner_texts()[2:] == ["코스피", LONG.name, "첫눈"]
        page.get_by_role("link", name="멘션 40건").click()
        assert page.get_by_role("heading", level=1).inner_text().find("통신 장애") >= 0
