"""The calendar's blocks at their days and hours: posts, spikes, and when the desk is open."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.posts.model import Post, PostState
from desk.posts.performance import Performance
from desk.spikes.model import Spike
from desk.text import one_line
from desk.working_time import span_of

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_HOURS = 24
_QUARTER = 15
_WITHOUT_HOURS = 8, 20
"""The hours of a brand without working time."""
_TITLE = 60
"""Letters of a block's text."""

_LOOKS = {
    PostState.AWAITING_APPROVAL: "waits",
    PostState.HELD: "stopped",
    PostState.IN_DOUBT: "stopped",
    PostState.REFUSED: "stopped",
    PostState.EXPIRED: "stopped",
    PostState.PUBLISHED: "done",
    PostState.CANCELLED: "over",
}
"""The class of a block by the state of its post; the others are on their way."""


class Block(NamedTuple):
    """A post at its place: one of the desk, or one that somebody wrote on X itself."""

    at: datetime
    post: Post | None = None
    by_hand: Performance | None = None

    @property
    def id(self) -> str:
        """What names it on the page."""
        return self.post.id if self.post else f"x{self.x_id}"

    @property
    def x_id(self) -> str:
        """Its id on X; "" if it is not there."""
        return (self.post.x_id or "") if self.post else self.by_hand.x_id if self.by_hand else ""

    @property
    def look(self) -> str:
        """The class that colours it."""
        return _LOOKS.get(self.post.state, "planned") if self.post else "done"

    @property
    def title(self) -> str:
        """The beginning of its text, in one line."""
        return one_line(self.post.text if self.post else self.by_hand.text if self.by_hand else "")[:_TITLE]


class Hour(NamedTuple):
    """An hour of a day. `now` is the quarter of it in which it is now, from 0; None in all other hours."""

    at: datetime
    is_open: bool
    has_spike: bool
    now: int | None
    blocks: Sequence[Block]


class Day(NamedTuple):
    """A day with its blocks, the earliest first, the spikes that were open on it, and the hours that the grid has."""

    day: date
    blocks: Sequence[Block]
    spikes: Sequence[Spike]
    is_open: bool
    hours: Sequence[Hour]


class Placed(NamedTuple):
    """What is placed: the posts and spikes of the days, and the present time."""

    blocks: Sequence[Block]
    spikes: Sequence[Spike]
    now: datetime


def days_of(days: Sequence[date], placed: Placed, brand: Brand) -> Sequence[Day]:
    """The days with what is at each. All have the same hours: those of the desk, and those that have a post."""
    zone = ZoneInfo(brand.timezone)
    by_day: dict[date, list[Block]] = {day: [] for day in days}
    for block in sorted(placed.blocks, key=lambda block: (block.at, block.id)):
        by_day.setdefault(block.at.astimezone(zone).date(), []).append(block)
    hours = _hours(brand, (block.at.astimezone(zone).hour for day in days for block in by_day[day]))
    return [_day(day, by_day[day], placed, brand, hours) for day in days]


def _hours(brand: Brand, used: Iterable[int]) -> range:
    """From an hour before the desk opens until an hour after it closes, and as many more as posts need."""
    spans = list(brand.hours.days.values())
    first = min(span[0] for span in spans) // 60 - 1 if spans else _WITHOUT_HOURS[0]
    last = -(-max(span[1] for span in spans) // 60) + 1 if spans else _WITHOUT_HOURS[1]
    with_posts = list(used)
    return range(max(min([first, *with_posts]), 0), min(max([last, *(hour + 1 for hour in with_posts)]), _HOURS))


def _day(day: date, blocks: Sequence[Block], placed: Placed, brand: Brand, hours: range) -> Day:
    zone, open_span = ZoneInfo(brand.timezone), span_of(day, brand)
    midnight = datetime.combine(day, time(), zone)
    spikes = [each for each in placed.spikes if _was_open(each, midnight, midnight + _DAY, placed.now)]
    local_now = placed.now.astimezone(zone)

    def hour_of(number: int) -> Hour:
        at = datetime.combine(day, time(number), zone)
        is_now = (local_now.date(), local_now.hour) == (day, number)
        return Hour(
            at,
            is_open=bool(open_span and open_span[0] < at + _HOUR and at < open_span[1]),
            has_spike=any(_was_open(each, at, at + _HOUR, placed.now) for each in spikes),
            now=local_now.minute // _QUARTER if is_now else None,
            blocks=[each for each in blocks if each.at.astimezone(zone).hour == number],
        )

    return Day(day, blocks, spikes, open_span is not None, [hour_of(number) for number in hours])


def _was_open(spike: Spike, since: datetime, until: datetime, now: datetime) -> bool:
    return spike.started_at < until and since <= (spike.ended_at or now)
