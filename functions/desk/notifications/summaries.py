"""Summaries of mentions whose mails a budget put off."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from desk.brand import Brand
from desk.cases.store import CaseStore
from desk.errors import TopicsUnavailable
from desk.mentions.model import mail_left
from desk.mentions.store import MentionStore
from desk.notifications.mail.cases import render_mail, render_summary
from desk.notifications.mail.parts import MAIL_BYTES, Mail
from desk.notifications.model import Notification, routed, stored_entries
from desk.notifications.notifier import Notifier, cases_to_answer
from desk.notifications.trial import Trial
from desk.outbox.model import OutboxEntry
from desk.outbox.store import Outbox
from desk.reading import OPERATOR, Urgency

_BY_URGENCY = (Urgency.HIGH, Urgency.NORMAL, Urgency.LOW)


class Summaries:
    """Sends a department one summary if its budget allows; mentions that do not fit wait for the next summary.

    A danger that could not be mailed at once is a mail of its own also here.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what it works with, each named
        self,
        outbox: Outbox,
        mentions: MentionStore,
        cases: CaseStore,
        notifier: Notifier,
        trial: Trial,
        brand: Brand,
        clock: Callable[[], datetime],
    ) -> None:
        self._outbox = outbox
        self._mentions = mentions
        self._cases = cases
        self._notifier = notifier
        self._trial = trial
        self._brand = brand
        self._clock = clock

    def send(self, department: str, entries: Sequence[OutboxEntry]) -> bool:
        """Send a summary of this department's mentions, or of the most urgent ones; returns whether a mail was sent.

        Where the department has no subscribers, the mentions then wait for the operator's summary, which lists those
        of all such departments. Raises StoreBusy, and TopicsUnavailable when SNS did not take it; the mentions then
        keep waiting.
        """
        unsent = {entry.subject: entry for entry in entries}
        waiting = self._notifications(unsent)
        if waiting and department != OPERATOR and department not in self._brand.departments:
            self._settle(waiting, unsent, OPERATOR)
            return False
        waiting = self._without_withheld(waiting, department, unsent)
        own = [one for one in waiting if one.safety_note]
        others = [one for one in waiting if not one.safety_note]
        may_list = bool(others) and self._notifier.reserve_mail(department)  # before danger fills this second
        sent = False
        for one in own:
            if self._notifier.reserve_danger_mail(department):
                links = self._notifier.links.make(cases_to_answer([one], department), department)
                mail = render_mail([one], department, self._brand, links=links, max_bytes=MAIL_BYTES)
                sent = self._send(department, mail, [one], unsent) or sent
        if may_list:
            sent = self._send(department, *self._render(department, others), unsent) or sent
        return sent

    def _send(
        self, department: str, mail: Mail, listed: Sequence[Notification], unsent: Mapping[str, OutboxEntry]
    ) -> bool:
        """Send the mail, settle its mentions, and return whether the department got it. Raises as `send` does."""
        has_no_subscribers = self._notifier.has_no_subscribers(department)
        failure = self._notifier.send_mail(department, mail)
        if has_no_subscribers:
            self._settle(listed, unsent, OPERATOR)
        elif failure:
            raise TopicsUnavailable(failure)
        else:
            self._settle(listed, unsent)
        return not failure

    def _without_withheld(
        self, waiting: Sequence[Notification], department: str, unsent: Mapping[str, OutboxEntry]
    ) -> list[Notification]:
        """Those that a trial lets through: of danger the operator's summary tells, in place of the department's."""
        to_send, withheld = self._trial.split(waiting)
        if withheld:
            self._settle(withheld, unsent)
        danger = [one for one in to_send if one.withheld_from and department != OPERATOR]
        if danger:
            self._settle(danger, unsent, OPERATOR)
        return [one for one in to_send if one not in danger]

    def _settle(
        self, notifications: Sequence[Notification], unsent: Mapping[str, OutboxEntry], left_to: str | None = None
    ) -> None:
        """Remove the entries of these, or leave their mails to another topic; raises StoreBusy."""
        sent = [unsent[one.mention.id] for one in notifications]
        left = [mail_left(entry, left_to, self._clock()) for entry in sent] if left_to else []
        self._outbox.settle(sent, left)

    def _notifications(self, unsent: Mapping[str, OutboxEntry]) -> list[Notification]:
        """Those of the mentions that are still there, the most urgent first; without threads, which lists omit.

        The entries of the others are removed.
        """
        stored = self._mentions.get_many(list(unsent)).values()
        notifications = [routed(entry, self._brand) for entry in stored_entries(stored, self._cases)]
        gone = unsent.keys() - {one.mention.id for one in notifications}
        if gone:
            self._outbox.settle([unsent[mention_id] for mention_id in gone])
        return sorted(notifications, key=lambda one: (_BY_URGENCY.index(one.urgency), one.mention.id))

    def _render(self, department: str, waiting: list[Notification]) -> tuple[Mail, list[Notification]]:
        """One mail and the mentions that it lists; links are stored only for cases that are listed."""
        links = self._notifier.links
        _, listed = self._fit(department, waiting, links.placeholders(cases_to_answer(waiting, department)))
        return self._fit(department, listed, links.make(cases_to_answer(listed, department), department))

    def _fit(
        self, department: str, waiting: list[Notification], links: Mapping[str, str]
    ) -> tuple[Mail, list[Notification]]:
        """As many as one mail lists, the most urgent first."""
        listed = waiting
        while True:
            mails = render_summary(listed, department, self._brand, links=links, max_bytes=MAIL_BYTES)
            if len(mails) == 1 or len(listed) == 1:
                return mails[0], listed
            listed = listed[: len(listed) // 2]
