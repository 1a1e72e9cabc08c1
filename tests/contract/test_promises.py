"""Promises: the fake and DynamoDB keep the same promises, and so do the stores whose transactions write them."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desk.cases import transitions as case_steps
from desk.cases.items import case_item
from desk.cases.model import Case, CaseEvent, CaseEventKind, CaseState, Draft, ReplyAs
from desk.cases.store import CaseStore, CaseStoreItems
from desk.errors import CaseMoved, PostMoved
from desk.posts import transitions as post_steps
from desk.posts.model import Post, PostKind, PostState
from desk.posts.store import PostStore, PostStoreItems
from desk.promises.model import Ending, Promise, PromiseKind, PromiseState, ended
from desk.promises.store import PromiseItems, Promises, promise_actions
from tests.cases import a_case, a_promise
from tests.fakes.cases import FakeCases
from tests.fakes.posts import FakePosts
from tests.fakes.promises import FakePromises
from tests.tables import Dynamo

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
CASE = a_case(NOON - 4 * HOUR)


class Subject:
    """The promises, and a way to write them as the transaction of a change does."""

    def __init__(self, dynamo: Dynamo | None) -> None:
        self._fake, self._dynamo = FakePromises(), dynamo
        self.promises: Promises = PromiseItems(dynamo.client, dynamo.tables.desk) if dynamo else self._fake
        self.cases: CaseStore = self._cases(dynamo) if dynamo else FakeCases(promises=self._fake)
        self.posts: PostStore = self._posts(dynamo) if dynamo else FakePosts(promises=self._fake)

    @staticmethod
    def _cases(on: Dynamo) -> CaseStore:
        tables = on.tables
        return CaseStoreItems(
            on.client, cases_table=tables.cases, mentions_table=tables.mentions, desk_table=tables.desk
        )

    @staticmethod
    def _posts(on: Dynamo) -> PostStore:
        return PostStoreItems(on.client, posts_table=on.tables.posts, desk_table=on.tables.desk)

    def open_case(self) -> Case:
        """A case that waits, as routing leaves it."""
        if self._dynamo:
            self._dynamo.client.put_item(TableName=self._dynamo.tables.cases, Item=case_item(CASE))
        else:
            self.cases.put(CASE)  # type: ignore[attr-defined]
        return CASE

    def write(self, before: Iterable[Promise], after: Iterable[Promise], at: datetime, by: str = "") -> None:
        if self._dynamo is None:
            self._fake.write(before, after, at, by)
            return
        actions: list[Any] = list(promise_actions(before, after, at, by, self._dynamo.tables.desk))
        if actions:
            self._dynamo.client.transact_write_items(TransactItems=actions)

    def make(self, *promises: Promise) -> None:
        for promise in promises:
            self.write((), [promise], promise.made_at)

    def end(self, promise: Promise, ending: Ending, at: datetime, by: str = "") -> None:
        self.write([promise], ended([promise], ending), at, by)


@pytest.fixture
def subject(dynamo: Dynamo | None) -> Subject:
    return Subject(dynamo)


def test_open_promises_come_in_the_order_of_their_times(subject: Subject) -> None:
    late, early, same = a_promise(NOON + HOUR, "b"), a_promise(NOON, "c"), a_promise(NOON + HOUR, "a")
    subject.make(late, early, same)

    assert list(subject.promises.open()) == [early, same, late]
    assert list(subject.promises.open(NOON + MINUTE)) == [early]
    assert list(subject.promises.open(NOON + HOUR)) == [early, same, late]
    assert list(subject.promises.open(NOON - MINUTE)) == []


def test_a_promise_comes_back_with_all_that_it_says(subject: Subject) -> None:
    plain = a_promise(NOON)
    update = a_promise(NOON, "p1", kind=PromiseKind.NEXT_UPDATE, subject="p1", in_place_of=plain.key)
    subject.make(plain, update)

    assert subject.promises.get_many([plain.key, update.key, "no such"]) == {plain.key: plain, update.key: update}


@pytest.mark.parametrize(
    ("ending", "late", "state"),
    [
        (Ending.KEPT, -MINUTE, PromiseState.KEPT),
        (Ending.KEPT, timedelta(0), PromiseState.KEPT),
        (Ending.KEPT, MINUTE, PromiseState.BROKEN),
        (Ending.MOVED, -MINUTE, PromiseState.MOVED),
        (Ending.MOVED, MINUTE, PromiseState.BROKEN),
        (Ending.CLOSED, -MINUTE, PromiseState.WITHDRAWN),
        (Ending.CLOSED, MINUTE, PromiseState.BROKEN),
        (Ending.NOT_POSTED, MINUTE, PromiseState.WITHDRAWN),
        (Ending.TAKEN_DOWN, MINUTE, PromiseState.WITHDRAWN),
        (Ending.ERASED, MINUTE, PromiseState.WITHDRAWN),
    ],
)
def test_a_promise_that_ended_is_no_longer_open_and_says_how_and_how_late(
    subject: Subject, ending: Ending, late: timedelta, state: PromiseState
) -> None:
    promise = a_promise(NOON)
    subject.make(promise)

    subject.end(promise, ending, NOON + late, "reply-2")

    found = subject.promises.get_many([promise.key])[promise.key]
    assert list(subject.promises.open()) == []
    assert found == promise._replace(words="", ending=ending, ended_at=NOON + late, ended_by="reply-2")
    assert (found.state, found.late_by(NOON + HOUR)) == (state, late if state is PromiseState.BROKEN else timedelta(0))


def test_an_open_promise_is_broken_once_its_time_has_passed() -> None:
    promise = a_promise(NOON)

    assert (promise.state_at(NOON), promise.late_by(NOON)) == (PromiseState.OPEN, timedelta(0))
    assert (promise.state_at(NOON + MINUTE), promise.late_by(NOON + MINUTE)) == (PromiseState.BROKEN, MINUTE)
    assert promise.state is PromiseState.OPEN, "it can still be kept"


def test_a_promise_that_ends_twice_keeps_its_first_end(subject: Subject) -> None:
    promise = a_promise(NOON)
    subject.make(promise)

    subject.end(promise, Ending.KEPT, NOON - MINUTE, "first")
    subject.end(promise, Ending.KEPT, NOON + HOUR, "second")

    assert subject.promises.get_many([promise.key])[promise.key].ended_by == "first"


def test_a_promise_is_open_again_when_what_ended_it_is_taken_back(subject: Subject) -> None:
    promise = a_promise(NOON)
    subject.make(promise)
    subject.end(promise, Ending.CLOSED, NOON - HOUR)

    subject.write((), [promise], NOON - HOUR + MINUTE)

    assert list(subject.promises.due_between(NOON, NOON + MINUTE)) == [promise]
    assert list(subject.promises.open()) == [promise]


def test_promises_of_a_time_are_those_that_were_due_then_open_or_not(subject: Subject) -> None:
    before, kept, still, after = (a_promise(NOON + n * MINUTE, f"p{n}") for n in range(4))
    subject.make(before, kept, still, after)
    subject.end(kept, Ending.KEPT, NOON, "reply-2")

    found = subject.promises.due_between(NOON + MINUTE, NOON + 3 * MINUTE)

    assert [each.post_id for each in found] == ["p1", "p2"]
    assert [each.state for each in found] == [PromiseState.KEPT, PromiseState.OPEN]
    assert list(subject.promises.due_between(NOON, NOON)) == []


def test_promises_to_people_who_are_gone_are_withdrawn_and_no_other(subject: Subject) -> None:
    gone, other = a_promise(NOON, "a"), a_promise(NOON, "b", subject="another")
    subject.make(gone, other)

    assert subject.promises.withdraw(gone.subject, NOON - HOUR) == 1
    assert subject.promises.withdraw(gone.subject, NOON) == 0

    assert list(subject.promises.open()) == [other]
    assert subject.promises.get_many([gone.key])[gone.key].ending is Ending.ERASED


def queued(case: Case, promise: Promise | None, number: int = 1) -> Case:
    draft = Draft("세 시간 안에 알려 드릴게요", "지은", NOON - 3 * HOUR, ReplyAs.HOLDING)
    reply_as = ReplyAs.HOLDING if promise else ReplyAs.ANSWER
    return case_steps.queued(case, f"reply-{number}", draft, reply_as, promise=promise)


def event(what: CaseEventKind, at: datetime, number: int = 1) -> CaseEvent:
    return CaseEvent(what, at, "지은", post_id=f"reply-{number}")


def test_a_reply_makes_its_promise_and_the_answer_keeps_it_with_the_case(subject: Subject) -> None:
    promise, case = a_promise(NOON), subject.open_case()

    sent = subject.cases.save(queued(case, promise), case, event(CaseEventKind.QUEUED, promise.made_at))
    said = case_steps.reply_posted(sent, promise.made_at)
    said = subject.cases.save(said, sent, event(CaseEventKind.PROMISED, promise.made_at))
    assert (list(subject.promises.open()), said.promises, said.state) == ([promise], (promise,), CaseState.PROMISED)
    assert subject.cases.get(case.id) == said

    answering = subject.cases.save(queued(said, None, 2), said, event(CaseEventKind.QUEUED, NOON - HOUR, 2))
    assert list(subject.promises.open()) == [promise], "the answer is not on X yet"
    after = case_steps.reply_posted(answering, NOON + MINUTE)
    after = subject.cases.save(after, answering, event(CaseEventKind.ANSWERED, NOON + MINUTE, 2))

    [kept] = subject.promises.due_between(NOON, NOON + MINUTE)
    assert (kept.state, kept.late_by(NOON), kept.ended_by) == (PromiseState.BROKEN, MINUTE, "reply-2")
    assert (list(subject.promises.open()), after.promises) == ([], ())
    assert subject.cases.get(case.id) == after


def test_a_change_of_a_case_that_lost_makes_and_ends_no_promise(subject: Subject) -> None:
    first, second, case = a_promise(NOON), a_promise(NOON + HOUR, "reply-2"), subject.open_case()
    subject.cases.save(queued(case, first), case, event(CaseEventKind.QUEUED, first.made_at))

    with pytest.raises(CaseMoved):
        subject.cases.save(queued(case, second, 2), case, event(CaseEventKind.QUEUED, first.made_at, 2))
    with pytest.raises(CaseMoved):
        subject.cases.save(case_steps.closed(queued(case, first)), case, event(CaseEventKind.CLOSED, NOON))

    assert list(subject.promises.open()) == [first]


def test_a_promise_is_open_again_when_closing_its_case_is_taken_back(subject: Subject) -> None:
    promise, case = a_promise(NOON), subject.open_case()
    sent = subject.cases.save(queued(case, promise), case, event(CaseEventKind.QUEUED, promise.made_at))
    said = subject.cases.save(
        case_steps.reply_posted(sent, promise.made_at), sent, event(CaseEventKind.PROMISED, promise.made_at)
    )
    place = case_steps.place_of(said)
    assert place
    closed = subject.cases.save(case_steps.closed(said), said, event(CaseEventKind.CLOSED, NOON - HOUR))
    assert list(subject.promises.open()) == []

    back = subject.cases.save(
        case_steps.taken_back(closed, place), closed, event(CaseEventKind.RESTORED, NOON - HOUR + MINUTE)
    )

    assert list(subject.promises.open()) == [promise._replace(words="")] == list(back.promises)
    assert list(subject.promises.due_between(NOON, NOON + MINUTE)) == [promise._replace(words="")]


def a_post(post_id: str, **changes: Any) -> Post:
    post = Post(
        id=post_id,
        kind=PostKind.OUTAGE,
        text="정오까지 다시 알려 드릴게요",
        by="지은",
        accepted_at=NOON - 3 * HOUR,
        publish_at=NOON - 3 * HOUR,
        expires_at=NOON,
        state=PostState.QUEUED,
        at=NOON - 3 * HOUR,
        weighted_length=28,
        estimated_micro_usd=15_000,
    )
    return post._replace(**changes)


def test_a_post_makes_its_promise_and_the_next_one_keeps_it_once_it_is_on_x(subject: Subject) -> None:
    promise = a_promise(NOON, "p1", kind=PromiseKind.NEXT_UPDATE, subject="p1")
    first, second = a_post("p1", promise=promise), a_post("p2", text="복구했어요", keeps=promise._replace(words=""))
    subject.posts.add(first, [], None)
    subject.posts.add(second, [], None)
    assert list(subject.promises.open()) == [promise]

    subject.posts.save(post_steps.published(second, "1991", NOON - HOUR), second)

    assert list(subject.promises.open()) == []
    [kept] = subject.promises.due_between(NOON, NOON + MINUTE)
    assert (kept.state, kept.ended_at, kept.ended_by) == (PromiseState.KEPT, NOON - HOUR, "p2")


def test_a_cancelled_post_withdraws_its_promise_until_x_shows_it_after_all(subject: Subject) -> None:
    promise = a_promise(NOON, "p1", kind=PromiseKind.NEXT_UPDATE, subject="p1")
    first = a_post("p1", promise=promise)
    subject.posts.add(first, [], None)

    cancelled = subject.posts.save(post_steps.cancelled(first, NOON - HOUR), first)
    assert list(subject.promises.open()) == []
    with pytest.raises(PostMoved):
        subject.posts.save(post_steps.published(first, "1991", NOON - MINUTE), first)
    assert list(subject.promises.open()) == []

    subject.posts.save(post_steps.published(cancelled, "1991", NOON - MINUTE), cancelled)
    assert list(subject.promises.open()) == [promise]
