"""The one pass over the days of a period."""

import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from daily_digest.counting import PeriodCounter, PeriodCounts
from daily_digest.model import Balance
from daily_digest.periods import Period
from desk.mentions.model import DayRow
from tests.fakes.mentions import FakeMentions

SEOUL = ZoneInfo("Asia/Seoul")
TUESDAY = date(2026, 11, 24)
MONDAY = TUESDAY - timedelta(days=1)
MORNING = Period(datetime(2026, 11, 23, 18, tzinfo=SEOUL), datetime(2026, 11, 24, 8, 50, tzinfo=SEOUL))


class Scene:
    """Rows and counts of the desk."""

    def __init__(self) -> None:
        self.mentions = FakeMentions(SEOUL)

    def at(self, day: int, hour: int, minute: int = 0, *, kind: str | None = "inquiry", second: int = 0) -> str:
        moment = datetime(2026, 11, day, hour, minute, second, tzinfo=SEOUL)
        row = DayRow(f"{day}{hour:02}{minute:02}{second:02}", moment.astimezone(UTC))
        if kind:
            row = row._replace(kind=kind, need="information", department="billing", urgency="normal", lang="ko")
        self.mentions.keep(row)
        return row.mention_id

    def count(self, period: Period = MORNING, seen: frozenset[str] | None = frozenset()) -> PeriodCounts:
        return PeriodCounter(self.mentions, ("billing", "operator"), period, seen).count()


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_the_tally_is_of_the_period_the_balance_of_whole_days(scene: Scene) -> None:
    for day, hour, minute in ((23, 0, 0), (23, 17, 59), (23, 18, 0), (24, 8, 49), (24, 8, 50), (24, 12, 0)):
        scene.at(day, hour, minute)
    scene.at(24, 3, kind=None)

    counted = scene.count()

    assert (counted.tally.total, counted.tally.unread) == (3, 1)
    assert counted.balance == Balance((MONDAY, TUESDAY), polled=7, read=6, waiting=1, seen=0)
    assert counted.balance.holds


def test_today_counts_from_midnight_to_the_end_of_the_period(scene: Scene) -> None:
    scene.at(23, 23)
    scene.at(24, 0)
    scene.at(24, 8)
    scene.at(24, 7, kind="junk")
    scene.at(24, 9)

    assert scene.count().today == {"information": 2}


def test_each_day_is_gone_over_once(scene: Scene) -> None:
    scene.at(23, 20)

    scene.count()

    assert scene.mentions.passes == {MONDAY: 1, TUESDAY: 1}


def test_answered_mentions_are_seen_and_unknown_when_x_refuses(scene: Scene) -> None:
    answered = scene.at(23, 20)
    scene.at(23, 21)

    assert scene.count(seen=frozenset({answered, "elsewhere"})).balance.seen == 1
    assert scene.count(seen=None).balance.seen is None


def test_a_period_that_takes_too_long_is_counted_from_its_last_day_back(scene: Scene) -> None:
    for day in range(20, 25):
        scene.at(day, 7)
    times = iter([True, False, False, False])
    five_days = Period(datetime(2026, 11, 20, tzinfo=SEOUL), datetime(2026, 11, 24, 8, tzinfo=SEOUL))

    counted = PeriodCounter(scene.mentions, ("billing",), five_days, frozenset()).count(lambda: next(times))

    assert counted.uncounted == (date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 22))
    assert (counted.tally.total, counted.today, list(counted.needs)) == (2, {"information": 1}, [TUESDAY, MONDAY])
    assert counted.balance == Balance((MONDAY, TUESDAY), polled=2, read=2, waiting=0, seen=0)


def test_a_single_day_is_counted_even_without_time(scene: Scene) -> None:
    scene.at(24, 7)
    day = Period(datetime(2026, 11, 24, tzinfo=SEOUL), datetime(2026, 11, 24, 8, tzinfo=SEOUL))

    counted = PeriodCounter(scene.mentions, ("billing",), day, frozenset()).count(lambda: False)

    assert (counted.tally.total, counted.uncounted) == (1, ())


def test_without_time_no_day_is_counted_again(scene: Scene) -> None:
    scene.mentions.hidden = {scene.at(24, 7)}
    day = Period(datetime(2026, 11, 24, tzinfo=SEOUL), datetime(2026, 11, 24, 8, tzinfo=SEOUL))

    balance = PeriodCounter(scene.mentions, ("billing",), day, frozenset()).count(lambda: False).balance

    assert (balance.holds, scene.mentions.passes) == (False, {TUESDAY: 1})


