"""What a digest says: the figures and lists of one period, ready to be written in any form."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from daily_digest.periods import Edition, Period
from desk.posts.model import Post
from desk.posts.pause import Pause
from desk.x.model import Author


class Waits(NamedTuple):
    """How long people waited for a first answer, in working time and whole minutes: half of them, nine in ten."""

    half: timedelta
    nine_in_ten: timedelta


class Answers(NamedTuple):
    """Answers of a period. `answered` and `moved` ended somebody's waiting, each by one reply.

    `by_hand` are those of `answered` that were given on X itself. `promised` counts holding replies, which are no
    answers. `waits` None: nobody's waiting ended.
    """

    answered: int = 0
    by_hand: int = 0
    moved: int = 0
    promised: int = 0
    waits: Waits | None = None


class Answering(NamedTuple):
    """The answers of all departments and of each; `unsaid` are replies that weren't posted to X, by the reason.

    `acknowledged` counts what the desk said by itself.
    """

    all: Answers = Answers()
    by_department: Mapping[str, Answers] = MappingProxyType({})
    unsaid: tuple[tuple[str, int], ...] = ()
    acknowledged: int = 0


class Balance(NamedTuple):
    """The promise in figures, over the whole desk days that were counted: polled = read + waiting.

    `polled` is the count of the poll itself; the rest is counted in the table, `seen` by a person: answered or liked on
    X; None when X did not tell what the account answered.
    """

    days: tuple[date, ...]
    polled: int
    read: int
    waiting: int
    seen: int | None

    @property
    def holds(self) -> bool:
        """Whether nothing is missing."""
        return self.polled == self.read + self.waiting


class UnreachableRange(NamedTuple):
    """Mentions between these moments that X can no longer show, and why."""

    since: datetime
    until: datetime
    reason: str


class Tally(NamedTuple):
    """Mentions of the period, counted. Keys are the values of the enums; what is not read yet counts in `unread` only.

    `by_need` leaves out junk and feedback, which have figures of their own: `relationship` there is greetings and
    small talk. `by_hour` are 24 counts by the desk's clock, junk left out. `terms` are the most used, most first.
    `to_review` are those inquiries that look like chat or junk and were not surely so.
    """

    total: int
    unread: int
    by_need: Mapping[str, int]
    feedback: int
    junk: int
    by_kind: Mapping[str, int]
    by_department: Mapping[str, int]
    by_urgency: Mapping[str, int]
    by_language: Mapping[str, int]
    by_hour: tuple[int, ...]
    terms: tuple[tuple[str, int], ...]
    to_review: int = 0


class Pressing(StrEnum):
    """How soon a case that waits needs somebody: each is on the first list that it belongs to."""

    URGENT = "urgent"
    OVERDUE = "overdue"
    """Past its first due, which a hand-over leaves as it was."""
    TODAY = "today"
    """Due before the desk's day ends."""
    LATER = "later"


class ListedCase(NamedTuple):
    """A case that waits: with whom, due when first, and what its last mention says (None: no longer there)."""

    id: str
    department: str
    kind: str
    due_at: datetime
    mention_id: str
    text: str | None


class CaseList(NamedTuple):
    """The cases of one list, who was due first first; `total` counts also those that are not shown.

    `urgent_besides` are urgent ones that would be on it, too.
    """

    total: int
    shown: tuple[ListedCase, ...]
    urgent_besides: int = 0


class Waiting(NamedTuple):
    """Cases without an answer; `oldest_since` is since when somebody waits the longest.

    `overdue` counts those past their first due, which a hand-over leaves as it was, urgent ones included.
    """

    open_cases: int
    overdue: int
    oldest_since: datetime | None
    by_department: Mapping[str, int]
    overdue_by_department: Mapping[str, int] = MappingProxyType({})
    lists: Mapping[Pressing, CaseList] = MappingProxyType({})


class ListedMention(NamedTuple):
    """A mention as it came in. `kind` None: not read yet; `text` None: its words are no longer there."""

    mention_id: str
    created_at: datetime
    kind: str | None
    department: str | None
    urgent: bool
    text: str | None


