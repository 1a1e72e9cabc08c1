"""The sweep ends spikes, repeats what people were not notified of, and counts the faults of days."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from desk.brand import OnCall
from desk.mentions.model import Source
from desk.mentions.poll_state import Checkpoint
from desk.notifications.outbox_sender import OutboxSender, SendsEntries
from desk.outbox.model import OutboxKind
from desk.spikes.history import HOURS, DayFaults
from desk.spikes.model import Spike, SpikeNotice
from desk.spikes.watch import LearntFaults, SpikeWatch
from sweep.spikes import SpikesReport, SweepSpikes
from tests.brands import small_brand
from tests.fakes.mentions import SEOUL, FakePollState
from tests.fakes.notifications import FakeOnCallTopic
from tests.unit.routing.scene import DangerReader, Scene, mention
from tests.unit.spikes.scene import history

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
"""In Seoul, on a Tuesday."""
TODAY = date(2026, 11, 24)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
SPIKE = Spike("20261124T030000-network", "network", NOON - 2 * MINUTE, NOON, minutes=3, faults=7, expected=0.1)


class Swept(Scene):
    """A desk with an open spike, of which people were notified."""

    def __init__(self) -> None:
        self.topic = FakeOnCallTopic()
        brand = small_brand(on_call=OnCall(phones=("+821000000000",)))
        super().__init__(brand=brand, now=NOON, reader=DangerReader())
        self.history.kept = history({12: 1})
        self.made = 0
        self.poll = FakePollState()
        alerts = self.alerts(self.topic)
        self.wire(alerts)
        senders: dict[OutboxKind, SendsEntries] = {OutboxKind.SPIKE: alerts, OutboxKind.MENTION: self.news}
        self.sender = OutboxSender(self.outbox, senders, self.subscribers, self.brand, self.clock)
        usual = LearntFaults(self.history, SEOUL, self.clock)
        self.swept = SweepSpikes(
            self.spikes, self.faults, self.history, self.unit_of_work, self.poll, usual,
            SpikeWatch(self.spikes, self.faults, usual, self.clock), alerts, self.brand, self.clock,
        )  # fmt: skip

    def begins(self, *notices: SpikeNotice) -> None:
        self.spikes.begin(SPIKE)
        for notice in notices:
            for entry in [entry for entry in self.outbox.of(OutboxKind.SPIKE) if entry.what == notice]:
                self.spikes.mark_sent(entry, NOON)

    def fault(self, at: datetime, *, danger: bool = False, **changes: Any) -> None:
        """A fault that was posted then."""
        self.made += 1
        one = mention(self.made, "network fault danger" if danger else "network fault")
        about: dict[str, Any] = {"post": one.post._replace(created_at=at), "received_at": at, **changes}
        self.router.route(self.receive(one._replace(**about)))

    def polled(self, at: datetime) -> None:
        """X was last asked for mentions then."""
        self.poll.checkpoints.append(Checkpoint("1", at))

    def sweep(self, at: datetime) -> SpikesReport:
        """What is left in the outbox is sent first, as the handler does."""
        self.now = at
        unsent = self.sender.send(lambda: True).failures
        report = self.swept.sweep(at, lambda: True)
        report.failures |= unsent
        return report

    @property
    def spike(self) -> Spike:
        return self.spikes.spikes[SPIKE.id]

    def mails(self) -> int:
        return len(self.topics.mails("network"))

    def spike_mails(self) -> int:
        return sum("급증" in (mail.subject or "") for mail in self.topics.mails("network"))


BOTH = (SpikeNotice.MAIL, SpikeNotice.CALL)


def test_a_spike_ends_half_an_hour_after_its_last_faults_and_people_are_mailed_once() -> None:
    scene = Swept()
    scene.begins(*BOTH)
    for seconds in range(8):
        scene.fault(NOON + timedelta(seconds=seconds))

    ended = [scene.sweep(NOON + minutes * MINUTE).ended for minutes in range(5, 60, 5)]

    assert ended == [0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]
    assert scene.spike.ended_at == NOON + 35 * MINUTE
    assert (scene.mails(), len(scene.topic.got)) == (1, 0)


def test_a_spike_does_not_end_because_mentions_are_not_read() -> None:
    scene = Swept()
    scene.begins(*BOTH)
    scene.fault(NOON)
    scene.polled(NOON + 20 * MINUTE)

    blind = [scene.sweep(NOON + minutes * MINUTE).ended for minutes in (35, 60, 11 * 60)]
    scene.polled(NOON + 11 * 60 * MINUTE)

    assert blind == [0, 0, 0]
    assert scene.sweep(NOON + 11 * 60 * MINUTE).ended == 1


def test_after_half_a_day_a_spike_ends_even_if_mentions_are_not_read() -> None:
    scene = Swept()
    scene.begins(*BOTH)
    scene.polled(NOON)

    assert [scene.sweep(SPIKE.started_at + timedelta(minutes=minutes)).ended for minutes in (719, 720)] == [0, 1]


def test_a_spike_that_goes_on_stays_open() -> None:
    scene = Swept()
    scene.begins(*BOTH)
    for minutes in range(0, 60, 4):
        scene.fault(NOON + minutes * MINUTE)

    assert scene.sweep(NOON + 60 * MINUTE) == SpikesReport(counted=1)
    assert scene.spike.is_open


@pytest.mark.parametrize(("done", "mails", "calls"), [([], 1, 1), (BOTH[:1], 0, 1), (BOTH[1:], 1, 0), (BOTH, 0, 0)])
def test_what_was_not_done_is_repeated(done: list[SpikeNotice], mails: int, calls: int) -> None:
    scene = Swept()
    scene.begins(*done)

    for minutes in (5, 10):
        scene.sweep(NOON + minutes * MINUTE)

    assert (scene.mails(), len(scene.topic.got)) == (mails, calls)


def test_the_mail_about_an_end_is_repeated_until_it_is_sent() -> None:
    scene = Swept()
    scene.begins(*BOTH)
    scene.topics.down = True
    ended, failed = (scene.sweep(NOON + minutes * MINUTE) for minutes in (60, 65))
    scene.topics.down = False

    scene.sweep(NOON + 70 * MINUTE)

    assert (ended, list(failed.failures)) == (
        SpikesReport(ended=1, counted=1),
        [f"spike#{SPIKE.id}#network", f"spike#{SPIKE.id}#operator"],
    )
    assert (scene.mails(), bool(scene.spike.end_mailed_at)) == (1, True)


def test_a_spike_that_can_not_be_judged_stays_open_and_the_rest_goes_on() -> None:
    scene = Swept()
    scene.begins(*BOTH)
    scene.history.busy.add("days")

    report = scene.sweep(NOON + 60 * MINUTE)

    assert set(report.failures) == {f"spike#{SPIKE.id}", "faults"}
    assert scene.spike.is_open


def test_a_spike_that_no_run_of_routing_found_is_found_by_the_next_sweep_and_people_are_notified_once() -> None:
    scene = Swept()
    scene.spikes.busy.add("recent")
    for seconds in range(8):
        scene.fault(NOON + timedelta(seconds=seconds))
    blind = scene.sweep(NOON + MINUTE)
    scene.spikes.busy.clear()

    found = [scene.sweep(NOON + minutes * MINUTE).found for minutes in (6, 11, 16)]

    assert (set(blind.failures), found) == ({"unwatched"}, [1, 0, 0])
    (spike,) = scene.spikes.spikes.values()
    assert (spike.department, spike.detected_at) == ("network", NOON + 6 * MINUTE)
    assert (scene.spike_mails(), len(scene.topic.got)) == (1, 1)


@pytest.mark.parametrize(
    "changes", [{"backlog": True}, {"source": Source.LISTENING}, {"received_at": NOON + timedelta(hours=7)}]
)
def test_what_begins_no_spike_when_it_is_routed_begins_none_afterwards(changes: dict[str, Any]) -> None:
    scene = Swept()
    for seconds in range(8):
        scene.fault(NOON + timedelta(seconds=seconds), danger=True, **changes)

    scene.sweep(changes.get("received_at", NOON) + MINUTE)

    assert not scene.spikes.spikes


def test_today_is_counted_every_hour() -> None:
    scene = Swept()
    scene.fault(NOON - MINUTE)

    counted = [scene.sweep(NOON + minutes * MINUTE).counted for minutes in (0, 5, 55, 60, 65)]

    assert counted == [1, 0, 0, 1, 0]
    assert scene.history.kept[TODAY].by_hour == {"network": (*(0,) * 11, 1, *(0,) * 12)}
    assert scene.history.kept[TODAY].until == NOON + 60 * MINUTE


def test_a_finished_day_is_counted_until_it_has_settled() -> None:
    scene = Swept()
    midnight = datetime.combine(TODAY, datetime.min.time(), SEOUL)
    yesterday = TODAY - DAY
    scene.history.kept[yesterday] = DayFaults({}, midnight - 2 * MINUTE)
    scene.history.kept[TODAY] = DayFaults({}, midnight)
    scene.fault(midnight - MINUTE)

    kept = []
    for hours in (0.5, 1, 2):
        scene.sweep(midnight + timedelta(hours=hours))
        kept.append(scene.history.kept[yesterday].until)

    assert kept == [midnight - 2 * MINUTE, midnight + timedelta(hours=1), midnight + timedelta(hours=1)]
    assert sum(scene.history.kept[yesterday].by_hour["network"]) == 1


def test_days_from_the_first_on_are_counted_a_few_in_each_run_the_latest_first() -> None:
    scene = Swept()
    scene.history.kept.clear()
    scene.fault(NOON - 9 * DAY)

    first, second, third = (scene.sweep(NOON + minutes * MINUTE).counted for minutes in (0, 5, 10))

    assert (first, second, third) == (7, 3, 0)
    assert min(scene.history.kept) == TODAY - 9 * DAY
    assert {len(counts) for day in scene.history.kept.values() for counts in day.by_hour.values()} == {HOURS}


def test_without_time_nothing_is_counted() -> None:
    scene = Swept()

    assert scene.swept.sweep(NOON, lambda: False).counted == 0
