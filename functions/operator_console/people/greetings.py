"""Texts for greeting people back: saved replies of the kind chat, in turn, so that neighbours get different ones."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.reading import OPERATOR, Kind
from desk.replies.placeholders import author_values, filled, unfilled
from desk.spikes.store import SpikeStore
from desk.staff.saved_replies import SavedReply, SavedReplyStore
from desk.x.model import Author


class Suggestion(NamedTuple):
    """A saved reply, filled for one person."""

    id: str
    title: str
    text: str


class Greetings:
    """Reads the saved replies with which people greet back."""

    def __init__(self, replies: SavedReplyStore, spikes: SpikeStore, brand: Brand) -> None:
        self._replies = replies
        self._spikes = spikes
        self._brand = brand

    def rotation(self, now: datetime) -> "Rotation":
        """A rotation through those that are offered and true at the moment. Raises StoreBusy."""
        zone = ZoneInfo(self._brand.timezone)
        offered = [each for each in self._replies.all() if each.kind == Kind.CHAT and each.is_offered(now, zone)]
        has_spike = any(each.only_when for each in offered) and bool(self._spikes.open())
        return Rotation([each for each in offered if not each.must_wait(has_spike=has_spike)], self._brand)


class Rotation:
    """Hands out the replies in turn."""

    def __init__(self, replies: Sequence[SavedReply], brand: Brand) -> None:
        self._replies = replies
        self._brand = brand
        self._turn = 0

    def next_for(self, author: Author | None, days: int | None) -> Sequence[Suggestion]:
        """All replies that this person's name and row fill, the one whose turn it is first.

        A reply that needs the name of somebody whose name is unknown is left out, and one that names their days if the
        desk cannot be sure of the number.
        """
        places = {**author_values(author, OPERATOR, self._brand), "days": str(days or "")}
        begin = self._turn % len(self._replies) if self._replies else 0
        self._turn += 1
        in_turn = [*self._replies[begin:], *self._replies[:begin]]
        texts = ((each, filled(each.text, places)) for each in in_turn)
        found = [Suggestion(each.id, each.title, text) for each, text in texts if not unfilled(text)]
        if found:  # the next one comes after the text that this person got
            self._turn = self._place_of(found[0].id) + 1
        return found

    def _place_of(self, reply_id: str) -> int:
        return next(place for place, each in enumerate(self._replies) if each.id == reply_id)
