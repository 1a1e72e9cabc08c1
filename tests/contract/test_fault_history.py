"""The faults of days: the fake and DynamoDB keep the same promises."""

from datetime import UTC, date, datetime, timedelta

import pytest

from desk.spikes.history import DayFaults, FaultHistory, FaultHistoryItems
from tests.fakes.spikes import FakeFaultHistory
from tests.tables import Dynamo

TODAY = date(2026, 11, 28)
DAY = timedelta(days=1)
COUNTED = DayFaults(
    {"network": (*range(23), 1_200), "billing": (0,) * 24},
    datetime(2026, 11, 28, 3, 0, tzinfo=UTC),
    {"network": {22: (3, 4, 5, 7, 9), 23: (80, 120, 200, 300, 600)}},
)
EMPTY = DayFaults({}, datetime(2026, 11, 28, 2, 0, tzinfo=UTC))


@pytest.fixture
def history(dynamo: Dynamo | None) -> FaultHistory:
    return FaultHistoryItems(dynamo.client, dynamo.tables.desk) if dynamo else FakeFaultHistory()


def test_days_are_found_as_they_were_kept(history: FaultHistory) -> None:
    history.keep(TODAY, EMPTY)
    history.keep(TODAY, COUNTED)
    history.keep(TODAY - DAY, EMPTY)

    assert history.days([TODAY, TODAY - DAY, TODAY - 2 * DAY]) == {TODAY: COUNTED, TODAY - DAY: EMPTY}
    assert history.days([]) == {}
