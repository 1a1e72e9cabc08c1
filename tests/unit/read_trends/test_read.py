from copy import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from desk.brand import Brand, TrendPlace
from desk.errors import (
    BreakerOpen,
    CreditsDepleted,
    DeskError,
    NotAuthorised,
    OverBudget,
    RateLimited,
    SettingsError,
    Unavailable,
)
from desk.mentions.model import Source
from desk.trends.model import DayTerms, Sharing, TrendProblem
from tests.brands import emerald, other_brand, small_brand
from tests.fakes.in_trouble import Killed
from tests.unit.read_trends.scene import DAY, HOUR, KOREA, MINUTE, NINE, TrendScene

JAPAN = 23_424_856


@pytest.fixture
def scene() -> TrendScene:
    made = TrendScene()
    made.x.trending = ["#통신장애", "첫눈"]
    made.x.trend_posts = {"첫눈": 52_000}
    return made


def test_trends_are_read_in_their_order_with_xs_counts(scene: TrendScene) -> None:
    report = scene.fires()

    reading = scene.reading()
    assert [(trend.name, trend.posts) for trend in reading.trends] == [("#통신장애", None), ("첫눈", 52_000)]
    assert (reading.at, reading.problem, reading.compared) == (NINE, None, True)
    assert (report.read, report.usage.calls) == (1, 1)
    assert scene.x.calls[0].asked == {"woeid": KOREA, "limit": 50}


def test_an_hour_is_paid_once_however_often_the_schedule_fires(scene: TrendScene) -> None:
    reports = [scene.fires(NINE + minutes * MINUTE) for minutes in (0, 0, 20, 40)]

    assert scene.x.count("trends") == 1
    assert [report.read for report in reports] == [1, 0, 0, 0]
    scene.fires(NINE + HOUR)
    assert scene.x.count("trends") == 2


def test_two_runs_at_once_pay_once(scene: TrendScene) -> None:
    scene.trends.meanwhile["claim"].append(scene.fires)

    report = scene.fires()

    assert (scene.x.count("trends"), report.read) == (1, 0)


def test_a_run_beside_another_says_nothing_of_the_hour_before(scene: TrendScene) -> None:
    scene.x.trending = ["제이드 장애"]
    assert scene.fires().touching == ["제이드 장애"]
    later = NINE + HOUR
    assert scene.trends.claim(KOREA, later, later, later + 5 * MINUTE)

    report = scene.fires(later)

    assert (report.touching, report.posts) == ([], 0)


def test_each_place_is_read_for_itself(scene: TrendScene) -> None:
    scene.brand = small_brand(trends=(TrendPlace("대한민국", KOREA), TrendPlace("일본", JAPAN)))
    scene.x.fail("trends", Unavailable("503"), first=1, times=1)

    report = scene.fires()

    assert (report.read, report.refused) == (1, {"대한민국": "unavailable"})
    assert scene.reading(woeid=JAPAN).trends


@pytest.mark.parametrize(
    ("error", "problem", "wait"),
    [
        (RateLimited("429", NINE + 30 * MINUTE), TrendProblem.RATE_LIMITED, 30 * MINUTE),
        (CreditsDepleted("402"), TrendProblem.NO_CREDITS, None),
        (NotAuthorised("401"), TrendProblem.NOT_AUTHORISED, None),
        (SettingsError("the secret has no bearer"), TrendProblem.NOT_AUTHORISED, None),
        (Unavailable("503"), TrendProblem.UNAVAILABLE, None),
        (BreakerOpen("app:other: credits_depleted", NINE + 15 * MINUTE), TrendProblem.NO_CREDITS, 15 * MINUTE),
        (OverBudget("trends", "day", NINE + 15 * MINUTE), TrendProblem.OVER_BUDGET, 15 * MINUTE),
        (BreakerOpen("app:other: of another release", NINE + MINUTE), TrendProblem.UNAVAILABLE, MINUTE),
    ],
)
def test_a_refusal_is_recorded_and_a_later_run_of_the_hour_asks_again(
    scene: TrendScene, error: DeskError, problem: TrendProblem, wait: timedelta | None
) -> None:
    scene.x.fail("trends", error, times=1)

    report = scene.fires()

    refused = scene.reading()
    assert (report.refused, refused.problem) == ({"대한민국": problem.value}, problem)
    assert (refused.retry_at, refused.failing_since) == (NINE + wait if wait else None, NINE)
    scene.fires(NINE + 20 * MINUTE)
    assert bool(scene.reading().trends) is (wait != 30 * MINUTE)
    scene.fires(NINE + 40 * MINUTE)
    assert scene.x.count("trends") == 2
    assert scene.reading().trends


def test_an_answer_without_trends_is_a_problem_and_is_asked_again(scene: TrendScene) -> None:
    scene.x.trending = []
    scene.fires()
    assert scene.reading().problem is TrendProblem.NONE_LISTED

    scene.x.trending = ["첫눈"]
    scene.fires(NINE + 20 * MINUTE)

    assert scene.reading().problem is None


