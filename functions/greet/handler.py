"""On a schedule, each morning: the brand says hello."""

import os
from typing import Any

from desk.clock import scheduled_time
from greet.tell import tell
from greet.wiring import wire

_WIRED = wire(os.environ) if os.environ.get("AWS_LAMBDA_FUNCTION_NAME") else None


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Queues this morning's greeting, and tells what became of it."""
    wired = _WIRED or wire(os.environ)
    report = wired.greet.run(scheduled_time(event))
    tell(report, metrics=wired.metrics, logger=wired.logger)
    return {"outcome": report.outcome.value, "post": report.post.id if report.post else None}
