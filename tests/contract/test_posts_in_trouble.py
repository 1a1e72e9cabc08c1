"""The store of posts and the pause switch while DynamoDB fails, loses answers, or other runs come in between."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import replace
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from desk.errors import Paused, PostMoved, QueueUnavailable, StoreBusy
from desk.posts.commands import SubmitPost
from desk.posts.model import IdempotentRequest, Post, PostKind, PostState, UniqueKey
from desk.posts.pause import PAUSE_SWITCH, Pause, PauseItems, PauseScope
from desk.posts.store import PostStoreItems
from desk.posts.submit import PostSubmitter, Submitted
from desk.posts.transitions import cancelled, continuation_post, published
from tests.contract.in_trouble import Retrying, refused
from tests.fakes.posts import FakePostQueue, FakePostTimer
from tests.tables import DYNAMODBS, Dynamo, Tables, dynamodb

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
OUTAGE = Pause("the network is down", "mina", NOON)
NEWS = SubmitPost(PostKind.ANNOUNCEMENT, "점검을 마쳤습니다", by="cms", external_id="article-7")
CHANGED = NEWS._replace(text="점검을 한 시간 뒤에 마칩니다")
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
UNIQUE_KEYS = [UniqueKey("external#1"), UniqueKey("text#1")]
REQUEST = IdempotentRequest("request#1", "f1", POST, NOON + timedelta(days=7))
CLAIM = POST._replace(state=PostState.PUBLISHING, at=NOON + 3 * MINUTE)
CONFLICT = refused("TransactionCanceledException", "TransactionConflict", "None")


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
    def switch(self) -> PauseItems:
        return PauseItems(self.dynamodb, self.tables.desk, self.naps.append)  # type: ignore[arg-type]  # see above

    @property
    def other(self) -> PostStoreItems:
        """Another run's store, whose calls do not fail."""
        return PostStoreItems(self.dynamodb.client, posts_table=self.tables.posts, desk_table=self.tables.desk)

    @property
    def other_switch(self) -> PauseItems:
        """Another run's switch, whose calls do not fail."""
        return PauseItems(self.dynamodb.client, self.tables.desk)


@pytest.fixture
def subject() -> Iterator[Subject]:
    with dynamodb() as (client, tables):
        yield Subject(Retrying(client), tables, [])


def test_a_post_whose_answer_was_lost_is_recognised_and_another_runs_post_is_not(subject: Subject) -> None:
    subject.dynamodb.lost = 1

    subject.store.add(POST, UNIQUE_KEYS, REQUEST)

    assert subject.store.get("a") == POST
    with pytest.raises(PostMoved):
        subject.store.add(POST, UNIQUE_KEYS, REQUEST)


@pytest.mark.parametrize("unless_paused", [True, False])
def test_a_claim_whose_answer_was_lost_is_recognised_and_another_runs_claim_is_not(
    subject: Subject, unless_paused: bool
) -> None:
    subject.store.add(POST, [], None)
    subject.dynamodb.lost = 1

    saved = subject.store.save(CLAIM, POST, unless_paused=unless_paused)

    assert saved == subject.store.get("a") == CLAIM._replace(version=2)
    with pytest.raises(PostMoved):
        subject.other.save(CLAIM, POST, unless_paused=unless_paused)


def test_a_claim_holds_although_publishing_was_paused_before_its_answer_came(subject: Subject) -> None:
    subject.store.add(POST, [], None)
    subject.dynamodb.lost, subject.dynamodb.in_between = 1, lambda: subject.other_switch.pause(OUTAGE)

    saved = subject.store.save(CLAIM, POST, unless_paused=True)

    assert saved == subject.store.get("a")


def test_a_claim_that_another_run_has_taken_further_is_lost(subject: Subject) -> None:
    subject.store.add(POST, [], None)
    claimed = CLAIM._replace(version=2)
    subject.dynamodb.lost = 1
    subject.dynamodb.in_between = lambda: subject.other.save(CLAIM._replace(state=PostState.PUBLISHED), claimed)

    with pytest.raises(PostMoved):
        subject.store.save(CLAIM, POST)


