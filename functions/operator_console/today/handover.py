"""What the last shift left for the next one: it opens the page until somebody says that they have read it."""

from collections.abc import Sequence
from typing import NamedTuple

from desk.day_reviews.store import DayReview, DayReviews
from desk.replies.forms import signed_name
from operator_console.app import Visit
from operator_console.shell.snapshot import Snapshot, Snapshots


class HandoverNotes(NamedTuple):
    """Notes that nobody has read, the oldest first."""

    notes: Sequence[DayReview]


class HandoverCard:
    """Notes of others: who wrote one knows it. Without one, the card is not there."""

    name = "handover"

    def __init__(self, reviews: DayReviews, snapshots: Snapshots) -> None:
        self._reviews = reviews
        self._snapshots = snapshots

    def read(self, visit: Visit, _bar: Snapshot) -> HandoverNotes | None:
        """See Card."""
        mine = signed_name(visit.person)
        recent = self._snapshots.part("day reviews", visit.now, lambda: self._reviews.recent(visit.now))
        notes = tuple(each for each in recent if each.is_unread and each.by != mine)
        return HandoverNotes(notes) if notes else None
