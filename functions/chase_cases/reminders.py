"""The use case: reminds departments of answers that are due, and the operator of those that are late."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from desk.brand import Brand
from desk.cases.model import Case, CaseEvent, CaseEventKind
from desk.cases.opt_outs import OptOuts
from desk.cases.sla import (
    Reminder,
    answer_due_at,
    answering_department,
    current_reminder,
    overdue_by,
    reminder_horizon,
)
from desk.cases.store import CaseFile, CaseStore
from desk.concerned import concerns
from desk.errors import TopicsUnavailable, isolated
from desk.mentions.model import Mention, Source
from desk.notifications.mail.reminders import render_reminders
from desk.notifications.model import DueCase
from desk.notifications.notifier import Notifier
from desk.notifications.topics import Subscribers
from desk.reader.explain import case_safety_note
from desk.reading import OPERATOR, Urgency
from desk.replies.policy import newest_mention
from desk.spikes.model import Spike
from desk.spikes.store import SpikeStore
from desk.x.model import XPost

_log = logging.getLogger(__name__)

MAX_CASES = 40
"""Cases in one mail; a department with more needs no longer list, and the next run goes on."""


@dataclass(slots=True)
class RemindersReport:
    """Cases reminded of, by stage; `mails` sent; `put_off` cases that the next run includes."""

    sent: dict[CaseEventKind, int] = field(default_factory=lambda: defaultdict(int))
    mails: int = 0
    put_off: int = 0
    failures: dict[str, str] = field(default_factory=dict)
    """Why something must be tried again: by `case#<id>`, by `department#<key>` or `topic#<key>` for all of its cases,
    or by `subscribers` for everything; or that `spikes` could not be read."""

    @contextmanager
    def isolate(self, part: str) -> Iterator[None]:
        """Report a failure of this part, and let the others go on."""
        with isolated(self.failures, part):
            yield


class _Due(NamedTuple):
    """A reminder that is to be sent, and the last stage that was recorded for the same due moment."""

    case: Case
    reminder: Reminder
    last: CaseEventKind | None


class SendReminders:
    """Sends the reminders that cases have come to.

    None is sent for the cases of an open spike that people were notified of. They follow together when it has ended.
    A reminder is recorded once its mail is out. It is sent twice if a run dies in between, or if two runs overlap. A
    run that comes late sends only the latest reminder.
    """

    def __init__(  # noqa: PLR0913 - what it works with, each named
        self,
        cases: CaseStore,
        subscribers: Subscribers,
        notifier: Notifier,
        brand: Brand,
        *,
        opt_outs: OptOuts,
        spikes: SpikeStore,
    ) -> None:
        self._cases = cases
        self._subscribers = subscribers
        self._notifier = notifier
        self._brand = brand
        self._opt_outs = opt_outs
        self._spikes = spikes

    def send_due(self, now: datetime, has_time: Callable[[], bool]) -> RemindersReport:
        """Send the mails of each topic with reminders, the most urgent topics first. Raises nothing.

        `now` is the scheduler's time; `has_time` says whether another mail may still begin. Nothing is sent while the
        subscribers are unknown: a reminder that nobody reads would be recorded as sent.
        """
        report = RemindersReport()
        if not self._subscribers.are_known():
            report.failures["subscribers"] = "the subscribers could not be read"
            return report
        due = sorted(self._due(now, report), key=lambda one: (one.case.urgency is not Urgency.HIGH, one.reminder.due))
        topics: dict[str, list[_Due]] = defaultdict(list)
        for one in due:
            topics[self._topic(one.case, one.reminder)].append(one)
        for topic, theirs in topics.items():
            with report.isolate(f"topic#{topic}"):
                self._mail_topic(topic, theirs, now, has_time, report)
        return report

    def _due(self, now: datetime, report: RemindersReport) -> Iterator[_Due]:
        """Reminders that weren't sent yet, also of cases of departments that desk.yaml no longer has.

        A department in trial gets none.
        """
        known = {*self._brand.departments, OPERATOR, *self._subscribers.departments()}
        spikes = self._mailed_spikes(report)
        for department in sorted(key for key in known if not self._brand.in_trial(key)):
            with report.isolate(f"department#{department}"):
                open_cases = self._cases.due_cases(department, reminder_horizon(now, self._brand))
                uncovered = (case for case in open_cases if not any(spike.covers(case) for spike in spikes))
                found = [(case, due) for case in uncovered if (due := self._reminder(case, now))]
                last = self._cases.last_reminders({case.id: reminder.due for case, reminder in found})
                for case, reminder in found:
                    if reminder.is_later_than(last.get(case.id)):
                        yield _Due(case, reminder, last.get(case.id))

    def _mailed_spikes(self, report: RemindersReport) -> list[Spike]:
        """The open spikes that people were notified of; none if they can't be read, so that reminders are sent."""
        mailed: list[Spike] = []
        with report.isolate("spikes"):
            mailed += [spike for spike in self._spikes.open() if spike.mailed_at]
        return mailed

    def _reminder(self, case: Case, now: datetime) -> Reminder | None:
        """The reminder that the case has come to; none for a case that still waits in a trial."""
        return None if case.awaits_release else current_reminder(case, now, self._brand)

    def _topic(self, case: Case, reminder: Reminder) -> str:
        """The recipient: the operator for late answers, and in place of departments that no mail reaches."""
        department = answering_department(case, self._brand)
        is_operators = reminder.stage is CaseEventKind.ESCALATED or self._notifier.has_no_subscribers(department)
        return OPERATOR if is_operators else department

    def _mail_topic(
        self, topic: str, due: Sequence[_Due], now: datetime, has_time: Callable[[], bool], report: RemindersReport
    ) -> None:
        """Send a mail about each danger, and one about all others.

        Raises TopicsUnavailable when the topic does not take a mail; then none of its cases is recorded.
        """
        listed, left = self._listed(topic, due, now, has_time, report)
        if not listed:
            report.put_off += left
            return
        own, others = [pair for pair in listed if pair[1].note], [pair for pair in listed if not pair[1].note]
        may_list = bool(others) and self._notifier.reserve_mail(topic)  # before danger fills this second
        report.put_off += left + (0 if may_list else len(others))
        for pair in own:
            if self._notifier.reserve_danger_mail(topic):
                self._mail(topic, [pair], now, report)
            else:
                report.put_off += 1
        if may_list:
            self._mail(topic, others, now, report, more=left)

    def _mail(
        self,
        topic: str,
        listed: Sequence[tuple[_Due, DueCase]],
        now: datetime,
        report: RemindersReport,
        *,
        more: int = 0,
    ) -> None:
        """Send one mail and record its reminders. Raises TopicsUnavailable as above."""
        chased = [one for _, one in listed]
        links = self._notifier.links.make([one.case.id for one in chased], topic)
        mail = render_reminders(chased, topic, self._brand, links=links, more=more)
        if failed := self._notifier.send_mail(topic, mail):
            raise TopicsUnavailable(failed)
        report.mails += 1
        for one, _ in listed:
            with concerns(case=one.case.id), report.isolate(f"case#{one.case.id}"):
                event = CaseEvent(one.reminder.stage, now, "", department=topic)
                if self._cases.record_reminder(one.case, one.reminder, one.last, event):
                    report.sent[one.reminder.stage] += 1
                    _log.info("a reminder was sent", extra={"to": topic, "stage": one.reminder.stage})

    def _listed(
        self, topic: str, due: Sequence[_Due], now: datetime, has_time: Callable[[], bool], report: RemindersReport
    ) -> tuple[list[tuple[_Due, DueCase]], int]:
        """As many as fit into one mail and the time, and how many cases were not looked at."""
        listed: list[tuple[_Due, DueCase]] = []
        for place, one in enumerate(due):
            if len(listed) == MAX_CASES or not has_time():
                return listed, len(due) - place
            with concerns(case=one.case.id), report.isolate(f"case#{one.case.id}"):
                chased = self._chased(topic, one, now)
                listed += [(one, chased)] if chased else []
        return listed, 0

    def _chased(self, topic: str, due: _Due, now: datetime) -> DueCase | None:
        """The case for the mail; None if it has changed, or if it is backlog, which no department was notified of."""
        file = self._cases.file(due.case.id)
        if file is None or self._reminder(file.case, now) != due.reminder:
            return None
        if self._topic(file.case, due.reminder) != topic:
            return None
        if file.mentions and all(one.mention.backlog for one in file.mentions):
            self._cases.record_reminder(file.case, due.reminder, due.last, None)
            return None
        late = overdue_by(file.case, now, self._brand)
        mention = newest_mention(file)
        allows_reply = not _opted_out_since(mention, self._opt_outs.opted_out_at(file.case.author_id))
        note = case_safety_note(file.case, [one.mention for one in file.mentions])
        due_at = answer_due_at(file.case)
        is_heard = mention is not None and mention.source is Source.LISTENING
        return DueCase(file.case, due.reminder.stage, due_at, late, _question(file), allows_reply, note, is_heard)


def _opted_out_since(mention: Mention | None, opted_out_at: datetime | None) -> bool:
    """Whether the author has opted out with the mention that a reply would answer, or since then."""
    return bool(opted_out_at and mention and mention.post.created_at <= opted_out_at)


def _question(file: CaseFile) -> XPost | None:
    """The post since which the author waits; the newest where that one is gone, None where all are."""
    posts = [one.mention.post for one in file.mentions if one.mention.received_at >= file.case.asked_at]
    if posts:
        return posts[0]
    return file.mentions[-1].mention.post if file.mentions else None
