"""A spike: many more faults of one department within minutes than that hour of the week usually brings."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from desk.cases.model import Case
from desk.outbox.model import GRACE, ON_CALL, OutboxEntry, OutboxKind, new_entry
from desk.reading import OPERATOR, Kind

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


class SpikeNotice(StrEnum):
    """What people are notified with. The values are the fields of Spike that say when that was."""

    MAIL = "mailed_at"
    CALL = "called_at"
    END_MAIL = "end_mailed_at"


def entries_begun(spike: Spike) -> tuple[OutboxEntry, ...]:
    """A call, and a mail to the department and the operator; whom a trial leaves out, the sender finds out."""
    return (
        _entry(ON_CALL, spike, SpikeNotice.CALL, spike.detected_at),
        *(_entry(topic, spike, SpikeNotice.MAIL, spike.detected_at) for topic in _topics(spike)),
    )


def entries_ended(spike: Spike, at: datetime) -> tuple[OutboxEntry, ...]:
    """A mail to each of them, by the next run of the sweep: until then the index shows all faults that joined."""
    return tuple(_entry(topic, spike, SpikeNotice.END_MAIL, at, timedelta(0)) for topic in _topics(spike))


def _topics(spike: Spike) -> tuple[str, ...]:
    return tuple(dict.fromkeys((spike.department, OPERATOR)))


def _entry(recipient: str, spike: Spike, notice: SpikeNotice, at: datetime, grace: timedelta = GRACE) -> OutboxEntry:
    return new_entry(recipient, OutboxKind.SPIKE, spike.id, notice, at, grace)
