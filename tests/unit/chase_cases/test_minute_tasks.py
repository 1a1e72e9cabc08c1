"""Each minute: calls and acknowledgements do not fail because of each other."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from chase_cases.acknowledge import AcknowledgeReport
from chase_cases.emergencies import MinuteTasks, OnCallReport
from desk.errors import StoreBusy
from tests.unit.chase_cases.scene import DUE


class Part:
    """A use case that answers, or fails as a whole."""

    def __init__(self, answer: object) -> None:
        self.answer = answer
        self.runs: list[datetime] = []

    def make_due(self, now: datetime, has_time: Callable[[], bool]) -> object:
        assert has_time()
        self.runs.append(now)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    send_due = make_due


@pytest.mark.parametrize(
    ("calls", "acknowledgements", "expected"),
    [
        (OnCallReport(called=2), AcknowledgeReport(said=3), (2, 3, {})),
        (StoreBusy("query"), AcknowledgeReport(said=3), (0, 3, {"calls": "StoreBusy: query"})),
        (
            OnCallReport(called=2, failures={"on_call": "gone"}),
            StoreBusy("query"),
            (2, 0, {"on_call": "gone", "acknowledgements": "StoreBusy: query"}),
        ),
    ],
    ids=["both succeed", "calls fail", "acknowledgements fail"],
)
def test_a_task_that_fails_does_not_stop_the_other(calls: object, acknowledgements: object, expected: object) -> None:
    parts: Any = (Part(calls), Part(acknowledgements))

    report = MinuteTasks(*parts).run_all(DUE, lambda: True)

    assert [part.runs for part in parts] == [[DUE], [DUE]]
    assert (report.calls.called, report.acknowledgements.said, report.failures) == expected
