"""Two kinds of time: the schedule's, which the desk speaks of, and the machine's, which guards leases and budgets."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any


def utc_now() -> datetime:
    """The machine's time, aware, in UTC."""
    return datetime.now(UTC)


def scheduled_time(event: Mapping[str, Any]) -> datetime:
    """For which moment a schedule fired this event; the machine's time when the event does not say.

    Schedules put `<aws.scheduler.scheduled-time>` into their input, so that a late or repeated invocation still
    belongs to its own minute and day. A rehearsal plays any day by the same door.
    """
    stated = event.get("scheduled_time", "")
    try:
        moment = datetime.fromisoformat(stated)
    except (TypeError, ValueError):
        return utc_now()
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
