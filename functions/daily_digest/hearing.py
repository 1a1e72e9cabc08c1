"""What X tells for a digest, and the attendance that is taken with its help."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from daily_digest.answered import answered_since
from daily_digest.attendance import OPEN_FOR
from daily_digest.digest import Attendance, Edition, Favourites, Period
from daily_digest.period import days_of, midnight
from daily_digest.sources import Sources
from desk.brand import Brand
from desk.post import Post, PostKind, PostState
from desk.working_time import span_of

_POSTS = 1_000
"""Published posts among which greetings, and what the desk has said by itself, are looked for."""


class Heard(NamedTuple):
    """`answered` are the posts that the account replied to; None when X did not tell."""

    answered: frozenset[str] | None
    favourites: Favourites
    attendance: tuple[Attendance, ...] = ()

    @property
    def seen(self) -> frozenset[str] | None:
        """Mentions that a person answered or liked."""
        return None if self.answered is None else self.answered | {one.post_id for one in self.favourites.liked}


class Hearing:
    """Asks X. What it refuses stays open; raises StoreBusy when the tables give up."""

    def __init__(self, sources: Sources, brand: Brand) -> None:
        self._from = sources
        self._brand = brand
        self._zone = ZoneInfo(brand.timezone)

    def hear(self, edition: Edition, period: Period, now: datetime) -> Heard:
        """Everything of this period that only X knows."""
        start = midnight(period.since.date(), self._zone)
        said = self._from.posts.between(PostState.PUBLISHED, start, period.until, limit=_POSTS)
        by_itself = frozenset(post.x_id for post in said if post.is_acknowledgement and post.x_id)
        answered = answered_since(self._from.x, start, but=by_itself)
        heard = Heard(answered, self._from.favourites.read(now, _with_its_end(period)))
        return heard._replace(attendance=self._attendance(edition, period, said, heard.seen, now))

    def _attendance(
        self, edition: Edition, period: Period, said: Sequence[Post], seen: frozenset[str] | None, now: datetime
    ) -> tuple[Attendance, ...]:
        """Of every greeting of the days that the period touches the attendance is taken; shown is what was open in it.

        The morning comes before its greeting, so that only later editions say that nobody was greeted.
        """
        days = days_of(period)
        greetings = {
            post.publish_at.astimezone(self._zone).date(): post for post in said if post.kind is PostKind.GREETING
        }
        taken = {day: self._from.roll.take(day, post, seen, now) for day, post in greetings.items()}
        shown = {day: attendance for day, attendance in taken.items() if greetings[day].at + OPEN_FOR > period.since}
        if edition is not Edition.MORNING:
            silent = [day for day in days if day not in taken and span_of(day, self._brand)]
            shown |= {day: Attendance(day, None, (), replies_known=seen is not None) for day in silent}
        return tuple(shown[day] for day in sorted(shown))


def _with_its_end(period: Period) -> Period:
    """The same period with its last moment, at which this run itself notes what was liked."""
    return period._replace(until=period.until + timedelta(microseconds=1))
