"""The use cases of every minute: calls to the people on call, safety checks, promises, and acknowledgements."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from chase_cases.acknowledge import AcknowledgeReport, SendAcknowledgements
from chase_cases.promise_reminders import PromiseReminders, PromiseRemindersReport
from chase_cases.safety_checks import SafetyChecks, SafetyChecksReport
from desk.cases.inbox import EVERYTHING, Inbox
from desk.cases.model import Case
from desk.cases.store import CaseStore
from desk.errors import StoreBusy, failure_of
from desk.notifications.on_call import OnCallCaller
from desk.reading import Urgency

_PAGE = 1_000
"""How many pressing cases are read together; danger comes first."""


@dataclass(slots=True)
class OnCallReport:
    """The cases found and called for; `failures` by case id, `urgent` or `on_call`, tried again in a minute."""

    waiting: int = 0
    called: int = 0
    put_off: bool = False
    failures: dict[str, str] = field(default_factory=dict)


class EmergencyCalls:
    """Calls the people on call for urgent cases that have no holder."""

    def __init__(self, inbox: Inbox, cases: CaseStore, caller: OnCallCaller) -> None:
        self._inbox = inbox
        self._cases = cases
        self._caller = caller

    def make_due(self, now: datetime, has_time: Callable[[], bool]) -> OnCallReport:
        """Make the calls that are due at `now`, the scheduler's time, also for departments no longer in desk.yaml."""
        report = OnCallReport()
        if not self._caller.is_configured:
            return report
        made = self._caller.call(self._found(has_time, report), now)
        report.waiting, report.called, report.put_off = made.waiting, made.called, made.put_off
        report.failures |= made.failures
        return report

    def _found(self, has_time: Callable[[], bool], report: OnCallReport) -> list[Case]:
        """The urgent cases that nobody has taken on: those that the console's strip and lists count."""
        found: list[Case] = []
        after: str | None = None
        while has_time():
            try:
                page = self._inbox.pressing(EVERYTHING._replace(urgency=Urgency.HIGH), limit=_PAGE, after=after)
                found += self._cases.get_many([row.case_id for row in page.rows if row.is_untaken]).values()
            except StoreBusy as exc:
                report.failures["urgent"] = str(exc)
                break
            after = page.after
            if after is None:
                break
        return found


@dataclass(slots=True)
class MinuteReport:
    """The reports of all tasks; a task that failed as a whole has the reason among its failures."""

    calls: OnCallReport = field(default_factory=OnCallReport)
    checks: SafetyChecksReport = field(default_factory=SafetyChecksReport)
    promises: PromiseRemindersReport = field(default_factory=PromiseRemindersReport)
    acknowledgements: AcknowledgeReport = field(default_factory=AcknowledgeReport)

    @property
    def failures(self) -> dict[str, str]:
        """Why something must be tried again, of all."""
        return self.calls.failures | self.checks.failures | self.promises.failures | self.acknowledgements.failures


class MinuteTasks:
    """The tasks of every minute."""

    def __init__(
        self,
        calls: EmergencyCalls,
        checks: SafetyChecks,
        promises: PromiseReminders,
        acknowledgements: SendAcknowledgements,
    ) -> None:
        self._calls = calls
        self._checks = checks
        self._promises = promises
        self._acknowledgements = acknowledgements

    def run_all(self, now: datetime, has_time: Callable[[], bool]) -> MinuteReport:
        """Call first, then have people look, remind of promises, and acknowledge.

        None fails because of another. Raises nothing.
        """
        report = MinuteReport()
        try:
            report.calls = self._calls.make_due(now, has_time)
        except Exception as exc:  # noqa: BLE001 - authors must get their acknowledgements even if the calls fail
            report.calls.failures["calls"] = failure_of(exc)
        try:
            report.checks = self._checks.send_due(now, has_time)
        except Exception as exc:  # noqa: BLE001 - authors must get their acknowledgements even if nobody can be asked to look
            report.checks.failures["checks"] = failure_of(exc)
        try:
            report.promises = self._promises.send_due(now, has_time)
        except Exception as exc:  # noqa: BLE001 - authors must get their acknowledgements even if nobody is reminded
            report.promises.failures["promises"] = failure_of(exc)
        try:
            report.acknowledgements = self._acknowledgements.send_due(now, has_time)
        except Exception as exc:  # noqa: BLE001 - the calls already made must still be counted
            report.acknowledgements.failures["acknowledgements"] = failure_of(exc)
        return report
