"""Everything that a digest says, from where it lies."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from daily_digest.answers import WaitingCases, told_of_cases
from daily_digest.counting import Comparing, Counting, MentionPicking, listed_words
from daily_digest.model import Attendance, Digest, Favourites, Posts, SpendOnX, UnreachableRange
from daily_digest.people import OPEN_FOR, answered_since
from daily_digest.periods import Edition, Period, days_of, midnight
from desk.brand import Brand
from desk.cases.queries import CaseQueries
from desk.mentions.model import DayNeeds
from desk.mentions.poll_state import Gap, PollState
from desk.mentions.store import MentionStore
from desk.notifications.subscribers import Subscribers
from desk.posts.model import Post, PostKind, PostState
from desk.posts.pause import Pause, PauseSwitch
from desk.posts.store import PostStore
from desk.reading import OPERATOR
from desk.reports.feedback import FeedbackStore
from desk.working_time import span_of
from desk.x.model import XPublishing, time_of
from desk.x.spend import SpendStore


class AttendanceTaking(Protocol):
    """As much of the roll as a digest needs."""

    def take(self, day: date, greeting: Post | None, answered: frozenset[str] | None, now: datetime) -> Attendance:
        """The attendance of a day; raises StoreBusy."""
        ...


class FavouritesReading(Protocol):
    """As much of the favourites as a digest needs."""

    def read(self, now: datetime, period: Period) -> Favourites:
        """What was liked in the period, or that X refused to tell; raises StoreBusy."""
        ...


@dataclass(frozen=True, slots=True)
class Sources:
    """Where it lies. `x` is asked what the account answered; all other requests to X use the same client."""

    mentions: MentionStore
    cases: CaseQueries
    subscribers: Subscribers
    posts: PostStore
    pauses: PauseSwitch
    poll: PollState
    feedback: FeedbackStore
    x: XPublishing
    spend: SpendStore
    roll: AttendanceTaking
    favourites: FavouritesReading


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


"""Posts of one state that a digest takes; no brand says as much in a month."""

_END_OF_TIME = datetime(9000, 1, 1, tzinfo=ZoneInfo("UTC"))
_ON_THEIR_WAY = (PostState.SCHEDULED, PostState.QUEUED, PostState.PUBLISHING, PostState.RECONCILING)


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
        counting = Counting(self._from.mentions, departments, period, heard.seen)
        counted = counting.run(has_time, mentions.add) if mentions else counting.run(has_time)
        words = listed_words(self._from.feedback, listed | (mentions.mention_ids() if mentions else frozenset()))
        finished = self._remembered(counted.needs, before=today)
        cases = told_of_cases(self._from.cases, self._brand, edition, period)
        comparing = Comparing(self._from.mentions, self._zone, has_time)
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
            feedback=counted.feedback.lists(self._from.feedback) if edition is Edition.WEEKLY else (),
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
            self._from.mentions.keep_day_needs(day, needs)
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
            uncertain=standing(PostState.IN_DOUBT),
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
            waiting.add(key, self._from.cases.open_cases(key))
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
