"""On a schedule, each morning: the brand says hello."""

import os
from typing import Any

from aws_lambda_powertools import Logger, Metrics

from desk.clock import scheduled_time
from desk.invocation import emit_metrics
from greet.greet import Greeted, GreetReport
from greet.wiring import wire

_MISSED = (Greeted.TOO_LATE, Greeted.REFUSED)


def tell(report: GreetReport, *, metrics: Metrics, logger: Logger) -> None:
    """Emit what alarms and the dashboard look at; a morning that should have heard a greeting and won't is an error."""
    missed = report.outcome in _MISSED
    counts = {"GreetingsQueued": int(report.outcome is Greeted.QUEUED), "GreetingsMissed": int(missed)}
    emit_metrics(metrics, counts)
    about = {"day": report.day.isoformat(), "outcome": report.outcome.value, "detail": report.detail}
    (logger.error if missed else logger.info)("greeted", extra=about)


_WIRED = wire(os.environ) if os.environ.get("AWS_LAMBDA_FUNCTION_NAME") else None


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Queues this morning's greeting, and tells what became of it."""
    wired = _WIRED or wire(os.environ)
    report = wired.greet.run(scheduled_time(event))
    tell(report, metrics=wired.metrics, logger=wired.logger)
    return {"outcome": report.outcome.value, "post": report.post.id if report.post else None}
