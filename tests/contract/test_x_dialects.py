"""Choices of dialects: the fake and DynamoDB keep the same promises."""

from datetime import UTC, datetime, timedelta

import pytest

from desk.errors import StoreBusy
from desk.x.dialects import Dialect, DialectChoice, DialectItems, DialectStore
from tests.fakes.x import FakeDialects
from tests.tables import Dynamo, dynamodb

NOON = datetime(2026, 11, 24, 3, tzinfo=UTC)
MENTIONS = DialectChoice("mentions", Dialect.POSTS, NOON)
SEARCH = DialectChoice("search", Dialect.TWEETS, NOON + timedelta(hours=5, microseconds=7))


@pytest.fixture
def choices(dynamo: Dynamo | None) -> DialectStore:
    return DialectItems(dynamo.client, dynamo.tables.desk) if dynamo else FakeDialects()


def test_at_first_nothing_is_chosen(choices: DialectStore) -> None:
    assert choices.load() == {}


def test_what_was_saved_is_loaded_by_endpoint_and_a_later_choice_replaces_it(choices: DialectStore) -> None:
    choices.save(MENTIONS)
    choices.save(SEARCH)
    later = MENTIONS._replace(dialect=Dialect.TWEETS, until=NOON + timedelta(days=1))

    choices.save(later)

    assert choices.load() == {"mentions": later, "search": SEARCH}


def test_a_table_that_does_not_answer_is_a_busy_store() -> None:
    with dynamodb() as (client, _):
        choices = DialectItems(client, "no-such-table")

        with pytest.raises(StoreBusy):
            choices.load()
        with pytest.raises(StoreBusy):
            choices.save(MENTIONS)


def test_a_choice_that_no_longer_holds_expires() -> None:
    with dynamodb() as (client, tables):
        DialectItems(client, tables.desk).save(MENTIONS)

        item = client.scan(TableName=tables.desk)["Items"][0]

    assert item["expires_at"] == {"N": str(int(NOON.timestamp()))}
