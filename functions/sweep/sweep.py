"""Finds what stream and queues lost and drives it through the same use case; sends the summaries that are due."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import batched
from typing import Protocol

from desk.brand import Brand
from desk.errors import StoreBusy
from desk.ports.routing_store import Stage
from desk.ports.waiting import Waiting, WaitingMentions
from route_inquiry.route import RouteReport
from sweep.summaries import Summaries

_GRACE = timedelta(minutes=2)
"""What was received since is most likely still on its way by the stream."""

_LIMIT = 2_000
"""Mentions of one stage in one run; the next run goes on."""

_BATCH = 100


class Routes(Protocol):
    """The use case that the stream drives."""

    def run(self, mention_ids: Sequence[str]) -> RouteReport:
        """Route these mentions."""
        ...


@dataclass(slots=True)
class SweepReport:
    """What was found and done; `oldest` is how long the oldest waiting mention has waited."""

    unread: int = 0
    unpublished: int = 0
    summaries: int = 0
    oldest: timedelta = timedelta(0)
    failures: dict[str, str] = field(default_factory=dict)
    """Why something must be tried again, by mention id or `summary#<department>`."""


class Sweep:
    """The use case. `now` is the schedule's time; `has_time` says whether another batch may still begin."""

    def __init__(self, waiting: WaitingMentions, route: Routes, summaries: Summaries, brand: Brand) -> None:
        self._waiting = waiting
        self._route = route
        self._summaries = summaries
        self._brand = brand

    def run(self, now: datetime, has_time: Callable[[], bool]) -> SweepReport:
        """Route what waits for too long, then send summaries. Raises StoreBusy when what waits can't be found."""
        report = SweepReport()
        unread = self._found(Stage.READING, now, report)
        unpublished = self._found(Stage.PUBLISHING, now, report)
        report.unread, report.unpublished = len(unread), len(unpublished)
        for ids in batched(dict.fromkeys([*unread, *unpublished]), _BATCH, strict=False):
            if not has_time():
                return report
            self._drive(ids, report)
        for department in self._brand.departments:
            if has_time():
                self._summarise(department, now, report)
        return report

    def _found(self, stage: Stage, now: datetime, report: SweepReport) -> list[str]:
        found = self._waiting.for_stage(stage, before=now - _GRACE, limit=_LIMIT)
        _age(found, now, report)
        return [waiting.mention_id for waiting in found]

    def _drive(self, ids: Sequence[str], report: SweepReport) -> None:
        try:
            report.failures |= self._route.run(ids).failures
        except StoreBusy as exc:
            report.failures |= dict.fromkeys(ids, str(exc))

    def _summarise(self, department: str, now: datetime, report: SweepReport) -> None:
        try:
            found = self._waiting.for_summary(department, limit=_LIMIT)
            _age(found, now, report)
            if found and self._summaries.send(department, [waiting.mention_id for waiting in found]):
                report.summaries += 1
        except Exception as exc:  # noqa: BLE001 - one department's summary must not cost the others theirs
            report.failures[f"summary#{department}"] = f"{type(exc).__name__}: {exc}"[:200]


def _age(found: Sequence[Waiting], now: datetime, report: SweepReport) -> None:
    for waiting in found:
        report.oldest = max(report.oldest, now - waiting.since)
