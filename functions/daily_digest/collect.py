"""Collects a digest from the stores and from X."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from daily_digest.answers import WaitingCaseCounter, case_figures
from daily_digest.counting import MentionSelection, NeedHistory, PeriodCounter, listed_texts
from daily_digest.decisions import decided_rows
from daily_digest.model import (
    Attendance,
    Digest,
    Favourites,
    Heard,
    PeriodSpike,
    Posts,
    SpendOnX,
    TrialReport,
    UnreachableRange,
)
from daily_digest.people import AttendanceCheck, FavouriteReader, answered_since
from daily_digest.performance import PostPerformances, post_performances
from daily_digest.periods import Edition, Period, days_of, midnight
from daily_digest.promises import promise_figures
from desk.attendance.store import OPEN_FOR
from desk.brand import Brand, Purpose
from desk.cases.trial import TrialFigures
from desk.mentions.model import DayNeeds, Source
from desk.posts.model import Post, PostKind, PostState
from desk.posts.pause import Pause
from desk.posts.performance import COMPARED_WITH
from desk.reading import OPERATOR, REVIEW
from desk.trends.model import RankedTrend, touching
from desk.working_time import span_of
from desk.x.model import time_of

if TYPE_CHECKING:
    from desk.cases.queries import CaseQueries
    from desk.cases.trial import TrialStore
    from desk.mentions.poll_state import Gap, PollState
    from desk.mentions.store import MentionStore
    from desk.notifications.topics import Subscribers
    from desk.posts.pause import PauseSwitch
    from desk.posts.performance import PerformanceStore
    from desk.posts.store import PostStore
    from desk.promises.store import Promises
    from desk.reports.feedback import FeedbackStore
    from desk.spikes.faults import Faults
    from desk.spikes.model import Spike
    from desk.spikes.store import SpikeStore
    from desk.trends.store import TrendStore
    from desk.x.model import XPublishing
    from desk.x.stops import SpendView


@dataclass(frozen=True, slots=True)
class DigestSources:
    """Where a digest comes from. `x` yields the account's replies; all requests to X use the same client."""

    mentions: "MentionStore"
    cases: "CaseQueries"
    subscribers: "Subscribers"
    posts: "PostStore"
    performances: "PerformanceStore"
    pauses: "PauseSwitch"
    poll: "PollState"
    feedback: "FeedbackStore"
    x: "XPublishing"
    spend: "SpendView"
    attendance: AttendanceCheck
    favourites: FavouriteReader
    trial: "TrialStore"
    spikes: "SpikeStore"
    faults: "Faults"
    trends: "TrendStore"
    promises: "Promises"


_MOST_POSTS = 1_000
"""The most posts of one state that are read: no brand publishes as many in a month."""
_END_OF_TIME = datetime(9000, 1, 1, tzinfo=ZoneInfo("UTC"))
_UNDER_WAY = (
    PostState.AWAITING_APPROVAL,
    PostState.SCHEDULED,
    PostState.QUEUED,
    PostState.PUBLISHING,
    PostState.RECONCILING,
)
_MEASURED_EDITIONS = (Edition.WEEKLY, Edition.MONTHLY)
_INSTANT = timedelta(microseconds=1)
_OF_THE_DAY = frozenset({Edition.MORNING, Edition.EVENING})


class _FromX(NamedTuple):
    """What only X knows of a period. `seen` are the mentions that a person answered or liked; None: X didn't say."""

    seen: frozenset[str] | None
    favourites: Favourites
    attendance: tuple[Attendance, ...]


