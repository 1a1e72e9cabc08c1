"""Who answers the brand's greetings, and on which mornings."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple, Protocol

from desk.x_post import Author

MORNINGS_KEPT = 20
"""How many of the mornings on which somebody came are remembered: as many as regulars are judged by."""


class GreetingReply(NamedTuple):
    """A mention that answers a greeting. `author` is there when it was stored with the mention."""

    mention_id: str
    author_id: str
    author: Author | None


class Attending(NamedTuple):
    """Somebody on the roll: the last mornings on which they came, oldest first, and how long the last row is.

    `in_a_row` counts back from the last morning, over mornings that have left `mornings` too.
    """

    author_id: str
    mornings: tuple[date, ...]
    in_a_row: int
    author: Author | None


class GreetingReplies(Protocol):
    """The stored mentions that answer a greeting. Raises StoreBusy."""

    def replies(self, greeting_id: str, *, since: datetime, until: datetime, limit: int) -> Sequence[GreetingReply]:
        """Mentions made from `since` on and before `until` whose parent or conversation is the greeting, oldest first.

        Junk, forgotten words and erased authors are left out. No more than about `limit` mentions of that time are
        looked at. May lag behind by seconds.
        """
        ...


class AttendanceRoll(Protocol):
    """The roll: mornings with a greeting, and who came. Every method raises StoreBusy; all is kept 90 days."""

    def mornings(self) -> Sequence[date]:
        """The mornings with a greeting whose attendance was taken, oldest first, read consistently."""
        ...

    def of(self, author_ids: Collection[str]) -> Mapping[str, Attending]:
        """Those of them who are on the roll, read consistently."""
        ...

    def write(self, day: date, attending: Collection[Attending], now: datetime) -> None:
        """Put them on the roll in place of what it says, then the morning. Writing the same again changes nothing."""
        ...
