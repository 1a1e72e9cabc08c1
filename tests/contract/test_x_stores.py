"""The stores of the X client: the fakes and DynamoDB keep the same promises."""

from copy import replace
from datetime import UTC, datetime, timedelta

import pytest

from desk.x.breakers import Breaker, BreakerItems, BreakerReason, BreakerStore
from desk.x.dialects import Dialect, DialectChoice, DialectItems, DialectStore
from tests.fakes.x import FakeBreakers, FakeDialects
from tests.tables import Dynamo, dynamodb

NOON = datetime(2026, 11, 24, 3, tzinfo=UTC)

DEPLETED = Breaker("user:read", BreakerReason.CREDITS_DEPLETED, NOON, NOON + timedelta(minutes=15))
LIMITED = Breaker("user:read:search", BreakerReason.RATE_LIMITED, NOON, NOON + timedelta(minutes=7, microseconds=5))
MENTIONS = DialectChoice("mentions", Dialect.POSTS, NOON)
SEARCH = DialectChoice("search", Dialect.TWEETS, NOON + timedelta(hours=5, microseconds=7))


@pytest.fixture
def breakers(dynamo: Dynamo | None) -> BreakerStore:
    return BreakerItems(dynamo.client, dynamo.tables.desk) if dynamo else FakeBreakers()


@pytest.fixture
def choices(dynamo: Dynamo | None) -> DialectStore:
    return DialectItems(dynamo.client, dynamo.tables.desk) if dynamo else FakeDialects()


def test_stores_are_empty_at_first(breakers: BreakerStore, choices: DialectStore) -> None:
    assert (breakers.load(), choices.load()) == ({}, {})


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