class Collector:
    """Collects a digest. A refusal of X leaves gaps in it; any other error is raised, so that it is made again."""

    def __init__(self, sources: DigestSources, brand: Brand) -> None:
        self._from = sources
        self._brand = brand
        self._zone = ZoneInfo(brand.timezone)

    def collect(self, edition: Edition, period: Period, now: datetime, has_time: Callable[[], bool]) -> Digest:
        """Return the digest of this period, made at `now`. Raises StoreBusy.

        `has_time` says whether a pass over another day may begin.
        """
        today = now.astimezone(self._zone).date()
        posts = self._posts(period)
        from_x = self._from_x(edition, period, now)
        departments, waiting = self._brand.departments, self._waiting(now)
        listed = waiting.mention_ids()
        mentions = MentionSelection(departments, listed) if edition is Edition.MORNING else None
        counter = PeriodCounter(self._from.mentions, self._from.cases, departments, period, from_x.seen)
        counts = counter.count(has_time, mentions.add) if mentions else counter.count(has_time)
        texts = listed_texts(self._from.feedback, listed | (mentions.mention_ids() if mentions else frozenset()))
        finished = self._save_needs(counts.needs, before=today)
        cases = case_figures(self._from.cases, self._brand, edition, period)
        history = NeedHistory(self._from.mentions, self._from.cases, self._zone, has_time)
        return Digest(
            edition=edition,
            period=period,
            made_at=now,
            balance=counts.balance,
            unreachable=self._unreachable(period),
            tally=counts.tally,
            waiting=waiting.waiting(texts),
            today=counts.today,
            against=history.compare(period, finished, today),
            posts=posts,
            pauses=self._pauses(period),
            attendance=from_x.attendance,
            favourites=from_x.favourites,
            feedback=counts.feedback.lists(self._from.feedback) if edition is Edition.WEEKLY else (),
            spend=self._spend(period, now),
            uncounted=counts.uncounted,
            answering=cases.answering,
            promises=promise_figures(self._from.promises, period, now),
            misreadings=cases.misreadings,
            labels=cases.labels,
            mentions=mentions.mentions(texts) if mentions else None,
            performance=self._performance(period, posts.published) if edition in _MEASURED_EDITIONS else None,
            trial=() if edition is Edition.MORNING else self._trial(),
            touching=self._touching(period) if edition in _OF_THE_DAY else (),
            heard=self._heard(days_of(period)) if self._brand.listen.is_on else None,
            spikes=self._spikes(period, now),
        )

    def _spikes(self, period: Period, now: datetime) -> tuple[PeriodSpike, ...]:
        """The spikes that were open in the period, each with all of its faults until now."""
        found = [spike for spike in self._from.spikes.recent(period.since) if spike.detected_at < period.until]
        return tuple(PeriodSpike(spike, self._count_faults(spike, now)) for spike in reversed(found))

    def _count_faults(self, spike: "Spike", now: datetime) -> int:
        until = spike.ended_at or max(now, spike.detected_at)
        return self._from.faults.count(spike.started_at, until, department=spike.department)

    def _heard(self, days: Collection[date]) -> Heard:
        """Count the heard posts of these days; what people saw is counted by the day."""
        kinds, cases = Counter[str | None](), 0
        for day in days:
            rows = self._from.mentions.day_rows(day, source=Source.LISTENING)
            for row in decided_rows(rows, self._from.cases):
                kinds[row.counts_as] += 1
                cases += row.case_id is not None
        total, unread, review = kinds.total(), kinds.pop(None, 0), kinds.pop(REVIEW, 0)
        by_kind = {kind: count for kind, count in kinds.items() if kind}
        return Heard(total, unread, review, by_kind, sum(self._from.mentions.heard_seen(days).values()), cases)

    def _touching(self, period: Period) -> tuple[RankedTrend, ...]:
        """The trends that touched the brand in the period, the newest first."""
        since, until = period.since.astimezone(UTC), period.until.astimezone(UTC)
        days = (self._from.trends.between(place.woeid, since, until) for place in self._brand.trends)
        return tuple(touching(sorted((reading for readings in days for reading in readings), key=lambda r: r.at)))

    def _trial(self) -> tuple[TrialReport, ...]:
        """What the trial shows of each department that is in it; a desk that is live reads nothing for it."""
        if not self._brand.has_trial:
            return ()
        figures = {each.department: each for each in self._from.trial.figures()}
        return tuple(
            self._trial_of(figures.get(key, TrialFigures(key)))
            for key in self._brand.departments
            if self._brand.in_trial(key)
        )

    def _trial_of(self, figures: TrialFigures) -> TrialReport:
        cases = self._from.cases.due_cases(figures.department, _END_OF_TIME)
        asked = [case.asked_at for case in cases if case.awaits_release]
        return TrialReport(figures, len(asked), min(asked, default=None))

    def _from_x(self, edition: Edition, period: Period, now: datetime) -> _FromX:
        """Ask X. The usage is settled even if a store fails."""
        start = midnight(period.since.date(), self._zone)
        published = self._from.posts.between(PostState.PUBLISHED, start, period.until, limit=_MOST_POSTS)
        automatic = frozenset(post.x_id for post in published if post.is_acknowledgement and post.x_id)
        try:
            answered = answered_since(self._from.x, start, excluding=automatic)
            # this run saves new favourites at the very end of its period
            favourites = self._from.favourites.read(now, period._replace(until=period.until + _INSTANT))
            seen = None if answered is None else answered | {each.post_id for each in favourites.liked if each.is_liked}
            return _FromX(seen, favourites, self._attendance(edition, period, published, seen, now))
        finally:
            self._from.x.take_usage()

    def _attendance(
        self, edition: Edition, period: Period, published: Sequence[Post], seen: frozenset[str] | None, now: datetime
    ) -> tuple[Attendance, ...]:
        """Check attendance for each greeting since the period's first day; return those that were open in the period.

        A working day without a greeting is reported as such, except by the morning, which comes before the greeting.
        """
        greetings = {
            post.publish_at.astimezone(self._zone).date(): post for post in published if post.kind is PostKind.GREETING
        }
        checked = {day: self._from.attendance.check(day, post, seen, now) for day, post in greetings.items()}
        found = {day: one for day, one in checked.items() if greetings[day].at + OPEN_FOR > period.since}
        if edition is not Edition.MORNING:
            without = [day for day in days_of(period) if day not in checked and span_of(day, self._brand)]
            found |= {day: Attendance(day, None, (), replies_known=seen is not None) for day in without}
        return tuple(found[day] for day in sorted(found))

    def _save_needs(self, counted: Mapping[date, DayNeeds], *, before: date) -> dict[date, DayNeeds]:
        """Save the needs of the days that are over for later comparisons, and return them."""
        finished = {day: needs for day, needs in counted.items() if day < before}
        for day, needs in finished.items():
            self._from.mentions.keep_day_needs(day, needs)
        return finished

    def _pauses(self, period: Period) -> tuple[Pause, ...]:
        return tuple(pause for pause in self._from.pauses.since(period.since) if pause.began_at < period.until)

    def _posts(self, period: Period) -> Posts:
        def ended(state: PostState) -> tuple[Post, ...]:
            return tuple(self._from.posts.between(state, period.since, period.until, limit=_MOST_POSTS))

        def pending(*states: PostState) -> tuple[Post, ...]:
            due = (self._from.posts.due(state, until=_END_OF_TIME, limit=_MOST_POSTS) for state in states)
            return tuple(post for posts in due for post in posts)

        return Posts(
            published=ended(PostState.PUBLISHED),
            refused=ended(PostState.REFUSED),
            expired=ended(PostState.EXPIRED),
            held=pending(PostState.HELD),
            in_doubt=pending(PostState.IN_DOUBT),
            waiting=pending(*_UNDER_WAY),
        )

    def _performance(self, period: Period, published: Sequence[Post]) -> PostPerformances:
        """X's time of a post may be a little before the desk's, also of one at the beginning of the period."""
        known = self._from.performances.between(period.since - COMPARED_WITH, period.until)
        return post_performances(published, known, period.since)

    def _unreachable(self, period: Period) -> tuple[UnreachableRange, ...]:
        """Return the ranges that overlap the period, and those that were given up in it."""
        gaps = (gap for gap in self._from.poll.load().unreachable if _belongs_to(gap, period))
        return tuple(
            sorted(
                UnreachableRange(
                    time_of(gap.after_id).astimezone(self._zone),
                    time_of(gap.before_id).astimezone(self._zone),
                    gap.reason,
                )
                for gap in gaps
            )
        )

    def _waiting(self, now: datetime) -> WaitingCaseCounter:
        """Count the open cases of all departments, also of those that desk.yaml no longer has."""
        waiting = WaitingCaseCounter(self._brand.departments, now, self._zone)
        keys = dict.fromkeys([*self._brand.departments, OPERATOR, *sorted(self._from.subscribers.departments())])
        for key in keys:
            waiting.add(key, self._from.cases.open_cases(key))
        return waiting

    def _spend(self, period: Period, now: datetime) -> SpendOnX:
        days = days_of(period)
        used = self._from.spend.between(min(days), max(days))
        stopped = self._from.spend.at(now).stopped
        purposes = {each.purpose for each in stopped}
        refused = {
            (refusal.purpose, refusal.limit): refusal
            for day in reversed(used)
            for refusal in day.refusals
            if refusal.purpose not in purposes
        }
        sums = {purpose: sum(day.by_purpose.get(purpose, 0) for day in used) for purpose in Purpose}
        return SpendOnX(
            calls=sum(day.usage.calls for day in used),
            micro_usd=sum(day.usage.micro_usd for day in used),
            by_purpose={purpose: micro_usd for purpose, micro_usd in sums.items() if micro_usd},
            stopped=stopped,
            refused=tuple(sorted(refused.values(), key=lambda refusal: refusal.at)),
        )


def _belongs_to(gap: "Gap", period: Period) -> bool:
    overlaps = time_of(gap.after_id) < period.until and time_of(gap.before_id) >= period.since
    return overlaps or (gap.given_up_at is not None and period.since <= gap.given_up_at < period.until)
