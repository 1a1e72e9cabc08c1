"""The stores of the X client: the fakes and DynamoDB keep the same promises."""

from copy import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from desk.x.breakers import Breaker, BreakerItems, BreakerReason, BreakerStore
from desk.x.dialects import Dialect, DialectChoice, DialectItems, DialectStore
from desk.x.model import Usage
from desk.x.spend import Reservation, SpendItems, SpendStore
from tests.fakes.x import FakeBreakers, FakeDialects, FakeSpend
from tests.tables import Dynamo, dynamodb

SEOUL = ZoneInfo("Asia/Seoul")
TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 3, tzinfo=UTC)

DEPLETED = Breaker("user:read", BreakerReason.CREDITS_DEPLETED, NOON, NOON + timedelta(minutes=15))
LIMITED = Breaker("user:read:search", BreakerReason.RATE_LIMITED, NOON, NOON + timedelta(minutes=7, microseconds=5))
MENTIONS = DialectChoice("mentions", Dialect.POSTS, NOON)
SEARCH = DialectChoice("search", Dialect.TWEETS, NOON + timedelta(hours=5, microseconds=7))
RUN = Reservation("a1", NOON, 100_000)
OTHER = Reservation("b2", NOON, 15_000)


@pytest.fixture
def breakers(dynamo: Dynamo | None) -> BreakerStore:
    return BreakerItems(dynamo.client, dynamo.tables.desk) if dynamo else FakeBreakers()


@pytest.fixture
def choices(dynamo: Dynamo | None) -> DialectStore:
    return DialectItems(dynamo.client, dynamo.tables.desk) if dynamo else FakeDialects()


@pytest.fixture
def spend(dynamo: Dynamo | None) -> SpendStore:
    return SpendItems(dynamo.client, dynamo.tables.desk, SEOUL) if dynamo else FakeSpend(SEOUL)


def test_stores_are_empty_at_first(breakers: BreakerStore, choices: DialectStore, spend: SpendStore) -> None:
    assert (breakers.load(), choices.load(), spend.on(TODAY)) == ({}, {}, Usage())


def test_breakers_are_loaded_by_name_and_a_later_one_replaces_the_earlier(breakers: BreakerStore) -> None:
    breakers.save(DEPLETED)
    breakers.save(LIMITED)
    later = replace(DEPLETED, retry_at=NOON + timedelta(hours=1))

    breakers.save(later)

    assert breakers.load() == {"user:read": later, "user:read:search": LIMITED}


def test_a_cleared_breaker_is_gone_and_its_neighbours_stay(breakers: BreakerStore) -> None:
    breakers.save(DEPLETED)
    breakers.save(LIMITED)

    breakers.clear(DEPLETED)
    breakers.clear(DEPLETED)

    assert breakers.load() == {"user:read:search": LIMITED}


def test_clearing_leaves_a_breaker_that_another_run_has_opened_since(breakers: BreakerStore) -> None:
    newer = replace(DEPLETED, retry_at=NOON + timedelta(hours=1))
    breakers.save(newer)

    breakers.clear(DEPLETED)

    assert breakers.load() == {"user:read": newer}


def test_choices_are_loaded_by_endpoint_and_a_later_one_replaces_the_earlier(choices: DialectStore) -> None:
    choices.save(MENTIONS)
    choices.save(SEARCH)
    later = MENTIONS._replace(dialect=Dialect.TWEETS, until=NOON + timedelta(days=1))

    choices.save(later)

    assert choices.load() == {"mentions": later, "search": SEARCH}


def test_a_run_counts_at_its_highest_price_until_it_is_settled(spend: SpendStore) -> None:
    spend.reserve(RUN)
    spend.reserve(OTHER)
    reserved = spend.on(TODAY)

    spend.settle(RUN, Usage(4, 3_000))

    assert reserved == Usage(2, 115_000)
    assert spend.on(TODAY) == Usage(5, 18_000)


def test_a_later_reservation_of_a_run_replaces_the_earlier(spend: SpendStore) -> None:
    spend.reserve(RUN)
    spend.reserve(RUN._replace(micro_usd=250_000))

    assert spend.on(TODAY) == Usage(1, 250_000)


@pytest.mark.parametrize("is_reserved", [True, False])
@pytest.mark.parametrize("usage", [Usage(4, 3_000), Usage(1, 0)])
def test_a_settled_run_counts_as_it_was_also_if_it_could_not_be_reserved(
    spend: SpendStore, usage: Usage, *, is_reserved: bool
) -> None:
    if is_reserved:
        spend.reserve(RUN)

    spend.settle(RUN, usage)

    assert spend.on(TODAY) == usage


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


def test_breakers_expire_a_day_after_they_were_due_and_choices_when_they_end() -> None:
    with dynamodb() as (client, tables):
        BreakerItems(client, tables.desk).save(DEPLETED)
        DialectItems(client, tables.desk).save(MENTIONS)

        items = client.scan(TableName=tables.desk)["Items"]

    expiries = {item["item"]["S"]: int(item["expires_at"]["N"]) for item in items}
    assert expiries == {
        "breaker": int((DEPLETED.retry_at + timedelta(days=1)).timestamp()),
        "x_dialect": int(NOON.timestamp()),
    }