def test_a_step_to_published_whose_answer_was_lost_stores_one_continuation(subject: Subject) -> None:
    first = POST._replace(continuation="이어서 안내드려요")
    subject.store.add(first, [], None)
    subject.dynamodb.lost = 1

    saved = subject.store.save(published(first, "1990", NOON), first)

    assert (subject.store.get("a"), subject.store.get("a-2")) == (saved, continuation_post(saved, first))


def test_a_conflict_with_another_transaction_is_retried_and_then_given_up(subject: Subject) -> None:
    subject.dynamodb.errors = [CONFLICT] * 2
    subject.store.add(POST, UNIQUE_KEYS, None)
    assert (subject.store.get("a"), len(subject.naps)) == (POST, 2)

    subject.naps.clear()
    subject.dynamodb.asked, subject.dynamodb.errors = 0, [CONFLICT] * 50
    with pytest.raises(StoreBusy):
        subject.store.save(CLAIM, POST)
    assert subject.dynamodb.asked == len(subject.naps) + 1 < 10
    assert sum(subject.naps) < 2


@pytest.mark.parametrize(("unless_paused", "error"), [(False, PostMoved), (True, Paused)])
def test_a_refusal_beside_a_conflict_is_final(subject: Subject, unless_paused: bool, error: type[Exception]) -> None:
    subject.store.add(POST, [], None)
    codes = ("TransactionConflict", "ConditionalCheckFailed")
    subject.dynamodb.errors = [refused("TransactionCanceledException", *codes)]

    with pytest.raises(error):
        subject.store.save(CLAIM, POST, unless_paused=unless_paused)


def test_a_refusal_that_could_not_be_checked_is_busy_and_not_lost(subject: Subject) -> None:
    timeout = ReadTimeoutError(endpoint_url="https://dynamodb")
    subject.dynamodb.errors = [refused("TransactionCanceledException", "ConditionalCheckFailed"), timeout]

    with pytest.raises(StoreBusy):
        subject.store.save(CLAIM, POST)


def test_due_posts_are_found_on_all_pages_of_a_query(subject: Subject) -> None:
    for number in range(30):
        long = POST._replace(id=f"{number:02}", detail="가" * 25_000, at=NOON + timedelta(seconds=number))
        subject.store.add(long, [], None)

    due = subject.store.due(PostState.QUEUED, until=NOON + timedelta(days=1), limit=28)

    assert [post.id for post in due] == [f"{number:02}" for number in range(28)]


@dataclass
class Interrupted:
    """A client of DynamoDB; `between` runs once, before the call of that number."""

    client: Any
    number: int = 0
    between: Callable[[], object] | None = None
    calls: int = 0

    def __getattr__(self, name: str) -> Any:
        def call(**asked: Any) -> Any:
            self.calls += 1
            if self.between and self.calls == self.number:
                between, self.between = self.between, None
                between()
            return getattr(self.client, name)(**asked)

        return call


def test_a_conflict_of_the_switch_with_a_claim_is_retried_and_then_given_up(subject: Subject) -> None:
    subject.dynamodb.errors = [CONFLICT] * 2
    assert subject.switch.pause(OUTAGE) == OUTAGE
    assert len(subject.naps) == 2

    subject.naps.clear()
    subject.dynamodb.errors = [CONFLICT] * 100
    with pytest.raises(StoreBusy):
        subject.switch.pause(OUTAGE)
    assert len(subject.naps) < 10
    assert sum(subject.naps) < 5


def test_lost_answers_make_no_second_pause_and_no_second_end(subject: Subject) -> None:
    ended = replace(OUTAGE, ended_at=NOON + MINUTE, ended_by="jun")

    subject.dynamodb.lost = 1
    assert subject.switch.pause(OUTAGE) == OUTAGE
    subject.dynamodb.lost = 1
    assert subject.switch.resume(by="jun", at=NOON + MINUTE) == ended

    assert (subject.switch.current(), tuple(subject.switch.since(NOON))) == (None, (ended,))


