"""What is left in the outbox is sent kind by kind: danger, which is among mentions, before all else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from desk.notifications.outbox_sender import OutboxReport, OutboxSender
from desk.outbox.model import GRACE, OutboxEntry, OutboxKind, new_entry
from tests.brands import small_brand
from tests.fakes.notifications import FakeSubscribers
from tests.fakes.outbox import FakeOutbox

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@dataclass
class SendsOne:
    """Notes what it is given; each kind takes 20 seconds."""

    desk: "Desk"
    kind: OutboxKind

    def send(self, entries: Sequence[OutboxEntry], goes_on: Callable[[], bool], report: OutboxReport) -> None:
        assert {entry.kind for entry in entries} == {self.kind}
        self.desk.sent += [entry.subject for entry in entries] if goes_on() else []
        self.desk.now += timedelta(seconds=20)
        self.desk.went_on.append(goes_on())


@dataclass
class Desk:
    now: datetime = NOON
    outbox: FakeOutbox = field(default_factory=FakeOutbox)
    sent: list[str] = field(default_factory=list)
    went_on: list[bool] = field(default_factory=list)

    def put(self, kind: OutboxKind, minutes: int, recipient: str = "billing") -> None:
        subject = f"{kind}-{minutes}"
        self.outbox.put([new_entry(recipient, kind, subject, "what", NOON - timedelta(minutes=minutes))])

    def sweep(self, has_time: Callable[[], bool] = lambda: True) -> OutboxReport:
        senders = {kind: SendsOne(self, kind) for kind in OutboxKind}
        return OutboxSender(self.outbox, senders, FakeSubscribers(), small_brand(), lambda: self.now).send(has_time)


def test_mentions_come_first_then_spikes_cases_posts_and_praise_and_of_each_the_oldest() -> None:
    desk = Desk()
    for kind in reversed(OutboxKind):
        desk.put(kind, 3)
        desk.put(kind, 5, recipient="operator")

    report = desk.sweep()

    kinds = ("mention", "spike", "case", "post", "praise")
    assert desk.sent == [f"{kind}-{minutes}" for kind in kinds for minutes in (5, 3)]
    assert report.oldest == timedelta(minutes=5)


def test_time_for_one_kind_is_used_for_mentions() -> None:
    desk = Desk()
    for kind in reversed(OutboxKind):
        desk.put(kind, 3)

    desk.sweep(lambda: desk.now == NOON)

    assert desk.sent == ["mention-3"]


def test_no_kind_takes_more_than_its_share_of_a_run() -> None:
    desk = Desk()
    desk.put(OutboxKind.MENTION, 3)
    sender = SendsOne(desk, OutboxKind.MENTION)

    def twice(entries: Sequence[OutboxEntry], goes_on: Callable[[], bool], report: OutboxReport) -> None:
        for _ in range(3):
            SendsOne.send(sender, entries, goes_on, report)

    sender.send = twice  # type: ignore[method-assign]
    OutboxSender(desk.outbox, {OutboxKind.MENTION: sender}, FakeSubscribers(), small_brand(), lambda: desk.now).send(
        lambda: True
    )

    assert desk.went_on == [True, True, False]


def test_an_entry_is_left_to_its_own_function_for_a_while() -> None:
    desk = Desk()
    desk.put(OutboxKind.CASE, 0)

    desk.sweep()
    before = list(desk.sent)
    desk.now = NOON + GRACE
    desk.sweep()

    assert (before, desk.sent) == ([], ["case-0"])
