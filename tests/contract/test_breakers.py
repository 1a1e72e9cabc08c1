from copy import replace
from datetime import UTC, datetime, timedelta

import pytest

from desk.errors import StoreBusy
from desk.x.breakers import Breaker, BreakerItems, BreakerReason, BreakerStore
from tests.fakes.x import FakeBreakers
from tests.tables import Dynamo, dynamodb

NOON = datetime(2026, 11, 24, 3, tzinfo=UTC)
DEPLETED = Breaker("user:read", BreakerReason.CREDITS_DEPLETED, NOON, NOON + timedelta(minutes=15))
LIMITED = Breaker("user:read:search", BreakerReason.RATE_LIMITED, NOON, NOON + timedelta(minutes=7, microseconds=5))


@pytest.fixture
def breakers(dynamo: Dynamo | None) -> BreakerStore:
    return BreakerItems(dynamo.client, dynamo.tables.desk) if dynamo else FakeBreakers()


def test_at_first_nothing_is_refused(breakers: BreakerStore) -> None:
    assert breakers.load() == {}


def test_what_was_saved_is_loaded_by_name(breakers: BreakerStore) -> None:
    breakers.save(DEPLETED)
    breakers.save(LIMITED)

    assert breakers.load() == {"user:read": DEPLETED, "user:read:search": LIMITED}


def test_a_later_refusal_takes_the_place_of_the_earlier(breakers: BreakerStore) -> None:
    later = replace(DEPLETED, retry_at=NOON + timedelta(hours=1))
    breakers.save(DEPLETED)

    breakers.save(later)

    assert breakers.load() == {"user:read": later}


def test_what_was_cleared_is_forgotten_and_its_neighbours_are_not(breakers: BreakerStore) -> None:
    breakers.save(DEPLETED)
    breakers.save(LIMITED)

    breakers.clear(DEPLETED)

    assert breakers.load() == {"user:read:search": LIMITED}


def test_clearing_leaves_what_another_run_opened_since(breakers: BreakerStore) -> None:
    newer = replace(DEPLETED, retry_at=NOON + timedelta(hours=1))
    breakers.save(newer)

    breakers.clear(DEPLETED)

    assert breakers.load() == {"user:read": newer}


def test_clearing_what_is_not_there_is_nothing(breakers: BreakerStore) -> None:
    breakers.clear(DEPLETED)

    assert breakers.load() == {}


def test_a_table_that_does_not_answer_is_a_busy_store() -> None:
    with dynamodb() as (client, _):
        breakers = BreakerItems(client, "no-such-table")

        with pytest.raises(StoreBusy):
            breakers.load()
        with pytest.raises(StoreBusy):
            breakers.save(DEPLETED)
        with pytest.raises(StoreBusy):
            breakers.clear(DEPLETED)


def test_a_breaker_that_nobody_tries_expires_a_day_after_it_was_due() -> None:
    with dynamodb() as (client, tables):
        BreakerItems(client, tables.desk).save(DEPLETED)

        item = client.scan(TableName=tables.desk)["Items"][0]

    assert item["expires_at"] == {"N": str(int((DEPLETED.retry_at + timedelta(days=1)).timestamp()))}
