"""The mentions of a day as the digest counts them: what was understood of each, without its words."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple, Protocol


class DayRow(NamedTuple):
    """One mention. `kind` and all that follows are values of the enums; None, and no terms, as long as it is not read.

    `department` is also None for chat and junk. `created_at` is aware.
    """

    mention_id: str
    created_at: datetime
    kind: str | None = None
    need: str | None = None
    department: str | None = None
    urgency: str | None = None
    lang: str | None = None
    terms: tuple[str, ...] = ()
    to_review: bool = False


class DayRows(Protocol):
    """The rows of the desk's days, one by one, so that a day of any size takes no memory. Raises StoreBusy."""

    def of_day(self, day: date, *, needs_only: bool = False) -> Iterator[DayRow]:
        """The day's mentions in no particular order; what came within the last seconds may be missing.

        With `needs_only` nothing but id, time, kind and need is asked for.
        """
        ...
