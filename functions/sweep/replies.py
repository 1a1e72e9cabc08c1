"""Replies to cases: what became of them and their case has not heard, it hears now."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile
from typing import NamedTuple

from desk.brand import Brand
from desk.cases.author_cases import RecentCases
from desk.cases.model import Case, CaseEvent, CaseEventKind
from desk.cases.outbox import OutboxEntry, is_still_relevant
from desk.cases.store import CaseFile, CaseStore
from desk.errors import StoreBusy, TopicsUnavailable
from desk.notifications import model as notifications
from desk.notifications.model import Notification
from desk.notifications.notifier import Notifier
from desk.posts.model import FINAL, Post
from desk.posts.settle import whole_reply
from desk.posts.store import PostStore
from desk.reading import OPERATOR
from desk.replies.outcome import ReplyOutcomes

_LIMIT = 200
_POSTS = 1_000
_AT_MOST = timedelta(seconds=45)
"""So long one run looks at replies; mentions wait behind them."""
_LOOK_BACK = timedelta(hours=1)
"""For so long it may have gone unheard what became of a reply for which its case no longer waits."""
_SOON = timedelta(minutes=1)
"""As far ahead as another machine's clock may be."""


@dataclass(slots=True)
class RepliesReport:
    """How many cases heard what became of their reply, and how many others that it was never stored."""

    heard: int = 0
    not_stored: int = 0
    failures: dict[str, str] = field(default_factory=dict)
    """Why something must be tried again, by `case#<id>`, or `replies` for all of them."""


class SweepReplies:
    """The use case. `clock` is the machine's, by which replies were queued; `has_time` says whether to go on."""

    def __init__(
        self, cases: CaseStore, posts: PostStore, outcomes: ReplyOutcomes, clock: Callable[[], datetime]
    ) -> None:
        self._cases = cases
        self._posts = posts
        self._outcomes = outcomes
        self._clock = clock

    def run(self, has_time: Callable[[], bool]) -> RepliesReport:
        """Look at what cases wait for, then at what has lately come to its end.

        Raises nothing: whatever goes wrong here must not cost the mentions their sweep.
        """
        report, ends = RepliesReport(), self._clock() + _AT_MOST

        def goes_on() -> bool:
            return has_time() and self._clock() < ends

        with _kept(report, "replies"):
            for case in takewhile(lambda _: goes_on(), self._cases.queued(limit=_LIMIT)):
                with _kept(report, f"case#{case.id}"):
                    self._look(case, report)
        with _kept(report, "replies"):
            for post in takewhile(lambda _: goes_on(), self._ended()):
                with _kept(report, f"case#{post.case_id}"):
                    report.heard += self._outcomes.on_finished(whole_reply(post, self._posts))
        return report

    def _look(self, case: Case, report: RepliesReport) -> None:
        post = self._posts.get(case.post_id) if case.post_id else None
        if post:
            report.heard += self._outcomes.on_finished(whole_reply(post._replace(case_id=case.id), self._posts))
        elif self._outcomes.on_never_stored(case, self._clock()):
            report.not_stored += 1

    def _ended(self) -> Iterator[Post]:
        """Replies that cases closed, handed on or opened again meanwhile do not wait for any more."""
        now = self._clock()
        for state in sorted(FINAL):
            posts = self._posts.between(state, now - _LOOK_BACK, now + _SOON, limit=_POSTS)
            yield from (post for post in posts if post.case_id)


@contextmanager
def _kept(report: RepliesReport, part: str) -> Iterator[None]:
    """A failure of this part is reported, and the next part goes on."""
    try:
        yield
    except Exception as exc:  # noqa: BLE001 - neither one case nor all of them may cost the others the sweep
        report.failures[part] = f"{type(exc).__name__}: {exc}"[:200]


_GRACE = timedelta(minutes=2)
"""A function that made a change since is most likely sending its notification just now."""
"""So long one run tells; mentions wait behind it."""
_LOOK = 200
"""News that one run looks at, the oldest; the alarm rings long before so much of it cannot be told."""
_MOST = 50
"""News in one mail; the next run tells the rest."""


@dataclass(slots=True)
class UntoldReport:
    """How often a department was told of something, and how old the oldest was that nobody had been told of."""

    told: int = 0
    oldest: timedelta = timedelta(0)
    failures: dict[str, str] = field(default_factory=dict)
    """Why something must be tried again, by `untold#<case>#<version>` or `untold#<department>`, or `untold` for all."""


class _News(NamedTuple):
    """News for one department; `departments` are all that have to hear of it."""

    untold: OutboxEntry
    delivery: Notification
    departments: frozenset[str]