class MentionList(NamedTuple):
    """The mentions of the period, the most important first, as far as there is room.

    `total` counts all; of these, `above` are shown on the lists of cases, and `junk` is advertising.
    """

    total: int
    above: int
    junk: int
    shown: tuple[ListedMention, ...]

    @property
    def left(self) -> int:
        """How many are on no list."""
        return self.total - self.above - self.junk - len(self.shown)


class Comparison(NamedTuple):
    """Needs up to the same time of day on earlier days: the mean of a day.

    `days` says how many of the `of` days asked for have figures; 0 when none has.
    """

    of: int
    days: int
    by_need: Mapping[str, float]


class Posts(NamedTuple):
    """What became of the brand's posts in the period; `uncertain`, `held` and `waiting` as they stand now."""

    published: tuple[Post, ...]
    refused: tuple[Post, ...]
    expired: tuple[Post, ...]
    held: tuple[Post, ...]
    uncertain: tuple[Post, ...]
    waiting: tuple[Post, ...]


class Attendee(NamedTuple):
    """Who answered the morning's greeting: with which mention, on which morning in a row, and whether as a regular."""

    author_id: str
    author: Author | None
    mention_id: str
    in_a_row: int
    regular: bool
    greeted_back: bool


class Attendance(NamedTuple):
    """The attendance check of one morning. `greeting` None: nobody was greeted that day.

    `replies_known`: whether X told what the account answered, so that `greeted_back` can be believed.
    """

    day: date
    greeting: Post | None
    attendees: tuple[Attendee, ...]
    replies_known: bool


class Favourite(NamedTuple):
    """A post that the account liked. `text` is there only when X has just shown it."""

    post_id: str
    author: Author | None
    created_at: datetime
    noted_at: datetime
    text: str | None = None


class Favourites(NamedTuple):
    """What was liked in the period; `refused` is why X did not tell, in X's word, None when it did."""

    liked: tuple[Favourite, ...]
    refused: str | None


class Feedback(NamedTuple):
    """One opinion; `text` None: erased, forgotten or never stored."""

    mention_id: str
    created_at: datetime
    text: str | None


class FeedbackList(NamedTuple):
    """A department's feedback, the newest first, as far as the report has room; `total` counts all of it."""

    department: str
    total: int
    shown: tuple[Feedback, ...]


class SpendOnX(NamedTuple):
    """What X was used for on the desk days that the period touches."""

    calls: int
    micro_usd: int


class Place(NamedTuple):
    """A kind and a department, as values; None: not on record, or nobody's matter.

    `urgency` is what was put right where it is given: then the others are on both sides of a correction.
    """

    kind: str | None
    department: str | None
    urgency: str | None = None


class Correction(NamedTuple):
    """What was taken for what, and what it was."""

    was: Place
    right: Place


class Misreading(NamedTuple):
    """One correction: of which case, when, and the mention that it was about; None where that is gone."""

    case_id: str
    at: datetime
    correction: Correction
    mention_id: str | None


class Misreadings(NamedTuple):
    """All of a period by their counts, the most frequent first, and the newest, the last one first."""

    total: int = 0
    counts: tuple[tuple[Correction, int], ...] = ()
    shown: tuple[Misreading, ...] = ()


class Digest(NamedTuple):
    """A whole digest. `against` are the last 7 and the last 28 days.

    `feedback` and `misreadings` are there in the weekly edition only, `mentions` in the morning's.
    """

    edition: Edition
    period: Period
    made_at: datetime
    balance: Balance
    unreachable: tuple[UnreachableRange, ...]
    tally: Tally
    waiting: Waiting
    today: Mapping[str, int]
    """Needs of the period's last day up to its end, by need: what `against` compares with."""
    against: tuple[Comparison, ...]
    posts: Posts
    pauses: tuple[Pause, ...]
    attendance: tuple[Attendance, ...]
    favourites: Favourites
    feedback: tuple[FeedbackList, ...]
    spend: SpendOnX
    uncounted: tuple[date, ...] = ()
    """The period's earliest days whose mentions are in none of the figures, since the time ran out."""
    answering: Answering = Answering()
    misreadings: Misreadings = Misreadings()
    mentions: MentionList | None = None