def test_a_pause_that_is_widened_after_a_lost_answer_is_widened_once(subject: Subject) -> None:
    subject.switch.pause(replace(OUTAGE, scope=PauseScope.SCHEDULED))
    wide = Pause("worse", "jun", NOON + MINUTE)
    subject.dynamodb.lost = 2

    assert subject.switch.pause(wide) == wide

    assert [pause.reason for pause in subject.switch.since(NOON)] == [OUTAGE.reason, "worse"]


def test_a_pause_that_began_meanwhile_is_ended_and_not_the_one_that_was_read(subject: Subject) -> None:
    subject.switch.pause(OUTAGE)

    def another() -> None:
        subject.other_switch.resume(by="jun", at=NOON + MINUTE)
        subject.other_switch.pause(Pause("a new one", "jun", NOON + 2 * MINUTE))

    client: Any = Interrupted(subject.dynamodb.client, 2, another)
    PauseItems(client, subject.tables.desk, subject.naps.append).resume(by="mina", at=NOON + 3 * MINUTE)

    pauses = [(pause.reason, pause.ended_by) for pause in subject.switch.since(NOON)]
    assert pauses == [("the network is down", "jun"), ("a new one", "mina")]


def test_of_many_who_pause_at_once_one_does(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    client: Any = subject.dynamodb.client
    calling, call = Lock(), client._make_api_call

    def one_call_at_a_time(*asked: Any) -> Any:
        with calling:  # moto is not thread-safe
            return call(*asked)

    monkeypatch.setattr(client, "_make_api_call", one_call_at_a_time)
    switch = subject.other_switch

    with ThreadPoolExecutor(8) as many:
        pauses = set(many.map(lambda n: switch.pause(Pause("outage", f"u{n}", NOON + n * MINUTE)), range(8)))

    assert pauses == {switch.current()}
    assert len(switch.since(NOON)) == 1


def test_the_switch_is_absent_unless_a_pause_runs(subject: Subject) -> None:
    client = subject.dynamodb.client
    subject.switch.pause(OUTAGE)
    assert "running" in client.get_item(TableName=subject.tables.desk, Key=PAUSE_SWITCH)["Item"]

    subject.switch.resume(by="jun", at=NOON)

    assert "Item" not in client.get_item(TableName=subject.tables.desk, Key=PAUSE_SWITCH)


READS = 3
"""A request reads the holder of its article and the holders of its text on two days; then it writes."""


@pytest.fixture(params=DYNAMODBS)
def real(request: pytest.FixtureRequest) -> Iterator[Dynamo]:
    with dynamodb(request.param) as made:
        yield made


def store_on(dynamo: Dynamo, client: Any = None) -> PostStoreItems:
    return PostStoreItems(client or dynamo.client, posts_table=dynamo.tables.posts, desk_table=dynamo.tables.desk)


def submit(store: PostStoreItems, new: SubmitPost) -> Submitted:
    failures: list[QueueUnavailable] = []
    return PostSubmitter(store, FakePostQueue(), FakePostTimer(), lambda: NOON, failures.append, approval=()).submit(
        new
    )


def posts_in(store: PostStoreItems) -> list[Post]:
    return [post for state in PostState for post in store.page(state, limit=9).posts]


@pytest.mark.parametrize("number", range(1, READS + 2))
def test_another_request_between_any_two_calls_makes_no_second_post(real: Dynamo, number: int) -> None:
    others: list[Submitted] = []
    client = Interrupted(real.client, number, lambda: others.append(submit(store_on(real), NEWS)))

    answer = submit(store_on(real, client), CHANGED)

    assert answer == Submitted(others[0].post, already_known=True)
    assert posts_in(store_on(real)) == [answer.post]


@pytest.mark.parametrize("number", range(2, READS + 3))
def test_a_post_that_x_confirms_between_any_two_calls_keeps_its_article(real: Dynamo, number: int) -> None:
    """The article has a holder that was cancelled, which is one more read."""
    store = store_on(real)
    first = submit(store, NEWS).post
    dropped = store.save(cancelled(first, NOON), first)
    client = Interrupted(real.client, number, lambda: store.save(published(dropped, "1990", NOON), dropped))

    answer = submit(store_on(real, client), CHANGED)

    assert (answer.post.id, answer.post.state, answer.already_known) == (first.id, PostState.PUBLISHED, True)
    assert posts_in(store) == [answer.post]
