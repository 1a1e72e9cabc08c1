"""The use case: each department gets the mail with its feedback, once for each of the desk's days."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.brand import Brand, FeedbackMail
from desk.errors import TopicsUnavailable
from desk.mentions.model import DayRow, Mention
from desk.mentions.store import MentionStore
from desk.notifications.mail.feedback import FeedbackGroup, FeedbackList, render_feedback
from desk.notifications.mail.parts import MAIL_BYTES
from desk.notifications.mail_budget import MailBudget
from desk.notifications.subscribers import Subscribers
from desk.notifications.topics import TopicMessage, Topics
from desk.reading import OPERATOR, Kind
from desk.reports.feedback import FeedbackStore, FirstEntries, newest_rows
from desk.working_time import span_of
from desk.x.model import XPost

_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_LONGEST = 2 * _WEEK
"""More days than this are never mailed at once: what was not mailed for so long is no news."""


class Due(NamedTuple):
    """A department's mail about the desk's days from `since` on, before `until`."""

    department: str
    since: date
    until: date

    @property
    def last(self) -> date:
        """The last day that it covers."""
        return self.until - _DAY


def due_on(today: date, mailed_until: Mapping[str, date], brand: Brand) -> list[Due]:
    """The mails to send on this day of the desk's: none on a day off, which the next working day makes up for.

    `mailed_until` is the first day that each department was not mailed about yet. A daily mail ends with yesterday, a
    weekly one with the last Sunday; both begin where the last one ended, so that no day is mailed twice or left out.
    """
    if span_of(today, brand) is None:
        return []
    found = [_due(key, entry.feedback, today, mailed_until.get(key)) for key, entry in brand.departments.items()]
    return [one for one in found if one is not None and one.since < one.until]


def _due(department: str, often: FeedbackMail, today: date, mailed_until: date | None) -> Due | None:
    match often:
        case FeedbackMail.DAILY:
            until, usual = today, _DAY
        case FeedbackMail.WEEKLY:
            until, usual = today - timedelta(days=today.weekday()), _WEEK
        case FeedbackMail.NEVER:
            return None
    return Due(department, max(mailed_until or until - usual, until - _LONGEST), until)


LISTED = 100
"""Opinions that one mail lists, the newest; the rest are counted."""


def collect(
    rows: MentionStore, dues: Sequence[Due], departments: Collection[str]
) -> Mapping[str, FirstEntries[DayRow]]:
    """The newest feedback of each department with a mail that is due. Raises StoreBusy.

    Feedback of a department that desk.yaml no longer has is the operator's.
    """
    found = {due.department: newest_rows(LISTED) for due in dues}
    day, until = min(due.since for due in dues), max(due.until for due in dues)
    while day < until:
        covering = {due.department for due in dues if due.since <= day < due.until}
        for row in rows.day_rows(day) if covering else ():
            department = _whose(row, departments)
            if row.kind == Kind.FEEDBACK and department in covering:
                found[department].add(row)
        day += timedelta(days=1)
    return found


def _whose(row: DayRow, departments: Collection[str]) -> str:
    return row.department if row.department in departments and row.department else OPERATOR


_LEAST = 2
"""A group of one is no group."""


def grouped(posts: Sequence[XPost], words: Iterable[str]) -> tuple[FeedbackGroup, ...]:
    """The posts by the department's `words` that they use, the largest group first, the rest last.

    Each post is listed once, in the largest group that it fits into; inside a group posts keep their order.
    """
    left = {post.id: post for post in posts}
    used = {post.id: _used(post.text, words) for post in posts}
    groups: list[FeedbackGroup] = []
    while word := _commonest(used[key] for key in left):
        groups.append(FeedbackGroup(word, tuple(post for key, post in left.items() if word in used[key])))
        left = {key: post for key, post in left.items() if word not in used[key]}
    return (*groups, FeedbackGroup("", tuple(left.values()))) if left else tuple(groups)


def _commonest(used: Iterable[Sequence[str]]) -> str:
    """The word that most posts use; of several the longest, which says most, then the first. "" for none."""
    counts = Counter(word for words in used for word in words)
    common = [word for word, count in counts.items() if count >= _LEAST]
    return max(common, key=lambda word: (counts[word], len(word)), default="")


def _used(text: str, words: Iterable[str]) -> list[str]:
    said = text.casefold()
    return [word for word in words if _occurs(word.casefold(), said)]


def _occurs(word: str, said: str) -> bool:
    """Whether the word is there: words in Latin letters and figures as a whole, Korean ones also inside others."""
    if word not in said:
        return False
    return not word.isascii() or re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", said) is not None


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

    rows: MentionStore
    feedback: FeedbackStore
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
        mailed_until = self.feedback.mailed_until()
        dues = due_on(today, mailed_until, self.brand)
        if not dues:
            return report
        for due in dues:
            if due.department not in mailed_until:  # else a first mail that fails for days would begin later
                self.feedback.mark_mailed(due.department, due.since)
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

    def _settle(self, due: Due, found: FirstEntries[DayRow], run: Run, report: FeedbackReport) -> None:
        feedback = self._feedback(due, found)
        if not feedback.total:
            self.feedback.mark_mailed(due.department, due.until)
            return
        notes = {reader: self._mail(feedback, reader) for reader in self._readers(due.department)}
        if not self._begin(due, run):
            return
        if not all(self._may_mail(reader) for reader in notes):
            report.put_off.append(due.department)
            return
        self._publish(notes)
        report.sent.append(due.department)
        self.feedback.mark_mailed(due.department, due.until)

    def _begin(self, due: Due, run: Run) -> bool:
        return self.feedback.claim(due.department, due.until, holder=run.holder, now=self.clock(), ends_at=run.ends_at)

    def _feedback(self, due: Due, found: FirstEntries[DayRow]) -> FeedbackList:
        """The list as it may be shown now: without what was erased, forgotten, edited since, or never mailed."""
        rows = found.entries()
        mentions = self.feedback.mentions([row.mention_id for row in rows])
        listed = [mentions[row.mention_id] for row in rows if row.mention_id in mentions]
        posts = _latest_versions([mention for mention in listed if not mention.backlog])
        words = self.brand.departments[due.department].words
        return FeedbackList(due.department, due.since, due.last, grouped(posts, words), found.total - len(rows))

    def _readers(self, department: str) -> tuple[str, ...]:
        """Whose topics the mail goes to: the operator's as well while nobody is subscribed to the department's own."""
        has_no_subscribers = department != OPERATOR and self.subscribers.confirmed_count(department) == 0
        return (department, OPERATOR) if has_no_subscribers else (department,)

    def _mail(self, feedback: FeedbackList, reader: str) -> TopicMessage:
        mail = render_feedback(feedback, reader, self.brand, max_bytes=MAIL_BYTES)
        return TopicMessage(_MAIL, mail.body, {"delivery": "mail", "department": reader}, mail.subject)

    def _may_mail(self, reader: str) -> bool:
        for attempt in range(_TRIES):
            if attempt:
                self.pause(_SECONDS)
            if self.budget.reserve(reader, self.clock()):
                return True
        return False

    def _publish(self, notes: Mapping[str, TopicMessage]) -> None:
        """Raises TopicsUnavailable when nobody was reached: where the operator stands in, nobody reads the other."""
        failed = {reader: self.topics.send(reader, [note]) for reader, note in notes.items()}
        *_, last = failed.values()
        if last:
            raise TopicsUnavailable(last[_MAIL])


def _latest_versions(mentions: list[Mention]) -> list[XPost]:
    """Each post once, as its author last left it, in the given order: the newest first."""
    latest: dict[str, XPost] = {}
    for mention in mentions:
        latest.setdefault(mention.post.first_id, mention.post)
    return list(latest.values())
