"""Everything that a digest says, from where it lies."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from daily_digest.case_pass import told_of_cases
from daily_digest.counting import Counting
from daily_digest.digest import (
    Digest,
    Edition,
    Period,
    Posts,
    SpendOnX,
    UnreachableRange,
)
from daily_digest.hearing import Heard, Hearing
from daily_digest.listed_words import listed_words
from daily_digest.mention_list import MentionPicking
from daily_digest.needs import Comparing
from daily_digest.period import days_of
from daily_digest.sources import Sources
from daily_digest.waiting_cases import WaitingCases
from desk.brand import Brand
from desk.gap import Gap
from desk.pause import Pause
from desk.ports.day_counts import DayNeeds
from desk.post import Post, PostState
from desk.reading import OPERATOR
from desk.snowflake import time_of

_POSTS = 1_000
"""Posts of one state that a digest takes; no brand says as much in a month."""

_END_OF_TIME = datetime(9000, 1, 1, tzinfo=ZoneInfo("UTC"))
_ON_THEIR_WAY = (PostState.SCHEDULED, PostState.QUEUED, PostState.PUBLISHING, PostState.LOOKING)


class Collector:
    """Collects a digest. What X refuses is left open in it; anything else that fails is raised, to be tried again."""

    def __init__(self, sources: Sources, brand: Brand) -> None:
        self._from = sources
        self._brand = brand
        self._zone = ZoneInfo(brand.timezone)

    def collect(self, edition: Edition, period: Period, now: datetime, has_time: Callable[[], bool]) -> Digest:
        """The digest of this period, made at `now`; `has_time` says whether a pass over another day may begin.

        Raises StoreBusy.
        """
        today = now.astimezone(self._zone).date()
        posts = self._posts(period)
        heard = self._heard(edition, period, now)
        departments, waiting = self._brand.departments, self._waiting(now)
        listed = waiting.mention_ids()
        mentions = MentionPicking(departments, listed) if edition is Edition.MORNING else None
        counting = Counting(self._from.rows, self._from.counts, departments, period, heard.seen)
        counted = counting.run(has_time, mentions.add) if mentions else counting.run(has_time)
        words = listed_words(self._from.words, listed | (mentions.mention_ids() if mentions else frozenset()))
        finished = self._remembered(counted.needs, before=today)
        cases = told_of_cases(self._from.case_days, self._brand, edition, period)
        comparing = Comparing(self._from.rows, self._from.counts, self._zone, has_time)
        return Digest(
            edition=edition,
            period=period,
            made_at=now,
            balance=counted.balance,
            unreachable=self._unreachable(period),
            tally=counted.tally,
            waiting=waiting.waiting(words),
            today=counted.today,
            against=comparing.against(period, finished, today),
            posts=posts,
            pauses=self._pauses(period),
            attendance=heard.attendance,
            favourites=heard.favourites,
            feedback=counted.feedback.lists(self._from.words) if edition is Edition.WEEKLY else (),
            spend=self._spend(days_of(period)),
            uncounted=counted.uncounted,
            answering=cases.answering,
            misreadings=cases.misreadings,
            mentions=mentions.found(words) if mentions else None,
        )

    def _heard(self, edition: Edition, period: Period, now: datetime) -> Heard:
        """What X tells; what was used of it is settled also when the tables fail."""
        try:
            return Hearing(self._from, self._brand).hear(edition, period, now)
        finally:
            self._from.x.take_usage()

    def _remembered(self, counted: Mapping[date, DayNeeds], *, before: date) -> dict[date, DayNeeds]:
        """The needs of the days that are over, kept for later comparisons."""
        finished = {day: needs for day, needs in counted.items() if day < before}
        for day, needs in finished.items():
            self._from.counts.remember(day, needs)
        return finished

    def _pauses(self, period: Period) -> tuple[Pause, ...]:
        return tuple(pause for pause in self._from.pauses.since(period.since) if pause.began_at < period.until)

    def _posts(self, period: Period) -> Posts:
        def ended(state: PostState) -> tuple[Post, ...]:
            return tuple(self._from.posts.between(state, period.since, period.until, limit=_POSTS))

        def standing(*states: PostState) -> tuple[Post, ...]:
            return tuple(
                post for state in states for post in self._from.posts.due(state, until=_END_OF_TIME, limit=_POSTS)
            )

        return Posts(
            published=ended(PostState.PUBLISHED),
            refused=ended(PostState.REFUSED),
            expired=ended(PostState.EXPIRED),
            held=standing(PostState.HELD),
            uncertain=standing(PostState.UNCERTAIN),
            waiting=standing(*_ON_THEIR_WAY),
        )

    def _unreachable(self, period: Period) -> tuple[UnreachableRange, ...]:
        """The ranges that touch the period, and those of any time that were given up in it."""
        found = (_range_of(gap, self._zone) for gap in self._from.poll.load().unreachable if _is_told(gap, period))
        return tuple(sorted(found))

    def _waiting(self, now: datetime) -> WaitingCases:
        """The open cases of all departments, those included that desk.yaml no longer has."""
        waiting = WaitingCases(self._brand.departments, now, self._zone)
        keys = dict.fromkeys([*self._brand.departments, OPERATOR, *sorted(self._from.subscribers.departments())])
        for key in keys:
            waiting.add(key, self._from.cases.of(key))
        return waiting

    def _spend(self, days: Collection[date]) -> SpendOnX:
        used = [self._from.spend.on(day) for day in days]
        return SpendOnX(calls=sum(each.calls for each in used), micro_usd=sum(each.micro_usd for each in used))


def _range_of(gap: Gap, zone: ZoneInfo) -> UnreachableRange:
    since, until = time_of(gap.after_id).astimezone(zone), time_of(gap.before_id).astimezone(zone)
    return UnreachableRange(since, until, gap.reason)


def _is_told(gap: Gap, period: Period) -> bool:
    touches = time_of(gap.after_id) < period.until and time_of(gap.before_id) >= period.since
    return touches or (gap.given_up_at is not None and period.since <= gap.given_up_at < period.until)
