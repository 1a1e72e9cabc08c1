"""What a digest says: the figures and lists of one period, independent of their form."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from daily_digest.performance import PostPerformances
from daily_digest.periods import Edition, Period
from desk.brand import Purpose
from desk.cases.trial import TrialFigures
from desk.day_reviews.store import DayReview
from desk.favourites.store import FavouriteNote
from desk.posts.model import Post
from desk.posts.pause import Pause
from desk.spikes.model import Spike
from desk.trends.model import RankedTrend
from desk.x.budget import BudgetRefusal
from desk.x.model import Author
from desk.x.stops import Stopped


class Waits(NamedTuple):
    """How long people waited for a first answer, in whole minutes of working time: median and 90th percentile."""

    median: timedelta
    p90: timedelta


class Answers(NamedTuple):
    """Answers of a period. Each of `answered` and `moved` ended somebody's waiting.

    `moved` counts those who were asked to continue in private, `external` the part of `answered` that was posted on X
    directly, `promised` the first responses that promise an answer by a time: the author waits on for the answer,
    and so does its clock. `waits` is None when nobody's waiting ended.
    """

    answered: int = 0
    external: int = 0
    moved: int = 0
    promised: int = 0
    waits: Waits | None = None


class PromiseFigures(NamedTuple):
    """Promises that were due in a period, of answers and of next updates, and those broken before and still open.

    `still_open` is the part of `broken` that nobody has kept yet, `latest` by how much the latest is broken.
    """

    kept: int = 0
    moved: int = 0
    broken: int = 0
    still_open: int = 0
    latest: timedelta | None = None


class Answering(NamedTuple):
    """The answers of all departments together and of each.

    `unsent` counts replies that weren't posted to X, by reason; `acknowledged` the automatic ones.
    """

    all: Answers = Answers()
    by_department: Mapping[str, Answers] = MappingProxyType({})
    unsent: tuple[tuple[str, int], ...] = ()
    acknowledged: int = 0


class Balance(NamedTuple):
    """Proof over whole desk days that no mention is missing: polled = read + waiting.

    The poll itself counts `polled`; the rest is counted in the table. `reacted` are mentions that a person answered or
    liked on X; None when X didn't say what the account answered. `seen` are those that a person opened or marked in the
    console.
    """

    days: tuple[date, ...]
    polled: int
    read: int
    waiting: int
    reacted: int | None
    seen: int = 0

    @property
    def holds(self) -> bool:
        """Whether no mention is missing."""
        return self.polled == self.read + self.waiting


class Heard(NamedTuple):
    """The posts of whole desk days that were found by listening, which are no mentions and in no other figure.

    `unread` are not read yet, and those to `review` probably need no answer: both are in no kind. `seen` were opened
    or marked by a person, `cases` belong to a case.
    """

    total: int
    unread: int
    review: int
    by_kind: Mapping[str, int]
    seen: int
    cases: int


class PeriodSpike(NamedTuple):
    """A spike of a department's faults that was open in the period, and how many faults it had by now."""

    spike: Spike
    faults: int


class UnreachableRange(NamedTuple):
    """A time whose mentions X can no longer show, and why."""

    since: datetime
    until: datetime
    reason: str


class Tally(NamedTuple):
    """Counts of the period's mentions. Keys are the values of the enums; unread mentions count in `unread` only.

    `by_need` leaves out junk and feedback, which have figures of their own, so that `relationship` is greetings and
    small talk. `by_hour` are 24 counts in the brand's time zone, without junk. `terms` are the most used ones.
    `review` counts those that probably need no answer, and of which no person has decided yet what they are: they are
    in no kind and no need.
    """

    total: int
    unread: int
    review: int
    by_need: Mapping[str, int]
    feedback: int
    junk: int
    by_kind: Mapping[str, int]
    by_department: Mapping[str, int]
    by_urgency: Mapping[str, int]
    by_language: Mapping[str, int]
    by_hour: tuple[int, ...]
    terms: tuple[tuple[str, int], ...]


class WaitingGroup(StrEnum):
    """The list of a waiting case: the first of these that applies."""

    URGENT = "urgent"
    OVERDUE = "overdue"
    """Past its first due time, which handing over does not change."""
    TODAY = "today"
    """Due on the desk's current day."""
    LATER = "later"


class ListedCase(NamedTuple):
    """A waiting case: its department, its first due time, and the text of its last mention (None: removed).

    `label` names its kind, see `desk.cases.model.case_label`.
    """

    id: str
    department: str
    label: str
    due_at: datetime
    mention_id: str
    text: str | None


class CaseList(NamedTuple):
    """The first cases of a list, ordered by due time; `total` counts all of them.

    `urgent_besides` counts urgent cases that would otherwise be on this list.
    """

    total: int
    entries: tuple[ListedCase, ...]
    urgent_besides: int = 0


class Waiting(NamedTuple):
    """Cases without an answer; `oldest_since` is when the longest wait began.

    `overdue` counts those past their first due time, urgent ones included.
    """

    open_cases: int
    overdue: int
    oldest_since: datetime | None
    by_department: Mapping[str, int]
    overdue_by_department: Mapping[str, int] = MappingProxyType({})
    lists: Mapping[WaitingGroup, CaseList] = MappingProxyType({})


class ListedMention(NamedTuple):
    """A mention as it came in. `label` names its kind (None: unread), `text` is None once it is removed."""

    mention_id: str
    created_at: datetime
    label: str | None
    department: str | None
    urgent: bool
    text: str | None


class MentionList(NamedTuple):
    """The most important mentions of the period.

    `total` counts all; `above` of them are on the lists of cases, and `junk` are advertising.
    """

    total: int
    above: int
    junk: int
    entries: tuple[ListedMention, ...]

    @property
    def left(self) -> int:
        """How many are on no list."""
        return self.total - self.above - self.junk - len(self.entries)


