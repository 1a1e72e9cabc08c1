"""Where everything lies that a digest says."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from daily_digest.digest import Attendance, Favourites, Period
from desk.ports.case_days import CaseDays
from desk.ports.day_counts import DayCounts
from desk.ports.day_rows import DayRows
from desk.ports.feedback_words import FeedbackWords
from desk.ports.open_cases import CasesWaiting
from desk.ports.pause import PauseSwitch
from desk.ports.poll_state import PollState
from desk.ports.posts import PostStore
from desk.ports.spend import Spend
from desk.ports.subscribers import Subscribers
from desk.ports.x import XPublishing
from desk.post import Post


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
    """Where it lies. `x` is asked what the account answered; whoever else asks X uses the same client."""

    rows: DayRows
    counts: DayCounts
    cases: CasesWaiting
    case_days: CaseDays
    subscribers: Subscribers
    posts: PostStore
    pauses: PauseSwitch
    poll: PollState
    words: FeedbackWords
    x: XPublishing
    spend: Spend
    roll: AttendanceTaking
    favourites: FavouritesReading
