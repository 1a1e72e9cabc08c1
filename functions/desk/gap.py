"""How far the poll has walked, and what it could not see on the way."""

from datetime import datetime
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


class Checkpoint(NamedTuple):
    """Every mention up to `newest_id` is stored or lies in a recorded gap."""

    newest_id: str
    walked_at: datetime
