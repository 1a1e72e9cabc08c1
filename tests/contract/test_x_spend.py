"""The store of the spend on X and its budget: the fake and DynamoDB keep the same promises."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import count
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from botocore.exceptions import ReadTimeoutError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk.brand import Purpose, XBudget
from desk.errors import OverBudget
from desk.x.budget import BudgetRefusal, DaySpend, Limit
from desk.x.meter import SpendMeter
from desk.x.model import Usage
from desk.x.spend import DayOver, Reservation, Reserved, SpendItems, SpendStore
from tests.fakes.x import FakeSpend
from tests.tables import Dynamo, Tables, dynamodb

SEOUL = ZoneInfo("Asia/Seoul")
TODAY = date(2026, 11, 24)
TOMORROW = TODAY + timedelta(days=1)
NOON = datetime(2026, 11, 24, 3, tzinfo=UTC)
BUDGET = XBudget(
    day=100,
    month=1_000,
    stops_at=MappingProxyType({Purpose.LISTENING: 50, Purpose.LOOK_UPS: 90}),
    at_most=MappingProxyType({Purpose.LOOK_UPS: 30}),
)
LOOK_UP = Reservation("6923c8b0-a1", TODAY, 20, Purpose.LOOK_UPS)
POLL = Reservation("6923c8b0-b2", TODAY, 60, Purpose.MENTIONS)

type MakeStore = Callable[[XBudget], SpendStore]


@pytest.fixture
def store_with(dynamo: Dynamo | None) -> MakeStore:
    def make(budget: XBudget) -> SpendStore:
        if dynamo:
            return SpendItems(dynamo.client, dynamo.tables.desk, SEOUL, budget)
        return FakeSpend(SEOUL, budget)

    return make


@pytest.fixture
def spend(store_with: MakeStore) -> SpendStore:
    return store_with(BUDGET)


def on(spend: SpendStore, day: date) -> DaySpend:
    [found] = spend.between(day, day)
    return found


def spend_now(spend: SpendStore, micro_usd: int, purpose: Purpose = Purpose.PUBLISHING, day: date = TODAY) -> None:
    run = Reservation(f"6923c8b0-{purpose}-{day}", day, micro_usd, purpose)
    spend.reserve(run, NOON)
    spend.settle(run, Usage(1, micro_usd))


def test_nothing_is_spent_at_first(spend: SpendStore) -> None:
    assert spend.between(TODAY, TOMORROW) == (DaySpend(TODAY), DaySpend(TOMORROW))


def test_a_day_of_the_desk_begins_at_its_midnight(spend: SpendStore) -> None:
    assert spend.day_of(datetime(2026, 11, 24, 14, 59, tzinfo=UTC)) == TODAY
    assert spend.day_of(datetime(2026, 11, 24, 15, 0, tzinfo=UTC)) == TOMORROW


def test_a_run_counts_at_its_highest_price_until_it_is_settled(spend: SpendStore) -> None:
    spend.reserve(LOOK_UP, NOON)
    after = spend.reserve(POLL, NOON)
    reserved = on(spend, TODAY)

    spend.settle(POLL, Usage(4, 3))

    assert after == Reserved(60, reserved)
    assert reserved == DaySpend(TODAY, Usage(2, 80), {Purpose.LOOK_UPS: 20, Purpose.MENTIONS: 60}, 80)
    assert on(spend, TODAY) == DaySpend(TODAY, Usage(5, 23), {Purpose.LOOK_UPS: 20, Purpose.MENTIONS: 3}, 23)


def test_a_later_reservation_of_a_run_replaces_the_earlier(spend: SpendStore) -> None:
    spend.reserve(POLL, NOON)
    spend.reserve(POLL._replace(micro_usd=90), NOON, before=60)

    assert on(spend, TODAY).usage == Usage(1, 90)


def test_what_is_reserved_ahead_counts_until_it_is_settled(spend: SpendStore) -> None:
    found = spend.reserve(POLL, NOON, ahead=30)

    assert found == Reserved(90, on(spend, TODAY))
    assert on(spend, TODAY).usage == Usage(1, 90)
    spend.settle(POLL._replace(micro_usd=90), Usage(4, 3))
    assert on(spend, TODAY).usage == Usage(4, 3)


def test_what_has_no_room_ahead_is_reserved_alone_and_refuses_nothing(spend: SpendStore) -> None:
    spend_now(spend, 30)

    assert spend.reserve(POLL, NOON, ahead=11).micro_usd == 60

    assert on(spend, TODAY).usage.micro_usd == 90
    assert on(spend, TODAY).refusals == ()


def test_a_call_that_has_no_room_is_refused_whatever_is_asked_ahead(spend: SpendStore) -> None:
    spend_now(spend, 41)

    with pytest.raises(OverBudget):
        spend.reserve(POLL, NOON, ahead=60)

    assert on(spend, TODAY).refusals == (BudgetRefusal(Purpose.MENTIONS, Limit.DAY, NOON, 60),)


def test_a_reservation_and_its_settling_count_once_however_often_they_are_repeated(spend: SpendStore) -> None:
    for _ in range(2):
        spend.reserve(POLL, NOON)
    for _ in range(2):
        spend.reserve(POLL._replace(micro_usd=70), NOON, before=60)
    spend.reserve(LOOK_UP, NOON)
    for _ in range(2):
        spend.settle(POLL._replace(micro_usd=70), Usage(3, 5))

    assert on(spend, TODAY).usage == Usage(4, 25)


def test_a_run_that_does_not_know_what_is_reserved_for_it_replaces_that(spend: SpendStore) -> None:
    spend.reserve(POLL, NOON)  # its answer was lost
    spend.reserve(POLL._replace(micro_usd=80), NOON)
    spend.settle(POLL, Usage(2, 7))  # the answer of the second one as well

    assert on(spend, TODAY).usage == Usage(2, 7)


def test_a_repeated_reservation_stands_although_others_have_spent_the_rest_meanwhile(spend: SpendStore) -> None:
    spend.reserve(POLL, NOON)  # its answer was lost
    spend_now(spend, 500)

    spend.reserve(POLL, NOON)

    assert on(spend, TODAY).by_purpose == {Purpose.MENTIONS: 60, Purpose.PUBLISHING: 500}


@pytest.mark.parametrize(
    ("purpose", "spent", "fits"),
    [
        (Purpose.LISTENING, 40, 10),
        (Purpose.LOOK_UPS, 70, 20),
        (Purpose.FAVOURITES, 70, 30),
        (Purpose.MENTIONS, 70, 30),
    ],
)
def test_a_purpose_stops_at_its_part_of_the_day(spend: SpendStore, purpose: Purpose, spent: int, fits: int) -> None:
    spend_now(spend, spent)

    with pytest.raises(OverBudget) as refused:
        spend.reserve(Reservation("6923c8b0-a", TODAY, fits + 1, purpose), NOON)
    spend.reserve(Reservation("6923c8b0-b", TODAY, fits, purpose), NOON)

    assert (refused.value.purpose, refused.value.limit) == (purpose, Limit.DAY)
    assert refused.value.retry_at == datetime(2026, 11, 25, tzinfo=SEOUL)
    assert on(spend, TODAY).refusals == (BudgetRefusal(purpose, Limit.DAY, NOON, fits + 1),)
    assert on(spend, TODAY).usage == Usage(2, spent + fits)


def test_a_purpose_stops_at_what_it_may_spend_in_a_day(spend: SpendStore) -> None:
    spend.reserve(LOOK_UP, NOON)

    with pytest.raises(OverBudget) as refused:
        spend.reserve(LOOK_UP._replace(id="6923c8b0-c", micro_usd=11), NOON)
    spend.settle(LOOK_UP, Usage(1, 19))
    spend.reserve(LOOK_UP._replace(id="6923c8b0-c", micro_usd=11), NOON)

    assert refused.value.limit == Limit.PURPOSE
    assert on(spend, TODAY).by_purpose == {Purpose.LOOK_UPS: 30}


def test_a_purpose_that_may_spend_nothing_makes_no_call(store_with: MakeStore) -> None:
    spend = store_with(BUDGET._replace(at_most=MappingProxyType({Purpose.LOOK_UPS: 0})))

    with pytest.raises(OverBudget) as refused:
        spend.reserve(LOOK_UP._replace(micro_usd=1), NOON)

    assert refused.value.limit == Limit.PURPOSE


@pytest.mark.parametrize(
    ("day", "retry_at"),
    [(TODAY, datetime(2026, 12, 1, tzinfo=SEOUL)), (date(2026, 12, 31), datetime(2027, 1, 1, tzinfo=SEOUL))],
)
def test_the_months_earlier_days_count_until_the_next_month(
    store_with: MakeStore, day: date, retry_at: datetime
) -> None:
    spend = store_with(BUDGET._replace(month=150))
    spend_now(spend, 90, day=day.replace(day=3))
    spend_now(spend, 40, day=day - timedelta(days=1))
    before_the_month = Reservation("6923c8b0-x", day.replace(day=1) - timedelta(days=1), 99)
    spend.reserve(before_the_month, NOON, is_spent=True)

    with pytest.raises(OverBudget) as refused:
        spend.reserve(POLL._replace(day=day, micro_usd=21), NOON)
    spend.reserve(POLL._replace(day=day, micro_usd=20), NOON)

    assert (refused.value.limit, refused.value.retry_at) == (Limit.MONTH, retry_at)
    assert on(spend, day).month_micro_usd == 150


def test_the_first_refusal_of_the_day_is_on_record(spend: SpendStore) -> None:
    spend_now(spend, 95)
    for minutes in range(3):
        for purpose in (Purpose.LISTENING, Purpose.MENTIONS):
            with pytest.raises(OverBudget):
                spend.reserve(Reservation("6923c8b0-a", TODAY, 6, purpose), NOON + timedelta(minutes=minutes))

    assert set(on(spend, TODAY).refusals) == {
        BudgetRefusal(Purpose.LISTENING, Limit.DAY, NOON, 6),
        BudgetRefusal(Purpose.MENTIONS, Limit.DAY, NOON, 6),
    }


def test_what_is_reserved_for_a_run_can_become_less_although_nothing_fits_any_more(spend: SpendStore) -> None:
    spend.reserve(POLL, NOON)  # its answer was lost
    spend_now(spend, 500)

    spend.reserve(POLL._replace(micro_usd=20), NOON)

    assert on(spend, TODAY).by_purpose == {Purpose.MENTIONS: 20, Purpose.PUBLISHING: 500}
    assert on(spend, TODAY).refusals == ()


def test_publishing_is_never_refused_and_counts(spend: SpendStore) -> None:
    spend_now(spend, 5_000)
    spend.reserve(Reservation("6923c8b0-a", TODAY, 200, Purpose.PUBLISHING), NOON)

    assert on(spend, TODAY).by_purpose == {Purpose.PUBLISHING: 5_200}
    with pytest.raises(OverBudget):
        spend.reserve(POLL, NOON)


def test_calls_that_were_made_count_above_the_budget_as_well(spend: SpendStore) -> None:
    spend_now(spend, 99)
    spend.reserve(POLL, NOON, is_spent=True)

    assert on(spend, TODAY).usage == Usage(2, 159)


def test_nothing_is_reserved_on_a_day_once_the_next_one_has_begun(spend: SpendStore) -> None:
    spend.reserve(POLL, NOON)
    spend_now(spend, 1, day=TOMORROW)

    for run, before in ((POLL._replace(micro_usd=70), 60), (LOOK_UP, 0)):
        with pytest.raises(DayOver):
            spend.reserve(run, NOON, before=before)
    spend.settle(POLL, Usage(1, 5))

    assert [each.usage for each in spend.between(TODAY, TOMORROW)] == [Usage(1, 5), Usage(1, 1)]


def test_the_last_day_of_a_month_stays_open(spend: SpendStore) -> None:
    spend_now(spend, 1, day=date(2026, 12, 1))
    spend_now(spend, 60, day=date(2026, 11, 30))

    assert on(spend, date(2026, 11, 30)).usage == Usage(1, 60)


type Step = tuple[str, int, int]


@pytest.mark.emulator
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["reserve", "settle", "next day"]), st.integers(0, 3), st.integers(1, 70)),
        max_size=25,
    )
)
def test_no_interleaving_of_runs_spends_more_than_the_budget(
    steps: list[Step], store_with: MakeStore, dynamo: Dynamo | None
) -> None:
    budget = BUDGET._replace(month=180)
    if dynamo:  # all examples share the table
        for item in dynamo.client.scan(TableName=dynamo.tables.desk)["Items"]:
            key = {name: item[name] for name in ("item", "part")}
            dynamo.client.delete_item(TableName=dynamo.tables.desk, Key=key)
    _interleave(store_with(budget), steps, budget)


def _interleave(spend: SpendStore, steps: list[Step], budget: XBudget) -> None:
    """Runs reserve and settle in any order; a run whose number is odd still has yesterday's date."""
    today, open_runs = TODAY, dict[int, Reservation]()
    for number, (step, run, micro_usd) in enumerate(steps):
        if step == "next day":
            today += timedelta(days=1)
        elif step == "settle" and run in open_runs:
            mine = open_runs.pop(run)
            spend.settle(mine, Usage(1, min(mine.micro_usd, micro_usd % 10)))
        elif step == "reserve":
            before = open_runs.get(run)
            fresh = Reservation(f"6923c8b0-{number}", today - timedelta(days=run % 2), 0)
            wanted = (before or fresh)._replace(micro_usd=(before.micro_usd if before else 0) + micro_usd)
            try:
                spend.reserve(wanted, NOON, before=before.micro_usd if before else 0)
            except (OverBudget, DayOver):
                continue
            open_runs[run] = wanted
        days = spend.between(TODAY.replace(day=1), TODAY.replace(day=30))
        assert sum(each.usage.micro_usd for each in days) <= budget.month
        assert all(each.usage.micro_usd <= budget.day for each in days)


