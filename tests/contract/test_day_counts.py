"""Counts of days: the fake and the Desk table keep the same promises."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from desk.mentions.days import DayCountItems, DayCounts, DayNeeds
from desk.mentions.model import Mention
from desk.mentions.store import MentionStoreItems
from desk.x.model import XPost
from tests.fakes.mentions import FakeDayCounts
from tests.tables import DYNAMODBS, dynamodb

SEOUL = ZoneInfo("Asia/Seoul")
DAY = date(2026, 11, 24)
NEEDS = DayNeeds({"support": tuple(range(24)), "information": (0,) * 24}, polled=276, unread=3)


@dataclass(frozen=True)
class Subject:
    """The port under test, and the poll that stores so many mentions at that moment."""

    counts: DayCounts
    poll: Callable[[int, datetime], None]


@pytest.fixture(params=["fake", *DYNAMODBS])
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    if request.param == "fake":
        fake = FakeDayCounts()

        def count(number: int, at: datetime) -> None:
            day = at.astimezone(SEOUL).date()
            fake.polls[day] = fake.polls.get(day, 0) + number

        yield Subject(fake, count)
        return
    with dynamodb(request.param) as (client, tables):
        store = MentionStoreItems(client, mentions_table=tables.mentions, desk_table=tables.desk, zone=SEOUL)

        def poll(number: int, at: datetime) -> None:
            ids = [f"{int(at.timestamp())}{place:03}" for place in range(number)]
            store.store([Mention(XPost(key, "네", "7", at, key, "ko", (key,)), at) for key in ids])

        yield Subject(DayCountItems(client, tables.desk), poll)


def test_what_the_poll_stored_is_counted_by_the_desks_day(subject: Subject) -> None:
    subject.poll(3, datetime(2026, 11, 23, 15, 0, tzinfo=UTC))
    subject.poll(2, datetime(2026, 11, 24, 14, 59, tzinfo=UTC))
    subject.poll(1, datetime(2026, 11, 24, 15, 0, tzinfo=UTC))

    polled = subject.counts.polled([DAY, DAY + timedelta(days=1), DAY + timedelta(days=2), DAY])

    assert polled == {DAY: 5, DAY + timedelta(days=1): 1}


def test_needs_are_remembered_day_by_day_and_replaced(subject: Subject) -> None:
    empty = DayNeeds({}, polled=0, unread=0)
    subject.counts.remember(DAY, empty)
    subject.counts.remember(DAY, NEEDS)
    subject.counts.remember(DAY - timedelta(days=1), empty)

    found = subject.counts.needs([DAY, DAY - timedelta(days=1), DAY - timedelta(days=2)])

    assert found == {DAY: NEEDS, DAY - timedelta(days=1): empty}
    assert subject.counts.needs([]) == {}
