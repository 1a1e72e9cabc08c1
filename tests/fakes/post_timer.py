"""The port PostTimer in memory."""

from dataclasses import dataclass, field
from datetime import datetime

from desk.errors import QueueUnavailable


@dataclass
class FakePostTimer:
    """The schedules that stand. `down`: nothing is set or removed; `loses_answers`: it is, but nobody hears of it."""

    standing: dict[str, datetime] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    down: bool = False
    loses_answers: bool = False

    def set(self, post_id: str, at: datetime) -> None:
        if self.down:
            raise QueueUnavailable(post_id)
        self.standing.setdefault(post_id, at)
        if self.loses_answers:
            raise QueueUnavailable(post_id)

    def remove(self, post_id: str) -> None:
        if self.down:
            raise QueueUnavailable(post_id)
        self.standing.pop(post_id, None)
        self.removed.append(post_id)
        if self.loses_answers:
            raise QueueUnavailable(post_id)
