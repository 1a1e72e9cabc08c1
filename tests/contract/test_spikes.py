"""Spikes: the fake and DynamoDB keep the same promises."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest

from desk.outbox.model import ON_CALL, OutboxEntry
from desk.outbox.store import Outbox, OutboxItems
from desk.spikes.model import Spike, SpikeNotice, entries_begun, entries_ended
from desk.spikes.store import SpikeItems, SpikeStore, new_spike_id
from tests.fakes.spikes import FakeSpikes
from tests.tables import Dynamo

NOON = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SPIKE = Spike(new_spike_id("network", NOON), "network", NOON - 2 * MINUTE, NOON, minutes=3, faults=7, expected=0.137)
OTHER = Spike(new_spike_id("billing", NOON), "billing", NOON - MINUTE, NOON, minutes=10, faults=9, expected=0.5)
LATER = SPIKE._replace(id=new_spike_id("network", NOON + MINUTE), detected_at=NOON + MINUTE)


class Subject(NamedTuple):
    spikes: SpikeStore
    outbox: Outbox

    def unsent(self) -> set[tuple[str, str, str]]:
        """Recipient, spike and notice of all entries."""
        found = [entry for recipient in (ON_CALL, "network", "operator") for entry in self.outbox.entries(recipient)]
        return {(entry.recipient, entry.subject, entry.what) for entry in found}


@pytest.fixture
def subject(dynamo: Dynamo | None) -> Subject:
    if dynamo is None:
        fake = FakeSpikes()
        return Subject(fake, fake.outbox)
    items = dynamo.client, dynamo.tables.desk
    return Subject(SpikeItems(*items), OutboxItems(*items))


@pytest.fixture
def spikes(subject: Subject) -> SpikeStore:
    return subject.spikes


def entry_of(notice: SpikeNotice) -> OutboxEntry:
    """One of SPIKE's entries of this notice."""
    entries = (*entries_begun(SPIKE), *entries_ended(SPIKE, NOON))
    return next(entry for entry in entries if entry.what == notice)


def test_people_are_to_be_notified_of_the_beginning_and_the_end_until_it_is_recorded(subject: Subject) -> None:
    subject.spikes.begin(SPIKE)
    subject.spikes.begin(LATER)
    begun = subject.unsent()
    subject.spikes.mark_sent(entry_of(SpikeNotice.MAIL), NOON)
    left = subject.unsent()
    subject.spikes.end(SPIKE, NOON + MINUTE)
    subject.spikes.end(SPIKE, NOON + 2 * MINUTE)

    call, mail = (ON_CALL, SPIKE.id, "called_at"), ("network", SPIKE.id, "mailed_at")
    operators = ("operator", SPIKE.id, "mailed_at")
    assert begun == {call, mail, operators}
    assert left == {call, operators}
    assert subject.unsent() == left | {(topic, SPIKE.id, "end_mailed_at") for topic in ("network", "operator")}
    (stored,) = subject.spikes.recent(NOON)
    assert stored.mailed_at == NOON


def test_a_spike_is_found_as_it_began(spikes: SpikeStore) -> None:
    assert list(spikes.open()) == []
    assert spikes.get(SPIKE.id) is None

    assert spikes.begin(SPIKE)

    assert spikes.get(SPIKE.id) == SPIKE
    assert list(spikes.open()) == [SPIKE]


def test_of_two_runs_that_find_a_spike_one_begins_it(spikes: SpikeStore) -> None:
    assert spikes.begin(SPIKE)
    assert not spikes.begin(LATER)

    assert list(spikes.open()) == [SPIKE]
    assert spikes.get(LATER.id) is None


def test_a_spike_whose_beginning_was_not_answered_is_begun_again(spikes: SpikeStore) -> None:
    assert spikes.begin(SPIKE)
    assert spikes.begin(SPIKE)


def test_each_department_has_a_spike_of_its_own(spikes: SpikeStore) -> None:
    assert spikes.begin(SPIKE)
    assert spikes.begin(OTHER)
    assert spikes.end(OTHER, NOON + MINUTE)

    assert list(spikes.open()) == [SPIKE]


def test_after_its_end_another_spike_may_begin(spikes: SpikeStore) -> None:
    spikes.begin(SPIKE)

    assert spikes.end(SPIKE, NOON + MINUTE)

    assert list(spikes.open()) == []
    assert spikes.get(SPIKE.id) == SPIKE._replace(ended_at=NOON + MINUTE)
    assert spikes.begin(LATER)
    assert list(spikes.open()) == [LATER]


def test_a_spike_is_ended_once(spikes: SpikeStore) -> None:
    spikes.begin(SPIKE)
    spikes.end(SPIKE, NOON + MINUTE)
    spikes.begin(LATER)

    assert spikes.end(SPIKE, NOON + MINUTE), "the same call again, whose answer was lost"
    assert not spikes.end(SPIKE, NOON + 2 * MINUTE)

    assert list(spikes.open()) == [LATER]
    assert spikes.get(SPIKE.id) == SPIKE._replace(ended_at=NOON + MINUTE)


def test_a_spike_that_never_was_can_not_be_ended(spikes: SpikeStore) -> None:
    assert not spikes.end(SPIKE, NOON)
    assert spikes.get(SPIKE.id) is None


@pytest.mark.parametrize("notice", SpikeNotice)
def test_the_first_moment_of_a_notice_stays(spikes: SpikeStore, notice: SpikeNotice) -> None:
    spikes.begin(SPIKE)

    spikes.mark_sent(entry_of(notice), NOON + MINUTE)
    spikes.mark_sent(entry_of(notice), NOON + 2 * MINUTE)

    stored = spikes.get(SPIKE.id)
    assert stored
    moments = {each: getattr(stored, each) for each in SpikeNotice}
    assert moments == dict.fromkeys(SpikeNotice, None) | {notice: NOON + MINUTE}


def test_a_notice_of_a_spike_that_never_was_is_not_recorded(spikes: SpikeStore) -> None:
    spikes.mark_sent(entry_of(SpikeNotice.MAIL), NOON)

    assert spikes.get(SPIKE.id) is None
    assert list(spikes.recent(NOON - MINUTE)) == []


def test_one_run_at_a_time_claims_a_spike(spikes: SpikeStore) -> None:
    spikes.begin(SPIKE)
    spikes.mark_sent(entry_of(SpikeNotice.CALL), NOON)

    assert spikes.claim(SPIKE.id, NOON, NOON + MINUTE) == SPIKE._replace(called_at=NOON)
    assert spikes.claim(SPIKE.id, NOON + MINUTE / 2, NOON + 2 * MINUTE) is None
    assert spikes.claim(SPIKE.id, NOON + MINUTE, NOON + 2 * MINUTE) == SPIKE._replace(called_at=NOON)


def test_a_spike_that_never_was_can_not_be_claimed(spikes: SpikeStore) -> None:
    assert spikes.claim(SPIKE.id, NOON, NOON + MINUTE) is None
    assert spikes.get(SPIKE.id) is None


def test_recent_spikes_are_those_that_were_open_since(spikes: SpikeStore) -> None:
    spikes.begin(SPIKE)
    spikes.end(SPIKE, NOON + MINUTE)
    spikes.begin(LATER)
    spikes.begin(OTHER)
    ended = SPIKE._replace(ended_at=NOON + MINUTE)

    assert list(spikes.recent(NOON + MINUTE)) == [LATER, ended, OTHER]
    assert list(spikes.recent(NOON + 2 * MINUTE)) == [LATER, OTHER]
