"""The posts that people kept today, for the review of the day."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from desk.favourites.store import FavouriteStore, KeptFavourite
from desk.formatting.formatter import DeskFormatter
from desk.private_numbers import masked
from desk.text import first_words
from operator_console.app import Visit
from operator_console.shell.snapshot import Snapshot, Snapshots

_LOOKED_AT = 50
_SHOWN = 5
_LASTS = timedelta(seconds=20)


class KeptPost(NamedTuple):
    """A post that was kept, as a line: its first words, and the notes of those who keep it."""

    favourite: KeptFavourite
    words: str


class KeptToday(NamedTuple):
    """The first posts, the last kept first, and how many there are among the newest favourites."""

    posts: Sequence[KeptPost]
    number: int


class KeptCard:
    """What was kept or noted about today."""

    name = "kept"

    def __init__(self, favourites: FavouriteStore, snapshots: Snapshots, formatter: DeskFormatter) -> None:
        self._favourites = favourites
        self._snapshots = snapshots
        self._zone = formatter.zone

    def read(self, visit: Visit, _bar: Snapshot) -> KeptToday:
        """See Card."""
        posts = self.all_of_today(visit)
        return KeptToday(posts[:_SHOWN], len(posts))

    def all_of_today(self, visit: Visit) -> Sequence[KeptPost]:
        """All of them, the last kept first. Raises StoreBusy."""
        today = visit.now.astimezone(self._zone).date()
        return self._snapshots.part("kept today", visit.now, lambda: self._read(today), lasts=_LASTS)

    def _read(self, today: date) -> Sequence[KeptPost]:
        page = self._favourites.page(limit=_LOOKED_AT)
        kept = [each for each in page.favourites if any(self._day_of(note.at) == today for note in each.notes)]
        return tuple(KeptPost(each, first_words(masked(each.post.text)) if each.post else "") for each in kept)

    def _day_of(self, moment: datetime) -> date:
        return moment.astimezone(self._zone).date()
