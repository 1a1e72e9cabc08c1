"""Waiting until a queue has nothing more to do, so that a script knows the results of its actions.

The local AWS delivers queues to their functions by itself, within milliseconds, and in good order: what a function
reports as failed comes again. A rehearsal's queues hold no delayed messages (`local.aws.rehearsal`).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_ASKED = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
_BETWEEN_LOOKS = 0.025


class NeverQuiet(Exception):
    """The queue still has messages after all the time it was given; its function fails, or does not get them."""


@dataclass(frozen=True, slots=True)
class QuietQueue:
    """One queue with a function behind it. `seconds` is how long it may be busy."""

    sqs: Any
    url: str
    seconds: float = 30.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def wait(self) -> bool:
        """Return when no message waits or is being worked on: whether there was one. Raises NeverQuiet."""
        end, was_busy = self.clock() + self.seconds, False
        while busy := self._busy():
            was_busy = True
            if self.clock() > end:
                raise NeverQuiet(f"{busy} messages in {self.url} after {self.seconds:.0f} seconds")
            self.sleep(_BETWEEN_LOOKS)
        return was_busy

    def _busy(self) -> int:
        attributes = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=_ASKED)["Attributes"]
        return sum(int(attributes[name]) for name in _ASKED)
