"""What X was used for: the fake and DynamoDB keep the same promises."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from desk.adapters.spend_items import SpendItems
from desk.ports.spend import Spend
from desk.ports.x import Usage
from tests.fakes.spend import FakeSpend
from tests.tables import DYNAMODBS, dynamodb

TODAY = date(2026, 11, 24)


@pytest.fixture(params=["fake", *DYNAMODBS])
def spend(request: pytest.FixtureRequest) -> Iterator[Spend]:
    if request.param == "fake":
        yield FakeSpend()
        return
    with dynamodb(request.param) as (client, tables):
        yield SpendItems(client, tables.desk)


def test_spend_adds_up_by_day(spend: Spend) -> None:
    tomorrow = TODAY + timedelta(days=1)

    for day, usage in ((TODAY, Usage(2, 300)), (TODAY, Usage(1, 200)), (tomorrow, Usage())):
        spend.add(day, usage)

    assert (spend.on(TODAY), spend.on(tomorrow)) == (Usage(3, 500), Usage())


def test_a_day_on_which_x_was_not_used_comes_to_nothing(spend: Spend) -> None:
    assert spend.on(TODAY) == Usage()


def test_a_call_without_a_price_is_a_call(spend: Spend) -> None:
    spend.add(TODAY, Usage(calls=1))

    assert spend.on(TODAY) == Usage(calls=1)
