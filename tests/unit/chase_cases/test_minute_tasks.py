"""Each minute: calls, safety checks and acknowledgements do not fail because of each other."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from chase_cases.acknowledge import AcknowledgeReport
from chase_cases.emergencies import MinuteTasks, OnCallReport
from chase_cases.safety_checks import SafetyChecksReport
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
    ("calls", "checks", "acknowledgements", "expected"),
    [
        (OnCallReport(called=2), SafetyChecksReport(mailed=1), AcknowledgeReport(said=3), (2, 1, 3, {})),
        (
            StoreBusy("query"),
            SafetyChecksReport(mailed=1),
            AcknowledgeReport(said=3),
            (0, 1, 3, {"calls": "StoreBusy: query"}),
        ),
        (
            OnCallReport(called=2),
            StoreBusy("query"),
            AcknowledgeReport(said=3),
            (2, 0, 3, {"checks": "StoreBusy: query"}),
        ),
        (
            OnCallReport(called=2, failures={"on_call": "gone"}),
            SafetyChecksReport(failures={"7": "gone"}),
            StoreBusy("query"),
            (2, 0, 0, {"on_call": "gone", "7": "gone", "acknowledgements": "StoreBusy: query"}),
        ),
    ],
    ids=["all succeed", "calls fail", "checks fail", "acknowledgements fail"],
)
def test_a_task_that_fails_does_not_stop_the_others(
    calls: object, checks: object, acknowledgements: object, expected: object
) -> None:
    parts: Any = (Part(calls), Part(checks), Part(acknowledgements))

    report = MinuteTasks(*parts).run_all(DUE, lambda: True)

    assert [part.runs for part in parts] == [[DUE], [DUE], [DUE]]
    figures = (report.calls.called, report.checks.mailed, report.acknowledgements.said)
    assert (*figures, report.failures) == expected
