"""Every minute: neither calls nor acknowledgements cost the other anything."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

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


def attend(calls: object, acknowledgements: object) -> Any:
    parts = Part(calls), Part(acknowledgements)
    report = MinuteTasks(cast("Any", parts[0]), cast("Any", parts[1])).run_all(DUE, lambda: True)
    assert [part.runs for part in parts] == [[DUE], [DUE]]
    return report


def test_both_are_done_and_told() -> None:
    report = attend(OnCallReport(called=2), AcknowledgeReport(said=3))

    assert (report.calls.called, report.acknowledgements.said, report.failures) == (2, 3, {})


def test_calls_that_fail_cost_no_acknowledgement() -> None:
    report = attend(StoreBusy("query"), AcknowledgeReport(said=3))

    assert (report.acknowledgements.said, report.failures) == (3, {"calls": "StoreBusy: query"})


def test_acknowledgements_that_fail_leave_the_calls_counted() -> None:
    report = attend(OnCallReport(called=2, failures={"on_call": "gone"}), StoreBusy("query"))

    assert report.calls.called == 2
    assert report.failures == {"on_call": "gone", "acknowledgements": "StoreBusy: query"}
