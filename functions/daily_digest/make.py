"""The use case: an edition that is due is collected, written down, linked and told, once."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from daily_digest.csv_file import render_csv
from daily_digest.model import Digest
from daily_digest.periods import CONSECUTIVE, Edition, Period, period_of
from daily_digest.report import render_report
from daily_digest.summary import render_summary
from desk.brand import Brand
from desk.errors import StoreBusy
from desk.reports.digest_log import ClaimResult, DigestLog, DigestTopic
from desk.reports.store import ReportKind, ReportLinks, ReportName, Reports


class Outcome(StrEnum):
    """What became of an edition in this run."""

    MADE = "made"
    DAY_OFF = "a day off"
    MADE_BEFORE = "made before"
    ELSEWHERE = "left to another run"


class Made(NamedTuple):
    """What a run did. `digest` is there when it was made; `noted` False: it went out, but the log could not say so."""

    outcome: Outcome
    digest: Digest | None = None
    noted: bool = True


class Run(NamedTuple):
    """This run: `holder` names it and its retries, `ends_at` (the machine's time) is when it is killed at the latest.

    `has_time` says whether a pass over another day may begin.
    """

    holder: str
    ends_at: datetime
    has_time: Callable[[], bool]


class Collects(Protocol):
    """What finds everything that a digest says."""

    def collect(self, edition: Edition, period: Period, now: datetime, has_time: Callable[[], bool]) -> Digest:
        """The digest of this period; raises StoreBusy."""
        ...


@dataclass(frozen=True, slots=True)
class DigestMaker:
    """Makes editions. `clock` is the machine's, `api_url` where people reach the desk's API."""

    collector: Collects
    log: DigestLog
    reports: Reports
    links: ReportLinks
    topic: DigestTopic
    brand: Brand
    api_url: str
    clock: Callable[[], datetime]

    def run(self, edition: Edition, now: datetime, run: Run) -> Made:
        """Make the edition of the desk's day on which `now` falls, unless it is made already.

        Raises StoreBusy, ReportsUnavailable and TopicsUnavailable: then nobody was told, and the same run may be
        tried again. Killed between telling and noting it tells twice, since it must never be silent.
        """
        day = now.astimezone(ZoneInfo(self.brand.timezone)).date()
        period = period_of(edition, now, self.brand, self._covered_until(edition, day, now))
        if period is None:
            return Made(Outcome.DAY_OFF)
        claim = self.log.claim(edition, day, holder=run.holder, now=self.clock(), until=run.ends_at)
        if claim is not ClaimResult.OURS:
            return Made(Outcome.MADE_BEFORE if claim is ClaimResult.MADE else Outcome.ELSEWHERE)
        try:
            digest = self.collector.collect(edition, period, now, run.has_time)
            self._tell(ReportName(edition, day), digest)
        except Exception:  # the turn is released for the next try, then the error is raised again
            with suppress(StoreBusy):  # what can't be released ends with the run's time
                self.log.release(edition, day, holder=run.holder)
            raise
        return Made(Outcome.MADE, digest, noted=self._note(edition, day, period))

    def _covered_until(self, edition: Edition, day: date, now: datetime) -> datetime | None:
        return self.log.covered_until(CONSECUTIVE, day=day, now=now) if edition in CONSECUTIVE else None

    def _tell(self, name: ReportName, digest: Digest) -> None:
        """Everything is rendered before anything is stored, and stored before anybody is told."""
        page, table = render_report(digest, self.brand).encode(), render_csv(digest, self.brand)
        self.reports.put(name, ReportKind.PAGE, page)
        self.reports.put(name, ReportKind.TABLE, table)
        link_id = self.links.make(name, self.clock())
        self.topic.publish(render_summary(digest, self.brand, f"{self.api_url.rstrip('/')}/reports/{link_id}"))

    def _note(self, edition: Edition, day: date, period: Period) -> bool:
        """A second mail is worse than a missing note: the next edition then covers this one's time once more."""
        try:
            self.log.mark_made(edition, day, at=self.clock(), covered_until=period.until.astimezone(UTC))
        except StoreBusy:
            return False
        return True
