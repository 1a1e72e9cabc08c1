"""What the store of posts does while DynamoDB throttles, cancels, or does the work and its answer is lost."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from desk.errors import Paused, PostMoved, StoreBusy
from desk.posts.model import IdempotentRequest, Post, PostKind, PostState, UniqueKey
from desk.posts.store import PostStoreItems
from desk.posts.transitions import continuation_post, published
from tests.contract.in_trouble import Retrying, refused
from tests.tables import Tables, dynamodb

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
POST = Post(
    id="a",
    kind=PostKind.ANNOUNCEMENT,
    text="점검을 마쳤습니다",
    by="cms",
    accepted_at=NOON,
    publish_at=NOON,
    expires_at=NOON + timedelta(days=1),
    state=PostState.QUEUED,
    at=NOON,
    weighted_length=17,
    estimated_micro_usd=15_000,
)
GUARDS = [UniqueKey("external#1"), UniqueKey("text#1")]
REQUEST = IdempotentRequest("request#1", "f1", POST, NOON + timedelta(days=7))
CLAIM = POST._replace(state=PostState.PUBLISHING, at=NOON + timedelta(minutes=3))


@dataclass
class Subject:
    dynamodb: Retrying
    tables: Tables
    naps: list[float]

    @property
    def store(self) -> PostStoreItems:
        return PostStoreItems(
            self.dynamodb,  # type: ignore[arg-type]  # as much of a client as the store uses
            posts_table=self.tables.posts,
            desk_table=self.tables.desk,
            pause=self.naps.append,
        )

    @property
    def other(self) -> PostStoreItems:
        """Another run's store, whose calls just work."""
        return PostStoreItems(self.dynamodb.client, posts_table=self.tables.posts, desk_table=self.tables.desk)

    def pause(self) -> None:
        switch: Any = {"item": {"S": "pause"}, "part": {"S": "switch"}, "running": {"BOOL": True}}
        self.dynamodb.client.put_item(TableName=self.tables.desk, Item=switch)


@pytest.fixture
def subject() -> Iterator[Subject]:
    with dynamodb() as (client, tables):
        yield Subject(Retrying(client), tables, [])


def test_an_acceptance_whose_answer_was_lost_is_known_again(subject: Subject) -> None:
    subject.dynamodb.lost = 1

    subject.store.add(POST, GUARDS, REQUEST)

    assert subject.store.get("a") == POST


def test_somebody_elses_acceptance_is_not_taken_for_ones_own(subject: Subject) -> None:
    subject.other.add(POST, GUARDS, REQUEST)

    with pytest.raises(PostMoved):
        subject.store.add(POST, GUARDS, REQUEST)


@pytest.mark.parametrize("unless_paused", [True, False])
def test_a_claim_whose_answer_was_lost_is_known_again(subject: Subject, unless_paused: bool) -> None:
    subject.store.add(POST, [], None)
    subject.dynamodb.lost = 1

    saved = subject.store.save(CLAIM, POST, unless_paused=unless_paused)

    assert saved == subject.store.get("a") == CLAIM._replace(version=2)


def test_the_same_claim_of_another_run_is_not_taken_for_ones_own(subject: Subject) -> None:
    subject.store.add(POST, [], None)
    subject.other.save(CLAIM, POST, unless_paused=True)

    with pytest.raises(PostMoved):
        subject.store.save(CLAIM, POST, unless_paused=True)


def test_a_claim_stands_although_the_desk_was_paused_before_its_answer_came(subject: Subject) -> None:
    subject.store.add(POST, [], None)
    subject.dynamodb.lost, subject.dynamodb.in_between = 1, subject.pause

    saved = subject.store.save(CLAIM, POST, unless_paused=True)

    assert saved == subject.store.get("a")


def test_a_claim_that_another_run_has_taken_further_is_lost(subject: Subject) -> None:
    subject.store.add(POST, [], None)
    claimed = CLAIM._replace(version=2)
    published = CLAIM._replace(state=PostState.PUBLISHED)
    subject.dynamodb.lost = 1
    subject.dynamodb.in_between = lambda: subject.other.save(published, claimed)

    with pytest.raises(PostMoved):
        subject.store.save(CLAIM, POST)


