"""People see which uses of X have stopped, why, since when and until when, and what the month will have cost."""

from datetime import date, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest

from desk.brand import ListenSettings, Purpose, TrendPlace, XBudget
from desk.x.breakers import Breaker, BreakerReason
from desk.x.budget import BudgetRefusal, DaySpend, Limit
from desk.x.model import Usage
from desk.x.stops import SpendSummary, SpendView, StopCause, Stopped, purposes_of, stops
from tests.brands import small_brand
from tests.fakes.x import FakeBreakers, FakeSpend

SEOUL = ZoneInfo("Asia/Seoul")
TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 14, tzinfo=SEOUL)
MIDNIGHT = datetime(2026, 11, 25, tzinfo=SEOUL)
DECEMBER = datetime(2026, 12, 1, tzinfo=SEOUL)
HOUR = timedelta(hours=1)
BUDGET = XBudget(
    day=100,
    month=1_000,
    stops_at=MappingProxyType({Purpose.LISTENING: 50, Purpose.TRENDS: 80}),
    at_most=MappingProxyType({Purpose.LOOK_UPS: 30}),
)

BRAND = small_brand(x_budget=BUDGET, listen=ListenSettings(terms=("emerald",)), trends=(TrendPlace("서울", 1132599),))


def day(spent: int, *refusals: BudgetRefusal, on: date = TODAY, month: int = 0, **of: int) -> DaySpend:
    return DaySpend(on, Usage(1, spent), {Purpose(key): value for key, value in of.items()}, month, refusals)


def stopped(*days: DaySpend, breakers: tuple[Breaker, ...] = (), now: datetime = NOW) -> tuple[Stopped, ...]:
    return stops(days, BRAND, breakers, now)


def test_nothing_stops_while_every_purpose_has_something_left() -> None:
    assert stopped(day(49, look_ups=29)) == ()


@pytest.mark.parametrize(
    ("spent", "purposes"),
    [
        (50, [Purpose.LISTENING]),
        (80, [Purpose.LISTENING, Purpose.TRENDS]),
        (100, [each for each in Purpose if each is not Purpose.PUBLISHING]),
    ],
)
def test_the_days_budget_stops_one_purpose_after_another_and_never_publishing(
    spent: int, purposes: list[Purpose]
) -> None:
    found = stopped(day(spent))

    assert [each.purpose for each in found] == purposes
    assert {(each.cause, each.since, each.resumes_at) for each in found} == {(StopCause.DAY, None, MIDNIGHT)}


def test_the_first_refused_call_is_when_it_stopped() -> None:
    refusal = BudgetRefusal(Purpose.LISTENING, Limit.DAY, NOW - HOUR, 10)

    assert stopped(day(45, refusal)) == (Stopped(Purpose.LISTENING, StopCause.DAY, NOW - HOUR, MIDNIGHT),)


def test_what_fits_again_has_not_stopped() -> None:
    assert stopped(day(40, BudgetRefusal(Purpose.LISTENING, Limit.DAY, NOW - HOUR, 10))) == ()


def test_of_the_prices_that_were_refused_on_several_days_the_lowest_decides() -> None:
    before = TODAY - timedelta(days=1)
    dear = day(470, BudgetRefusal(Purpose.LISTENING, Limit.MONTH, NOW - 20 * HOUR, 300), on=before)
    cheap = day(20, BudgetRefusal(Purpose.LISTENING, Limit.MONTH, NOW - HOUR, 10))

    assert stopped(dear, cheap) == ()


def test_a_purpose_that_has_spent_its_own_sum_stops_alone() -> None:
    refusal = BudgetRefusal(Purpose.LOOK_UPS, Limit.PURPOSE, NOW - HOUR, 5)

    assert stopped(day(28, refusal, look_ups=28)) == (
        Stopped(Purpose.LOOK_UPS, StopCause.PURPOSE, NOW - HOUR, MIDNIGHT),
    )


