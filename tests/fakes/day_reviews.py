"""Reviews of days in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from desk.day_reviews.store import DayReview
from desk.errors import StoreBusy


@dataclass
class FakeDayReviews:
    """The reviews by day and id; `busy` makes every call fail."""

    lasts: timedelta = timedelta(days=30)
    stored: dict[tuple[str, str], DayReview] = field(default_factory=dict)
    busy: bool = False

    def add(self, review: DayReview) -> None:
        self._check()
        self.stored.setdefault((review.day.isoformat(), review.id), review)

    def recent(self, now: datetime) -> Sequence[DayReview]:
        self._check()
        kept = (each for each in self.stored.values() if now < each.at + self.lasts)
        return sorted(kept, key=lambda review: (review.at, review.id))

    def mark_read(self, review: DayReview, by: str, at: datetime) -> None:
        self._check()
        found = self.stored.get((review.day.isoformat(), review.id))
        if found and not found.read_by:
            self._put(found._replace(read_by=by, read_at=at))

    def lines_for(self, report: str, now: datetime) -> Sequence[DayReview]:
        for each in self.recent(now):
            if each.line and not each.report:
                self._put(each._replace(report=report))
        return [each for each in self.recent(now) if each.line and each.report == report]

    def _put(self, review: DayReview) -> None:
        self.stored[review.day.isoformat(), review.id] = review

    def _check(self) -> None:
        if self.busy:
            raise StoreBusy("day reviews")
