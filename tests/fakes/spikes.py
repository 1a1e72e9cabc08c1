"""Spikes in memory, and the faults among the mentions in memory."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from desk.errors import StoreBusy
from desk.outbox.model import OutboxEntry
from desk.reading import Kind
from desk.spikes.faults import Fault, in_order
from desk.spikes.history import DayFaults
from desk.spikes.model import Spike, entries_begun, entries_ended
from desk.spikes.store import earliest_first, open_since
from tests.fakes.in_trouble import InTrouble
from tests.fakes.mentions import FakeMentions
from tests.fakes.outbox import FakeOutbox


@dataclass
class FakeSpikes(InTrouble):
    """Implements SpikeStore in memory; `claims` has until when a run has claimed a spike, by its id."""

    spikes: dict[str, Spike] = field(default_factory=dict)
    claims: dict[str, datetime] = field(default_factory=dict)
    outbox: FakeOutbox = field(default_factory=FakeOutbox)

    def begin(self, spike: Spike) -> bool:
        self._begin("begin", spike.department)
        there = next((one for one in self._open() if one.department == spike.department), spike)
        if there.id == spike.id:
            self.spikes[spike.id] = spike
            self.outbox.put(entries_begun(spike))
        self._end("begin")
        return there.id == spike.id

    def end(self, spike: Spike, at: datetime) -> bool:
        self._begin("end", spike.id)
        stored = self.spikes.get(spike.id)
        if stored and stored.is_open:
            self.spikes[spike.id] = stored._replace(ended_at=at)
            self.outbox.put(entries_ended(spike, at))
        self._end("end")
        return stored is not None and self.spikes[spike.id].ended_at == at

    def claim(self, spike_id: str, now: datetime, until: datetime) -> Spike | None:
        self._begin("claim", spike_id)
        if spike_id not in self.spikes or self.claims.get(spike_id, now) > now:
            return None
        self.claims[spike_id] = until
        self._end("claim")
        return self.spikes[spike_id]

    def mark_sent(self, entry: OutboxEntry, at: datetime) -> None:
        self._begin("mark_sent", entry.subject, entry.what)
        stored = self.spikes.get(entry.subject)
        if stored and getattr(stored, entry.what) is None:
            changes: dict[str, Any] = {entry.what: at}
            self.spikes[entry.subject] = stored._replace(**changes)
        self.outbox.settle([entry])
        self._end("mark_sent")

    def get(self, spike_id: str) -> Spike | None:
        self._begin("get", spike_id)
        return self.spikes.get(spike_id)

    def open(self) -> Sequence[Spike]:
        self._begin("open")
        return self._open()

    def recent(self, since: datetime) -> Sequence[Spike]:
        self._begin("recent")
        return open_since(self.spikes.values(), since)

    def _open(self) -> Sequence[Spike]:
        return earliest_first(spike for spike in self.spikes.values() if spike.is_open)


@dataclass
class FakeFaultHistory(InTrouble):
    """Implements FaultHistory in memory."""

    kept: dict[date, DayFaults] = field(default_factory=dict)

    def days(self, days: Collection[date]) -> Mapping[date, DayFaults]:
        self._begin("days")
        return {day: self.kept[day] for day in days if day in self.kept}

    def keep(self, day: date, faults: DayFaults) -> None:
        self._begin("keep")
        self.kept[day] = faults
        self._end("keep")


class FakeFaults:
    """The faults among the mentions of a fake store; while `busy`, nothing can be read."""

    def __init__(self, mentions: FakeMentions) -> None:
        self._mentions = mentions
        self.busy = False
        self.asked = 0

    def between(self, since: datetime, until: datetime, *, department: str | None = None) -> Sequence[Fault]:
        self.asked += 1
        if self.busy:
            raise StoreBusy("faults")
        outcomes = ((one.mention, one.outcome) for one in self._mentions.stored.values() if one.outcome)
        return in_order(
            [
                Fault(
                    mention.id,
                    mention.post.created_at,
                    outcome.reading.department or "",
                    mention.post.author_id,
                    outcome.case_id,
                    outcome.reading.terms,
                    mention.backlog,
                    self._mentions.read_at[mention.id],
                )
                for mention, outcome in outcomes
                if outcome.reading.kind is Kind.FAULT
                and since <= mention.post.created_at <= until
                and department in (None, outcome.reading.department)
            ]
        )

    def count(self, since: datetime, until: datetime, *, department: str) -> int:
        return len(self.between(since, until, department=department))
