"""The use cases of every minute: calls to the people on call, and acknowledgements."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chase_cases.acknowledge import AcknowledgeReport, SendAcknowledgements
from desk.brand import Brand
from desk.cases.model import Case
from desk.cases.queries import CaseQueries
from desk.errors import StoreBusy, failure_of
from desk.notifications.on_call import OnCallCaller
from desk.notifications.topics import Subscribers

_HORIZON = timedelta(days=1)
"""An urgent answer is due within a day at most (desk.yaml's limit), so this finds every urgent case."""


@dataclass(slots=True)
class OnCallReport:
    """The cases found and called for; `failures` by department, case id or `on_call`, tried again in a minute."""

    waiting: int = 0
    called: int = 0
    put_off: bool = False
    failures: dict[str, str] = field(default_factory=dict)


class EmergencyCalls:
    """Calls the people on call for urgent cases that have no holder."""

    def __init__(self, cases: CaseQueries, caller: OnCallCaller, subscribers: Subscribers, brand: Brand) -> None:
        self._cases = cases
        self._caller = caller
        self._subscribers = subscribers
        self._brand = brand

    def make_due(self, now: datetime, has_time: Callable[[], bool]) -> OnCallReport:
        """Make the calls that are due at `now`, the scheduler's time, also for departments no longer in desk.yaml."""
        report = OnCallReport()
        if not self._caller.is_configured:
            return report
        made = self._caller.call(self._found(now, has_time, report), now)
        report.waiting, report.called, report.put_off = made.waiting, made.called, made.put_off
        report.failures |= made.failures
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
class MinuteReport:
    """The reports of both tasks; a task that failed as a whole has the reason among its failures."""

    calls: OnCallReport = field(default_factory=OnCallReport)
    acknowledgements: AcknowledgeReport = field(default_factory=AcknowledgeReport)

    @property
    def failures(self) -> dict[str, str]:
        """Why something must be tried again, of both."""
        return self.calls.failures | self.acknowledgements.failures


class MinuteTasks:
    """The tasks of every minute."""

    def __init__(self, calls: EmergencyCalls, acknowledgements: SendAcknowledgements) -> None:
        self._calls = calls
        self._acknowledgements = acknowledgements

    def run_all(self, now: datetime, has_time: Callable[[], bool]) -> MinuteReport:
        """Call first, then acknowledge; neither fails because of the other. Raises nothing."""
        report = MinuteReport()
        try:
            report.calls = self._calls.make_due(now, has_time)
        except Exception as exc:  # noqa: BLE001 - authors must get their acknowledgements even if the calls fail
            report.calls.failures["calls"] = failure_of(exc)
        try:
            report.acknowledgements = self._acknowledgements.send_due(now, has_time)
        except Exception as exc:  # noqa: BLE001 - the calls already made must still be counted
            report.acknowledgements.failures["acknowledgements"] = failure_of(exc)
        return report
