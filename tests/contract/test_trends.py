"""Trends: the fake and DynamoDB keep the same promises."""

from datetime import UTC, date, datetime, timedelta

import pytest

from desk.mentions.model import Source
from desk.trends.matching import KEPT_TERMS
from desk.trends.model import DayTerms, RankedTrend, Sharing, TrendProblem, TrendReading
from desk.trends.store import TrendItems, TrendStore
from tests.fakes.trends import FakeTrends
from tests.tables import Dynamo

KOREA, JAPAN = 23_424_868, 23_424_856
NINE = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SNOW = RankedTrend("첫눈", 52_000, search="첫눈", mentions=Sharing(7, 2.25, 28), heard=Sharing(1))
OUTAGE = RankedTrend(
    "#에메랄드모바일장애",
    own="에메랄드모바일",
    topic="network",
    search="장애",
    mentions=Sharing(40, 3.0, 28, is_more=True),
)
READ = TrendReading(KOREA, NINE, NINE + MINUTE, (OUTAGE, SNOW), compared=True)
REFUSED = TrendReading(
    KOREA, NINE, NINE, problem=TrendProblem.RATE_LIMITED, retry_at=NINE + 10 * MINUTE, failing_since=NINE - HOUR
)


@pytest.fixture
def trends(dynamo: Dynamo | None) -> TrendStore:
    return TrendItems(dynamo.client, dynamo.tables.desk) if dynamo else FakeTrends()


def claims(trends: TrendStore, at: datetime, *, woeid: int = KOREA, hour: datetime = NINE) -> bool:
    return trends.claim(woeid, hour, at, at + 5 * MINUTE)


def test_a_reading_is_found_as_it_was_saved(trends: TrendStore) -> None:
    for reading in (READ, REFUSED._replace(woeid=JAPAN)):
        trends.save(reading)

    assert trends.newest(KOREA) == READ
    assert trends.newest(JAPAN) == REFUSED._replace(woeid=JAPAN)
    assert trends.newest(1) is None


def test_one_run_at_a_time_reads_an_hour_and_places_and_hours_are_apart(trends: TrendStore) -> None:
    assert claims(trends, NINE)
    assert not claims(trends, NINE + 4 * MINUTE)
    assert claims(trends, NINE, woeid=JAPAN)
    assert claims(trends, NINE, hour=NINE + HOUR)
    assert claims(trends, NINE + 5 * MINUTE)


def test_an_hour_that_was_read_is_never_claimed_again_even_if_nothing_trended(trends: TrendStore) -> None:
    claims(trends, NINE)
    trends.save(READ._replace(trends=()))

    assert not claims(trends, NINE + HOUR)


def test_an_hour_that_failed_is_claimed_again_once_x_may_be_asked(trends: TrendStore) -> None:
    claims(trends, NINE)
    trends.save(REFUSED)

    assert [claims(trends, NINE + span * MINUTE) for span in (9, 10, 11)] == [False, True, False]


def test_a_claimed_hour_is_no_reading(trends: TrendStore) -> None:
    trends.save(READ)
    for ahead in range(1, 5):
        claims(trends, NINE, hour=NINE + ahead * HOUR)

    assert trends.newest(KOREA) == READ
    assert trends.between(KOREA, NINE, NINE + 5 * HOUR) == [READ]


def test_readings_between_two_moments_come_in_their_order(trends: TrendStore) -> None:
    later = [READ._replace(hour=NINE + ahead * HOUR, at=NINE + ahead * HOUR) for ahead in (2, 1, 3)]
    for reading in (*later, READ, READ._replace(woeid=JAPAN)):
        trends.save(reading)

    found = trends.between(KOREA, NINE + HOUR, NINE + 3 * HOUR)

    assert found == [later[1], later[0]]


def test_terms_of_days_are_kept_by_source(trends: TrendStore) -> None:
    today, before = date(2026, 11, 24), date(2026, 11, 23)
    counted = DayTerms(2_000, {"장애": 40, "emerald care": 2}, below=1)
    trends.keep_day_terms(Source.MENTIONS, before, DayTerms(1))
    trends.keep_day_terms(Source.MENTIONS, today, DayTerms(3))
    trends.keep_day_terms(Source.MENTIONS, today, counted)
    trends.keep_day_terms(Source.LISTENING, today, DayTerms(0))

    assert trends.day_terms(Source.MENTIONS, today) == {today: counted}
    assert trends.day_terms(Source.MENTIONS, before) == {before: DayTerms(1), today: counted}
    assert trends.day_terms(Source.LISTENING, before) == {today: DayTerms(0)}


def test_as_many_terms_and_trends_as_there_may_be_fit(trends: TrendStore) -> None:
    counts = {f"{chr(0xAC00 + number)}통신사요금제": number + 2 for number in range(KEPT_TERMS)}
    full = DayTerms(20_000, counts, below=2)
    trends.keep_day_terms(Source.MENTIONS, NINE.date(), full)
    most = READ._replace(trends=tuple(OUTAGE._replace(name="가" * 100 + str(rank)) for rank in range(50)))
    trends.save(most)

    assert trends.day_terms(Source.MENTIONS, NINE.date()) == {NINE.date(): full}
    assert trends.newest(KOREA) == most