class SweepUntold:
    """The use case. `clock` is the machine's, by which news is old; `has_time` says whether to go on.

    News stays until all recipients were notified. A person who has just been notified may be notified again if the run
    dies before it records that; who was told while others could not be is not, as long as the process lives.
    """

    def __init__(self, cases: CaseStore, notifier: Notifier, brand: Brand, clock: Callable[[], datetime]) -> None:
        self._cases = cases
        self._notifier = notifier
        self._brand = brand
        self._clock = clock
        self._heard = set[tuple[OutboxEntry, str]]()

    def run(self, has_time: Callable[[], bool]) -> UntoldReport:
        """One mail a department. Raises nothing: what goes wrong here must not cost the mentions their sweep."""
        report, now = UntoldReport(), self._clock()

        def goes_on() -> bool:
            return has_time() and self._clock() < now + _AT_MOST

        with _still_kept(report, "untold"):
            waiting = [each for each in self._cases.outbox(limit=_LOOK) if each.at <= now - _GRACE]
            self._heard = {heard for heard in self._heard if heard[0] in waiting}
            report.oldest = max((now - each.at for each in waiting), default=timedelta(0))
            for department, news in self._sorted(waiting, goes_on, report).items():
                if goes_on():
                    self._tell(department, news[:_MOST], report)
        return report

    def _sorted(
        self, waiting: Sequence[OutboxEntry], goes_on: Callable[[], bool], report: UntoldReport
    ) -> Mapping[str, list[_News]]:
        """What still matters, by whom it is for; what does not any more needs no telling."""
        mails: dict[str, list[_News]] = defaultdict(list)
        for untold in waiting:
            if not goes_on():
                break
            with _still_kept(report, _name_of(untold)):
                notifications = self._notifications(untold)
                departments = frozenset(each.department for each in notifications)
                for each in notifications:
                    if (untold, each.department) not in self._heard:
                        mails[each.department].append(_News(untold, each, departments))
                self._settle(untold, departments)
        return mails

    def _notifications(self, untold: OutboxEntry) -> Sequence[Notification]:
        file = self._cases.file(untold.case_id)
        event = next((each for each in file.events if _is(each, untold)), None) if file else None
        if file is None or event is None or not is_still_relevant(event, file.case) or not notifications.has_text(file):
            return []
        if event.what is CaseEventKind.DRAFTED:
            return [notifications.drafted(file)]
        if event.what is CaseEventKind.NOT_SAID:
            return [notifications.reply_failed(file, each, event.text) for each in self._who_sends(file)]
        file = file._replace(earlier=RecentCases(self._cases.author_cases).beside(file.case))
        return [notifications.handed_over(file, event, self._brand)]

    def _who_sends(self, file: CaseFile) -> Sequence[str]:
        """The case's department, and the operator where that one sends its replies, unless it stands in anyway."""
        holder = notifications.department_or_operator(file.case.department, self._brand)
        department = self._brand.departments.get(holder)
        is_alone = holder == OPERATOR or (department is not None and department.answers_to_x)
        return [holder] if is_alone or self._notifier.has_no_subscribers(holder) else [holder, OPERATOR]

    def _tell(self, department: str, news: Sequence[_News], report: UntoldReport) -> None:
        """Tell all of it in one mail; where that can't even be written each alone, so that one holds up no other."""
        latest = {(each.untold.case_id, each.delivery.event): each.delivery for each in news}
        try:
            self._notifier.notify_department(list(latest.values()))
        except (TopicsUnavailable, StoreBusy) as exc:
            report.failures[f"untold#{department}"] = _said(exc)
        except Exception as exc:  # noqa: BLE001 - a defect that one case meets must not hold up all the others
            if len(news) == 1:
                report.failures[_name_of(news[0].untold)] = _said(exc)
                return
            for each in news:
                self._tell(department, [each], report)
        else:
            self._remember(news, report)

    def _remember(self, news: Sequence[_News], report: UntoldReport) -> None:
        report.told += len(news)
        self._heard |= {(each.untold, each.delivery.department) for each in news}
        for untold, departments in {each.untold: each.departments for each in news}.items():
            with _still_kept(report, _name_of(untold)):
                self._settle(untold, departments)

    def _settle(self, untold: OutboxEntry, departments: Collection[str]) -> None:
        """Have it wait no longer, once all of them have heard; raises StoreBusy."""
        if all((untold, department) in self._heard for department in departments):
            self._cases.mark_sent(untold.case_id, untold.version)


def _is(event: CaseEvent, untold: OutboxEntry) -> bool:
    return (event.what, event.at) == (untold.what, untold.at)


def _name_of(untold: OutboxEntry) -> str:
    return f"untold#{untold.case_id}#{untold.version}"


def _said(exc: Exception) -> str:
    return f"{type(exc).__name__}: {exc}"[:200]


@contextmanager
def _still_kept(report: UntoldReport, part: str) -> Iterator[None]:
    """A failure of this part is reported, and the next part goes on."""
    try:
        yield
    except Exception as exc:  # noqa: BLE001 - neither one case nor all of them may cost the others the sweep
        report.failures[part] = _said(exc)
