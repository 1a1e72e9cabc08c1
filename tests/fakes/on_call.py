"""The ports OnCallTopic, OnCallMarks and UrgentCases in memory."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from desk.case import WAITING, Case
from desk.errors import StoreBusy, TopicsUnavailable
from desk.ports.on_call_marks import AGAIN
from desk.ports.on_call_topic import OnCallMessage
from desk.reading import Urgency
from tests.fakes.cases import FakeCases


@dataclass
class FakeOnCallTopic:
    """What those on call got; `down` makes it fail, `after` runs once a message is out, as a kill would."""

    got: list[OnCallMessage] = field(default_factory=list)
    down: bool = False
    after: Callable[[], object] | None = None

    def publish(self, message: OnCallMessage) -> None:
        if self.down:
            raise TopicsUnavailable("down")
        self.got.append(message)
        if self.after:
            self.after()


@dataclass
class FakeOnCallMarks:
    """Calls by case: since when they are to hear of it, for which department, told when, how often.

    `busy` are cases whose marks can't be read; `lost` cases whose calls can't be noted.
    """

    told: dict[str, tuple[datetime, str, datetime, int]] = field(default_factory=dict)
    claimed: dict[str, datetime] = field(default_factory=dict)
    busy: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)

    def claim(self, case: Case, now: datetime, *, held: tuple[datetime, datetime]) -> int | None:
        if case.id in self.busy:
            raise StoreBusy("claim")
        if case.id in self.claimed and self.claimed[case.id] > held[0]:
            return None
        since, department, told_at, times = self.told.get(case.id, (None, "", now, 0))
        if since == case.calls_since and (department != case.department or told_at > now - AGAIN):
            return None
        self.claimed[case.id] = held[1]
        return times + 1 if since == case.calls_since else 1

    def called(self, case: Case, now: datetime, number: int) -> None:
        if case.id in self.lost:
            raise StoreBusy("called")
        self.claimed.pop(case.id, None)
        self.told[case.id] = (case.calls_since, case.department, now, number)


@dataclass
class FakeUrgentCases:
    """The cases of a case store; `busy` are departments that can't be looked at."""

    store: FakeCases
    busy: set[str] = field(default_factory=set)

    def of(self, department: str, *, due_before: datetime) -> Sequence[Case]:
        if department in self.busy:
            raise StoreBusy("of")
        there = (case for case in self.store.cases.values() if case.department == department and case.state in WAITING)
        found = (c for c in there if c.urgency is Urgency.HIGH and c.holder is None and c.due_at < due_before)
        return sorted(found, key=lambda case: case.due_at)
