"""Sends the notifications of the cases' outbox that nobody has received yet."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from desk.brand import Brand
from desk.cases.author_cases import RecentCases
from desk.cases.model import CaseEventKind
from desk.cases.outbox import OutboxEntry, is_still_relevant
from desk.cases.store import CaseFile, CaseStore
from desk.errors import StoreBusy, TopicsUnavailable, failure_of, isolated
from desk.notifications.model import (
    Notification,
    department_or_operator,
    drafted,
    handed_over,
    has_text,
    reply_failed,
    returned,
)
from desk.notifications.notifier import Notifier
from desk.reading import OPERATOR

_GRACE = timedelta(minutes=2)
"""The function that made a later change is most likely sending its notification at this moment."""
_LONGEST = timedelta(seconds=45)
"""How long a run sends notifications; mentions are swept after them."""
_LIMIT = 200
"""How many entries a run reads, the oldest; the alarm rings long before there are more."""
_PER_MAIL = 50
"""How many notifications one mail has; the next run sends the rest."""


@dataclass(slots=True)
class OutboxReport:
    """How many notifications were sent, and the age of the oldest one that had not been sent.

    `failures` says why something must be tried again, by `not_notified#<case>#<version>`, by
    `not_notified#<department>`, or by `not_notified` for everything.
    """

    sent: int = 0
    oldest: timedelta = timedelta(0)
    failures: dict[str, str] = field(default_factory=dict)


class _Unsent(NamedTuple):
    """A notification for one department; `departments` are all that have to receive one for this entry."""

    entry: OutboxEntry
    notification: Notification
    departments: frozenset[str]


class SendOutbox:
    """Sends what is left in the outbox. An entry stays until all its recipients were notified.

    People may be notified twice if a run dies before it removes the entry. While the process lives it remembers whom
    it notified, so that a department is not notified again only because another one could not be.
    """

    def __init__(self, cases: CaseStore, notifier: Notifier, brand: Brand, clock: Callable[[], datetime]) -> None:
        self._cases = cases
        self._notifier = notifier
        self._brand = brand
        self._clock = clock
        self._sent = set[tuple[OutboxEntry, str]]()

    def send(self, has_time: Callable[[], bool]) -> OutboxReport:
        """Send each department a mail about each danger, and one about all others.

        Raises nothing, so that the sweep goes on with mentions.

        `has_time` says whether to go on. An entry's age is measured by the wall clock.
        """
        report, now = OutboxReport(), self._clock()

        def goes_on() -> bool:
            return has_time() and self._clock() < now + _LONGEST

        with isolated(report.failures, "not_notified"):
            waiting = [entry for entry in self._cases.outbox(limit=_LIMIT) if entry.at <= now - _GRACE]
            self._sent = {sent for sent in self._sent if sent[0] in waiting}
            report.oldest = max((now - entry.at for entry in waiting), default=timedelta(0))
            for department, unsent in self._by_department(waiting, goes_on, report).items():
                for together in _mails_of(unsent[:_PER_MAIL]):
                    if goes_on():
                        self._send_to(department, together, report)
        return report

    def _by_department(
        self, waiting: Sequence[OutboxEntry], goes_on: Callable[[], bool], report: OutboxReport
    ) -> Mapping[str, list[_Unsent]]:
        """The relevant notifications by recipient; entries that are not relevant any more are removed."""
        mails: dict[str, list[_Unsent]] = defaultdict(list)
        for entry in waiting:
            if not goes_on():
                break
            with isolated(report.failures, _key(entry)):
                notifications = self._notifications(entry)
                departments = frozenset(one.department for one in notifications)
                for one in notifications:
                    if (entry, one.department) not in self._sent:
                        mails[one.department].append(_Unsent(entry, one, departments))
                self._remove_if_complete(entry, departments)
        return mails

    def _notifications(self, entry: OutboxEntry) -> Sequence[Notification]:
        file = self._cases.file(entry.case_id)
        if file is None or not has_text(file):
            return []
        event = next((one for one in file.events if (one.what, one.at) == (entry.what, entry.at)), None)
        if event is None or not is_still_relevant(event, file.case):
            return []
        if event.what is CaseEventKind.DRAFTED:
            return [drafted(file)]
        if event.what is CaseEventKind.RETURNED:
            return [returned(file, event, self._brand)]
        if event.what is CaseEventKind.NOT_SAID:
            return [reply_failed(file, department, event.text) for department in self._senders(file)]
        file = file._replace(earlier=RecentCases(self._cases.author_cases).beside(file.case))
        return [handed_over(file, event, self._brand)]

    def _senders(self, file: CaseFile) -> Sequence[str]:
        """Whom a failed reply concerns: the case's department, and the operator where the operator sends its replies.

        A department that has yet to get the case, in a trial, is not notified of it. Without subscribers the operator
        gets the department's mail anyway.
        """
        key = department_or_operator(file.case.department, self._brand)
        if file.case.awaits_release:
            return [OPERATOR]
        department = self._brand.departments.get(key)
        sends_itself = key == OPERATOR or (department is not None and department.answers_to_x)
        return [key] if sends_itself or self._notifier.has_no_subscribers(key) else [key, OPERATOR]

    def _send_to(self, department: str, unsent: Sequence[_Unsent], report: OutboxReport) -> None:
        """Send all in one mail. If that raises, send each alone, so that one defective case holds up no other."""
        latest = {(one.entry.case_id, one.notification.event): one.notification for one in unsent}
        try:
            self._notifier.notify_department(list(latest.values()))
        except (TopicsUnavailable, StoreBusy) as exc:
            report.failures[f"not_notified#{department}"] = failure_of(exc)
        except Exception as exc:  # noqa: BLE001 - a defect that one case meets must not hold up all the others
            if len(unsent) == 1:
                report.failures[_key(unsent[0].entry)] = failure_of(exc)
                return
            for one in unsent:
                self._send_to(department, [one], report)
        else:
            self._record_sent(unsent, report)

    def _record_sent(self, sent: Sequence[_Unsent], report: OutboxReport) -> None:
        report.sent += len(sent)
        self._sent |= {(one.entry, one.notification.department) for one in sent}
        for entry, departments in {one.entry: one.departments for one in sent}.items():
            with isolated(report.failures, _key(entry)):
                self._remove_if_complete(entry, departments)

    def _remove_if_complete(self, entry: OutboxEntry, departments: Collection[str]) -> None:
        """Remove the entry once all departments were notified; raises StoreBusy."""
        if all((entry, department) in self._sent for department in departments):
            self._cases.mark_sent(entry.case_id, entry.version)


def _mails_of(unsent: Sequence[_Unsent]) -> list[list[_Unsent]]:
    """What each mail is about, as `mails_of` has it; entries with the same notification stay together."""
    mails: dict[tuple[str, str] | None, list[_Unsent]] = defaultdict(list)
    for one in sorted(unsent, key=lambda one: one.notification.safety_note is None):
        what = (one.entry.case_id, one.notification.event)
        mails[what if one.notification.safety_note else None].append(one)
    return list(mails.values())


def _key(entry: OutboxEntry) -> str:
    return f"not_notified#{entry.case_id}#{entry.version}"
