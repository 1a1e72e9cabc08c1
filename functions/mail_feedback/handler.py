"""On working mornings: each department's feedback by mail, once for each of the desk's days."""

import os
from datetime import timedelta
from typing import Any

from desk.clock import scheduled_time, utc_now
from desk.errors import TopicsUnavailable
from desk.invocation import ContextWithId, emit_metrics
from mail_feedback.send import Run
from mail_feedback.wiring import wire

_WIRED = wire(os.environ) if os.environ.get("AWS_LAMBDA_FUNCTION_NAME") else None
_MARGIN_MS = 30_000  # of the function's time, for the mail that has begun


def lambda_handler(event: dict[str, Any], context: ContextWithId) -> dict[str, Any]:
    """Send what is due and was not sent; the next hour's run goes on. Raises TopicsUnavailable when a mail failed."""
    wired = _WIRED or wire(os.environ)
    run = Run(
        holder=context.aws_request_id,  # the same for all of Lambda's tries of one event
        ends_at=utc_now() + timedelta(milliseconds=context.get_remaining_time_in_millis()),
        has_time=lambda: context.get_remaining_time_in_millis() > _MARGIN_MS,
    )
    report = wired.send.run(scheduled_time(event), run)
    wired.logger.info("feedback mails", sent=report.sent, put_off=report.put_off)
    emit_metrics(wired.metrics, {"FeedbackMailsSent": len(report.sent)})
    if report.failures:  # the others have theirs
        raise TopicsUnavailable(f"feedback mails that did not go out: {report.failures}")
    return {"sent": report.sent, "put_off": report.put_off}
