"""The pause switch: while it is on, nothing goes out by itself."""

from datetime import datetime
from typing import NamedTuple


class Pause(NamedTuple):
    """One pause, running while `ended_at` is None; who, when and why."""

    reason: str
    by: str
    began_at: datetime
    ended_at: datetime | None = None
    ended_by: str | None = None
