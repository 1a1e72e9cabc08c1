"""Sends what is left in the outbox: notifications that the function which made the change did not send."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from desk.brand import Brand
from desk.errors import isolated
from desk.notifications.topics import Subscribers
from desk.outbox.model import ON_CALL, OutboxEntry, OutboxKind
from desk.outbox.store import Outbox
from desk.reading import OPERATOR

_LONGEST = timedelta(seconds=45)
"""How long a run sends one kind of notifications; mentions that nobody has read are routed after all of them."""
_EVERY = timedelta(minutes=5)
_BATCH = 100
_STRIDE = 0.618
"""How far each run starts from the last one, as a share of what waits: the golden section covers all soonest."""


@dataclass(slots=True)
class OutboxReport:
    """What was sent, and the age of the oldest entry that was due; `mentions` is how many mentions were found unsent.

    `failures` says why something must be tried again, by `outbox#<recipient>` for a recipient whose entries could not
    be read, by `outbox#<kind>` for all entries of a kind, or as the kind's sender says.
    """

    mentions: int = 0
    summaries: int = 0
    cases: int = 0
    post_mails: int = 0
    oldest: timedelta = timedelta(0)
    failures: dict[str, str] = field(default_factory=dict)


class SendsEntries(Protocol):
    """Sends the notifications of one kind, and removes their entries."""

    def send(self, entries: Sequence[OutboxEntry], goes_on: Callable[[], bool], report: OutboxReport) -> None:
        """Send what these entries (the oldest first, for any recipients) are about, while it `goes_on`."""
        ...


class OutboxSender:
    """Sends the entries that are due. Another run may send the same at the same time; then people hear of it twice.

    `clock` is the wall clock, by which entries are due.
    """

    def __init__(
        self,
        outbox: Outbox,
        senders: Mapping[OutboxKind, SendsEntries],
        subscribers: Subscribers,
        brand: Brand,
        clock: Callable[[], datetime],
    ) -> None:
        self._outbox = outbox
        self._senders = senders
        self._subscribers = subscribers
        self._brand = brand
        self._clock = clock

    def send(self, has_time: Callable[[], bool]) -> OutboxReport:
        """Send what is due, kind by kind, while `has_time`. Raises nothing, so that the sweep goes on."""
        report = OutboxReport()
        by_kind = self._due(report)
        for kind in OutboxKind:
            if entries := by_kind.get(kind):
                with isolated(report.failures, f"outbox#{kind}"):
                    self._senders[kind].send(entries, self._until(has_time), report)
        return report

    def _due(self, report: OutboxReport) -> Mapping[OutboxKind, list[OutboxEntry]]:
        """The entries that are due, by kind, the oldest first."""
        now, found = self._clock(), list[OutboxEntry]()
        for recipient in self._recipients():
            with isolated(report.failures, f"outbox#{recipient}"):
                found += [entry for entry in self._outbox.entries(recipient) if entry.due_at <= now]
        report.oldest = max((now - entry.at for entry in found), default=timedelta(0))
        by_kind: dict[OutboxKind, list[OutboxEntry]] = defaultdict(list)
        for entry in sorted(found, key=lambda entry: entry.at):
            by_kind[entry.kind].append(entry)
        return by_kind

    def _recipients(self) -> list[str]:
        """The people on call, the departments of desk.yaml, present and past, and the operator."""
        return list(
            dict.fromkeys([ON_CALL, *self._brand.departments, *sorted(self._subscribers.departments()), OPERATOR])
        )

    def _until(self, has_time: Callable[[], bool]) -> Callable[[], bool]:
        ends = self._clock() + _LONGEST
        return lambda: has_time() and self._clock() < ends


def in_turn[Waiting](waiting: Sequence[Waiting], now: datetime, limit: int) -> Sequence[Waiting]:
    """Those that this run handles, in their order, but each run starts elsewhere: constant failures starve none."""
    if len(waiting) > _BATCH:
        start = int(len(waiting) * (now.timestamp() // _EVERY.total_seconds() * _STRIDE % 1))
        waiting = [*waiting[start:], *waiting[:start]]
    return waiting[:limit]