def test_the_hour_before_the_desk_opens_is_read_for_the_morning_brief_and_no_other(scene: TrendScene) -> None:
    for hour in range(24):
        scene.fires(NINE - 9 * HOUR + hour * HOUR)

    assert [(hour + 9 * HOUR).hour for _, hour in scene.trends.readings] == list(range(8, 18))


@pytest.mark.parametrize("day", [date(2026, 11, 28), date(2026, 11, 29), date(2026, 12, 25), date(2026, 9, 25)])
def test_nothing_is_read_on_days_off(day: date) -> None:
    scene = TrendScene(emerald())
    scene.x.trending = ["첫눈"]

    report = scene.fires(datetime(day.year, day.month, day.day, 3, tzinfo=UTC))

    assert (scene.x.calls, report.usage.calls, scene.trends.calls.total()) == ([], 0, 0)


def read_hours(brand: Brand, day: date) -> list[int]:
    """The hours (UTC) that are read when the schedule fires all through this UTC day."""
    scene = TrendScene(replace(brand, trends=(TrendPlace("New York", 2_459_115),)))
    scene.x.trending = ["ferry strike"]
    for minutes in range(0, 24 * 60, 20):
        scene.fires(datetime(day.year, day.month, day.day, tzinfo=UTC) + minutes * MINUTE)
    return [hour.hour for _, hour in scene.trends.readings]


def test_hours_are_those_of_the_desk_in_new_york_before_and_after_the_clock_is_put_back() -> None:
    assert read_hours(other_brand(), date(2026, 10, 30)) == list(range(11, 22))  # 7:00 to 17:20 in summer time
    assert read_hours(other_brand(), date(2026, 11, 2)) == list(range(12, 23))


def test_a_desk_without_places_asks_nothing(scene: TrendScene) -> None:
    scene.brand = small_brand(trends=())

    assert scene.fires().read == 0
    assert scene.trends.calls.total() == 0


def quiet_days(scene: TrendScene, text: str = "환불 문의", number: int = 10) -> None:
    """So many days before today with a few posts of this text each."""
    for back in range(1, number + 1):
        scene.posts(text, NINE - back * DAY - 2 * HOUR, times=2)


def test_posts_of_the_last_24_hours_are_compared_with_the_days_before(scene: TrendScene) -> None:
    quiet_days(scene)
    scene.posts("통신 장애예요", NINE - HOUR, times=6)
    scene.posts("통신장애가 또", NINE - 23 * HOUR, times=2)
    scene.posts("통신장애가 또", NINE + MINUTE)  # not yet
    scene.posts("통신장애", NINE - 2 * DAY, times=4)
    scene.posts("통신장애래요", NINE - HOUR, source=Source.LISTENING)
    scene.posts("통신장애 뭐임", NINE - HOUR, times=3, source=Source.LISTENING)

    report = scene.fires()

    trend = scene.trend("#통신장애")
    assert trend.mentions == Sharing(8, 2 / 9, 10, is_more=True)
    assert trend.heard == Sharing(3)
    assert (trend.search, report.posts) == ("통신 장애", 12)
    assert scene.touching() == report.touching == ["#통신장애"]


def test_a_trend_that_names_the_brand_touches_it_without_any_history(scene: TrendScene) -> None:
    scene.x.trending = ["제이드 장애", "첫눈"]
    scene.posts("장애 났나요?", NINE - HOUR)

    scene.fires()

    trend = scene.trend("제이드 장애")
    assert (trend.own, trend.search, trend.mentions) == ("제이드", "장애", Sharing(1))
    assert scene.touching() == ["제이드 장애"]


@pytest.mark.parametrize(("name", "text"), [("날씨", "날씨 좋네요"), ("월요일", "비 오는 월요일")])
def test_what_everybody_always_says_does_not_touch_the_brand(scene: TrendScene, name: str, text: str) -> None:
    scene.x.trending = [name]
    for back in range(7, 29, 7):
        scene.posts(text, NINE - back * DAY, times=9)
    quiet_days(scene, number=28)
    scene.posts(text, NINE - HOUR, times=9)

    scene.fires()

    assert (scene.trend(name).mentions.posts, scene.touching()) == (9, [])


def test_fewer_posts_are_enough_where_a_department_has_the_word(scene: TrendScene) -> None:
    scene.x.trending = ["인터넷 먹통", "첫눈"]
    quiet_days(scene)
    scene.posts("인터넷 먹통", NINE - HOUR, times=3)
    scene.posts("첫눈", NINE - HOUR, times=3)

    scene.fires()

    assert (scene.touching(), scene.trend("인터넷 먹통").topic) == (["인터넷 먹통"], "network")