def test_a_step_to_x_whose_answer_was_lost_is_known_again_and_followed_once(subject: Subject) -> None:
    first = POST._replace(continuation="이어서 안내드려요")
    subject.store.add(first, [], None)
    subject.dynamodb.lost = 1

    saved = subject.store.save(published(first, "1990", NOON), first)

    assert (subject.store.get("a"), subject.store.get("a-2")) == (saved, continuation_post(saved, first))


def test_what_met_another_transaction_is_tried_again(subject: Subject) -> None:
    subject.dynamodb.errors = [refused("TransactionCanceledException", "None", "TransactionConflict")] * 2

    subject.store.add(POST, GUARDS, None)

    assert subject.store.get("a") == POST
    assert len(subject.naps) == 2


def test_what_is_cancelled_again_and_again_is_given_up(subject: Subject) -> None:
    subject.dynamodb.errors = [refused("TransactionCanceledException", "ThrottlingError")] * 50

    with pytest.raises(StoreBusy):
        subject.store.save(CLAIM, POST)

    assert subject.dynamodb.asked == len(subject.naps) + 1 < 10
    assert sum(subject.naps) < 2


def test_a_refusal_beside_a_conflict_is_final(subject: Subject) -> None:
    subject.dynamodb.errors = [refused("TransactionCanceledException", "TransactionConflict", "ConditionalCheckFailed")]

    with pytest.raises(PostMoved):
        subject.store.add(POST, GUARDS, None)


def test_a_pause_beside_a_conflict_is_final(subject: Subject) -> None:
    subject.store.add(POST, [], None)
    subject.dynamodb.errors = [refused("TransactionCanceledException", "TransactionConflict", "ConditionalCheckFailed")]

    with pytest.raises(Paused):
        subject.store.save(CLAIM, POST, unless_paused=True)


@pytest.mark.parametrize(
    "error",
    [
        refused("ProvisionedThroughputExceededException"),
        refused("InternalServerError"),
        refused("TransactionInProgressException"),
        ReadTimeoutError(endpoint_url="https://dynamodb"),
    ],
)
def test_what_botocore_could_not_overcome_is_busy_wherever_it_happens(subject: Subject, error: Exception) -> None:
    store = subject.store

    for ask in (
        lambda: store.get("a"),
        lambda: store.holder("text#1"),
        lambda: store.request("request#1"),
        lambda: store.add(POST, GUARDS, REQUEST),
        lambda: store.save(CLAIM, POST),
        lambda: store.save(CLAIM, POST, unless_paused=True),
        lambda: store.due(PostState.QUEUED, until=NOON, limit=1),
        lambda: store.page(PostState.QUEUED, limit=1),
        lambda: store.between(PostState.QUEUED, NOON, NOON + timedelta(days=1), limit=1),
    ):
        subject.dynamodb.errors = [error]
        with pytest.raises(StoreBusy):
            ask()


def test_a_refusal_that_could_not_be_looked_at_is_busy_not_lost(subject: Subject) -> None:
    timeout = ReadTimeoutError(endpoint_url="https://dynamodb")
    subject.dynamodb.errors = [refused("TransactionCanceledException", "ConditionalCheckFailed"), timeout]

    with pytest.raises(StoreBusy):
        subject.store.save(CLAIM, POST)


def test_an_error_that_waiting_does_not_mend_passes_as_it_is(subject: Subject) -> None:
    subject.dynamodb.errors = [refused("AccessDeniedException")]

    with pytest.raises(ClientError):
        subject.store.save(CLAIM, POST)


def test_all_due_posts_are_found_on_however_many_pages_they_lie(subject: Subject) -> None:
    for number in range(30):
        long = POST._replace(id=f"{number:02}", detail="가" * 25_000, at=NOON + timedelta(seconds=number))
        subject.store.add(long, [], None)

    due = subject.store.due(PostState.QUEUED, until=NOON + timedelta(days=1), limit=28)

    assert [post.id for post in due] == [f"{number:02}" for number in range(28)]
