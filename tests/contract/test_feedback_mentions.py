"""The mentions behind a list of feedback: the fake and the tables say the same."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from desk.mentions.items import mention_item
from desk.mentions.model import Mention
from desk.reports.feedback import FeedbackMentionItems, FeedbackMentions
from desk.retention.store import RetentionItems
from desk.x.model import Author, XPost
from tests.fakes.reports import FakeFeedbackMentions
from tests.tables import Dynamo

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Subject:
    """The port under test, and what happens to what it shows."""

    port: FeedbackMentions
    store: Callable[[Mention], object]
    forget: Callable[[str], object]
    erase: Callable[[str], object]


@pytest.fixture
def subject(dynamo: Dynamo | None) -> Iterator[Subject]:
    if dynamo is None:
        fake = FakeFeedbackMentions()
        yield Subject(fake, lambda one: fake.stored.update({one.id: one}), fake.stored.pop, fake.erased.add)
        return
    client, tables = dynamo
    retention = RetentionItems(client, mentions_table=tables.mentions, cases_table=tables.cases)
    yield Subject(
        FeedbackMentionItems(client, mentions_table=tables.mentions, desk_table=tables.desk),
        lambda one: client.put_item(TableName=tables.mentions, Item=mention_item(one, ZoneInfo("Asia/Seoul"))),
        lambda key: retention.forget_words([key]),
        lambda author: client.put_item(
            TableName=tables.desk, Item={"item": {"S": "erased_author"}, "part": {"S": author}}
        ),
    )


def mention(number: int, *, author: str = "7", backlog: bool = False) -> Mention:
    key = str(1000 + number)
    post = XPost(key, f"의견 {number}", author, NOON, key, "ko", (key,), author=Author(author, "sky", "하늘"))
    return Mention(post, NOON, backlog=backlog)


def test_mentions_come_as_they_were_stored(subject: Subject) -> None:
    stored = {one.id: one for one in (mention(number, backlog=number == 3) for number in range(150))}
    for one in stored.values():
        subject.store(one)

    assert subject.port.mentions([*stored, "404"]) == stored
    assert subject.port.mentions([]) == {}


def test_what_was_forgotten_does_not_come(subject: Subject) -> None:
    subject.store(mention(1))
    subject.store(mention(2))
    subject.forget("1001")

    assert set(subject.port.mentions(["1001", "1002"])) == {"1002"}


def test_an_erased_author_does_not_come_even_before_the_words_are_removed(subject: Subject) -> None:
    subject.store(mention(1, author="7"))
    subject.store(mention(2, author="8"))
    subject.erase("8")

    assert set(subject.port.mentions(["1001", "1002"])) == {"1001"}
