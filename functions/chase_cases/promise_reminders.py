"""The use case: reminds of each promise shortly before its time, who made it and the operator."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from desk.brand import Brand
from desk.cases.model import Case, CaseEvent, CaseEventKind
from desk.cases.store import CaseStore
from desk.cases.transitions import ANSWERABLE
from desk.concerned import concerns
from desk.errors import TopicsUnavailable, isolated
from desk.notifications.check_notices import CheckNotices
from desk.notifications.mail.promises import render_promise
from desk.notifications.notifier import Notifier
from desk.notifications.phone_news import PhoneNews
from desk.posts.model import Post, PostState
from desk.posts.store import PostStore
from desk.promises.model import REMIND_BEFORE, Promise, PromiseKind
from desk.promises.store import Promises
from desk.reading import OPERATOR
from desk.staff.devices import PushKind

_TOO_LATE = timedelta(hours=1)
"""After this nobody is reminded any more: of an answer the reminders of the case tell, of a post the report."""
_HELD = timedelta(seconds=45)  # how long a claim lasts: a mail takes seconds, and a run may die in it


@dataclass(slots=True)
class PromiseRemindersReport:
    """How many promises are about to fall due or late, and how many mails were sent about them.

    `failures` by the post that promises, or `promises`; they are tried again in a minute.
    """

    waiting: int = 0
    mailed: int = 0
    failures: dict[str, str] = field(default_factory=dict)


class PromiseReminders:
    """Mails the operator once about each promise, and its department if that answers on X itself.

    The devices of who made it are notified with the operator's mail. Each mail is claimed, then sent, then recorded, as
    those of safety checks are: of two runs at the same time one sends it; if a run dies right after, it is sent twice.
    What is on its way to X or was kept meanwhile needs none.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what it works with, each named
        self,
        promises: Promises,
        cases: CaseStore,
        posts: PostStore,
        notices: CheckNotices,
        notifier: Notifier,
        brand: Brand,
        clock: Callable[[], datetime],
    ) -> None:
        self._promises = promises
        self._cases = cases
        self._posts = posts
        self._notices = notices
        self._notifier = notifier
        self._brand = brand
        self._clock = clock

    def send_due(self, now: datetime, has_time: Callable[[], bool]) -> PromiseRemindersReport:
        """Send what is due at `now`, the scheduler's time. Raises StoreBusy if nothing could be read."""
        due = [each for each in self._promises.open(now + REMIND_BEFORE) if now <= each.due_at + _TOO_LATE]
        report = PromiseRemindersReport(waiting=len(due))
        for promise in due:
            with concerns(post=promise.post_id), isolated(report.failures, promise.post_id):
                if has_time():
                    self._remind(promise, now, report)
        return report

    def _remind(self, promise: Promise, now: datetime, report: PromiseRemindersReport) -> None:
        for topic in self._topics(promise):
            name, moment = f"promise.{promise.key}.{topic}", self._clock()
            if not self._notices.claim(name, promise.made_at, held=(moment, moment + _HELD)):
                continue
            about = self._about(promise)
            if about is None or not self._notifier.reserve_mail(topic):
                return
            links = self._notifier.links.make([about.id], topic) if isinstance(about, Case) else {}
            mail = render_promise(promise, about, now, topic, self._brand, links)
            if failed := self._notifier.send_mail(topic, mail):
                raise TopicsUnavailable(failed)
            self._notices.record(name, now)
            report.mailed += 1
            if topic == OPERATOR:
                self._notifier.send_to_phones(_news_of(promise, about, now))
            if isinstance(about, Case):
                self._cases.record(about, CaseEvent(CaseEventKind.REMINDED, now, "", department=topic))

    def _topics(self, promise: Promise) -> list[str]:
        """The operator, and the department of the case whose people made the promise themselves."""
        case = self._cases.get(promise.subject) if promise.kind is PromiseKind.ANSWER else None
        department = self._brand.departments.get(case.department) if case else None
        is_theirs = department is not None and department.answers_to_x and not self._brand.in_trial(department.key)
        if department is None or not is_theirs or self._notifier.has_no_subscribers(department.key):
            return [OPERATOR]
        return list(dict.fromkeys([OPERATOR, department.key]))

    def _about(self, promise: Promise) -> Case | Post | None:
        """The case or post for which the promise is still to be kept; None if it is not, or was not said yet."""
        if promise.kind is PromiseKind.NEXT_UPDATE:
            is_open = promise.key in {each.key for each in self._promises.open(promise.due_at)}
            post = self._posts.get(promise.post_id) if is_open else None
            return post if post and post.state is PostState.PUBLISHED else None
        case = self._cases.get(promise.subject)
        if case is None or case.state not in ANSWERABLE:
            return None
        return case if promise.key in {each.key for each in case.promises} else None


def _news_of(promise: Promise, about: Case | Post, now: datetime) -> PhoneNews:
    """The news for the person who made the promise, or, if nobody knows who that was, for all who act on it.

    No device gets it twice.
    """
    department, case_id = (about.department, about.id) if isinstance(about, Case) else (OPERATOR, "")
    person_id = promise.made_by_id or ""
    return PhoneNews(PushKind.PROMISE, f"promise {promise.key}", department, case_id, person_id, now)
