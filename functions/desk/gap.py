"""How far the poll has walked, and what it could not see on the way."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple


class GapState(StrEnum):
    """Where a gap stands."""

    OPEN = "open"
    FILLED = "filled"
    UNREACHABLE = "unreachable"


class GapSource(StrEnum):
    """Where the rest of a gap is looked for: first the mentions timeline, then search, which reaches further."""

    MENTIONS = "mentions"
    SEARCH = "search"


class Question(NamedTuple):
    """What X was asked about a gap, and where its answer goes on.

    `is_joined`: the answer so far begins at or above the gap's upper end, so that nothing is missing in between.
    """

    since_id: str | None
    until_id: str
    page_token: str | None = None
    is_joined: bool = False


class Gap(NamedTuple):
    """Ids above `after_id` and below `before_id` that have not been seen yet; both ends are excluded.

    Filling lowers `before_id`. `reason` says what stopped the walk, later what stopped the filling.
    `backlog` marks a gap of the very first walk: what fills it is backlog too.
    """

    id: str
    after_id: str
    before_id: str
    opened_at: datetime
    reason: str
    source: GapSource = GapSource.MENTIONS
    state: GapState = GapState.OPEN
    backlog: bool = False
    given_up_at: datetime | None = None
    """When it became unreachable; None before, and for those of old."""
    due_at: datetime | None = None
    """X is not asked before this time; None: with the next poll."""
    shrunk_at: datetime | None = None
    """When `before_id` was lowered last; None: not yet."""
    tries: int = 0
    """How many answers of search, one after the other, proved nothing."""
    question: Question | None = None
    """What X was asked last, as long as its answer goes on."""

    def is_due(self, now: datetime) -> bool:
        """Whether X may be asked for what is missing."""
        return self.state is GapState.OPEN and (self.due_at is None or self.due_at <= now)

    def stalled_for(self, now: datetime) -> timedelta:
        """How long nothing was filled although X could be asked."""
        if self.state is not GapState.OPEN:
            return timedelta(0)
        since = max(each for each in (self.opened_at, self.due_at, self.shrunk_at) if each)
        return max(now - since, timedelta(0))


class Checkpoint(NamedTuple):
    """Every mention up to `newest_id` is stored or lies in a recorded gap."""

    newest_id: str
    walked_at: datetime
