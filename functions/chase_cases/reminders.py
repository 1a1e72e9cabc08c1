"""The use case: departments are reminded of answers that are due, the operator is told of those that are late."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from desk.brand import Brand, Targets
from desk.cases.model import Case, CaseEvent, CaseEventKind
from desk.cases.opt_outs import OptOuts
from desk.cases.reminders import Chases, ChaseStep
from desk.cases.store import CaseFile, CaseStore
from desk.cases.transitions import ANSWERABLE
from desk.errors import TopicsUnavailable, failure_of
from desk.notifications.mail.reminders import Chased, render_chase
from desk.notifications.notifier import Notifier
from desk.notifications.subscribers import Subscribers
from desk.reader.explain import danger_note_of
from desk.reading import OPERATOR, Kind, Urgency
from desk.working_time import due_at, is_working, working_between
from desk.x.model import XPost


@dataclass(slots=True)
class ChaseReport:
    """How many cases were told of, by stage; `mails` sent; `put_off` cases that the next run tells of."""

    told: dict[CaseEventKind, int] = field(default_factory=lambda: defaultdict(int))
    mails: int = 0
    put_off: int = 0
    failures: dict[str, str] = field(default_factory=dict)
    """Why something must be tried again: by `case#<id>`, by `department#<key>` or `topic#<key>` for all of its cases,
    by `subscribers` for everything."""


@contextmanager
def kept(report: ChaseReport, part: str) -> Iterator[None]:
    """A failure of this part is reported, and the others go on."""
    try:
        yield
    except Exception as exc:  # noqa: BLE001 - a failure for one case or department must not stop the other reminders
        report.failures[part] = failure_of(exc)


STAGES = (CaseEventKind.REMINDED, CaseEventKind.DUE, CaseEventKind.ESCALATED)
"""In the order in which they come."""


def step_of(case: Case, now: datetime, brand: Brand) -> ChaseStep | None:
    """The latest reminder that the case has come to; None before the first, and where nobody is to be reminded.

    Of what is not urgent nothing is said while the desk does not work: what fell due at closing is told at opening.
    """
    if case.state not in ANSWERABLE or not (_by_the_clock(case, brand) or is_working(now, brand)):
        return None
    due = due_of(case)
    if now < due:
        left = _between(now, due, case, brand)
        return ChaseStep(CaseEventKind.REMINDED, due) if left <= _before(case, brand) else None
    is_late = overdue(case, now, brand) >= _escalate(case, brand)
    return ChaseStep(CaseEventKind.ESCALATED if is_late and not _is_operators(case, brand) else CaseEventKind.DUE, due)


def due_of(case: Case) -> datetime:
    """By when the author is to be answered: as was promised, where that is later than the case's own clock."""
    return max(case.due_at, case.promised_until or case.due_at)


def overdue(case: Case, now: datetime, brand: Brand) -> timedelta:
    """For how long the answer has been due: in working time, or by the clock on the wall where that counts."""
    return _between(due_of(case), now, case, brand)


def horizon(now: datetime, brand: Brand) -> datetime:
    """No case whose own clock ends later has come to any reminder."""
    soonest = brand._replace(targets=Targets(high=timedelta(), normal=brand.chase.before))
    high = max(brand.targets.of(kind).high for kind in Kind) / 2
    return max(now + high, due_at(now, Kind.INQUIRY, Urgency.NORMAL, soonest))


def is_news(step: ChaseStep, told: CaseEventKind | None) -> bool:
    """Whether the step is later than what was told for the same due moment."""
    return told is None or STAGES.index(step.stage) > STAGES.index(told)


def who_answers(case: Case, brand: Brand) -> str:
    """Who can take the case further now: the operator for lost departments, and for drafts that it is to send."""
    department = brand.departments.get(case.department)
    if department is None or (case.draft and not department.answers_to_x):
        return OPERATOR
    return department.key


def _before(case: Case, brand: Brand) -> timedelta:
    """How long before the due moment: never more than half of the time that there was."""
    targets = brand.targets.of(case.kind)
    return targets.high / 2 if case.urgency is Urgency.HIGH else min(brand.chase.before, targets.normal / 2)


def _escalate(case: Case, brand: Brand) -> timedelta:
    return brand.targets.of(case.kind).high / 2 if case.urgency is Urgency.HIGH else brand.chase.escalate


def _is_operators(case: Case, brand: Brand) -> bool:
    return case.department == OPERATOR or case.department not in brand.departments


def _by_the_clock(case: Case, brand: Brand) -> bool:
    return case.urgency is Urgency.HIGH or not brand.hours.days


def _between(start: datetime, end: datetime, case: Case, brand: Brand) -> timedelta:
    if _by_the_clock(case, brand):
        return max(end - start, timedelta())
    return working_between(start, end, brand)


AT_MOST = 40
"""Cases in one mail; who is late with more needs no longer list, and the next run goes on."""


class _Found(NamedTuple):
    """A step that was not told yet, and what was told last for the same due moment."""

    case: Case
    step: ChaseStep
    seen: CaseEventKind | None


