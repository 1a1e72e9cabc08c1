"""What X was used for: the fake and DynamoDB keep the same promises."""

from datetime import date, timedelta

import pytest

from desk.adapters.spend_items import SpendItems
from desk.ports.spend import Spend
from desk.ports.x import Usage
from tests.fakes.spend import FakeSpend
from tests.tables import Dynamo

TODAY = date(2026, 11, 24)


@pytest.fixture
def spend(dynamo: Dynamo | None) -> Spend:
    return SpendItems(dynamo.client, dynamo.tables.desk) if dynamo else FakeSpend()


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
