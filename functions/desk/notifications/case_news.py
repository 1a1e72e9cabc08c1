"""Notifies people of what colleagues and X did with cases: drafts, hand-overs, releases and failed replies."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from desk.brand import Brand
from desk.cases.author_cases import RecentCases
from desk.cases.model import CaseEventKind
from desk.cases.outbox import is_still_relevant
from desk.cases.store import CaseFile, CaseStore
from desk.errors import StoreBusy, TopicsUnavailable, failure_of, isolated
from desk.notifications.model import (
    Notification,
    asked_again,
    department_or_operator,
    drafted,
    handed_over,
    has_text,
    reply_failed,
)
from desk.notifications.notifier import Notifier
from desk.notifications.outbox_sender import OutboxReport
from desk.outbox.model import OutboxEntry, subject_id
from desk.outbox.store import Outbox
from desk.reading import OPERATOR

_LIMIT = 200
"""How many entries a run handles, the oldest; the alarm rings long before there are more."""
_PER_MAIL = 50
"""How many notifications one mail has; the next run sends the rest."""


class _Unsent(NamedTuple):
    """An entry and the notification that it stands for."""

    entry: OutboxEntry
    notification: Notification


class CaseNews:
    """Sends what is left of cases' notifications; implements SendsEntries.

    People may be notified twice if a run dies before it removes the entry. While the process lives it remembers what
    it sent, so that an entry that could not be removed is not sent again.
    """

    def __init__(self, outbox: Outbox, cases: CaseStore, notifier: Notifier, brand: Brand) -> None:
        self._outbox = outbox
        self._cases = cases
        self._notifier = notifier
        self._brand = brand
        self._sent = set[OutboxEntry]()

    def send(self, entries: Sequence[OutboxEntry], goes_on: Callable[[], bool], report: OutboxReport) -> None:
        """Send each department a mail about each danger, and one about all others."""
        waiting = entries[:_LIMIT]
        self._sent &= set(waiting)
        for department, unsent in self._by_department(waiting, goes_on, report).items():
            for together in _mails_of(unsent[:_PER_MAIL]):
                if goes_on():
                    self._send_to(department, together, report)

    def _by_department(
        self, waiting: Sequence[OutboxEntry], goes_on: Callable[[], bool], report: OutboxReport
    ) -> Mapping[str, list[_Unsent]]:
        """The relevant notifications by recipient; entries that are not relevant any more are removed."""
        mails: dict[str, list[_Unsent]] = defaultdict(list)
        for entry in waiting:
            if not goes_on():
                break
            with isolated(report.failures, _key(entry)):
                notification = self._notification(entry) if entry not in self._sent else None
                if notification:
                    mails[notification.department].append(_Unsent(entry, notification))
                else:
                    self._outbox.settle([entry])
        return mails

    def _notification(self, entry: OutboxEntry) -> Notification | None:
        file = self._cases.file(subject_id(entry))
        if file is None or not has_text(file):
            return None
        event = next((one for one in file.events if (one.what, one.at) == (entry.what, entry.at)), None)
        if event is None or not is_still_relevant(event, file.case):
            return None
        if event.what is CaseEventKind.DRAFTED:
            return drafted(file)
        if event.what in (CaseEventKind.RETURNED, CaseEventKind.REMINDED_BY_PERSON):
            return asked_again(file, event, self._brand)
        if event.what is CaseEventKind.NOT_SAID:
            department = self._concerned(entry, file)
            return reply_failed(file, department, event.text) if department else None
        file = file._replace(earlier=RecentCases(self._cases.author_cases).beside(file.case))
        return handed_over(file, event, self._brand)

    def _concerned(self, entry: OutboxEntry, file: CaseFile) -> str | None:
        """Whom this entry notifies of a failed reply: the operator, or the department that has the case now, or nobody.

        The operator is concerned if they send the department's replies. A department that has yet to get the case, in
        a trial, is not. Without subscribers the operator gets the department's mail anyway.
        """
        key, is_operators = department_or_operator(file.case.department, self._brand), entry.recipient == OPERATOR
        if file.case.awaits_release or key == OPERATOR:
            return OPERATOR if is_operators else None
        if not is_operators:
            return key
        sends_itself = self._brand.departments[key].answers_to_x
        return None if sends_itself or self._notifier.has_no_subscribers(key) else OPERATOR

    def _send_to(self, department: str, unsent: Sequence[_Unsent], report: OutboxReport) -> None:
        """Send all in one mail. If that raises, send each alone, so that one defective case holds up no other."""
        latest = {(subject_id(one.entry), one.notification.event): one.notification for one in unsent}
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
        report.cases += len(sent)
        entries = [one.entry for one in sent]
        self._sent |= set(entries)
        with isolated(report.failures, _key(entries[0])):
            self._outbox.settle(entries)


def _mails_of(unsent: Sequence[_Unsent]) -> list[list[_Unsent]]:
    """What each mail is about, as `mails_of` has it; entries with the same notification stay together."""
    mails: dict[tuple[str, str] | None, list[_Unsent]] = defaultdict(list)
    for one in sorted(unsent, key=lambda one: one.notification.safety_note is None):
        what = (subject_id(one.entry), one.notification.event)
        mails[what if one.notification.safety_note else None].append(one)
    return list(mails.values())


def _key(entry: OutboxEntry) -> str:
    return f"not_notified#{entry.subject}"
