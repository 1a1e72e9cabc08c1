"""The number of the queue of heard posts in the bar."""

from datetime import datetime, timedelta

from desk.cases.inbox import Count
from desk.errors import StoreBusy
from desk.mentions.heard import HeardMentions

_FRESH = timedelta(seconds=20)
"""The posts are read again after this time: every page and every poll shows the number."""


class HeardCount:
    """Counts the posts that the queue shows and that nobody has seen.

    The number depends on the importance of all posts of the last hours, so no count of the index gives it. While they
    can't be read, a page shows the last number, rather than nothing.
    """

    def __init__(self, heard: HeardMentions) -> None:
        self._heard = heard
        self._count: Count | None = None
        self._counted_at: datetime | None = None

    def at(self, now: datetime) -> Count | None:
        """The number, at most `_FRESH` old; None if it was never read."""
        if self._counted_at is None or now - self._counted_at >= _FRESH:
            self._counted_at = now
            try:
                self._count = Count(self._heard.count_to_see())
            except StoreBusy:
                return self._count
        return self._count

    def forget(self) -> None:
        """Read the posts again when the number is asked for next."""
        self._counted_at = None

    def keep(self, number: int, now: datetime) -> None:
        """Take the number of a queue that was read just now."""
        self._count, self._counted_at = Count(number), now
