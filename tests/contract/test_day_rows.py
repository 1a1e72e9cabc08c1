"""The rows of a day: the fake and DynamoDB's index say the same."""

from collections.abc import Callable, Iterator
from copy import replace
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from desk.cases.routing import Entry, Step
from desk.cases.routing_store import RoutingStoreItems
from desk.mentions.days import DayRow, DayRowItems, DayRows
from desk.mentions.items import mention_item
from desk.mentions.model import Mention
from desk.reading import Kind, Need, Reading, Urgency
from desk.retention.store import RetentionItems
from desk.x.model import XPost
from tests.fakes.mentions import FakeDayRows
from tests.tables import DYNAMODBS, dynamodb

SEOUL = ZoneInfo("Asia/Seoul")
DAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
READING = Reading(
    Kind.FEEDBACK, Need.RELATIONSHIP, "billing", Urgency.LOW, "ko", 0.75, (), terms=("청구서", "roaming", "5g")
)
CHAT = Reading(Kind.CHAT, Need.RELATIONSHIP, None, Urgency.LOW, "ko", 1.0, ())


@dataclass(frozen=True)
class Subject:
    """The port under test, and how mentions come to lie there, read or not."""

    rows: DayRows
    store: Callable[[Mention, Reading | None], None]


@pytest.fixture(params=["fake", *DYNAMODBS])
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    if request.param == "fake":
        fake = FakeDayRows(SEOUL)
        yield Subject(fake, lambda mention, reading: fake.keep(row_of(mention, reading)))
        return
    with dynamodb(request.param) as (client, tables):
        routing = RoutingStoreItems(client, mentions_table=tables.mentions, cases_table=tables.cases)

        def store(mention: Mention, reading: Reading | None) -> None:
            client.put_item(TableName=tables.mentions, Item=mention_item(mention, SEOUL))
            if reading:
                entry = Entry(mention, reading, event=None, case=None, published=False)
                assert routing.commit([Step((entry,), None)], NOON).contested == frozenset()

        yield Subject(DayRowItems(client, mentions_table=tables.mentions, page=2), store)


def row_of(mention: Mention, reading: Reading | None) -> DayRow:
    row = DayRow(mention.id, mention.post.created_at)
    if reading is None:
        return row
    return DayRow(
        *row[:2],
        reading.kind.value,
        reading.need.value,
        reading.department,
        reading.urgency.value,
        reading.lang,
        reading.terms,
        reading.to_review,
    )


def mention(number: int, at: datetime = NOON) -> Mention:
    post = XPost(str(number), "청구서가 이상해요", "7", at, str(number), "ko", (str(number),))
    return Mention(post, at + timedelta(seconds=5))


def test_a_row_says_what_was_understood_without_the_words(subject: Subject) -> None:
    subject.store(mention(1), READING)

    [row] = subject.rows.of_day(DAY)

    assert row == DayRow("1", NOON, "feedback", "relationship", "billing", "low", "ko", ("청구서", "roaming", "5g"))


def test_a_row_says_whether_it_is_to_review(subject: Subject) -> None:
    subject.store(mention(1), replace(READING, to_review=True))
    subject.store(mention(2), READING)

    assert {row.mention_id: row.to_review for row in subject.rows.of_day(DAY)} == {"1": True, "2": False}


def test_what_is_not_read_yet_and_what_has_no_department_are_rows_too(subject: Subject) -> None:
    subject.store(mention(1), None)
    subject.store(mention(2), CHAT)

    rows = {row.mention_id: row for row in subject.rows.of_day(DAY)}

    assert rows["1"] == DayRow("1", NOON)
    assert (rows["2"].kind, rows["2"].department, rows["2"].terms) == ("chat", None, ())


def test_every_row_of_the_desks_day_comes_once_and_none_of_another_day(subject: Subject) -> None:
    midnight = datetime(2026, 11, 24, 0, 0, tzinfo=SEOUL)
    for number in range(60):
        subject.store(mention(100 + number, NOON + timedelta(milliseconds=number)), None)
    subject.store(mention(1, midnight), None)
    subject.store(mention(2, midnight - timedelta(milliseconds=1)), None)
    subject.store(mention(3, midnight + timedelta(days=1)), None)

    ids = [row.mention_id for row in subject.rows.of_day(DAY)]

    assert sorted(ids, key=int) == ["1", *(str(100 + number) for number in range(60))]
    assert list(subject.rows.of_day(date(2026, 11, 26))) == []


def test_needs_alone_are_asked_for_alone(subject: Subject) -> None:
    subject.store(mention(1), READING)

    [row] = subject.rows.of_day(DAY, needs_only=True)

    assert row == DayRow("1", NOON, "feedback", "relationship")


def test_the_terms_are_forgotten_with_the_words() -> None:
    with dynamodb() as (client, tables):
        one = mention(1)
        client.put_item(TableName=tables.mentions, Item=mention_item(one, SEOUL))
        routing = RoutingStoreItems(client, mentions_table=tables.mentions, cases_table=tables.cases)
        routing.commit([Step((Entry(one, READING, event=None, case=None, published=False),), None)], NOON)
        stored = routing.mentions(["1"])["1"]

        RetentionItems(client, mentions_table=tables.mentions, cases_table=tables.cases).forget_words(["1"])

        [row] = DayRowItems(client, mentions_table=tables.mentions).of_day(DAY)
    assert stored.outcome is not None
    assert stored.outcome.reading == replace(READING)
    assert (row.kind, row.terms) == ("feedback", ())
