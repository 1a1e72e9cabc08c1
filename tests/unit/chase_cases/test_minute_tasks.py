"""Each minute: calls, safety checks, reminders of promises and acknowledgements do not fail because of each other."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from chase_cases.acknowledge import AcknowledgeReport
from chase_cases.emergencies import MinuteTasks, OnCallReport
from chase_cases.promise_reminders import PromiseRemindersReport
from chase_cases.safety_checks import SafetyChecksReport
from desk.errors import StoreBusy
from tests.unit.chase_cases.scene import DUE

TOLD = PromiseRemindersReport(mailed=4)


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
    ("calls", "checks", "promises", "acknowledgements", "expected"),
    [
        (OnCallReport(called=2), SafetyChecksReport(mailed=1), TOLD, AcknowledgeReport(said=3), (2, 1, 4, 3, {})),
        (
            StoreBusy("query"),
            SafetyChecksReport(mailed=1),
            TOLD,
            AcknowledgeReport(said=3),
            (0, 1, 4, 3, {"calls": "StoreBusy: query"}),
        ),
        (
            OnCallReport(called=2),
            StoreBusy("query"),
            TOLD,
            AcknowledgeReport(said=3),
            (2, 0, 4, 3, {"checks": "StoreBusy: query"}),
        ),
        (
            OnCallReport(called=2, failures={"on_call": "gone"}),
            SafetyChecksReport(failures={"7": "gone"}),
            TOLD,
            StoreBusy("query"),
            (2, 0, 4, 0, {"on_call": "gone", "7": "gone", "acknowledgements": "StoreBusy: query"}),
        ),
        (
            OnCallReport(called=2),
            SafetyChecksReport(mailed=1),
            StoreBusy("query"),
            AcknowledgeReport(said=3),
            (2, 1, 0, 3, {"promises": "StoreBusy: query"}),
        ),
    ],
    ids=["all succeed", "calls fail", "checks fail", "acknowledgements fail", "reminders of promises fail"],
)
def test_a_task_that_fails_does_not_stop_the_others(
    calls: object, checks: object, promises: object, acknowledgements: object, expected: object
) -> None:
    parts: Any = (Part(calls), Part(checks), Part(promises), Part(acknowledgements))

    report = MinuteTasks(*parts).run_all(DUE, lambda: True)

    assert [part.runs for part in parts] == [[DUE]] * 4
    figures = (report.calls.called, report.checks.mailed, report.promises.mailed, report.acknowledgements.said)
    assert (*figures, report.failures) == expected
