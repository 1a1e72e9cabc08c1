"""The use case: an edition that is due is collected, rendered, stored and sent, once."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from daily_digest.csv_file import render_csv
from daily_digest.model import Digest
from daily_digest.periods import CONSECUTIVE, Edition, Period, is_evening_over, period_of
from daily_digest.report import render_report
from daily_digest.summary import render_summary
from desk.brand import Brand
from desk.errors import StoreBusy
from desk.reports.digest_log import ClaimResult
from desk.reports.store import ReportKind, ReportName

if TYPE_CHECKING:
    from daily_digest.collect import Collector
    from desk.day_reviews.store import DayReviews
    from desk.invocation import Invocation
    from desk.reports.digest_log import DigestLog, DigestTopic
    from desk.reports.store import ReportLinks, Reports


class EditionOutcome(StrEnum):
    """How a run ended for its edition."""

    MADE = "made"
    DAY_OFF = "a day off"
    NOT_YET = "waits for the day's review"
    MADE_BEFORE = "made before"
    ELSEWHERE = "left to another run"


class DigestResult(NamedTuple):
    """The outcome of a run, with the digest if it was made.

    `recorded` is False when the digest was sent, but the log could not be updated.
    """

    outcome: EditionOutcome
    digest: Digest | None = None
    recorded: bool = True


@dataclass(frozen=True, slots=True)
class DigestMaker:
    """Makes editions. `clock` is the wall clock, `api_url` the address of the desk's HTTP API."""

    collector: "Collector"
    reviews: "DayReviews"
    log: "DigestLog"
    reports: "Reports"
    links: "ReportLinks"
    topic: "DigestTopic"
    brand: Brand
    api_url: str
    clock: Callable[[], datetime]

    def make(self, edition: Edition, now: datetime, invocation: "Invocation", *, waits: bool = False) -> DigestResult:
        """Make the edition of the desk's day of `now`, unless it was made already.

        An edition that `waits` is not made before somebody has reviewed the day, or the desk has closed.

        A run that is stopped after the mail was sent and before that is recorded sends the mail again: a digest may
        come twice, but is never missing.

        Raises:
            StoreBusy, ReportsUnavailable, TopicsUnavailable: No mail was sent, and the same run may be tried again.
        """
        day = now.astimezone(ZoneInfo(self.brand.timezone)).date()
        if waits and not self._is_over(day, now):
            return DigestResult(EditionOutcome.NOT_YET)
        covered = self.log.covered_until(CONSECUTIVE, day=day, now=now) if edition in CONSECUTIVE else None
        period = period_of(edition, now, self.brand, covered)
        if period is None:
            return DigestResult(EditionOutcome.DAY_OFF)
        claim = self.log.claim(edition, day, holder=invocation.id, now=self.clock(), until=invocation.ends_at)
        if claim is not ClaimResult.OURS:
            return DigestResult(EditionOutcome.MADE_BEFORE if claim is ClaimResult.MADE else EditionOutcome.ELSEWHERE)
        try:
            lines = self.reviews.lines_for(f"{edition}-{day}", now) if edition in CONSECUTIVE else ()
            digest = self.collector.collect(edition, period, now, invocation.has_time)._replace(lines=tuple(lines))
            self._publish(ReportName(edition, day), digest)
        except Exception:  # the claim is released for the next attempt, then the error is raised again
            with suppress(StoreBusy):  # a claim that can't be released ends with the invocation
                self.log.release(edition, day, holder=invocation.id)
            raise
        return DigestResult(EditionOutcome.MADE, digest, recorded=self._record(edition, day, period))

    def _is_over(self, day: date, now: datetime) -> bool:
        """Whether the day's evening digest may be made; the tables are asked only while that depends on them."""
        if is_evening_over(now, self.brand, is_reviewed=False):
            return True
        may_be = is_evening_over(now, self.brand, is_reviewed=True)
        return may_be and any(review.day == day for review in self.reviews.recent(now))

    def _publish(self, name: ReportName, digest: Digest) -> None:
        """Render everything before anything is stored, and store everything before the mail is sent."""
        page, table = render_report(digest, self.brand).encode(), render_csv(digest, self.brand)
        self.reports.put(name, ReportKind.PAGE, page)
        self.reports.put(name, ReportKind.TABLE, table)
        link_id = self.links.make(name, self.clock())
        self.topic.publish(render_summary(digest, self.brand, f"{self.api_url.rstrip('/')}/reports/{link_id}"))

    def _record(self, edition: Edition, day: date, period: Period) -> bool:
        """Return whether the log was updated. If not, the next edition covers this period once more.

        That is better than an error, after which a retry would send a second mail.
        """
        try:
            self.log.mark_made(edition, day, at=self.clock(), covered_until=period.until.astimezone(UTC))
        except StoreBusy:
            return False
        return True