@pytest.mark.parametrize("months_sum", [0, 500])
def test_the_months_budget_stops_until_the_next_month_since_the_first_refusal_of_the_month(months_sum: int) -> None:
    before = TODAY - timedelta(days=1)
    earlier = day(495 - months_sum, BudgetRefusal(Purpose.LISTENING, Limit.MONTH, NOW - 20 * HOUR, 10), on=before)
    today = day(0, BudgetRefusal(Purpose.LISTENING, Limit.MONTH, NOW - HOUR, 10), month=months_sum)

    assert stopped(earlier, today) == (Stopped(Purpose.LISTENING, StopCause.MONTH, NOW - 20 * HOUR, DECEMBER),)


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        (BreakerReason.CREDITS_DEPLETED, StopCause.CREDITS),
        (BreakerReason.PLAN_LIMIT, StopCause.PLAN),
        (BreakerReason.NOT_AUTHORISED, StopCause.NOT_AUTHORISED),
    ],
)
@pytest.mark.parametrize(
    ("name", "purposes"),
    [
        ("user:write", [Purpose.PUBLISHING]),
        ("app:other", [Purpose.LISTENING, Purpose.TRENDS]),
        ("app:other:trends", [Purpose.TRENDS]),
        ("user:read:mentions", [Purpose.MENTIONS]),
        (
            "user:read",
            [Purpose.LISTENING, Purpose.FAVOURITES, Purpose.PERFORMANCE, Purpose.LOOK_UPS, Purpose.MENTIONS],
        ),
    ],
)
def test_what_x_rejects_stops_the_purposes_that_need_the_call(
    reason: BreakerReason, cause: StopCause, name: str, purposes: list[Purpose]
) -> None:
    breaker = Breaker(name, reason, NOW - HOUR, NOW + HOUR)

    found = stopped(day(0), breakers=(breaker,))

    assert [each.purpose for each in found] == purposes
    assert {(each.cause, each.since, each.resumes_at) for each in found} == {(cause, NOW - HOUR, NOW + HOUR)}


def test_a_rate_limit_is_no_stop() -> None:
    assert stopped(day(0), breakers=(Breaker("user:read", BreakerReason.RATE_LIMITED, NOW, NOW + HOUR),)) == ()


def test_a_breaker_that_no_call_has_tried_for_long_is_no_stop() -> None:
    breaker = Breaker("user:write", BreakerReason.CREDITS_DEPLETED, NOW - 5 * HOUR, NOW - HOUR)

    assert [each.resumes_at for each in stopped(day(0), breakers=(breaker,))] == [NOW]
    assert stopped(day(0), breakers=(breaker,), now=NOW + HOUR) == ()


def test_only_what_the_brand_uses_can_stop() -> None:
    plain = BRAND._replace(listen=ListenSettings(), trends=())

    assert set(Purpose) - set(purposes_of(plain)) == {Purpose.LISTENING, Purpose.TRENDS}
    assert purposes_of(BRAND) == tuple(Purpose)


def test_what_may_spend_nothing_is_switched_off_and_has_not_stopped() -> None:
    budget = BUDGET._replace(stops_at={Purpose.LISTENING: 0}, at_most={Purpose.TRENDS: 0})

    assert stops((day(0),), BRAND._replace(x_budget=budget), (), NOW) == ()


def test_the_view_reads_the_month_up_to_the_desks_day() -> None:
    spend = FakeSpend(SEOUL, BUDGET)
    breakers = FakeBreakers()
    breakers.save(Breaker("user:write", BreakerReason.CREDITS_DEPLETED, NOW, NOW + HOUR))
    spend.add(date(2026, 10, 31), Usage(1, 400))
    spend.add(date(2026, 11, 1), Usage(2, 30), Purpose.TRENDS)
    spend.add(TODAY, Usage(3, 40), Purpose.MENTIONS)

    summary = SpendView(spend, breakers, BRAND).at(NOW)

    assert (summary.today.usage, summary.month_micro_usd, summary.month_of(Purpose.TRENDS)) == (Usage(3, 40), 70, 30)
    assert [each.purpose for each in summary.stopped] == [Purpose.PUBLISHING]


@pytest.mark.parametrize(
    ("spent", "whole"),
    [
        ([40], None),
        ([10, 40], 10 + 40 + 28 * 10),  # today may cost more than a day
        ([10, 20, 5], 10 + 20 + 15 + 27 * 15),  # or will come to as much
        ([1_000, *[10] * 7, 10], 1_000 + 7 * 10 + 10 + 21 * 10),  # the last seven days count
    ],
)
def test_the_month_comes_to_what_its_days_cost_so_far(spent: list[int], whole: int | None) -> None:
    days = tuple(day(each, on=date(2026, 11, number)) for number, each in enumerate(spent, 1))

    assert SpendSummary(days, ()).month_at_this_pace() == whole


@pytest.mark.parametrize(("month", "days"), [(date(2026, 12, 1), 31), (date(2027, 2, 1), 28), (date(2028, 2, 1), 29)])
def test_a_month_comes_to_its_own_number_of_days(month: date, days: int) -> None:
    spent = day(10, on=month), day(10, on=month.replace(day=2))

    assert SpendSummary(spent, ()).month_at_this_pace() == 10 * days