def test_a_day_that_is_over_is_counted_once(scene: TrendScene) -> None:
    quiet_days(scene)
    scene.fires()
    passes = scene.mentions.passes.copy()

    scene.fires(NINE + HOUR)
    scene.fires(NINE + 2 * HOUR)

    again = {day: times - passes[day] for day, times in scene.mentions.passes.items() if times > passes[day]}
    assert again.keys() == {date(2026, 11, 23), date(2026, 11, 24)}  # the last 24 hours
    assert scene.trends.terms[Source.MENTIONS, date(2026, 11, 20)] == DayTerms(2, {"환불": 2})


def test_an_event_that_comes_late_is_not_compared_with_its_own_day(scene: TrendScene) -> None:
    scene.posts("통신장애", NINE + HOUR, times=2)
    scene.fires(NINE + DAY)

    scene.fires(NINE + 5 * HOUR)

    assert scene.trend("#통신장애").mentions == Sharing(2)


def test_what_was_heard_is_counted_before_it_loses_its_words_also_on_days_off(scene: TrendScene) -> None:
    for back in range(1, 11):
        day = NINE - back * DAY
        scene.posts("통신장애", day + 5 * HOUR, times=3, source=Source.LISTENING)
        scene.fires(day + 15 * HOUR + 20 * MINUTE)  # twenty past midnight
        scene.mentions.heard_rows.clear()
    scene.posts("통신장애", NINE - HOUR, times=8, source=Source.LISTENING)

    scene.fires(NINE)

    assert scene.trend("#통신장애").heard == Sharing(8, usual=3.0, days=10)
    assert scene.x.count("trends") == 1


def test_a_day_of_which_words_are_gone_is_left_out_for_what_was_heard(scene: TrendScene) -> None:
    scene.posts("통신장애", NINE - DAY, times=3, source=Source.LISTENING)
    scene.fires(NINE - 9 * HOUR + HOUR)
    scene.fires(NINE)

    assert scene.trend("#통신장애").heard.days == 0


def test_without_time_older_days_are_counted_by_later_runs_and_fewer_are_compared(scene: TrendScene) -> None:
    quiet_days(scene)
    scene.posts("통신장애", NINE - HOUR)

    scene.fires(turns=iter([True, True, True]))

    assert scene.trend("#통신장애").mentions.days == 2
    scene.fires(NINE + HOUR)
    assert scene.trend("#통신장애").mentions.days == 10


def test_without_time_for_any_the_next_run_of_the_hour_compares(scene: TrendScene) -> None:
    scene.posts("통신장애", NINE - HOUR)
    scene.fires(turns=iter([]))
    assert not scene.reading().compared

    scene.fires(NINE + 20 * MINUTE)

    assert (scene.reading().compared, scene.trend("#통신장애").mentions.posts) == (True, 1)
    assert scene.x.count("trends") == 1


def test_a_place_fails_once_x_refused_for_a_working_day(scene: TrendScene) -> None:
    scene.x.fail("trends", NotAuthorised("401"))

    failing = [bool(scene.fires(NINE + hours * HOUR).failing) for hours in (0, 8, 24, 25)]

    assert failing == [False, False, True, True]
    assert scene.reading().failing_since == NINE
    scene.x.recover()
    assert not scene.fires(NINE + 26 * HOUR).failing
    scene.x.fail("trends", Unavailable("503"))
    scene.fires(NINE + 27 * HOUR)
    assert scene.reading().failing_since == NINE + 27 * HOUR


def test_a_budget_that_is_used_up_is_no_failure(scene: TrendScene) -> None:
    scene.x.fail("trends", OverBudget("trends", "month", NINE + 7 * DAY))

    reports = [scene.fires(NINE + hours * HOUR) for hours in (0, 24, 26)]

    assert [report.failing for report in reports] == [[], [], []]


@pytest.mark.parametrize("method", ["newest", "claim", "save", "day_terms", "keep_day_terms"])
@pytest.mark.parametrize("lost", [False, True])
def test_what_a_busy_store_interrupts_a_later_run_of_the_hour_completes(
    scene: TrendScene, method: str, lost: bool
) -> None:
    quiet_days(scene)
    (scene.trends.fail_after if lost else scene.trends.fail_before).append(method)

    assert scene.fires().interrupted or method in {"newest", "day_terms"}
    for minutes in (20, 40):
        scene.fires(NINE + minutes * MINUTE)

    assert (scene.reading().compared, scene.reading().problem) == (True, None)
    assert scene.x.count("trends") <= 2  # what X answered and could not be stored is asked again


def test_a_run_that_dies_during_the_call_is_made_good_within_the_hour(scene: TrendScene) -> None:
    scene.x.fail("trends", Killed(), times=1)  # type: ignore[arg-type]
    with pytest.raises(Killed):
        scene.fires()
    assert scene.fires(NINE + MINUTE).read == 0

    assert scene.fires(NINE + 20 * MINUTE).read == 1
