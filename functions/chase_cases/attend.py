"""What cannot wait for a quarter of an hour: who is on call is told, authors who will wait long hear that we know."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from chase_cases.acknowledge import Acknowledge, AcknowledgeReport
from chase_cases.on_call import OnCall, OnCallReport
from route_inquiry.steps import failure_of


@dataclass(slots=True)
class AttendReport:
    """What both did; a part that failed as a whole did nothing and says why among its own failures."""

    calls: OnCallReport = field(default_factory=OnCallReport)
    acknowledgements: AcknowledgeReport = field(default_factory=AcknowledgeReport)

    @property
    def failures(self) -> dict[str, str]:
        """Why something must be tried again, of both."""
        return self.calls.failures | self.acknowledgements.failures


class Attend:
    """The use case of every minute."""

    def __init__(self, on_call: OnCall, acknowledge: Acknowledge) -> None:
        self._on_call = on_call
        self._acknowledge = acknowledge

    def run(self, now: datetime, has_time: Callable[[], bool]) -> AttendReport:
        """Call first, then acknowledge; neither costs the other anything but time. Raises nothing."""
        report = AttendReport()
        try:
            report.calls = self._on_call.run(now, has_time)
        except Exception as exc:  # noqa: BLE001 - authors are told all the same
            report.calls.failures["calls"] = failure_of(exc)
        try:
            report.acknowledgements = self._acknowledge.run(now, has_time)
        except Exception as exc:  # noqa: BLE001 - who is on call was told, which has to be counted
            report.acknowledgements.failures["acknowledgements"] = failure_of(exc)
        return report
