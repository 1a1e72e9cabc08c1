"""The trial: notifications that the desk must not send by itself wait on their cases for a person.

Where somebody may be at risk, the operator is notified at once, and the mail says that the department was not.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.cases.model import CaseEvent, CaseEventKind
from desk.cases.store import CaseStore
from desk.cases.transitions import ANSWERABLE, awaiting_release
from desk.cases.trial import TrialStore, Withheld
from desk.errors import CaseMoved, StoreBusy
from desk.notifications.mail_budget import MailBudget
from desk.notifications.model import Notification, mails_of
from desk.reading import OPERATOR

_log = logging.getLogger(__name__)


class Split(NamedTuple):
    """Notifications that may be sent, those about a risk to the operator, and those that are withheld for good."""

    to_send: Sequence[Notification]
    withheld: Sequence[Notification]


class Trial:
    """Decides which notifications the desk may send by itself, and counts the others."""

    def __init__(
        self, cases: CaseStore, figures: TrialStore, budget: MailBudget, brand: Brand, clock: Callable[[], datetime]
    ) -> None:
        self._cases = cases
        self._figures = figures
        self._budget = budget
        self._brand = brand
        self._clock = clock

    def is_withheld(self, notification: Notification) -> bool:
        """Whether the notification waits for a person; also after the trial, if its case still does."""
        case = notification.case
        return (case is not None and case.awaits_release) or self._brand.in_trial(notification.department)

    def split(self, notifications: Sequence[Notification], mailed: Collection[str] = ()) -> Split:
        """Withhold what may not be sent, and see to it that its cases wait for a person. Raises StoreBusy.

        Mentions in `mailed` were mailed before.
        """
        withheld = [one for one in notifications if self.is_withheld(one)]
        if not withheld:
            return Split(notifications, ())
        self._have_cases_wait(withheld)
        self._count([one for one in withheld if self._brand.in_trial(one.department)], mailed)
        danger = {one.mention.id for one in withheld if one.safety_note}
        to_send = [
            _for_operator(one) if one.mention.id in danger else one
            for one in notifications
            if one.mention.id in danger or not self.is_withheld(one)
        ]
        return Split(to_send, [one for one in withheld if one.mention.id not in danger])

    def _have_cases_wait(self, withheld: Sequence[Notification]) -> None:
        """Cases that were routed before the trial began, and that no department was notified of yet, wait as well."""
        cases = {one.case.id: one.case for one in withheld if one.case and one.reading.opens_case}
        for case in cases.values():
            if case.awaits_release or case.state not in ANSWERABLE:
                continue
            try:
                event = CaseEvent(CaseEventKind.WITHHELD, self._clock(), "", department=case.department)
                self._cases.save(awaiting_release(case), case, event)
            except CaseMoved:
                continue  # a person acts on it at this moment

    def _count(self, withheld: Sequence[Notification], mailed: Collection[str]) -> None:
        """Count what each department would have got. The figures are not worth that a mention is routed again."""
        by_department: dict[str, list[Notification]] = defaultdict(list)
        for one in withheld:
            by_department[one.department].append(one)
        now = self._clock()
        day = now.astimezone(ZoneInfo(self._brand.timezone)).date()
        for department, theirs in by_department.items():
            of_mails = mails_of([one for one in theirs if one.is_mailed and one.mention.id not in mailed])
            own = sum(each[0].safety_note is not None for each in of_mails)
            danger = sum(one.safety_note is not None for one in theirs)
            try:
                mails = own + int(len(of_mails) > own and self._would_mail(department, now))
                self._figures.count_withheld(department, now, day, Withheld(len(theirs), mails, danger))
            except StoreBusy:
                _log.exception("%d withheld notifications of %s are not counted", len(theirs), department)

    def _would_mail(self, department: str, now: datetime) -> bool:
        """Whether a mail would have gone out now: at once, or as the summary that takes the last one of the budget."""
        topic = f"{department}.trial"
        return self._budget.reserve(topic, now, keep=1) or self._budget.reserve(topic, now)


def _for_operator(notification: Notification) -> Notification:
    """The notification for the operator in place of its department."""
    if notification.department == OPERATOR:
        return notification
    return notification._replace(department=OPERATOR, withheld_from=notification.department)
