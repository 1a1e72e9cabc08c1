"""Every 15 minutes: reminders. Every minute, `{"task": "attend"}`: calls, safety checks, promises, acknowledgements."""

from typing import Any

from chase_cases.emergencies import MinuteReport
from chase_cases.reminders import RemindersReport
from chase_cases.wiring import wire
from desk.cases.model import CaseEventKind
from desk.clock import scheduled_time
from desk.invocation import Context, Metric, emit_metrics
from desk.live_settings.wiring import with_live_settings
from desk.start import at_start, logged


def figures_of_reminders(report: RemindersReport) -> dict[str, int]:
    """The figures of a run of reminders, as its log line names them."""
    return {
        "reminded": report.sent[CaseEventKind.REMINDED] + report.sent[CaseEventKind.DUE],
        "escalated": report.sent[CaseEventKind.ESCALATED],
        "mails": report.mails,
        "put_off": report.put_off,
        "failed": len(report.failures),
    }


def figures_of_minute(report: MinuteReport) -> dict[str, int]:
    """The figures of a run of every minute, as its log line names them."""
    return {
        "emergencies": report.calls.waiting,
        "called": report.calls.called,
        "checks_unseen": report.checks.unseen,
        "promises": report.promises.mailed,
        "calls_failed": len(report.calls.failures | report.checks.failures | report.promises.failures),
        "acknowledged": report.acknowledgements.said,
        "acknowledgements_failed": len(report.acknowledgements.failures),
    }


_wired = at_start(wire, with_live_settings)
_MARGIN_MS = 20_000  # of the function's time, to finish a mail that has begun and to record it


@logged
def lambda_handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """Run the task while there is time; the next run goes on."""
    wired = _wired()
    now = scheduled_time(event)

    def has_time() -> bool:
        return context.get_remaining_time_in_millis() > _MARGIN_MS

    if event.get("task") == "attend":
        attended = wired.minute_tasks.run_all(now, has_time)
        figures, failures = figures_of_minute(attended), attended.failures
        emit_metrics(wired.metrics, {Metric.CALLS_SUCCEEDED: int(not figures["calls_failed"])})
    else:
        reminded = wired.reminders.send_due(now, has_time)
        figures, failures = figures_of_reminders(reminded), reminded.failures
        if not failures:
            wired.heartbeats.beat(event)
    wired.logger.info("attended", extra=figures)
    if failures:
        wired.logger.error("some notices could not be sent", failures=failures)
    return figures | {"failures": failures}