def test_a_polled_mention_that_is_missing_breaks_the_balance(scene: Scene) -> None:
    scene.at(23, 20)
    scene.mentions.stored_on[MONDAY] += 1

    balance = scene.count().balance

    assert not balance.holds
    assert (balance.polled, balance.read) == (2, 1)


def test_a_day_whose_index_lags_is_counted_again(scene: Scene) -> None:
    hidden = scene.at(23, 20)
    scene.at(23, 21)
    scene.mentions.hidden = {hidden}

    balance = scene.count(seen=frozenset({hidden})).balance

    assert balance == Balance((MONDAY, TUESDAY), polled=2, read=2, waiting=0, seen=1)


def test_mentions_polled_during_the_pass_do_not_break_the_balance(scene: Scene) -> None:
    scene.at(24, 8)
    arrivals = iter(range(60))
    scene.mentions.after_polled = lambda: scene.at(24, 12, second=next(arrivals))

    balance = scene.count().balance

    assert balance.holds
    assert balance.polled == 2


def test_mentions_polled_after_their_shard_was_read_do_not_break_the_balance(scene: Scene) -> None:
    scene.at(24, 8)
    rows = list(scene.mentions.rows[TUESDAY])

    def stream() -> Iterator[DayRow]:
        yield from rows
        scene.mentions.stored_on[TUESDAY] += 1

    scene.mentions.streams[TUESDAY] = stream

    balance = scene.count().balance

    assert (balance.holds, balance.polled) == (True, 1)


def test_a_lost_mention_breaks_the_balance_even_if_others_come_meanwhile(scene: Scene) -> None:
    scene.at(24, 8)
    scene.mentions.stored_on[TUESDAY] += 5
    arrivals = iter(range(60))
    scene.mentions.after_polled = lambda: scene.at(24, 12, second=next(arrivals))

    assert not scene.count().balance.holds


def test_needs_by_hour_follow_the_wall_clock_on_the_days_on_which_it_is_moved() -> None:
    new_york = ZoneInfo("America/New_York")
    for day, hours in ((date(2026, 3, 8), 23), (date(2026, 11, 1), 25)):
        mentions = FakeMentions(new_york)
        midnight = datetime(day.year, day.month, day.day, tzinfo=new_york).astimezone(UTC)
        mentions.keep(
            *(
                DayRow(str(hour), midnight + timedelta(hours=hour), "fault", "support", "billing", "high", "en")
                for hour in range(hours)
            )
        )
        end = datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=new_york)
        period = Period(midnight.astimezone(new_york), end)

        counted = PeriodCounter(mentions, ("billing",), period, None).count()

        by_hour = counted.needs[day].by_hour["support"]
        assert (counted.tally.total, sum(by_hour), by_hour[23]) == (hours, hours, 1)
        assert by_hour[1 if hours == 25 else 2] == (2 if hours == 25 else 0)


def test_a_day_ten_times_as_busy_takes_no_more_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daily_digest.counting.MOST_WORDS", 1_000)
    mentions = FakeMentions(SEOUL)
    period = Period(datetime(2026, 11, 24, tzinfo=SEOUL), datetime(2026, 11, 24, 18, 10, tzinfo=SEOUL))

    def peak_of(number: int) -> int:
        mentions.streams[TUESDAY], mentions.stored_on[TUESDAY] = lambda: many(number), number
        tracemalloc.start()
        counted = PeriodCounter(mentions, ("billing", "operator"), period, frozenset(map(str, range(3_000)))).count()
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert counted.balance.read == number
        return peak

    assert peak_of(10_000) < peak_of(1_000) * 2


def many(number: int) -> Iterator[DayRow]:
    """A day's rows with ever new words, made up one at a time."""
    start = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    kinds = ("inquiry", "fault", "feedback", "chat", "junk")
    for place in range(number):
        kind = kinds[place % 5]
        at = start + timedelta(milliseconds=place * 300)
        terms = (f"낱말{place}", "요금제", f"term{place % 7000}")
        yield DayRow(str(place), at, kind, "information", "billing", "normal", "ko", terms)