class Comparison(NamedTuple):
    """The daily mean of needs on earlier days, up to the same time of day.

    `days` of the `span` days before have figures.
    """

    span: int
    days: int
    by_need: Mapping[str, float]


class Posts(NamedTuple):
    """The brand's posts that ended in the period, and those that are `held`, `in_doubt` or `waiting` now."""

    published: tuple[Post, ...]
    refused: tuple[Post, ...]
    expired: tuple[Post, ...]
    held: tuple[Post, ...]
    in_doubt: tuple[Post, ...]
    waiting: tuple[Post, ...]


class Attendee(NamedTuple):
    """A person who replied to the morning greeting: with which mention, and on how many mornings in a row.

    `since_start`: the row is as long as the desk has records, so that it may be longer in truth.
    """

    author_id: str
    author: Author | None
    mention_id: str
    in_a_row: int
    since_start: bool
    regular: bool
    greeted_back: bool


class Attendance(NamedTuple):
    """The attendance of one morning. `greeting` is None when there was no greeting that day.

    `replies_known` says whether X listed the account's replies; if not, `greeted_back` means nothing.
    """

    day: date
    greeting: Post | None
    attendees: tuple[Attendee, ...]
    replies_known: bool

    @property
    def not_greeted_back(self) -> list[Attendee]:
        """Those who still wait for a reply; empty when the account's replies are unknown."""
        return [one for one in self.attendees if self.replies_known and not one.greeted_back]

    @property
    def to_greet_first(self) -> list[Attendee]:
        """All attendees, those who still wait for a reply first."""
        return sorted(self.attendees, key=lambda one: self.replies_known and one.greeted_back)


class Favourite(NamedTuple):
    """A post that the account liked or people kept. `text` is None while no text of it is known."""

    post_id: str
    author: Author | None
    created_at: datetime
    noted_at: datetime
    text: str | None = None
    is_liked: bool = True
    notes: tuple[FavouriteNote, ...] = ()


class Favourites(NamedTuple):
    """The posts that were liked or kept in the period. `refused` is X's reason for not listing them, else None."""

    liked: tuple[Favourite, ...]
    refused: str | None


class Feedback(NamedTuple):
    """One opinion; `text` is None once it is removed."""

    mention_id: str
    created_at: datetime
    text: str | None


class DepartmentFeedback(NamedTuple):
    """The newest feedback of a department; `total` counts all of it."""

    department: str
    total: int
    entries: tuple[Feedback, ...]


class SpendOnX(NamedTuple):
    """The use of X's API on the desk days of the period, and what has stopped because of its cost or by X.

    `stopped` is as of the making of the digest. `refused` are the first refusals of the period's days, of purposes that
    go on again.
    """

    calls: int
    micro_usd: int
    by_purpose: Mapping[Purpose, int] = MappingProxyType({})
    stopped: tuple[Stopped, ...] = ()
    refused: tuple[BudgetRefusal, ...] = ()


class Label(NamedTuple):
    """A kind and a department as values; None: unknown, or no department.

    `urgency` is given when it was what a correction changed; kind and department are then the same on both sides.
    """

    kind: str | None
    department: str | None
    urgency: str | None = None


class Correction(NamedTuple):
    """What a mention was read as, and what it really is."""

    was: Label
    right: Label


class Misreading(NamedTuple):
    """One correction of a case, and the mention that it was about (None: removed)."""

    case_id: str
    at: datetime
    correction: Correction
    mention_id: str | None


class Misreadings(NamedTuple):
    """The corrections of a period by frequency, and the newest of them, the latest first."""

    total: int = 0
    counts: tuple[tuple[Correction, int], ...] = ()
    entries: tuple[Misreading, ...] = ()


class TrialReport(NamedTuple):
    """What the trial shows of one department: its figures, and the cases that wait for a person, since when."""

    figures: TrialFigures
    waiting: int
    oldest: datetime | None


class Digest(NamedTuple):
    """A whole digest. `against` compares with the last 7 and the last 28 days.

    Only the weekly edition has `feedback` and `misreadings`, only the morning edition has `mentions`, and only the
    weekly and the monthly one have `labels` and `performance`.
    """

    edition: Edition
    period: Period
    made_at: datetime
    balance: Balance
    unreachable: tuple[UnreachableRange, ...]
    tally: Tally
    waiting: Waiting
    today: Mapping[str, int]
    """The needs of the period's last day, which `against` compares with."""
    against: tuple[Comparison, ...]
    posts: Posts
    pauses: tuple[Pause, ...]
    attendance: tuple[Attendance, ...]
    favourites: Favourites
    feedback: tuple[DepartmentFeedback, ...]
    spend: SpendOnX
    uncounted: tuple[date, ...] = ()
    """The period's earliest days, which are in none of the figures because time ran out."""
    answering: Answering = Answering()
    promises: PromiseFigures = PromiseFigures()
    misreadings: Misreadings = Misreadings()
    labels: Mapping[str, int] = MappingProxyType({})
    """How many cases got each label of the team's own, by key."""
    mentions: MentionList | None = None
    performance: PostPerformances | None = None
    trial: tuple[TrialReport, ...] = ()
    """The departments in trial; the morning edition leaves them out."""
    touching: tuple[RankedTrend, ...] = ()
    """The trends that touched the brand, the newest first; in the editions of a day alone."""
    heard: Heard | None = None
    """None for a desk that does not listen."""
    spikes: tuple[PeriodSpike, ...] = ()
    """The earliest first."""
    lines: tuple[DayReview, ...] = ()
    """The reviews of days whose lines this report begins with; in the editions of a day alone."""
