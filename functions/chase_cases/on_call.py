"""Emergencies that nobody has taken on: whoever is on call hears of them until somebody does."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from desk.brand import Brand
from desk.case import Case
from desk.errors import StoreBusy
from desk.ports.subscribers import Subscribers
from desk.ports.urgent_cases import UrgentCases
from route_inquiry.on_call import Caller

_HORIZON = timedelta(days=1)
"""By desk.yaml's own limit an urgent answer is due within a day: who looks so far ahead finds every urgent case."""


@dataclass(slots=True)
class OnCallReport:
    """What a run found and told; `failures` by department, case id or `on_call`, all tried again within a minute."""

    waiting: int = 0
    called: int = 0
    put_off: bool = False
    failures: dict[str, str] = field(default_factory=dict)


class OnCall:
    """The use case of every minute; `now` is the schedule's time."""

    def __init__(self, urgent: UrgentCases, caller: Caller, subscribers: Subscribers, brand: Brand) -> None:
        self._urgent = urgent
        self._caller = caller
        self._subscribers = subscribers
        self._brand = brand

    def run(self, now: datetime, has_time: Callable[[], bool]) -> OnCallReport:
        """Find what waits, also at departments that desk.yaml had once, and call for what is due."""
        report = OnCallReport()
        if not self._caller.has_somebody:
            return report
        waiting = [case for case in self._found(now, has_time, report) if self._caller.wants(case)]
        report.waiting = len(waiting)
        if waiting:
            told = self._caller.call(waiting, now)
            report.called, report.put_off = told.called, told.put_off
            report.failures |= told.failures
        return report

    def _found(self, now: datetime, has_time: Callable[[], bool], report: OnCallReport) -> list[Case]:
        found: list[Case] = []
        for department in dict.fromkeys([*self._brand.departments, *sorted(self._subscribers.departments())]):
            if not has_time():
                break
            try:
                found += self._urgent.of(department, due_before=now + _HORIZON)
            except StoreBusy as exc:
                report.failures[department] = str(exc)
        return found
