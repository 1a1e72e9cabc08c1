"""The use case: each department gets a mail with its feedback, which covers each of the desk's days once."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from desk.brand import Brand, FeedbackMail
from desk.errors import TopicsUnavailable, failure_of
from desk.mentions.model import DayRow, Mention
from desk.mentions.store import MentionStore
from desk.notifications.mail.feedback import FeedbackGroup, MailedFeedback, render_feedback
from desk.notifications.mail.parts import MAIL_BYTES
from desk.notifications.mail_budget import MailBudget
from desk.notifications.topics import Subscribers, TopicMessage, Topics
from desk.praise.store import PraiseStore
from desk.reading import OPERATOR, Kind
from desk.reports.feedback import FeedbackStore, FirstEntries, newest_rows
from desk.working_time import span_of
from desk.x.model import XPost

if TYPE_CHECKING:
    from desk.invocation import Invocation

_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_LONGEST = 2 * _WEEK
"""The most days in one mail: older feedback is no news."""


class Due(NamedTuple):
    """A department's mail about the desk's days from `since` on, before `until`."""

    department: str
    since: date
    until: date

    @property
    def last(self) -> date:
        """The last day that the mail covers."""
        return self.until - _DAY


def due_mails(today: date, mailed_until: Mapping[str, date], brand: Brand) -> list[Due]:
    """Return the mails to send on this day: none on a day off, whose mails are sent on the next working day.

    `mailed_until` is the first day that was not mailed yet, by department. A daily mail ends with yesterday, a weekly
    one with the last Sunday. Both begin where the last one ended, so that no day is mailed twice or left out.
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
"""The most opinions that one mail lists, the newest; the rest are counted."""


def newest_feedback(
    mentions: MentionStore, dues: Sequence[Due], departments: Collection[str]
) -> Mapping[str, FirstEntries[DayRow]]:
    """Return the newest feedback of each department with a mail that is due. Raises StoreBusy.

    Feedback of departments that desk.yaml no longer has counts as the operator's.
    """
    found = {due.department: newest_rows(LISTED) for due in dues}
    day, until = min(due.since for due in dues), max(due.until for due in dues)
    while day < until:
        covering = {due.department for due in dues if due.since <= day < due.until}
        for row in mentions.day_rows(day) if covering else ():
            department = _whose(row, departments)
            if row.kind == Kind.FEEDBACK and department in covering:
                found[department].add(row)
        day += timedelta(days=1)
    return found


def _whose(row: DayRow, departments: Collection[str]) -> str:
    return row.department if row.department in departments and row.department else OPERATOR


_SMALLEST_GROUP = 2


def group_by_word(posts: Sequence[XPost], words: Iterable[str]) -> tuple[FeedbackGroup, ...]:
    """Group the posts by the department's `words` that they use, the largest group first, the rest last.

    Each post is in one group, the largest that it fits. In a group, posts keep their order.
    """
    left = {post.id: post for post in posts}
    used = {post.id: _words_in(post.text, words) for post in posts}
    groups: list[FeedbackGroup] = []
    while word := _most_common(used[key] for key in left):
        groups.append(FeedbackGroup(word, tuple(post for key, post in left.items() if word in used[key])))
        left = {key: post for key, post in left.items() if word not in used[key]}
    return (*groups, FeedbackGroup("", tuple(left.values()))) if left else tuple(groups)


def _most_common(used: Iterable[Sequence[str]]) -> str:
    """Return the word that most posts use; of equal ones the longest, then the first. "" for none."""
    counts = Counter(word for words in used for word in words)
    common = [word for word, count in counts.items() if count >= _SMALLEST_GROUP]
    return max(common, key=lambda word: (counts[word], len(word)), default="")


def _words_in(text: str, words: Iterable[str]) -> list[str]:
    folded = text.casefold()
    return [word for word in words if _occurs(word.casefold(), folded)]


def _occurs(word: str, text: str) -> bool:
    """Return whether the text has the word: Latin words and numbers as a whole, Korean ones also inside others."""
    if word not in text:
        return False
    return not word.isascii() or re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", text) is not None


_MAIL = "mail"
_ATTEMPTS = 3
_SECONDS = 1.1
"""Between two attempts at the budget, which allows each topic one mail a second."""


