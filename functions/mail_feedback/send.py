"""The use case: each department gets the mail with its feedback, once for each of the desk's days."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.errors import TopicsUnavailable
from desk.mail import MAIL_BYTES
from desk.mail.feedback import FeedbackList, render_feedback
from desk.mention import Mention
from desk.newest_rows import NewestRows
from desk.ports.day_rows import DayRows
from desk.ports.feedback_log import FeedbackLog
from desk.ports.feedback_mentions import FeedbackMentions
from desk.ports.mail_budget import MailBudget
from desk.ports.subscribers import Subscribers
from desk.ports.topics import Note, Topics
from desk.reading import OPERATOR
from desk.x_post import XPost
from mail_feedback.collect import collect
from mail_feedback.due import Due, due_on
from mail_feedback.group import grouped

_MAIL = "mail"
_TRIES = 3
_SECONDS = 1.1
"""Between two tries for a mail of the budget, which gives one topic at most one a second."""


class Run(NamedTuple):
    """This run: `holder` names it and its retries, `ends_at` (machine time) is when it is killed at the latest.

    `has_time` says whether another mail may begin.
    """

    holder: str
    ends_at: datetime
    has_time: Callable[[], bool]


@dataclass(slots=True)
class FeedbackReport:
    """The departments that were mailed, those left to the next run, and why mails failed, by department."""

    sent: list[str] = field(default_factory=list)
    put_off: list[str] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SendFeedback:
    """Sends the mails. `clock` is the machine's, `pause` waits so many seconds.

    A mail is noted once it is out, so that a run which dies between the two has that one mail sent again, and no other.
    """

    rows: DayRows
    mentions: FeedbackMentions
    log: FeedbackLog
    topics: Topics
    budget: MailBudget
    subscribers: Subscribers
    brand: Brand
    clock: Callable[[], datetime]
    pause: Callable[[float], None]

    def run(self, now: datetime, run: Run) -> FeedbackReport:
        """Send what is due on the desk's day of `now`, whichever departments fail. Raises StoreBusy before any mail."""
        report = FeedbackReport()
        today = now.astimezone(ZoneInfo(self.brand.timezone)).date()
        mailed_until = self.log.mailed_until()
        dues = due_on(today, mailed_until, self.brand)
        if not dues:
            return report
        for due in dues:
            if due.department not in mailed_until:  # else a first mail that fails for days would begin later
                self.log.note(due.department, due.since)
        found = collect(self.rows, dues, self.brand.departments)
        for due in dues:
            if not run.has_time():
                report.put_off.append(due.department)
                continue
            try:
                self._settle(due, found[due.department], run, report)
            except Exception as exc:  # noqa: BLE001 - one department's mail must not cost the others theirs
                report.failures[due.department] = f"{type(exc).__name__}: {exc}"[:200]
        return report

    def _settle(self, due: Due, found: NewestRows, run: Run, report: FeedbackReport) -> None:
        feedback = self._feedback(due, found)
        if not feedback.total:
            self.log.note(due.department, due.until)
            return
        notes = {reader: self._mail(feedback, reader) for reader in self._readers(due.department)}
        if not self._begin(due, run):
            return
        if not all(self._may_mail(reader) for reader in notes):
            report.put_off.append(due.department)
            return
        self._publish(notes)
        report.sent.append(due.department)
        self.log.note(due.department, due.until)

    def _begin(self, due: Due, run: Run) -> bool:
        return self.log.begin(due.department, due.until, holder=run.holder, now=self.clock(), ends_at=run.ends_at)

    def _feedback(self, due: Due, found: NewestRows) -> FeedbackList:
        """The list as it may be shown now: without what was erased, forgotten, edited since, or never mailed."""
        rows = found.rows()
        mentions = self.mentions.mentions([row.mention_id for row in rows])
        listed = [mentions[row.mention_id] for row in rows if row.mention_id in mentions]
        posts = _latest_versions([mention for mention in listed if not mention.backlog])
        words = self.brand.departments[due.department].words
        return FeedbackList(due.department, due.since, due.last, grouped(posts, words), found.total - len(rows))

    def _readers(self, department: str) -> tuple[str, ...]:
        """Whose topics the mail goes to: the operator's as well while nobody is subscribed to the department's own."""
        is_silent = department != OPERATOR and self.subscribers.confirmed(department) == 0
        return (department, OPERATOR) if is_silent else (department,)

    def _mail(self, feedback: FeedbackList, reader: str) -> Note:
        mail = render_feedback(feedback, reader, self.brand, max_bytes=MAIL_BYTES)
        return Note(_MAIL, mail.body, {"delivery": "mail", "department": reader}, mail.subject)

    def _may_mail(self, reader: str) -> bool:
        for attempt in range(_TRIES):
            if attempt:
                self.pause(_SECONDS)
            if self.budget.take(reader, self.clock()):
                return True
        return False

    def _publish(self, notes: Mapping[str, Note]) -> None:
        """Raises TopicsUnavailable when nobody was reached: where the operator stands in, nobody reads the other."""
        failed = {reader: self.topics.publish(reader, [note]) for reader, note in notes.items()}
        *_, last = failed.values()
        if last:
            raise TopicsUnavailable(last[_MAIL])


def _latest_versions(mentions: list[Mention]) -> list[XPost]:
    """Each post once, as its author last left it, in the given order: the newest first."""
    latest: dict[str, XPost] = {}
    for mention in mentions:
        latest.setdefault(mention.post.first_id, mention.post)
    return list(latest.values())
