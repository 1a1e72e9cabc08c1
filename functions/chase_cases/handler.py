"""Every 15 minutes: reminders. Every minute, `{"task": "attend"}`: calls, safety checks, promises, acknowledgements."""

from typing import Any

from chase_cases.emergencies import MinuteReport
from chase_cases.reminders import RemindersReport
from chase_cases.wiring import wire
from desk.cases.model import CaseEventKind
from desk.clock import scheduled_time
from desk.invocation import Context, emit_metrics
from desk.live_settings.wiring import with_live_settings
from desk.start import at_start


def figures_of_reminders(report: RemindersReport) -> dict[str, int]:
    """The metrics of a run of reminders, by their names."""
    return {
        "CasesReminded": report.sent[CaseEventKind.REMINDED] + report.sent[CaseEventKind.DUE],
        "CasesEscalated": report.sent[CaseEventKind.ESCALATED],
        "RemindersSent": report.mails,
        "RemindersPutOff": report.put_off,
        "ReminderFailures": len(report.failures),
    }


def figures_of_minute(report: MinuteReport) -> dict[str, int]:
    """The metrics of a run of every minute, by their names."""
    return {
        "EmergenciesWaiting": report.calls.waiting,
        "CasesCalledFor": report.calls.called,
        "ChecksUnseen": report.checks.unseen,
        "PromisesReminded": report.promises.mailed,
        "CallFailures": len(report.calls.failures | report.checks.failures | report.promises.failures),
        "CasesAcknowledged": report.acknowledgements.said,
        "AcknowledgementFailures": len(report.acknowledgements.failures),
    }


_wired = at_start(wire, with_live_settings)
_MARGIN_MS = 20_000  # of the function's time, to finish a mail that has begun and to record it


def lambda_handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """Run the task while there is time; the next run goes on."""
    wired = _wired()
    now = scheduled_time(event)

    def has_time() -> bool:
        return context.get_remaining_time_in_millis() > _MARGIN_MS

    if event.get("task") == "attend":
        attended = wired.minute_tasks.run_all(now, has_time)
        figures, failures = figures_of_minute(attended), attended.failures
    else:
        reminded = wired.reminders.send_due(now, has_time)
        figures, failures = figures_of_reminders(reminded), reminded.failures
    if failures:
        wired.logger.error("some notices could not be sent", failures=failures)
    emit_metrics(wired.metrics, figures)
    return figures | {"failures": failures}
