"""Finds mentions that the stream dropped and routes them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import batched
from typing import Protocol

from desk.errors import StoreBusy, failure_of
from desk.mentions.store import WaitingMentions
from desk.notifications.outbox_sender import in_turn
from desk.outbox.model import GRACE
from desk.routing.route import RouteReport

_SCANNED = 20_000
"""How many waiting mentions a run reads; with more, the alarm rang long ago."""
_LIMIT = 2_000
"""How many mentions a run routes; the next run goes on."""
_BATCH = 100


class RoutesMentions(Protocol):
    """Routes mentions, as `desk.routing.route.RouteAndNotify` does."""

    def route(self, mention_ids: Sequence[str]) -> RouteReport:
        """Route these mentions."""
        ...


@dataclass(slots=True)
class SweepReport:
    """How many mentions waited to be read; `oldest` is how long the oldest has waited.

    `failures` says why a mention must be tried again, by its id.
    """

    unread: int = 0
    oldest: timedelta = timedelta(0)
    failures: dict[str, str] = field(default_factory=dict)


class SweepMentions:
    """Routes mentions that have waited too long."""

    def __init__(self, waiting: WaitingMentions, router: RoutesMentions) -> None:
        self._waiting = waiting
        self._router = router

    def sweep(self, now: datetime, has_time: Callable[[], bool]) -> SweepReport:
        """Route late mentions. Raises StoreBusy when they can't be found.

        `now` is the schedule's time; `has_time` says whether another batch may begin.
        """
        report = SweepReport()
        unread = self._waiting.unread(before=now - GRACE, limit=_SCANNED)
        report.unread = len(unread)
        report.oldest = max((now - waiting.since for waiting in unread), default=timedelta(0))
        ids = list(dict.fromkeys(waiting.mention_id for waiting in unread))
        for some in batched(in_turn(ids, now, _LIMIT), _BATCH, strict=False):
            if not has_time():
                break
            self._route(some, report)
        return report

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