@pytest.mark.parametrize("place", range(5))
def test_of_two_functions_only_one_gets_the_last_dollar(place: int) -> None:
    """The other one reserves before the first, second, … call of DynamoDB with which this one begins the day."""
    with dynamodb() as (client, tables):
        spend, calls, reserved = SpendItems(client, tables.desk, SEOUL, BUDGET), count(), list[Reservation]()

        def reserve(run: Reservation) -> None:
            with suppress(OverBudget):
                spend.reserve(run, NOON)
                reserved.append(run)

        def before_call(**_: object) -> None:
            if next(calls) == place:
                reserve(POLL._replace(id="6923c8b0-other"))

        client.meta.events.register("before-call.dynamodb", before_call)
        reserve(POLL)

        assert next(calls) > place, "the other run never came"
        assert len(reserved) == 1
        assert on(spend, TODAY).usage == Usage(1, 60)
        assert on(spend, TODAY).month_micro_usd == 60


def test_of_two_runs_that_are_refused_at_once_the_first_on_record_stays() -> None:
    with dynamodb() as (client, tables):
        spend, calls = SpendItems(client, tables.desk, SEOUL, BUDGET), count()
        spend_now(spend, 100)

        def before_call(**_: object) -> None:
            if next(calls) == 1:  # before the refusal is recorded
                with pytest.raises(OverBudget):
                    spend.reserve(POLL._replace(id="6923c8b0-other"), NOON)

        client.meta.events.register("before-call.dynamodb", before_call)
        with pytest.raises(OverBudget):
            spend.reserve(POLL, NOON + timedelta(minutes=1))

        assert on(spend, TODAY).refusals == (BudgetRefusal(Purpose.MENTIONS, Limit.DAY, NOON, 60),)


