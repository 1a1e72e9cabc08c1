"""The attendance check: who answered the morning's greeting, for the how manyeth morning in a row."""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from daily_digest.model import REFUSALS, Attendance, Attendee
from desk.posts.model import Post
from desk.reports.attendance import MORNINGS_KEPT, AttendanceRecord, AttendanceStore, GreetingReply
from desk.x.model import Author, XTimelines, time_of

OPEN_FOR = timedelta(hours=2)
"""How long after the greeting an answer to it counts."""
_LOOKED_AT = 20_000  # mentions of those two hours
_NAMES = 100  # looked up in one digest, since X bills them
_REGULAR = 3  # mornings at least, and at least half of the last ones

_log = logging.getLogger(__name__)


class Roll:
    """Takes the attendance. A morning may be taken any number of times, also before its two hours are over, and late.

    Only mornings on which the greeting stood on X make or break a row. X is asked for names that are not known yet,
    a hundred at most in one digest (which `now` tells from the next); what it refuses stays unknown until another day.
    """

    def __init__(self, store: AttendanceStore, x: XTimelines) -> None:
        self._store = store
        self._x = x
        self._digest: datetime | None = None
        self._names_left = 0

    def take(self, day: date, greeting: Post | None, answered: frozenset[str] | None, now: datetime) -> Attendance:
        """The attendance of this day of the desk's, put on the roll.

        `answered` are the ids of the mentions that the account replied to or liked, None when X did not tell. Raises
        StoreBusy; then some may be on the roll, and taking it again is safe.
        """
        if greeting is None or greeting.x_id is None:
            return Attendance(day, greeting, (), replies_known=answered is not None)
        replies = self._answers(greeting.x_id)
        taken = self._store.mornings()
        greeted = sorted({*taken, day})
        before = self._store.records(replies)
        there = [
            _with_morning(before.get(key) or AttendanceRecord(key, (), 0, author=None), day, greeted) for key in replies
        ]
        named = self._named(there, replies, now)
        changed = [each for each in named if each != before.get(each.author_id)]
        if changed or day not in taken:
            self._store.save(day, changed, now)
        found = [_attendee(each, replies[each.author_id], day, greeted, answered or frozenset()) for each in named]
        found.sort(key=lambda attendee: (-attendee.in_a_row, int(attendee.mention_id)))
        return Attendance(day, greeting, tuple(found), replies_known=answered is not None)

    def _answers(self, greeting_id: str) -> dict[str, list[GreetingReply]]:
        """The replies of the two hours by author, each author's oldest first."""
        since = time_of(greeting_id)
        by_author: dict[str, list[GreetingReply]] = {}
        for reply in self._store.replies_to(greeting_id, since=since, until=since + OPEN_FOR, limit=_LOOKED_AT):
            by_author.setdefault(reply.author_id, []).append(reply)
        return by_author

    def _named(
        self, there: Sequence[AttendanceRecord], replies: Mapping[str, Sequence[GreetingReply]], now: datetime
    ) -> list[AttendanceRecord]:
        """The same people with the names that are stored with their mentions, on the roll, or told by X."""
        stored = {key: reply.author for key, some in replies.items() for reply in some if reply.author}
        known = [each._replace(author=stored.get(each.author_id, each.author)) for each in there]
        nameless = [each for each in known if each.author is None]
        longest_first = sorted(nameless, key=lambda each: -each.in_a_row)
        told = self._look_up([replies[each.author_id][0] for each in longest_first], now)
        return [each if each.author else each._replace(author=told.get(each.author_id)) for each in known]

    def _look_up(self, replies: Sequence[GreetingReply], now: datetime) -> dict[str, Author]:
        if self._digest != now:
            self._digest, self._names_left = now, _NAMES
        asked = [reply.mention_id for reply in replies[: self._names_left]]
        if not asked:
            return {}
        self._names_left -= len(asked)
        try:
            shown = self._x.posts(asked, with_authors=True).posts
        except REFUSALS as exc:
            self._names_left = 0
            _log.warning("names of those who answered the greeting stay unknown: %s", exc)
            return {}
        return {post.author_id: post.author for post in shown.values() if post.author}


def _with_morning(person: AttendanceRecord, day: date, greeted: Sequence[date]) -> AttendanceRecord:
    """The person with this morning. A row that goes on beyond the mornings that are remembered is counted on."""
    days = sorted({*person.mornings, day})
    in_a_row = _row(days, days[-1], greeted)
    if in_a_row >= len(person.mornings) == MORNINGS_KEPT:
        in_a_row = max(in_a_row, person.in_a_row + (day > person.mornings[-1]))
    return person._replace(mornings=tuple(days[-MORNINGS_KEPT:]), in_a_row=in_a_row)


def _row(days: Collection[date], last: date, greeted: Sequence[date]) -> int:
    """How many of the greeted mornings up to `last` these days hold without a gap."""
    row = 0
    for morning in reversed([each for each in greeted if each <= last]):
        if morning not in days:
            break
        row += 1
    return row


def _attendee(
    person: AttendanceRecord,
    replies: Sequence[GreetingReply],
    day: date,
    greeted: Sequence[date],
    answered: Collection[str],
) -> Attendee:
    days = {*person.mornings, day}
    later = sum(day < morning <= person.mornings[-1] for morning in greeted)
    in_a_row = person.in_a_row - later if later < person.in_a_row else _row(days, day, greeted)
    return Attendee(
        author_id=person.author_id,
        author=person.author,
        mention_id=replies[0].mention_id,
        in_a_row=in_a_row,
        regular=_is_regular(days, [morning for morning in greeted if morning <= day]),
        greeted_back=any(reply.mention_id in answered for reply in replies),
    )


def _is_regular(days: Collection[date], greeted: Iterable[date]) -> bool:
    recent = list(greeted)[-MORNINGS_KEPT:]
    there = sum(morning in days for morning in recent)
    return there >= _REGULAR and there * 2 >= len(recent)
