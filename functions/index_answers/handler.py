"""Each night: the index of earlier answers, from which the console suggests similar ones."""

from typing import Any

from desk.clock import scheduled_time
from desk.invocation import Context
from desk.start import at_start, logged
from index_answers.wiring import wire

_wired = at_start(wire)
_MARGIN_MS = 120_000
"""Reserved for putting the index together and storing it."""


@logged
def lambda_handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """Make the index. Raises StoreBusy and IndexUnavailable; until the next try the one before holds."""
    wired = _wired()
    now = scheduled_time(event)
    report = wired.maker.make(now, lambda: context.get_remaining_time_in_millis() > _MARGIN_MS)
    wired.logger.info("answers", read=report.read, answers=report.answers, bytes=report.bytes, whole=report.whole)
    wired.heartbeats.beat(event)
    return {"answers": report.answers, "whole": report.whole}