@pytest.mark.parametrize("event", ["before-call.dynamodb", "after-call.dynamodb"])
@pytest.mark.parametrize("number", range(7))
def test_a_run_for_which_a_call_of_the_table_fails_counts_what_it_used_and_at_most_what_it_reserved(
    event: str, number: int
) -> None:
    with dynamodb() as (client, tables):
        spend, calls = SpendItems(client, tables.desk, SEOUL, XBudget()), count()

        def fail(**_: object) -> None:
            if next(calls) == number:
                raise ReadTimeoutError(endpoint_url="")

        client.meta.events.register(event, fail)
        meter = SpendMeter(spend, lambda: NOON, Purpose.MENTIONS)
        for price in (1_000, 2_000):
            meter.reserve(100_000)
            meter.count(price)
        used = meter.settle()

        assert next(calls) > number, "the call was never made"
        client.meta.events.unregister(event, fail)
        is_settled = on(spend, TODAY).usage == used == Usage(2, 3_000)
        assert is_settled or on(spend, TODAY).usage == Usage(1, 202_000)  # the settling is what failed


def stored(client: Any, tables: Tables) -> dict[str, Any]:
    """The item of the day that has sums."""
    [item] = client.scan(TableName=tables.desk, FilterExpression="attribute_exists(micro_usd)")["Items"]
    found: dict[str, Any] = item
    return found


