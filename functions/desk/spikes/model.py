"""A spike: many more faults of one department within minutes than that hour of the week usually brings."""

from datetime import datetime, timedelta
from typing import NamedTuple

from desk.cases.model import Case
from desk.reading import Kind

LASTS = timedelta(hours=12)
"""A spike ends after this time in any case. If faults go on, the next one begins, and people are notified again."""


class Spike(NamedTuple):
    """A spike of one department's faults. All times are aware.

    It began with a fault that was posted at `started_at`, and was found at `detected_at`, when `faults` had been posted
    within `minutes`, in which `expected` are usual. It is open until `ended_at`. `mailed_at`, `called_at` and
    `end_mailed_at` say when people were notified; None as long as that is still to be done.
    """

    id: str
    department: str
    started_at: datetime
    detected_at: datetime
    minutes: int
    faults: int
    expected: float
    ended_at: datetime | None = None
    mailed_at: datetime | None = None
    called_at: datetime | None = None
    end_mailed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it goes on."""
        return self.ended_at is None

    def is_too_long(self, until: datetime) -> bool:
        """Whether it ends at this moment even if its faults go on."""
        return until - self.started_at >= LASTS

    def covers(self, case: Case) -> bool:
        """Whether the case is one of its faults, for which nobody is mailed or called: never one with a risk."""
        return (
            case.kind is Kind.FAULT
            and case.safety is None
            and case.department == self.department
            and self.started_at <= case.opened_at
            and (self.ended_at is None or case.opened_at <= self.ended_at)
        )
