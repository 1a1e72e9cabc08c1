"""The state of the poll and of other walks: the fake and DynamoDB keep the same promises."""

from collections.abc import Iterator
from copy import replace
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from desk.errors import LeaseLost
from desk.mentions.poll_state import (
    Checkpoint,
    Gap,
    GapQuestion,
    GapSource,
    GapState,
    PollRecord,
    PollState,
    PollStateItems,
    WalkState,
    WalkStateItems,
)
from tests.fakes.mentions import FakePollState, FakeWalkState
from tests.tables import DYNAMODBS, dynamodb

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SOON = NOON + timedelta(seconds=55)
GAP = Gap("10-90", "10", "90", NOON, "rate_limited")


@dataclass(frozen=True)
class Subject:
    """A state under test, and that of another walk in the same table."""

    state: PollState
    other: WalkState


@pytest.fixture(params=["fake", *DYNAMODBS])
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    if request.param == "fake":
        yield Subject(FakePollState(), FakeWalkState())
        return
    with dynamodb(request.param) as (client, tables):
        yield Subject(PollStateItems(client, tables.desk), WalkStateItems(client, tables.desk, "listening#0"))


def test_a_new_desk_has_no_state(subject: Subject) -> None:
    record = subject.state.load()

    assert (record.lease, record.checkpoint, record.gaps, record.unreachable) == (None, None, (), ())


def test_a_lease_is_loaded_as_it_was_taken(subject: Subject) -> None:
    lease = subject.state.take(None, holder="a", until=SOON)

    assert subject.state.load().lease == lease
    assert (lease.holder, lease.until) == ("a", SOON)


def test_of_two_runs_that_saw_the_same_lease_one_takes_it(subject: Subject) -> None:
    subject.state.take(None, holder="a", until=SOON)
    seen = subject.state.load().lease
    subject.state.take(seen, holder="b", until=SOON)

    with pytest.raises(LeaseLost):
        subject.state.take(seen, holder="c", until=SOON)

    lease = subject.state.load().lease
    assert lease is not None
    assert lease.holder == "b"


def test_of_two_runs_that_saw_no_lease_one_takes_it(subject: Subject) -> None:
    subject.state.take(None, holder="a", until=SOON)

    with pytest.raises(LeaseLost):
        subject.state.take(None, holder="b", until=SOON)


def test_a_lease_may_be_taken_again_after_a_lost_answer(subject: Subject) -> None:
    seen = subject.state.take(None, holder="a", until=SOON)
    lease = subject.state.take(seen, holder="b", until=SOON)

    assert subject.state.take(seen, holder="b", until=SOON) == lease


def test_a_released_lease_has_ended_and_still_refuses_an_outdated_holder(subject: Subject) -> None:
    seen = subject.state.take(None, holder="a", until=SOON)
    lease = subject.state.take(seen, holder="b", until=SOON)
    subject.state.release(lease)

    with pytest.raises(LeaseLost):
        subject.state.take(seen, holder="c", until=SOON)

    left = subject.state.load().lease
    assert left is not None
    assert left.until < NOON
    assert subject.state.take(left, holder="d", until=SOON).holder == "d"


def test_releasing_a_lease_that_was_taken_over_does_nothing(subject: Subject) -> None:
    old = subject.state.take(None, holder="a", until=SOON)
    taken = subject.state.take(old, holder="b", until=SOON)

    subject.state.release(old)

    assert subject.state.load().lease == taken


def test_checkpoint_and_gaps_are_loaded_as_they_were_settled(subject: Subject) -> None:
    lease = subject.state.take(None, holder="a", until=SOON)
    checkpoint = Checkpoint("99", NOON, seen=7)
    other = replace(
        GAP,
        id="1-5",
        source=GapSource.SEARCH,
        backlog=True,
        due_at=SOON,
        shrunk_at=NOON,
        tries=2,
        question=GapQuestion("1", "6", has_top=True, has_bottom=False, page_token="more", is_joined=True),
        until_id="6",
    )
    begun = replace(GAP, id="1-6", question=GapQuestion(None, "7", has_top=False, has_bottom=True))

    subject.state.settle(lease, checkpoint=checkpoint, gaps=[GAP, other, begun])

    record = subject.state.load()
    assert record.checkpoint == checkpoint
    assert sorted(record.gaps, key=lambda gap: gap.id) == [other, begun, GAP]


def test_a_closed_gap_is_no_longer_open_and_an_unreachable_one_is_kept(subject: Subject) -> None:
    lease = subject.state.take(None, holder="a", until=SOON)
    lost = replace(GAP, id="1-5", state=GapState.UNREACHABLE, given_up_at=NOON)
    subject.state.settle(lease, gaps=[GAP])

    subject.state.settle(lease, gaps=[replace(GAP, before_id="10", state=GapState.FILLED), lost])

    record = subject.state.load()
    assert (record.gaps, record.unreachable) == ((), (lost,))


def test_a_run_that_lost_the_lease_stores_nothing(subject: Subject) -> None:
    old = subject.state.take(None, holder="a", until=SOON)
    subject.state.take(old, holder="b", until=SOON)

    with pytest.raises(LeaseLost):
        subject.state.settle(old, checkpoint=Checkpoint("99", NOON), gaps=[GAP])

    record = subject.state.load()
    assert (record.checkpoint, record.gaps) == (None, ())


def test_one_gap_that_is_given_twice_at_once_is_a_defect_and_nothing_is_stored(subject: Subject) -> None:
    lease = subject.state.take(None, holder="a", until=SOON)

    with pytest.raises((AssertionError, ClientError)):  # moto does not refuse it, but the tables of the tests do
        subject.state.settle(lease, checkpoint=Checkpoint("99", NOON), gaps=[GAP, replace(GAP, before_id="50")])

    assert subject.state.load() == PollRecord(lease, None, ())


def test_two_walks_know_nothing_of_each_other(subject: Subject) -> None:
    lease = subject.state.take(None, holder="a", until=SOON)
    theirs = subject.other.take(None, holder="b", until=SOON)

    subject.state.settle(lease, checkpoint=Checkpoint("99", NOON), gaps=[GAP])
    subject.other.settle(theirs, checkpoint=Checkpoint("5", NOON))

    assert subject.state.load() == PollRecord(lease, Checkpoint("99", NOON), (GAP,))
    assert subject.other.load() == PollRecord(theirs, Checkpoint("5", NOON), ())


def test_the_walk_of_own_posts_ends_where_it_was_set_to(subject: Subject) -> None:
    lease = subject.state.take(None, holder="a", until=SOON)
    assert subject.state.load().own_posts_seen_to is None

    subject.state.set_own_posts_seen_to("1990000000000000002")
    subject.state.set_own_posts_seen_to("1990000000000000001")

    assert subject.state.load() == PollRecord(lease, None, (), own_posts_seen_to="1990000000000000001")


@pytest.mark.parametrize("gaps", [[], [GAP]])
def test_the_write_that_moves_the_checkpoint_may_end_the_lease(subject: Subject, gaps: list[Gap]) -> None:
    lease = subject.state.take(None, holder="a", until=SOON)
    subject.state.settle(lease, checkpoint=Checkpoint("98", NOON), gaps=gaps)
    before = subject.state.load().lease

    subject.state.settle(lease, checkpoint=Checkpoint("99", NOON), gaps=gaps, releases=True)

    record = subject.state.load()
    assert before == lease
    assert record.checkpoint == Checkpoint("99", NOON)
    assert record.lease is not None
    assert (record.lease.turn, record.lease.until < NOON) == (lease.turn, True)