def leave_dead(client: Any, tables: Tables, spend: SpendItems, ids: list[str]) -> None:
    """Let runs with these ids have reserved 10 micro-dollars each and died."""
    spend.reserve(Reservation(ids[0], TODAY, 10), NOON)
    sums = {name: {"N": str(10 * len(ids))} for name in ("micro_usd", "month_micro_usd", "mentions_micro_usd")}
    reserved = {f"reserved#{each}": {"N": "10"} for each in ids}
    client.put_item(TableName=tables.desk, Item=stored(client, tables) | sums | reserved)


LATER = NOON + timedelta(hours=2)
ALIVE = Reservation(f"{int(LATER.timestamp()):x}-z", TODAY, 10)


@pytest.mark.parametrize(("runs", "left"), [(49, 49), (50, 0), (160, 60)])
def test_what_runs_that_died_reserved_counts_without_making_the_item_grow(runs: int, left: int) -> None:
    """A hundred are removed at once: DynamoDB limits the length of an expression."""
    with dynamodb() as (client, tables):
        spend = SpendItems(client, tables.desk, SEOUL, XBudget())
        ids = [f"{int(NOON.timestamp()):x}-{number}" for number in range(runs)]
        leave_dead(client, tables, spend, ids)

        spend.reserve(ALIVE, LATER)

        item = stored(client, tables)
        assert f"reserved#{ALIVE.id}" in item
        assert sum(name.startswith("reserved#") for name in item) == left + 1
        assert on(spend, TODAY).usage == Usage(runs + 1, 10 * runs + 10)


