"""Who is to be notified of a spike, as entries of the outbox."""

from datetime import datetime
from enum import StrEnum

from desk.outbox.model import ON_CALL, OutboxEntry, OutboxKind, new_entry
from desk.reading import OPERATOR
from desk.spikes.model import Spike


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
    return tuple(_entry(topic, spike, SpikeNotice.END_MAIL, at) for topic in _topics(spike))


def _topics(spike: Spike) -> tuple[str, ...]:
    return tuple(dict.fromkeys((spike.department, OPERATOR)))


def _entry(recipient: str, spike: Spike, notice: SpikeNotice, at: datetime) -> OutboxEntry:
    return new_entry(recipient, OutboxKind.SPIKE, spike.id, notice, at)
