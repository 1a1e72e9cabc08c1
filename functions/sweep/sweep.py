"""Finds what stream and queues lost and drives it through the same use case; sends the summaries that are due."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import batched
from typing import Protocol

from desk.brand import Brand
from desk.cases.routing import RoutingStore, Settlement
from desk.errors import StoreBusy, TopicsUnavailable, failure_of
from desk.mentions.model import Stage, WaitingMention
from desk.mentions.store import WaitingMentions
from desk.notifications.mail.cases import render_summary
from desk.notifications.mail.parts import MAIL_BYTES, Mail
from desk.notifications.model import Notification
from desk.notifications.notifier import Notifier, entry_of, notification_of
from desk.notifications.subscribers import Subscribers
from desk.reading import OPERATOR, Urgency
from desk.routing.route import RouteReport

_BY_URGENCY = (Urgency.HIGH, Urgency.NORMAL, Urgency.LOW)


class Summaries:
    """Sends one summary to a department if its budget allows; what does not fit into it waits for the next."""

    def __init__(self, store: RoutingStore, notifier: Notifier, brand: Brand, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._notifier = notifier
        self._brand = brand
        self._clock = clock

    def send(self, department: str, mention_ids: Sequence[str]) -> bool:
        """Whether a summary of these mentions, or of the most urgent ones, was sent.

        What nobody hears there waits for the operator's summary next, which so is one for all departments. Raises
        StoreBusy, and TopicsUnavailable when SNS did not take it; the mentions then go on waiting.
        """
        waiting = self._notifications(mention_ids)
        if waiting and not self._is_known(department):
            self._settle([Settlement(delivery.mention, Stage.MAILING, OPERATOR) for delivery in waiting])
            return False
        if not waiting or not self._notifier.reserve_mail(department):
            return False
        mail, listed = self._written(department, waiting)
        silent = self._notifier.has_no_subscribers(department)
        failed = self._notifier.send_mail(department, mail)
        if failed and not silent:
            raise TopicsUnavailable(failed)
        stage, heir = (Stage.MAILING, OPERATOR) if silent else (Stage.NOTHING, None)
        self._settle([Settlement(delivery.mention, stage, heir) for delivery in listed])
        return not failed

    def _is_known(self, department: str) -> bool:
        return department == OPERATOR or department in self._brand.departments

    def _settle(self, settlements: Sequence[Settlement]) -> None:
        failed = self._store.settle(settlements, self._clock())
        if failed:
            raise StoreBusy(f"{len(failed)} of {len(settlements)} will be listed again: {next(iter(failed.values()))}")

    def _notifications(self, mention_ids: Sequence[str]) -> list[Notification]:
        """What still waits for this summary, the most urgent first; the index may be behind."""
        stored = [one for one in self._store.mentions(mention_ids).values() if one.stage is Stage.MAILING]
        case_ids = {one.outcome.case_id for one in stored if one.outcome and one.outcome.case_id}
        cases = self._store.cases(case_ids) if case_ids else {}
        entries = [entry for one in stored if (entry := entry_of(one, cases))]
        notifications = [notification_of(entry, self._brand) for entry in entries]  # a list shows no threads
        return sorted(notifications, key=lambda d: (_BY_URGENCY.index(d.urgency), d.mention.id))

    def _written(self, department: str, waiting: list[Notification]) -> tuple[Mail, list[Notification]]:
        """One mail and what it lists, with links that are made only once it is known for which cases."""
        links = self._notifier.links
        _, listed = self._fitting(department, waiting, links.expected(waiting, department))
        return self._fitting(department, listed, links.make(listed, department))

    def _fitting(
        self, department: str, waiting: list[Notification], links: Mapping[str, str]
    ) -> tuple[Mail, list[Notification]]:
        """As many as one mail lists, most urgent first."""
        listed = waiting
        while True:
            mails = render_summary(listed, department, self._brand, links=links, max_bytes=MAIL_BYTES)
            if len(mails) == 1 or len(listed) == 1:
                return mails[0], listed
            listed = listed[: len(listed) // 2]


_GRACE = timedelta(minutes=2)
"""What was received since is most likely still on its way by the stream."""

_LOOK = 20_000
"""Mentions of one stage that are looked for; beyond it the alarm has rung for long."""

_LIMIT = 2_000
"""Mentions that one run drives, or that one summary is made of; the next run goes on."""

_BATCH = 100
_EVERY = timedelta(minutes=5)
_STRIDE = 0.618
"""How far each run begins from the last one, as a share of what waits: the golden section covers all the soonest."""


class Routes(Protocol):
    """The use case that the stream drives."""

    def run(self, mention_ids: Sequence[str]) -> RouteReport:
        """Route these mentions."""
        ...


@dataclass(slots=True)
class SweepReport:
    """What was found waiting and what was done; `oldest` is how long the oldest waiting mention has waited."""

    unread: int = 0
    unpublished: int = 0
    summaries: int = 0
    oldest: timedelta = timedelta(0)
    failures: dict[str, str] = field(default_factory=dict)
    """Why something must be tried again, by mention id or `summary#<department>`."""


class Sweep:
    """The use case. `now` is the schedule's time; `has_time` says whether another batch may still begin."""

    def __init__(
        self, waiting: WaitingMentions, route: Routes, summaries: Summaries, subscribers: Subscribers, brand: Brand
    ) -> None:
        self._waiting = waiting
        self._route = route
        self._summaries = summaries
        self._subscribers = subscribers
        self._brand = brand

    def run(self, now: datetime, has_time: Callable[[], bool]) -> SweepReport:
        """Send summaries, then route what waits for too long. Raises StoreBusy when what waits can't be found.

        Summaries come first since they are few: a long queue would leave them no time.
        """
        report = SweepReport()
        for department in self._departments():
            if has_time():
                self._summarise(department, now, report)
        unread = self._found(Stage.READING, now, report)
        unpublished = self._found(Stage.PUBLISHING, now, report)
        report.unread, report.unpublished = len(unread), len(unpublished)
        for ids in batched(_in_turn([*unread, *unpublished], now), _BATCH, strict=False):
            if not has_time():
                break
            self._drive(ids, report)
        return report

    def _departments(self) -> list[str]:
        """Those of desk.yaml and those it had once; the operator, to whom others' mentions may be handed, last."""
        known = dict.fromkeys([*self._brand.departments, *sorted(self._subscribers.departments())])
        return [*(key for key in known if key != OPERATOR), OPERATOR]

    def _found(self, stage: Stage, now: datetime, report: SweepReport) -> Sequence[WaitingMention]:
        found = self._waiting.waiting_for_stage(stage, before=now - _GRACE, limit=_LOOK)
        _age(found, now, report)
        return found

    def _drive(self, ids: Sequence[str], report: SweepReport) -> None:
        try:
            report.failures |= self._route.run(ids).failures
        except StoreBusy as exc:
            report.failures |= dict.fromkeys(ids, str(exc))
        except Exception as exc:  # noqa: BLE001 - a defect that one mention meets must not hold up all the others
            if len(ids) == 1:
                report.failures[ids[0]] = failure_of(exc)
                return
            half = len(ids) // 2
            self._drive(ids[:half], report)
            self._drive(ids[half:], report)

    def _summarise(self, department: str, now: datetime, report: SweepReport) -> None:
        try:
            found = self._waiting.waiting_for_summary(department, limit=_LIMIT)
            _age(found, now, report)
            if found and self._summaries.send(department, [waiting.mention_id for waiting in found]):
                report.summaries += 1
        except Exception as exc:  # noqa: BLE001 - one department's summary must not cost the others theirs
            report.failures[f"summary#{department}"] = f"{type(exc).__name__}: {exc}"[:200]


def _in_turn(found: Sequence[WaitingMention], now: datetime) -> list[str]:
    """What one run drives, oldest first, but begun elsewhere each time, so that what fails for ever starves nobody."""
    ids = list(dict.fromkeys(one.mention_id for one in sorted(found, key=lambda one: one.since)))
    if len(ids) > _BATCH:
        start = int(len(ids) * (now.timestamp() // _EVERY.total_seconds() * _STRIDE % 1))
        ids = ids[start:] + ids[:start]
    return ids[:_LIMIT]


def _age(found: Sequence[WaitingMention], now: datetime, report: SweepReport) -> None:
    for waiting in found:
        report.oldest = max(report.oldest, now - waiting.since)