@dataclass(slots=True)
class FeedbackReport:
    """The departments that were mailed, those left to the next run, and the errors by department."""

    sent: list[str] = field(default_factory=list)
    put_off: list[str] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FeedbackSender:
    """Sends the mails. `clock` is the wall clock, `pause` waits a number of seconds.

    A mail is recorded after it was sent: if a run dies in between, this one mail is sent again, and no other.
    """

    mentions: MentionStore
    feedback: FeedbackStore
    praise: PraiseStore
    topics: Topics
    budget: MailBudget
    subscribers: Subscribers
    brand: Brand
    clock: Callable[[], datetime]
    pause: Callable[[float], None]

    def send(self, now: datetime, invocation: "Invocation") -> FeedbackReport:
        """Send the mails that are due on the desk's day of `now`. One that fails does not stop the others.

        Raises StoreBusy before any mail is sent.
        """
        report = FeedbackReport()
        today = now.astimezone(ZoneInfo(self.brand.timezone)).date()
        mailed_until = self.feedback.mailed_until()
        dues = due_mails(today, mailed_until, self.brand)
        if not dues:
            return report
        for due in dues:
            if due.department not in mailed_until:  # otherwise a first mail that fails for days would begin later
                self.feedback.mark_mailed(due.department, due.since)
        dues = [due for due in dues if not self._is_skipped(due)]
        if not dues:
            return report
        found = newest_feedback(self.mentions, dues, self.brand.departments)
        for due in dues:
            if not invocation.has_time():
                report.put_off.append(due.department)
                continue
            try:
                self._send_mail(due, found[due.department], invocation, report)
            except Exception as exc:  # noqa: BLE001 - the other departments still get their mails
                report.failures[due.department] = failure_of(exc)
        return report

    def _is_skipped(self, due: Due) -> bool:
        """Whether the department is in trial; its days then count as mailed, so that they are not sent after it."""
        is_in_trial = self.brand.in_trial(due.department)
        if is_in_trial:
            self.feedback.mark_mailed(due.department, due.until)
        return is_in_trial

    def _send_mail(
        self, due: Due, found: FirstEntries[DayRow], invocation: "Invocation", report: FeedbackReport
    ) -> None:
        feedback = self._feedback(due, found)
        if not feedback.total:
            self.feedback.mark_mailed(due.department, due.until)
            return
        messages = {reader: self._message(feedback, reader) for reader in self._readers(due.department)}
        if not self.feedback.claim(
            due.department, due.until, holder=invocation.id, now=self.clock(), ends_at=invocation.ends_at
        ):
            return
        if not all(self._reserve(reader) for reader in messages):
            report.put_off.append(due.department)
            return
        self._publish(messages)
        report.sent.append(due.department)
        self.feedback.mark_mailed(due.department, due.until)

    def _feedback(self, due: Due, found: FirstEntries[DayRow]) -> MailedFeedback:
        """List the feedback that may be shown now: without removed, erased, outdated and backlog posts.

        What the department got as praise already is counted apart.
        """
        rows = found.entries()
        passed_on = self.praise.passed_on(due.department, [row.mention_id for row in rows])
        mentions = self.feedback.mentions([row.mention_id for row in rows if row.mention_id not in passed_on])
        listed = [mentions[row.mention_id] for row in rows if row.mention_id in mentions]
        posts = _latest_versions([mention for mention in listed if not mention.backlog])
        words = self.brand.departments[due.department].words
        groups, more = group_by_word(posts, words), found.total - len(rows)
        return MailedFeedback(due.department, due.since, due.last, groups, more, len(passed_on))

    def _readers(self, department: str) -> tuple[str, ...]:
        """Return whose topics get the mail: the operator's too while the department has no subscribers."""
        has_no_subscribers = department != OPERATOR and self.subscribers.confirmed_count(department) == 0
        return (department, OPERATOR) if has_no_subscribers else (department,)

    def _message(self, feedback: MailedFeedback, reader: str) -> TopicMessage:
        mail = render_feedback(feedback, reader, self.brand, max_bytes=MAIL_BYTES)
        return TopicMessage(_MAIL, mail.body, {"delivery": "mail", "department": reader}, mail.subject)

    def _reserve(self, reader: str) -> bool:
        for attempt in range(_ATTEMPTS):
            if attempt:
                self.pause(_SECONDS)
            if self.budget.reserve(reader, self.clock()):
                return True
        return False

    def _publish(self, messages: Mapping[str, TopicMessage]) -> None:
        """Send the messages. Raises TopicsUnavailable if the last one failed, which is the only one with readers."""
        failed = {reader: self.topics.send(reader, [message]) for reader, message in messages.items()}
        *_, last = failed.values()
        if last:
            raise TopicsUnavailable(last[_MAIL])


def _latest_versions(mentions: list[Mention]) -> list[XPost]:
    """Return each post once, in its latest version. The mentions come newest first."""
    latest: dict[str, XPost] = {}
    for mention in mentions:
        latest.setdefault(mention.post.first_id, mention.post)
    return list(latest.values())
