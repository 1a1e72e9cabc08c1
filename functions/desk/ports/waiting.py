"""Which mentions wait, and since when."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from desk.ports.routing_store import Stage


class Waiting(NamedTuple):
    """A mention that waits since it was received."""

    mention_id: str
    since: datetime


class WaitingMentions(Protocol):
    """What waits, oldest first; may lag behind by seconds. Raises StoreBusy."""

    def for_stage(self, stage: Stage, *, before: datetime, limit: int) -> Sequence[Waiting]:
        """At most `limit` mentions received before that moment that wait for reading or publishing."""
        ...

    def for_summary(self, department: str, *, limit: int) -> Sequence[Waiting]:
        """At most `limit` mentions that wait for this department's next summary."""
        ...
