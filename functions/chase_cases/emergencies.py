"""What cannot wait for a quarter of an hour: who is on call is told, authors who will wait long hear that we know."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chase_cases.acknowledge import Acknowledge, AcknowledgeReport
from desk.brand import Brand
from desk.cases.model import Case
from desk.cases.queries import CaseQueries
from desk.errors import StoreBusy, failure_of
from desk.notifications.on_call import OnCallCaller
from desk.notifications.subscribers import Subscribers

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

    def __init__(self, cases: CaseQueries, caller: OnCallCaller, subscribers: Subscribers, brand: Brand) -> None:
        self._cases = cases
        self._caller = caller
        self._subscribers = subscribers
        self._brand = brand

    def run(self, now: datetime, has_time: Callable[[], bool]) -> OnCallReport:
        """Find what waits, also at departments that desk.yaml had once, and call for what is due."""
        report = OnCallReport()
        if not self._caller.is_configured:
            return report
        waiting = [case for case in self._found(now, has_time, report) if self._caller.needs_call(case)]
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
                found += self._cases.urgent_cases(department, due_before=now + _HORIZON)
            except StoreBusy as exc:
                report.failures[department] = str(exc)
        return found


@dataclass(slots=True)
class AttendReport:
    """What both did; a part that failed as a whole did nothing and says why among its own failures."""

    calls: OnCallReport = field(default_factory=OnCallReport)
    acknowledgements: AcknowledgeReport = field(default_factory=AcknowledgeReport)

    @property
    def failures(self) -> dict[str, str]:
        """Why something must be tried again, of both."""
        return self.calls.failures | self.acknowledgements.failures


class Attend:
    """The use case of every minute."""

    def __init__(self, on_call: OnCall, acknowledge: Acknowledge) -> None:
        self._on_call = on_call
        self._acknowledge = acknowledge

    def run(self, now: datetime, has_time: Callable[[], bool]) -> AttendReport:
        """Call first, then acknowledge; neither costs the other anything but time. Raises nothing."""
        report = AttendReport()
        try:
            report.calls = self._on_call.run(now, has_time)
        except Exception as exc:  # noqa: BLE001 - authors must get their acknowledgements even if the calls fail
            report.calls.failures["calls"] = failure_of(exc)
        try:
            report.acknowledgements = self._acknowledge.run(now, has_time)
        except Exception as exc:  # noqa: BLE001 - the calls already made must still be counted
            report.acknowledgements.failures["acknowledgements"] = failure_of(exc)
        return report
