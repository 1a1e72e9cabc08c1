"""Needs compared with those of earlier days."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from daily_digest.counting import NeedHistory
from daily_digest.model import Comparison
from daily_digest.periods import Period
from desk.errors import StoreBusy
from desk.mentions.model import DayNeeds, DayRow
from tests.fakes.cases import FakeCases
from tests.fakes.mentions import FakeMentions

SEOUL = ZoneInfo("Asia/Seoul")
TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)
EVENING = Period(datetime(2026, 11, 24, tzinfo=SEOUL), datetime(2026, 11, 24, 18, 30, tzinfo=SEOUL))


class Scene:
    """A desk with some days behind it."""

    def __init__(self) -> None:
        self.mentions = FakeMentions(SEOUL)
        self.cases = FakeCases()
        self.time_left = True

    def had(self, back: int, *hours: int, kind: str | None = "inquiry", need: str | None = "information") -> date:
        """A day with a mention in each of these hours."""
        day = TODAY - back * DAY
        for place, hour in enumerate(hours):
            at = datetime(day.year, day.month, day.day, hour, tzinfo=SEOUL).astimezone(UTC)
            self.mentions.keep(DayRow(f"{back}{place}", at, kind, need))
        return day

    def against(self, period: Period = EVENING, counted: dict[date, DayNeeds] | None = None) -> list[Comparison]:
        history = NeedHistory(self.mentions, self.cases, SEOUL, lambda: self.time_left)
        return list(history.compare(period, counted or {}, TODAY))


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_desk_on_its_first_day_has_nothing_to_compare_with(scene: Scene) -> None:
    assert scene.against() == [Comparison(7, 0, {}), Comparison(28, 0, {})]


def test_days_are_compared_up_to_the_same_time_the_running_hour_by_its_share(scene: Scene) -> None:
    scene.had(1, 0, 17, 18, 18, 19, 23)

    week, month = scene.against()

    assert week == Comparison(7, 1, {"information": 3.0})
    assert month == Comparison(28, 1, {"information": 3.0})


def test_the_mean_is_over_the_days_there_are_with_days_on_which_nothing_came(scene: Scene) -> None:
    scene.had(10, 9, 9)
    scene.had(3, 9, 9, 9)

    week, month = scene.against()

    assert week == Comparison(7, 7, {"information": 3 / 7})
    assert month == Comparison(28, 10, {"information": 5 / 10})


def test_junk_feedback_and_unread_mentions_are_no_needs(scene: Scene) -> None:
    scene.had(1, 9, kind="junk", need="relationship")
    scene.had(1, 9, kind="feedback", need="relationship")
    scene.had(1, 9, kind=None, need=None)
    scene.had(1, 9, kind="chat", need="relationship")

    assert scene.against()[0] == Comparison(7, 1, {"relationship": 1.0})


def test_a_finished_day_is_counted_once_and_saved(scene: Scene) -> None:
    days = [scene.had(back, 9) for back in range(1, 31)]

    first, second = scene.against(), scene.against()

    assert first == second
    assert first[1] == Comparison(28, 28, {"information": 1.0})
    assert scene.mentions.passes == dict.fromkeys(days[:28], 1)


def test_a_day_to_which_mentions_came_late_is_counted_again(scene: Scene) -> None:
    scene.had(5, 9)
    scene.against()
    scene.had(5, 10)

    assert scene.against()[0].by_need == {"information": 2 / 5}


def test_a_day_with_unread_mentions_is_counted_again_for_two_days_only(scene: Scene) -> None:
    recent, old = scene.had(1, 9, kind=None, need=None), scene.had(3, 9, kind=None, need=None)

    scene.against()
    scene.against()

    assert (scene.mentions.passes[recent], scene.mentions.passes[old]) == (2, 1)


def test_without_time_earlier_days_are_left_out_and_saved_ones_still_count(scene: Scene) -> None:
    known = scene.had(1, 9)
    scene.had(2, 9)
    scene.against()
    scene.mentions.needs.pop(TODAY - 2 * DAY)
    scene.time_left = False

    assert scene.against()[0] == Comparison(7, 1, {"information": 1.0})
    assert scene.mentions.passes[known] == 1


def test_a_day_that_this_run_has_counted_needs_no_second_pass(scene: Scene) -> None:
    day = scene.had(1, 9)

    week = scene.against(counted={day: DayNeeds({"support": (5, *[0] * 23)}, 1, 0)})[0]

    assert week.by_need == {"support": 5.0}
    assert scene.mentions.passes[day] == 0


def test_a_week_compares_its_last_whole_day_with_those_before_it(scene: Scene) -> None:
    scene.had(1, 9)
    scene.had(2, 9, 23)
    week = Period(datetime(2026, 11, 17, tzinfo=SEOUL), datetime(2026, 11, 24, tzinfo=SEOUL))

    assert scene.against(week)[0] == Comparison(7, 1, {"information": 2.0})


def test_a_busy_store_is_raised_so_that_the_digest_is_made_later(scene: Scene) -> None:
    scene.had(1, 9)
    scene.mentions.busy = True

    with pytest.raises(StoreBusy):
        scene.against()
    assert scene.mentions.needs == {}
