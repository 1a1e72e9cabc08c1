"""Surges: the fake and DynamoDB keep the same promises."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from desk.listening.surges import Surge, SurgeItems, Surges
from tests.fakes.listening import FakeSurges
from tests.tables import DYNAMODBS, dynamodb

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SURGE = Surge(0, NOON, NOON + 10 * MINUTE, 500, 63, ("제이드폰", "제이드"), 1_500, ("11", "12"))


@pytest.fixture(params=["fake", *DYNAMODBS])
def surges(request: pytest.FixtureRequest) -> Iterator[Surges]:
    if request.param == "fake":
        yield FakeSurges()
        return
    with dynamodb(request.param) as (client, tables):
        yield SurgeItems(client, tables.desk)


def test_surges_come_back_in_order_and_by_their_begin(surges: Surges) -> None:
    other = SURGE._replace(number=1, words=())
    later = SURGE._replace(since=NOON + 10 * MINUTE, until=NOON + 20 * MINUTE)
    for surge in (later, other, SURGE):
        surges.record(surge)

    assert surges.between(NOON, NOON + 11 * MINUTE) == [SURGE, other, later]
    assert surges.between(NOON, NOON + 10 * MINUTE) == [SURGE, other]
    assert surges.between(NOON + MINUTE, NOON + 10 * MINUTE) == []


def test_a_surge_that_is_recorded_again_takes_the_place_of_the_first_record(surges: Surges) -> None:
    surges.record(SURGE._replace(posts=1))
    surges.record(SURGE)

    assert surges.between(NOON, NOON + MINUTE) == [SURGE]
