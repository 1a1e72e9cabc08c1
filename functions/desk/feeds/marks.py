"""Which entries of a feed are known: every entry leaves two marks, which stay even if the feed drops it.

One mark is of its id, the other of its link and title. So an entry stays known if the feed changes its date, lists it
in another place, leaves it out and lists it again, or gives it another id while link and title stay.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import blake2b
from types import MappingProxyType
from typing import NamedTuple

from desk.feeds.model import FeedEntry

MARK_BYTES = 12
"""With 25,000 marks, two of different entries are the same once in 10^20 feeds."""
MOST_MARKS = 25_000
"""Of one feed: 350 KB, of the 400 KB that an item of DynamoDB may have."""

_EPOCH = date(2020, 1, 1)
_REFRESHED_AFTER = 30
"""Days after which a mark is written anew if its entry is still listed."""


class FeedMarks(NamedTuple):
    """The marks of a feed, each with the day on which its entry was listed last, to about a month.

    `version` counts the changes, for compare-and-set; 0 was never stored.
    """

    days: Mapping[bytes, int] = MappingProxyType({})
    version: int = 0

    def know(self, entry: FeedEntry) -> bool:
        """Whether the entry is known by its id, or by its link and title."""
        return any(mark in self.days for mark in marks_of(entry))

    def with_entries(self, entries: Iterable[FeedEntry], today: date) -> "FeedMarks":
        """The marks with those of the entries that are listed today, which are known from now on.

        Beyond MOST_MARKS, the marks whose entries were listed the longest ago are dropped.
        """
        number = max((today - _EPOCH).days, 0)
        days = dict(self.days)
        for entry in entries:
            for mark in marks_of(entry):
                if number - days.get(mark, -_REFRESHED_AFTER) >= _REFRESHED_AFTER:
                    days[mark] = number
        if len(days) > MOST_MARKS:
            latest = sorted(days.items(), key=lambda each: each[1], reverse=True)
            days = dict(latest[:MOST_MARKS])
        return self._replace(days=days)


def marks_of(entry: FeedEntry) -> tuple[bytes, ...]:
    """The marks of the entry: of its id, if it has one, and of its link and title."""
    words = _mark("words", entry.link, entry.title or entry.summary)
    return (_mark("id", entry.id), words) if entry.id else (words,)


def entry_key(feed: str, entry: FeedEntry) -> str:
    """A key for what is made of the entry, such as `feed-3f…`: the same each time. It is a post's id."""
    identity = ("id", entry.id) if entry.id else ("words", entry.link, entry.title or entry.summary)
    return f"feed-{_digest(12, feed, *identity).hex()}"


def _mark(*parts: str) -> bytes:
    return _digest(MARK_BYTES, *parts)


def _digest(size: int, *parts: str) -> bytes:
    return blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=size).digest()


_DAY_BYTES = 2


def packed(days: Mapping[bytes, int]) -> bytes:
    """The marks as bytes, each followed by its day."""
    return b"".join(mark + day.to_bytes(_DAY_BYTES) for mark, day in sorted(days.items()))


def unpacked(packed_days: bytes) -> dict[bytes, int]:
    """The marks of such bytes."""
    step = MARK_BYTES + _DAY_BYTES
    places = range(0, len(packed_days), step)
    return {
        packed_days[at : at + MARK_BYTES]: int.from_bytes(packed_days[at + MARK_BYTES : at + step]) for at in places
    }