def test_a_run_that_was_taken_for_dead_is_settled_without_effect() -> None:
    with dynamodb() as (client, tables):
        spend = SpendItems(client, tables.desk, SEOUL, XBudget())
        ids = [f"{int(NOON.timestamp()):x}-{number}" for number in range(60)]
        leave_dead(client, tables, spend, ids)
        spend.reserve(ALIVE, LATER)

        spend.settle(Reservation(ids[0], TODAY, 10), Usage(1, 4))

        assert on(spend, TODAY).usage == Usage(61, 610)


@pytest.mark.parametrize("number", [0, 30, 59])
def test_a_run_that_is_settled_while_it_is_taken_for_dead_counts_once(number: int) -> None:
    with dynamodb() as (client, tables):
        spend, calls = SpendItems(client, tables.desk, SEOUL, XBudget()), count()
        ids = [f"{int(NOON.timestamp()):x}-{each}" for each in range(60)]
        leave_dead(client, tables, spend, ids)

        def before_call(**_: object) -> None:
            if next(calls) == 1:  # before the dead ones are removed
                spend.settle(Reservation(ids[number], TODAY, 10), Usage(1, 4))

        client.meta.events.register("before-call.dynamodb", before_call)
        spend.reserve(ALIVE, LATER)

        assert next(calls) > 1
        assert on(spend, TODAY).usage == Usage(61, 604)


def test_refusals_of_purposes_that_this_release_does_not_know_are_left_out() -> None:
    """A later release recorded them before it was rolled back."""
    with dynamodb() as (client, tables):
        spend = SpendItems(client, tables.desk, SEOUL, XBudget())
        spend.reserve(POLL, NOON)
        unknown = {"M": {"at": {"S": NOON.isoformat()}, "micro_usd": {"N": "1"}}}
        names = "refused#webhooks#day", "refused#trends#week"
        client.put_item(TableName=tables.desk, Item=stored(client, tables) | dict.fromkeys(names, unknown))

        spend.reserve(POLL._replace(micro_usd=70), NOON, before=60)

        assert on(spend, TODAY) == DaySpend(TODAY, Usage(1, 70), {Purpose.MENTIONS: 70}, 70)
