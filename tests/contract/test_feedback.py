"""Feedback: the fake and the tables keep the same promises."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from desk.mentions.items import mention_item
from desk.mentions.model import Mention
from desk.reports.feedback import FeedbackItems, FeedbackStore
from desk.retention.store import RetentionItems
from desk.x.model import Author, XPost
from tests.fakes.reports import FakeFeedback
from tests.tables import Dynamo

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MONDAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
SPAN = timedelta(minutes=10)


@dataclass(frozen=True)
class Subject:
    """The store under test, and what happens to the mentions that it reads."""

    feedback: FeedbackStore
    store: Callable[[Mention], object]
    remove_words: Callable[[str], object]
    erase: Callable[[str], object]


@pytest.fixture
def subject(dynamo: Dynamo | None) -> Subject:
    if dynamo is None:
        fake = FakeFeedback()
        return Subject(fake, lambda one: fake.stored.update({one.id: one}), fake.stored.pop, fake.erased.add)
    client, tables = dynamo
    retention = RetentionItems(client, mentions_table=tables.mentions, cases_table=tables.cases)
    return Subject(
        FeedbackItems(client, mentions_table=tables.mentions, desk_table=tables.desk),
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
    stored = {one.id: one for one in (mention(number, backlog=number == 3) for number in range(110))}
    for one in stored.values():
        subject.store(one)

    assert subject.feedback.mentions([*stored, "404"]) == stored
    assert subject.feedback.mentions([]) == {}


def test_a_mention_whose_words_were_removed_does_not_come(subject: Subject) -> None:
    subject.store(mention(1))
    subject.store(mention(2))
    subject.remove_words("1001")

    assert set(subject.feedback.mentions(["1001", "1002"])) == {"1002"}


def test_an_erased_author_does_not_come_even_before_the_words_are_removed(subject: Subject) -> None:
    subject.store(mention(1, author="7"))
    subject.store(mention(2, author="8"))
    subject.erase("8")

    assert set(subject.feedback.mentions(["1001", "1002"])) == {"1001"}


@pytest.fixture
def store(subject: Subject) -> FeedbackStore:
    return subject.feedback


def claim(store: FeedbackStore, holder: str = "first", until: date = MONDAY, now: datetime = NOW) -> bool:
    return store.claim("billing", until, holder=holder, now=now, ends_at=now + SPAN)


def test_a_day_is_remembered_by_department(store: FeedbackStore) -> None:
    claim(store)
    store.mark_mailed("billing", MONDAY)
    store.mark_mailed("network", MONDAY - timedelta(days=1))

    assert store.mailed_until() == {"billing": MONDAY, "network": MONDAY - timedelta(days=1)}


def test_a_department_that_was_only_claimed_was_not_mailed(store: FeedbackStore) -> None:
    claim(store)

    assert store.mailed_until() == {}


def test_of_two_runs_one_mails_until_its_time_is_over(store: FeedbackStore) -> None:
    assert [claim(store), claim(store, "second"), claim(store)] == [True, False, True]
    assert not claim(store, "second", now=NOW + SPAN - timedelta(seconds=1))
    assert claim(store, "second", now=NOW + SPAN)


def test_mailed_days_are_never_claimed_again_but_later_days_are(store: FeedbackStore) -> None:
    claim(store)
    store.mark_mailed("billing", MONDAY)

    assert [claim(store), claim(store, "second", now=NOW + 2 * SPAN)] == [False, False]
    assert claim(store, "second", until=MONDAY + timedelta(days=1))


def test_a_late_run_never_sets_the_day_back(store: FeedbackStore) -> None:
    store.mark_mailed("billing", MONDAY)
    store.mark_mailed("billing", MONDAY - timedelta(days=7))

    assert store.mailed_until() == {"billing": MONDAY}