class Chase:
    """The use case. `now` is the schedule's time; `has_time` says whether another mail may still begin.

    A step is noted once its mail is out. A run that dies between the two, or races another run, has it told twice;
    one that comes late tells only the latest step.
    """

    def __init__(  # noqa: PLR0913 - what it works with, each named
        self,
        chases: Chases,
        cases: CaseStore,
        subscribers: Subscribers,
        notifier: Notifier,
        brand: Brand,
        *,
        opt_outs: OptOuts,
    ) -> None:
        self._chases = chases
        self._cases = cases
        self._subscribers = subscribers
        self._notifier = notifier
        self._brand = brand
        self._opt_outs = opt_outs

    def run(self, now: datetime, has_time: Callable[[], bool]) -> ChaseReport:
        """Find what is due and tell it, one mail to a topic, the most urgent topics first. Raises nothing.

        Nothing is told while it is unknown who is subscribed: a reminder that nobody reads would be noted as told.
        """
        report = ChaseReport()
        if not self._subscribers.are_known():
            report.failures["subscribers"] = "who is subscribed could not be read"
            return report
        found = sorted(self._found(now, report), key=lambda one: (one.case.urgency is not Urgency.HIGH, one.step.due))
        topics: dict[str, list[_Found]] = defaultdict(list)
        for one in found:
            topics[self._topic(one.case, one.step)].append(one)
        for topic, theirs in topics.items():
            with kept(report, f"topic#{topic}"):
                self._tell(topic, theirs, now, has_time, report)
        return report

    def _found(self, now: datetime, report: ChaseReport) -> Iterator[_Found]:
        known = {*self._brand.departments, OPERATOR, *self._subscribers.departments()}
        for department in sorted(known):
            with kept(report, f"department#{department}"):
                yield from self._of(department, now)

    def _of(self, department: str, now: datetime) -> Sequence[_Found]:
        """What this department's cases, also those of one that is lost, have come to and nobody was told yet."""
        waiting = self._chases.waiting(department, horizon(now, self._brand))
        steps = [(case, step) for case in waiting if (step := step_of(case, now, self._brand))]
        told = self._chases.told({case.id: step.due for case, step in steps})
        return [_Found(case, step, told.get(case.id)) for case, step in steps if is_news(step, told.get(case.id))]

    def _topic(self, case: Case, step: ChaseStep) -> str:
        """Who is told: the operator of what is late, and in the place of those whom no mail reaches."""
        whose = who_answers(case, self._brand)
        is_operators = step.stage is CaseEventKind.ESCALATED or self._notifier.has_no_subscribers(whose)
        return OPERATOR if is_operators else whose

    def _tell(
        self, topic: str, found: Sequence[_Found], now: datetime, has_time: Callable[[], bool], report: ChaseReport
    ) -> None:
        """Raises TopicsUnavailable when the topic does not take the mail; nothing is noted then."""
        sound, left = self._looked_through(topic, found, now, has_time, report)
        if not sound:
            report.put_off += left
            return
        if not self._notifier.reserve_mail(topic):
            report.put_off += len(sound) + left
            return
        self._send(topic, [chased for _, chased in sound], left)
        report.mails += 1
        report.put_off += left
        for one, _ in sound:
            with kept(report, f"case#{one.case.id}"):
                self._note(one, topic, now, report)

    def _looked_through(
        self, topic: str, found: Sequence[_Found], now: datetime, has_time: Callable[[], bool], report: ChaseReport
    ) -> tuple[list[tuple[_Found, Chased]], int]:
        """As many as one mail tells of and there is time for, and how many were not looked at."""
        sound: list[tuple[_Found, Chased]] = []
        for place, one in enumerate(found):
            if len(sound) == AT_MOST or not has_time():
                return sound, len(found) - place
            with kept(report, f"case#{one.case.id}"):
                chased = self._looked_at(topic, one, now)
                sound += [(one, chased)] if chased else []
        return sound, 0

    def _looked_at(self, topic: str, found: _Found, now: datetime) -> Chased | None:
        """The case as it stands; None where it has moved on, or was there before the desk and so never mailed."""
        file = self._cases.file(found.case.id)
        if file is None or step_of(file.case, now, self._brand) != found.step:
            return None
        if self._topic(file.case, found.step) != topic:
            return None
        if file.mentions and all(one.mention.backlog for one in file.mentions):
            self._chases.note(file.case, found.step, found.seen, None)
            return None
        late = overdue(file.case, now, self._brand)
        allows_reply = not _wants_none(file, self._opt_outs.since(file.case.author_id))
        note = danger_note_of(file.case, [one.mention for one in file.mentions])
        return Chased(file.case, found.step.stage, due_of(file.case), late, _question(file), allows_reply, note)

    def _send(self, topic: str, chased: Sequence[Chased], more: int) -> None:
        links = self._notifier.links.of([one.case.id for one in chased], topic)
        failed = self._notifier.send_mail(topic, render_chase(chased, topic, self._brand, links=links, more=more))
        if failed:
            raise TopicsUnavailable(failed)

    def _note(self, found: _Found, topic: str, now: datetime, report: ChaseReport) -> None:
        event = CaseEvent(found.step.stage, now, "", department=topic)
        if self._chases.note(found.case, found.step, found.seen, event):
            report.told[found.step.stage] += 1


def _wants_none(file: CaseFile, opted_out_at: datetime | None) -> bool:
    """Whether the author has asked for no replies since they last wrote here, or by that."""
    return bool(opted_out_at and file.mentions and file.mentions[-1].mention.post.created_at <= opted_out_at)


def _question(file: CaseFile) -> XPost | None:
    """The post since which the author waits; the newest where that one is gone, None where all are."""
    posts = [one.mention.post for one in file.mentions if one.mention.received_at >= file.case.asked_at]
    if posts:
        return posts[0]
    return file.mentions[-1].mention.post if file.mentions else None
