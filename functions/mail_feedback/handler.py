"""On working mornings: each department's feedback by mail, once for each of the desk's days."""

from typing import Any

from desk.clock import scheduled_time
from desk.errors import TopicsUnavailable
from desk.invocation import ContextWithId, invocation_of
from desk.live_settings.wiring import with_live_settings
from desk.start import at_start, logged
from mail_feedback.wiring import wire

_wired = at_start(wire, with_live_settings)
_MARGIN_MS = 30_000  # reserved for the mail that was begun


@logged
def lambda_handler(event: dict[str, Any], context: ContextWithId) -> dict[str, Any]:
    """Send the mails that are due; the next hour's run continues. Raises TopicsUnavailable if a mail failed."""
    wired = _wired()
    report = wired.sender.send(scheduled_time(event), invocation_of(context, margin_ms=_MARGIN_MS))
    wired.logger.info("feedback mails", sent=report.sent, put_off=report.put_off)
    if report.failures:  # the other departments have their mails
        raise TopicsUnavailable(f"feedback mails that were not sent: {report.failures}")
    wired.heartbeats.beat(event)
    return {"sent": report.sent, "put_off": report.put_off}
