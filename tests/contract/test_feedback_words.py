"""The words of feedback: the fake and the Mentions table say the same."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from desk.mentions.items import mention_item
from desk.mentions.model import Mention
from desk.reports.feedback import FeedbackWordItems, FeedbackWords
from desk.retention.store import RetentionItems
from desk.x.model import XPost
from tests.fakes.reports import FakeFeedbackWords
from tests.tables import DYNAMODBS, dynamodb

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Subject:
    """The port under test, and how words come and go."""

    words: FeedbackWords
    store: Callable[[str, str], None]
    forget: Callable[[str], object]


@pytest.fixture(params=["fake", *DYNAMODBS])
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    if request.param == "fake":
        fake = FakeFeedbackWords()
        yield Subject(fake, fake.words.__setitem__, fake.words.pop)
        return
    with dynamodb(request.param) as (client, tables):
        retention = RetentionItems(client, mentions_table=tables.mentions, cases_table=tables.cases)

        def store(key: str, text: str) -> None:
            mention = Mention(XPost(key, text, "7", NOON, key, "ko", (key,)), NOON)
            client.put_item(TableName=tables.mentions, Item=mention_item(mention, ZoneInfo("Asia/Seoul")))

        yield Subject(
            FeedbackWordItems(client, mentions_table=tables.mentions), store, lambda key: retention.forget_words([key])
        )


def test_texts_come_for_those_that_still_have_them(subject: Subject) -> None:
    for number in range(250):
        subject.store(str(number), f"의견 {number}")
    subject.forget("7")

    texts = subject.words.texts([*(str(number) for number in range(250)), "404", "9"])

    assert texts == {str(number): f"의견 {number}" for number in range(250) if number != 7}
    assert subject.words.texts([]) == {}
