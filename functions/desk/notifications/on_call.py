"""Calls the people on call for urgent cases that nobody has taken on."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple

from desk.brand import Brand
from desk.cases.model import Case, CaseEvent, CaseEventKind
from desk.cases.reminders import OnCallMarks
from desk.cases.store import CaseFile, CaseStore
from desk.cases.transitions import ANSWERABLE
from desk.errors import failure_of
from desk.notifications.mail_budget import MailBudget
from desk.notifications.on_call_topic import (
    Call,
    OnCallTopic,
    department_of,
    longest_waiting,
    on_call_message,
)
from desk.notifications.publish import AnswerLinks
from desk.reading import Urgency

ON_CALL = "on_call"
"""The topic's name in the budget: no department's key has an underscore."""

CASES_A_CALL = 20
"""In one message; others are told of with the next minute's run."""

_HELD = timedelta(seconds=45)  # a call takes seconds; a run that died in it holds the case up for no longer

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class CallReport:
    """Of how many cases somebody was told, and why that failed, by case id or `on_call` for the topic.

    `put_off`: so much was told within a few minutes that the rest waits for a later run.
    """

    called: int = 0
    put_off: bool = False
    failures: dict[str, str] = field(default_factory=dict)


class _Claimed(NamedTuple):
    call: Call
    file: CaseFile


class Caller:
    """Tells those on call of cases, in one message; `clock` is the machine's.

    `budget` limits messages, and this caller leaves `keep` of them to others.

    A case is claimed, told of, and then noted: of two runs at once one tells, a run that dies before it told is made
    up for within a minute or two, and one that dies right after it makes a phone ring twice. The budget is asked
    between the first claim and the others: by then it is known that there is something to tell.
    """

    def __init__(  # noqa: PLR0913 - what it works with, each named
        self,
        cases: CaseStore,
        marks: OnCallMarks,
        topic: OnCallTopic,
        brand: Brand,
        clock: Callable[[], datetime],
        *,
        links: AnswerLinks,
        budget: MailBudget,
        keep: int = 0,
    ) -> None:
        self._cases = cases
        self._marks = marks
        self._topic = topic
        self._links = links
        self._budget = budget
        self._keep = keep
        self._brand = brand
        self._clock = clock

    @property
    def has_somebody(self) -> bool:
        """Whether desk.yaml names anybody who could be called."""
        return bool(self._brand.on_call.phones or self._brand.on_call.webhooks)

    def wants(self, case: Case) -> bool:
        """Whether somebody on call must hear of the case as it is."""
        wakes = case.wakes or case.danger or self._brand.on_call.every
        is_emergency = case.urgency is Urgency.HIGH and wakes
        return is_emergency and case.state in ANSWERABLE and case.holder is None

    def call(self, cases: Sequence[Case], now: datetime) -> CallReport:
        """Tell of those of the cases for which a call is due, the longest waiting first. Raises nothing expected."""
        report = CallReport()
        claims = self._claims(cases, now, report)
        if (first := next(claims, None)) and self._may_call(report):
            claimed = [first, *islice(claims, CASES_A_CALL - 1)]
            if self._told([one.call for one in claimed], now, report):
                for one in claimed:
                    self._note(one, now, report)
        return report

    def _claims(self, cases: Sequence[Case], now: datetime, report: CallReport) -> Iterator[_Claimed]:
        """The cases for which a call is due; each is claimed only when it is asked for."""
        for case in sorted(filter(self.wants, cases), key=lambda case: (case.asked_at, case.id)):
            try:
                yield from self._claimed(case, now)
            except Exception as exc:  # noqa: BLE001 - a failure in one case must not stop the others
                report.failures[case.id] = failure_of(exc)

    def _may_call(self, report: CallReport) -> bool:
        """Whether the budget has a message, which is taken."""
        try:
            report.put_off = not self._budget.take(ON_CALL, self._clock(), keep=self._keep)
        except Exception as exc:  # noqa: BLE001 - nothing was sent: the next minute's run takes from the budget again
            report.failures[ON_CALL] = failure_of(exc)
            return False
        return not report.put_off

    def _claimed(self, seen: Case, now: datetime) -> Sequence[_Claimed]:
        """The case, as it is by now, for this run alone; nothing when no call is due."""
        moment = self._clock()
        number = self._marks.claim(seen, now, held=(moment, moment + _HELD))
        file = self._cases.file(seen.id) if number is not None else None
        if number is None or file is None or not self._still_waits(file, seen):
            return ()
        return (_Claimed(Call(file.case, number), file),)

    def _still_waits(self, file: CaseFile, seen: Case) -> bool:
        """Whether nobody acted meanwhile, and its author asked while the desk was there to hear it."""
        is_backlog = bool(file.mentions) and all(one.mention.backlog for one in file.mentions)
        return self.wants(file.case) and file.case.department == seen.department and not is_backlog

    def _told(self, calls: Sequence[Call], now: datetime, report: CallReport) -> bool:
        try:
            oldest = longest_waiting(calls)
            link = self._links.of([oldest.id], department_of(oldest, self._brand)).get(oldest.id)
            self._topic.publish(on_call_message(calls, now, self._brand, link))
        except Exception as exc:  # noqa: BLE001 - the call was not sent: the next minute's run calls again
            _log.exception("nobody on call could be told of %d cases", len(calls))
            report.failures[ON_CALL] = failure_of(exc)
            return False
        report.called = len(calls)
        return True

    def _note(self, one: _Claimed, now: datetime, report: CallReport) -> None:
        """Note the call; the case's history has one for each matter, however often the phone rang."""
        case = one.call.case
        at = max(now, case.calls_since)
        try:
            self._marks.called(case, now, one.call.number)
            if not any(
                event.what is CaseEventKind.CALLED and event.at >= case.calls_since for event in one.file.events
            ):
                self._cases.record(case, CaseEvent(CaseEventKind.CALLED, at, by=""))
        except Exception as exc:  # noqa: BLE001 - the message covers several cases: the others must still be recorded
            report.failures[case.id] = failure_of(exc)
