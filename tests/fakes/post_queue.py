"""The port PostQueue in memory."""

from dataclasses import dataclass, field
from typing import NamedTuple

from desk.errors import QueueUnavailable


class Sent(NamedTuple):
    """A message in the queue."""

    post_id: str
    delay_seconds: int


@dataclass
class FakePostQueue:
    """Everything that was ever sent. `down`: nothing gets in; `loses_answers`: it gets in, but nobody hears of it."""

    sent: list[Sent] = field(default_factory=list)
    down: bool = False
    loses_answers: bool = False

    def send(self, post_id: str, *, delay_seconds: int = 0) -> None:
        if self.down:
            raise QueueUnavailable(post_id)
        if not 0 <= delay_seconds <= 900:
            raise ValueError(delay_seconds)
        self.sent.append(Sent(post_id, delay_seconds))
        if self.loses_answers:
            raise QueueUnavailable(post_id)

    @property
    def ids(self) -> list[str]:
        """The posts that were woken, in order, as often as they were."""
        return [message.post_id for message in self.sent]
