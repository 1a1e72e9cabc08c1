"""What the runs leave for whoever watches."""

from collections.abc import Mapping

from aws_lambda_powertools.metrics import MetricUnit

from chase_cases.attend import AttendReport
from chase_cases.chase_report import ChaseReport
from chase_cases.wiring import Wired
from desk.case_event import CaseEventKind


def figures_of_chase(report: ChaseReport) -> dict[str, int]:
    """What a run of reminders did, by the names of the metrics."""
    return {
        "CasesReminded": report.told[CaseEventKind.REMINDED] + report.told[CaseEventKind.DUE],
        "CasesEscalated": report.told[CaseEventKind.ESCALATED],
        "RemindersSent": report.mails,
        "RemindersPutOff": report.put_off,
        "ReminderFailures": len(report.failures),
    }


def figures_of_attend(report: AttendReport) -> dict[str, int]:
    """What a run of every minute did, by the names of the metrics."""
    return {
        "EmergenciesWaiting": report.calls.waiting,
        "CasesCalledFor": report.calls.called,
        "CallFailures": len(report.calls.failures),
        "CasesAcknowledged": report.acknowledgements.said,
        "AcknowledgementFailures": len(report.acknowledgements.failures),
    }


def measure(wired: Wired, figures: Mapping[str, int], failures: Mapping[str, str]) -> None:
    """Metrics for whoever watches, reasons for whoever mends."""
    if failures:
        wired.logger.error("some could not be told", failures=failures)
    for name, value in figures.items():
        wired.metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
    wired.metrics.flush_metrics()
