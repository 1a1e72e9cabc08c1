"""What X was used for: the fake and DynamoDB keep the same promises."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from desk.errors import StoreBusy
from desk.x.model import Usage
from desk.x.spend import Reservation, SpendItems, SpendStore
from tests.fakes.x import FakeSpend
from tests.tables import Dynamo, dynamodb

SEOUL = ZoneInfo("Asia/Seoul")
TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 3, tzinfo=UTC)
RUN = Reservation("a1", NOON, 100_000)
OTHER = Reservation("b2", NOON, 15_000)


@pytest.fixture
def spend(dynamo: Dynamo | None) -> SpendStore:
    return SpendItems(dynamo.client, dynamo.tables.desk, SEOUL) if dynamo else FakeSpend(SEOUL)


def test_a_day_on_which_x_was_not_used_comes_to_nothing(spend: SpendStore) -> None:
    assert spend.on(TODAY) == Usage()


def test_a_run_counts_at_its_highest_price_until_it_is_settled(spend: SpendStore) -> None:
    spend.reserve(RUN)
    spend.reserve(OTHER)
    reserved = spend.on(TODAY)

    spend.settle(RUN, Usage(4, 3_000))

    assert reserved == Usage(2, 115_000)
    assert spend.on(TODAY) == Usage(5, 18_000)


def test_what_a_run_reserves_later_replaces_what_it_reserved_before(spend: SpendStore) -> None:
    spend.reserve(RUN)
    spend.reserve(RUN._replace(micro_usd=250_000))

    assert spend.on(TODAY) == Usage(1, 250_000)


def test_a_call_that_cost_nothing_is_still_a_call(spend: SpendStore) -> None:
    spend.reserve(RUN)
    spend.settle(RUN, Usage(1, 0))

    assert spend.on(TODAY) == Usage(1, 0)


def test_a_run_that_could_not_be_reserved_is_settled_all_the_same(spend: SpendStore) -> None:
    spend.settle(RUN, Usage(4, 3_000))

    assert spend.on(TODAY) == Usage(4, 3_000)


def test_settling_twice_never_makes_the_sum_too_low(spend: SpendStore) -> None:
    spend.reserve(RUN)
    spend.reserve(OTHER)
    spend.settle(RUN, Usage(4, 3_000))
    spend.settle(RUN, Usage(4, 3_000))

    assert spend.on(TODAY).micro_usd >= 18_000


def test_a_run_belongs_to_the_desks_day_on_which_it_began(spend: SpendStore) -> None:
    late = Reservation("c3", datetime(2026, 11, 24, 15, 30, tzinfo=UTC), 7_000)  # half past midnight in Seoul
    spend.reserve(late)
    spend.settle(late, Usage(1, 1_000))

    assert (spend.on(TODAY), spend.on(TODAY + timedelta(days=1))) == (Usage(), Usage(1, 1_000))


def test_whatever_the_table_answers_is_a_busy_store() -> None:
    with dynamodb() as (client, _):
        spend = SpendItems(client, "no-such-table", SEOUL)

        with pytest.raises(StoreBusy):
            spend.reserve(RUN)
        with pytest.raises(StoreBusy):
            spend.settle(RUN, Usage(1, 1))
