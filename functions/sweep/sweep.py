"""Finds mentions that the stream dropped and routes them; sends the summaries that are due."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import batched
from typing import Protocol

from desk.brand import Brand
from desk.errors import StoreBusy, TopicsUnavailable, failure_of
from desk.mentions.model import Settlement, Stage, WaitingMention
from desk.mentions.store import WaitingMentions
from desk.notifications.mail.cases import render_mail, render_summary
from desk.notifications.mail.parts import MAIL_BYTES, Mail
from desk.notifications.model import Notification, routed
from desk.notifications.notifier import Notifier, cases_to_answer
from desk.notifications.topics import Subscribers
from desk.notifications.trial import Trial
from desk.reading import OPERATOR, Urgency
from desk.routing.route import RouteReport, stored_entries
from desk.routing.unit_of_work import UnitOfWork

_BY_URGENCY = (Urgency.HIGH, Urgency.NORMAL, Urgency.LOW)
_GRACE = timedelta(minutes=2)
"""Mentions received since then are most likely still on their way through the stream."""
_SCANNED = 20_000
"""How many waiting mentions of one stage a run reads; with more, the alarm rang long ago."""
_LIMIT = 2_000
"""How many mentions a run routes, or a summary is made of; the next run goes on."""
_BATCH = 100
_EVERY = timedelta(minutes=5)
_STRIDE = 0.618
"""How far each run starts from the last one, as a share of what waits: the golden section covers all soonest."""


class Summaries:
    """Sends a department one summary if its budget allows; mentions that do not fit wait for the next summary.

    A danger that could not be mailed at once is a mail of its own also here.
    """

    def __init__(
        self, unit_of_work: UnitOfWork, notifier: Notifier, trial: Trial, brand: Brand, clock: Callable[[], datetime]
    ) -> None:
        self._mentions = unit_of_work.mentions
        self._cases = unit_of_work.cases
        self._notifier = notifier
        self._trial = trial
        self._brand = brand
        self._clock = clock

    def send(self, department: str, mention_ids: Sequence[str]) -> bool:
        """Send a summary of these mentions, or of the most urgent ones; returns whether a mail was sent.

        Where the department has no subscribers, the mentions then wait for the operator's summary, which lists those
        of all such departments. Raises StoreBusy, and TopicsUnavailable when SNS did not take it; the mentions then
        keep waiting.
        """
        waiting = self._notifications(mention_ids)
        if waiting and department != OPERATOR and department not in self._brand.departments:
            self._settle(waiting, Stage.MAILING, OPERATOR)
            return False
        waiting = self._without_withheld(waiting, department)
        own = [one for one in waiting if one.safety_note]
        others = [one for one in waiting if not one.safety_note]
        may_list = bool(others) and self._notifier.reserve_mail(department)  # before danger fills this second
        sent = False
        for one in own:
            if self._notifier.reserve_danger_mail(department):
                links = self._notifier.links.make(cases_to_answer([one], department), department)
                mail = render_mail([one], department, self._brand, links=links, max_bytes=MAIL_BYTES)
                sent = self._send(department, mail, [one]) or sent
        if may_list:
            sent = self._send(department, *self._render(department, others)) or sent
        return sent

    def _send(self, department: str, mail: Mail, listed: Sequence[Notification]) -> bool:
        """Send the mail, settle its mentions, and return whether the department got it. Raises as `send` does."""
        has_no_subscribers = self._notifier.has_no_subscribers(department)
        failure = self._notifier.send_mail(department, mail)
        if has_no_subscribers:
            self._settle(listed, Stage.MAILING, OPERATOR)
        elif failure:
            raise TopicsUnavailable(failure)
        else:
            self._settle(listed, Stage.NOTHING)
        return not failure

    def _without_withheld(self, waiting: Sequence[Notification], department: str) -> list[Notification]:
        """Those that a trial lets through: of danger the operator's summary tells, in place of the department's."""
        to_send, withheld = self._trial.split(waiting)
        if withheld:
            self._settle(withheld, Stage.NOTHING)
        danger = [one for one in to_send if one.withheld_from and department != OPERATOR]
        if danger:
            self._settle(danger, Stage.MAILING, OPERATOR)
        return [one for one in to_send if one not in danger]

    def _settle(self, notifications: Sequence[Notification], stage: Stage, department: str | None = None) -> None:
        settlements = [Settlement(one.mention, stage, department) for one in notifications]
        failed = self._mentions.settle(settlements, self._clock())
        if failed:
            raise StoreBusy(f"{len(failed)} of {len(settlements)} will be listed again: {next(iter(failed.values()))}")

    def _notifications(self, mention_ids: Sequence[str]) -> list[Notification]:
        """Those of the mentions that wait for a summary, the most urgent first; without threads, which lists omit."""
        stored = [one for one in self._mentions.get_many(mention_ids).values() if one.stage is Stage.MAILING]
        notifications = [routed(entry, self._brand) for entry in stored_entries(stored, self._cases)]
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


class RoutesMentions(Protocol):
    """Routes mentions, as `desk.routing.route.Router` does."""

    def route(self, mention_ids: Sequence[str]) -> RouteReport:
        """Route these mentions."""
        ...


@dataclass(slots=True)
class SweepReport:
    """How much was waiting and what was done; `oldest` is how long the oldest mention has waited.

    `failures` says why something must be tried again, by mention id or `summary#<department>`.
    """

    unread: int = 0
    unpublished: int = 0
    summaries: int = 0
    oldest: timedelta = timedelta(0)
    failures: dict[str, str] = field(default_factory=dict)


class SweepMentions:
    """Routes mentions that have waited too long, and sends summaries."""

    def __init__(
        self,
        waiting: WaitingMentions,
        router: RoutesMentions,
        summaries: Summaries,
        subscribers: Subscribers,
        brand: Brand,
    ) -> None:
        self._waiting = waiting
        self._router = router
        self._summaries = summaries
        self._subscribers = subscribers
        self._brand = brand

    def sweep(self, now: datetime, has_time: Callable[[], bool]) -> SweepReport:
        """Send summaries, then route late mentions. Raises StoreBusy when the waiting mentions can't be found.

        Summaries come first because they are few: after a long queue no time would be left for them. `now` is the
        schedule's time; `has_time` says whether another batch may begin.
        """
        report = SweepReport()
        for department in self._departments():
            if has_time():
                self._send_summary(department, now, report)
        unread = self._late(Stage.READING, now, report)
        unpublished = self._late(Stage.PUBLISHING, now, report)
        report.unread, report.unpublished = len(unread), len(unpublished)
        for ids in batched(_rotated([*unread, *unpublished], now), _BATCH, strict=False):
            if not has_time():
                break
            self._route(ids, report)
        return report

    def _departments(self) -> list[str]:
        """The departments of desk.yaml, present and past; the operator, who inherits from the others, last."""
        known = dict.fromkeys([*self._brand.departments, *sorted(self._subscribers.departments())])
        return [*(key for key in known if key != OPERATOR), OPERATOR]

    def _late(self, stage: Stage, now: datetime, report: SweepReport) -> Sequence[WaitingMention]:
        found = self._waiting.waiting_for_stage(stage, before=now - _GRACE, limit=_SCANNED)
        _measure_oldest(found, now, report)
        return found

    def _route(self, ids: Sequence[str], report: SweepReport) -> None:
        """Route a batch. If it raises, route its halves, so that one defective mention holds up no other."""
        try:
            report.failures |= self._router.route(ids).failures
        except StoreBusy as exc:
            report.failures |= dict.fromkeys(ids, str(exc))
        except Exception as exc:  # noqa: BLE001 - a defect that one mention meets must not hold up all the others
            if len(ids) == 1:
                report.failures[ids[0]] = failure_of(exc)
                return
            half = len(ids) // 2
            self._route(ids[:half], report)
            self._route(ids[half:], report)

    def _send_summary(self, department: str, now: datetime, report: SweepReport) -> None:
        try:
            found = self._waiting.waiting_for_summary(department, limit=_LIMIT)
            _measure_oldest(found, now, report)
            if found and self._summaries.send(department, [waiting.mention_id for waiting in found]):
                report.summaries += 1
        except Exception as exc:  # noqa: BLE001 - one department's summary must not cost the others theirs
            report.failures[f"summary#{department}"] = failure_of(exc)


def _rotated(found: Sequence[WaitingMention], now: datetime) -> list[str]:
    """The mentions that this run routes, oldest first, but each run starts elsewhere: constant failures starve none."""
    ids = list(dict.fromkeys(one.mention_id for one in sorted(found, key=lambda one: one.since)))
    if len(ids) > _BATCH:
        start = int(len(ids) * (now.timestamp() // _EVERY.total_seconds() * _STRIDE % 1))
        ids = ids[start:] + ids[:start]
    return ids[:_LIMIT]


def _measure_oldest(found: Sequence[WaitingMention], now: datetime, report: SweepReport) -> None:
    for waiting in found:
        report.oldest = max(report.oldest, now - waiting.since)
