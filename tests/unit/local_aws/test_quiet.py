from dataclasses import dataclass, field
from typing import Any

import pytest

from local.aws.quiet import NeverQuiet, QuietQueue


@dataclass
class Queue:
    """Tells how many messages wait and are worked on; the last one for ever."""

    told: list[tuple[int, int]]
    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def get_queue_attributes(self, **_: Any) -> Any:
        waiting, worked_on = self.told.pop(0) if len(self.told) > 1 else self.told[0]
        return {
            "Attributes": {
                "ApproximateNumberOfMessages": str(waiting),
                "ApproximateNumberOfMessagesNotVisible": str(worked_on),
            }
        }

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept.append(seconds)


def quiet(queue: Queue) -> QuietQueue:
    return QuietQueue(queue, "http://posts", seconds=2.0, clock=lambda: queue.now, sleep=queue.sleep)


def test_an_empty_queue_is_not_waited_for() -> None:
    queue = Queue([(0, 0)])

    assert not quiet(queue).wait()
    assert queue.slept == []


def test_what_waits_and_what_is_worked_on_is_waited_for() -> None:
    queue = Queue([(2, 0), (1, 1), (0, 1), (0, 0)])

    assert quiet(queue).wait()
    assert len(queue.slept) == 3


def test_an_endless_queue_is_an_error() -> None:
    with pytest.raises(NeverQuiet, match="1 messages in http://posts"):
        quiet(Queue([(0, 1)])).wait()
