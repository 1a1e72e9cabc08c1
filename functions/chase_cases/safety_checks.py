"""The use case: has somebody look at cases whose safety is to be checked and that nobody has opened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from desk.brand import Brand
from desk.cases.inbox import Inbox
from desk.cases.model import Case, CaseEvent, CaseEventKind
from desk.cases.sla import is_unseen
from desk.cases.store import CaseFile, CaseStore
from desk.concerned import concerns
from desk.errors import isolated
from desk.notifications.check_notices import CALL, CheckNotices
from desk.notifications.model import has_text
from desk.notifications.notifier import Notifier
from desk.notifications.on_call import CASES_A_CALL, Call, OnCallCaller
from desk.reading import Safety
from desk.working_time import is_working

CALL_AGAIN_AFTER = timedelta(hours=1)
"""How long after a call about what nobody has opened the next one follows."""
_MOST = 1_000
"""How many pressing cases are read: danger and what is to be checked come first, and both are rare."""
_HELD = timedelta(seconds=45)  # how long a claim lasts: a mail or a call takes seconds, and a run may die in it


@dataclass(slots=True)
class SafetyChecksReport:
    """How many cases nobody has opened for too long, and how many mails and calls were sent about them.

    `failures` by case id, or `checks` for the call; they are tried again in a minute.
    """

    unseen: int = 0
    mailed: int = 0
    called: int = 0
    failures: dict[str, str] = field(default_factory=dict)


class SafetyChecks:
    """Mails the operator about each such case once, and outside working time calls about all of them once an hour.

    Each is claimed, then sent, then recorded: of two runs at the same time one sends it. If a run dies before it is
    sent, another one sends it within two minutes; if a run dies right after, it is sent twice.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what it works with, each named
        self,
        inbox: Inbox,
        cases: CaseStore,
        notices: CheckNotices,
        notifier: Notifier,
        caller: OnCallCaller,
        brand: Brand,
        clock: Callable[[], datetime],
    ) -> None:
        self._inbox = inbox
        self._cases = cases
        self._notices = notices
        self._notifier = notifier
        self._caller = caller
        self._brand = brand
        self._clock = clock

    def send_due(self, now: datetime, has_time: Callable[[], bool]) -> SafetyChecksReport:
        """Send what is due at `now`, the scheduler's time. Raises StoreBusy if nothing could be read."""
        unseen = self._unseen(now)
        report = SafetyChecksReport(unseen=len(unseen))
        for case in unseen:
            with concerns(case=case.id), isolated(report.failures, case.id):
                if has_time():
                    self._mail(case, now, report)
        callable_for = [case for case in unseen if self._brand.may_call(case.department)]
        if callable_for and self._calls(now):
            with isolated(report.failures, "checks"):
                self._call(callable_for, now, report)
        return report

    def _unseen(self, now: datetime) -> list[Case]:
        """The cases that nobody has opened for too long, the longest waiting first."""
        to_check = [row for row in self._inbox.pressing(limit=_MOST).rows if row.open_safety is Safety.CHECK]
        cases = self._cases.get_many([row.case_id for row in to_check]).values() if to_check else ()
        return sorted((case for case in cases if is_unseen(case, now)), key=lambda case: (case.asked_at, case.id))

    def _calls(self, now: datetime) -> bool:
        wants_calls = self._brand.on_call.for_checks and self._caller.is_configured
        return wants_calls and not is_working(now, self._brand)

    def _mail(self, seen: Case, now: datetime, report: SafetyChecksReport) -> None:
        """Mail the operator about the case, unless somebody did so before or has opened it meanwhile."""
        if seen.unseen_since is None or not self._claim(seen.id, seen.unseen_since):
            return
        file = self._cases.file(seen.id)
        if file is None or not is_unseen(file.case, now) or not has_text(file):
            return
        self._notifier.unseen(file)
        self._notices.record(seen.id, now)
        report.mailed += 1
        self._cases.record(file.case, CaseEvent(CaseEventKind.UNSEEN, now, ""))

    def _call(self, unseen: Sequence[Case], now: datetime, report: SafetyChecksReport) -> None:
        """Call about those that still wait; a case's history shows the first of several calls."""
        if not self._claim(CALL, now - CALL_AGAIN_AFTER):
            return
        files = [file for case in unseen[:CASES_A_CALL] if (file := self._cases.file(case.id))]
        calls = [Call(file.case, 1 + _calls_in(file)) for file in files if is_unseen(file.case, now)]
        if not calls:
            return
        count = len(calls) + len(unseen[CASES_A_CALL:])
        self._caller.call_for_checks(calls, count, now)
        report.called = count
        self._notices.record(CALL, now)
        for call in calls:
            with concerns(case=call.case.id), isolated(report.failures, call.case.id):
                if call.number == 1:
                    self._cases.record(call.case, CaseEvent(CaseEventKind.CALLED, now, ""))

    def _claim(self, name: str, since: datetime) -> bool:
        moment = self._clock()
        return self._notices.claim(name, since, held=(moment, moment + _HELD))


def _calls_in(file: CaseFile) -> int:
    """How often the people on call were called since nobody has opened the case."""
    since = file.case.unseen_since
    return sum(event.what is CaseEventKind.CALLED and since is not None and event.at > since for event in file.events)
